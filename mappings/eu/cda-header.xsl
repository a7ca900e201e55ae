<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The header of a CDA R2 document: the patient and who is around them, the people and organisations that
  act, the encounter, and the header fields of the Composition. Hooks that a country overrides by an
  import of lower precedence: patient-tags, patient-extensions, role-codes; and the variable birth-list.

  People: one identifier is used for several people in documents that are in service, so a Practitioner
  is known by identifier and name, a role by both and the organisation. The first occurrence says what
  the resource holds. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== The Composition's header; context: ClinicalDocument ================================== -->

<xsl:template name="composition-header">
  <ehds:string name="language" select="c:languageCode/@code"/>
  <xsl:if test="c:versionNumber/@value">
    <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-Composition.version">
      <ehds:string name="valueString" select="c:versionNumber/@value"/>
    </extension>
  </xsl:if>
  <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
  <ehds:datetime name="date" select="c:effectiveTime" absent="refuse"/>
  <ehds:string name="title" select="c:title" absent="unknown"/>
  <ehds:code name="confidentiality" select="c:confidentialityCode"/>
  <xsl:for-each select="c:relatedDocument[@typeCode='RPLC' or @typeCode='APND' or @typeCode='XFRM']">
    <relatesTo>
      <ehds:code name="code" select="@typeCode" table="document-relationship"/>
      <ehds:identifier name="targetIdentifier" select="c:parentDocument/c:id[1]" absent="unknown"/>
    </relatesTo>
  </xsl:for-each>
  <xsl:for-each select="c:documentationOf/c:serviceEvent[c:code or c:effectiveTime[not(@nullFlavor)]]">
    <event>
      <ehds:concept name="code" select="c:code"/>
      <ehds:period name="period" select="c:effectiveTime"/>
    </event>
  </xsl:for-each>
</xsl:template>

<!-- Who wrote, keeps and vouches for the document, and where it was written. -->
<xsl:template name="composition-parties">
  <xsl:for-each select="c:author/c:assignedAuthor">
    <xsl:call-template name="party">
      <xsl:with-param name="name" select="'author'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not(c:author/c:assignedAuthor[c:id/@extension or c:assignedPerson/c:name or
          c:assignedAuthoringDevice or c:representedOrganization])">
    <ehds:absent name="author" reason="unknown"/>
  </xsl:if>
  <xsl:for-each select="c:legalAuthenticator | c:authenticator">
    <attester>
      <xsl:choose>
        <xsl:when test="self::c:legalAuthenticator"><mode value="legal"/></xsl:when>
        <xsl:otherwise><mode value="professional"/></xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="time" select="c:time" absent="unknown"/>
      <xsl:for-each select="c:assignedEntity[1]">
        <xsl:call-template name="role">
          <xsl:with-param name="name" select="'party'"/>
        </xsl:call-template>
      </xsl:for-each>
    </attester>
  </xsl:for-each>
  <xsl:for-each select="(c:custodian/c:assignedCustodian/c:representedCustodianOrganization)[1]">
    <xsl:call-template name="organization">
      <xsl:with-param name="name" select="'custodian'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="(c:componentOf/c:encompassingEncounter)[1]">
    <xsl:call-template name="encounter"/>
  </xsl:for-each>
</xsl:template>

<!-- ==== The patient; context: ClinicalDocument =============================================== -->

<!-- A document about nobody is refused. -->
<xsl:template name="patient">
  <xsl:param name="profile"/>
  <xsl:if test="not(c:recordTarget[1]/c:patientRole)">
    <ehds:string name="subject" select="c:recordTarget[1]/c:patientRole" absent="refuse"/>
  </xsl:if>
  <xsl:for-each select="c:recordTarget[1]/c:patientRole">
    <ehds:entry name="subject" key="'patient'">
      <Patient>
        <meta>
          <profile value="{$profile}"/>
          <xsl:call-template name="patient-tags"/>
        </meta>
        <xsl:call-template name="patient-extensions"/>
        <ehds:identifier name="identifier" select="c:id" type="PI"/>
        <ehds:telecom name="telecom" select="c:telecom"/>
        <ehds:address name="address" select="c:addr"/>
        <!-- A name without any part does not do (IPS, ips-pat-1): the text is what is missing. -->
        <xsl:choose>
          <xsl:when test="c:patient/c:name[normalize-space()]">
            <ehds:name name="name" select="c:patient/c:name" birth-list="{$birth-list}"/>
          </xsl:when>
          <xsl:when test="c:patient/c:name/@nullFlavor='MSK'">
            <name><ehds:absent name="text" reason="masked"/></name>
          </xsl:when>
          <xsl:otherwise><name><ehds:absent name="text" reason="unknown"/></name></xsl:otherwise>
        </xsl:choose>
        <ehds:code name="gender" select="c:patient/c:administrativeGenderCode" table="administrative-gender"/>
        <ehds:date name="birthDate" select="c:patient/c:birthTime" absent="unknown"/>
        <ehds:concept name="maritalStatus" select="c:patient/c:maritalStatusCode"/>
        <xsl:for-each select="c:patient/c:guardian">
          <xsl:call-template name="contact">
            <xsl:with-param name="class" select="'GUARD'"/>
          </xsl:call-template>
        </xsl:for-each>
        <xsl:for-each select="c:patient/c:languageCommunication[c:languageCode/@code]">
          <communication>
            <language>
              <coding>
                <system value="urn:ietf:bcp:47"/>
                <ehds:string name="code" select="c:languageCode/@code"/>
              </coding>
            </language>
            <ehds:string name="preferred" select="c:preferenceInd/@value"/>
          </communication>
        </xsl:for-each>
        <xsl:for-each select="../../c:informant/c:relatedEntity | ../../c:participant/c:associatedEntity">
          <xsl:if test="@classCode='ECON' or @classCode='NOK' or @classCode='GUARD'">
            <xsl:call-template name="contact">
              <xsl:with-param name="class" select="@classCode"/>
            </xsl:call-template>
          </xsl:if>
        </xsl:for-each>
        <xsl:for-each select="../../c:participant[c:functionCode/@code='PCP'][1]/c:associatedEntity">
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'generalPractitioner'"/>
          </xsl:call-template>
        </xsl:for-each>
      </Patient>
    </ehds:entry>
  </xsl:for-each>
</xsl:template>

<xsl:variable name="birth-list" select="''"/>
<xsl:template name="patient-tags"/>
<xsl:template name="patient-extensions"/>

<!-- Context: guardian, relatedEntity or associatedEntity. A contact of whom nothing is told is none (FHIR
  R4, pat-1). -->
<xsl:template name="contact">
  <xsl:param name="class"/>
  <xsl:variable name="person" select="c:guardianPerson | c:relatedPerson | c:associatedPerson"/>
  <xsl:if test="$person/c:name or c:telecom/@value or c:addr[not(@nullFlavor)]">
    <contact>
      <xsl:choose>
        <xsl:when test="$class='GUARD'">
          <relationship>
            <coding>
              <system value="http://terminology.hl7.org/CodeSystem/v3-RoleCode"/>
              <code value="GUARD"/>
            </coding>
          </relationship>
        </xsl:when>
        <xsl:otherwise>
          <relationship>
            <ehds:coding name="coding" select="$class" table="contact-relationship"/>
          </relationship>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="relationship" select="c:code"/>
      <ehds:name name="name" select="($person/c:name)[1]"/>
      <ehds:telecom name="telecom" select="c:telecom"/>
      <ehds:address name="address" select="c:addr[1]"/>
    </contact>
  </xsl:if>
</xsl:template>

<!-- ==== People, organisations, software ====================================================== -->

<!-- Whoever acts; context: assignedAuthor, assignedEntity, associatedEntity. -->
<xsl:template name="party">
  <xsl:param name="name"/>
  <xsl:choose>
    <xsl:when test="c:assignedAuthoringDevice">
      <ehds:entry name="{$name}" shared="yes"
          key="concat(c:id/@root, '|', c:id/@extension, '|', c:assignedAuthoringDevice/c:softwareName)">
        <Device>
          <ehds:identifier name="identifier" select="c:id"/>
          <xsl:for-each select="c:assignedAuthoringDevice/c:softwareName">
            <deviceName>
              <ehds:string name="name" select="."/>
              <type value="other"/>
            </deviceName>
          </xsl:for-each>
          <ehds:string name="modelNumber" select="c:assignedAuthoringDevice/c:manufacturerModelName"/>
          <xsl:for-each select="c:representedOrganization">
            <xsl:call-template name="organization">
              <xsl:with-param name="name" select="'owner'"/>
            </xsl:call-template>
          </xsl:for-each>
        </Device>
      </ehds:entry>
    </xsl:when>
    <xsl:when test="c:assignedPerson or c:associatedPerson or not(c:representedOrganization)">
      <xsl:call-template name="role">
        <xsl:with-param name="name" select="$name"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="c:representedOrganization">
        <xsl:call-template name="organization">
          <xsl:with-param name="name" select="$name"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- A person in a role, also intendedRecipient. A role of which neither person nor identifier is known is
  left out. -->
<xsl:template name="role">
  <xsl:param name="name"/>
  <xsl:variable name="person" select="c:assignedPerson | c:associatedPerson | c:informationRecipient"/>
  <xsl:variable name="for" select="c:representedOrganization | c:scopingOrganization | c:receivedOrganization"/>
  <xsl:if test="c:id/@extension or $person/c:name">
    <ehds:entry name="{$name}" shared="yes"
        key="concat(c:id/@root, '|', c:id/@extension, '|',
            normalize-space($person/c:name/c:family), '|', normalize-space($person/c:name/c:given), '|',
            $for/c:id/@extension, '|', normalize-space($for/c:name))">
      <PractitionerRole>
        <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitionerRole-eu-core"/></meta>
        <ehds:entry name="practitioner" shared="yes"
            key="concat(c:id/@root, '|', c:id/@extension, '|',
                normalize-space($person/c:name/c:family), '|', normalize-space($person/c:name/c:given))">
          <Practitioner>
            <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
            <ehds:identifier name="identifier" select="c:id"/>
            <ehds:name name="name" select="$person[1]/c:name[1]" absent="unknown"/>
            <ehds:address name="address" select="c:addr"/>
          </Practitioner>
        </ehds:entry>
        <xsl:for-each select="$for[1]">
          <xsl:call-template name="organization">
            <xsl:with-param name="name" select="'organization'"/>
          </xsl:call-template>
        </xsl:for-each>
        <xsl:call-template name="role-codes"/>
        <ehds:telecom name="telecom" select="c:telecom"/>
      </PractitionerRole>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<xsl:template name="role-codes">
  <ehds:concept name="code" select="c:code"/>
</xsl:template>

<!-- Context: participantRole of a person. -->
<xsl:template name="playing-person">
  <xsl:param name="name"/>
  <xsl:variable name="person" select="c:playingEntity/c:name[1]"/>
  <ehds:entry name="{$name}" shared="yes"
      key="concat(c:id/@root, '|', c:id/@extension, '|', normalize-space($person/c:family), '|',
      normalize-space($person/c:given))">
    <Practitioner>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
      <ehds:identifier name="identifier" select="c:id"/>
      <ehds:name name="name" select="$person" absent="unknown"/>
      <ehds:telecom name="telecom" select="c:telecom"/>
      <ehds:address name="address" select="c:addr"/>
    </Practitioner>
  </ehds:entry>
</xsl:template>

<xsl:template name="organization">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}" shared="yes"
      key="concat(c:id/@root, '|', c:id/@extension, '|', normalize-space(c:name))">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <ehds:identifier name="identifier" select="c:id"/>
      <ehds:concept name="type" select="c:standardIndustryClassCode"/>
      <ehds:orgname name="name" select="c:name[1]" absent="unknown"/>
      <ehds:telecom name="telecom" select="c:telecom"/>
      <ehds:address name="address" select="c:addr"/>
    </Organization>
  </ehds:entry>
</xsl:template>

<!-- ==== The encounter; context: encompassingEncounter, or the serviceEvent that is the stay ==== -->

<!-- CDA does not say whether the encounter is over; its end does. R4 demands a class: that of the encounter,
  else that of the documented service where it is the stay, else it is said to be unknown. -->
<xsl:template name="encounter">
  <ehds:entry name="encounter" key="'encounter'">
    <Encounter>
      <xsl:if test="$profile-encounter"><meta><profile value="{$profile-encounter}"/></meta></xsl:if>
      <ehds:identifier name="identifier" select="c:id"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:high/@value"><status value="finished"/></xsl:when>
        <xsl:otherwise><status value="unknown"/></xsl:otherwise>
      </xsl:choose>
      <xsl:variable name="service" select="../../c:documentationOf/c:serviceEvent/c:code[@codeSystem='2.16.840.1.113883.5.4'
          and ehds:lookup('encounter-class', @code)]"/>
      <xsl:choose>
        <xsl:when test="ehds:lookup('encounter-class', c:code/@code)">
          <ehds:coding name="class" select="c:code" table="encounter-class"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:choose>
            <xsl:when test="$service">
              <ehds:coding name="class" select="$service[1]" table="encounter-class"/>
            </xsl:when>
            <xsl:otherwise><ehds:absent name="class" reason="unknown"/></xsl:otherwise>
          </xsl:choose>
          <ehds:concept name="type" select="c:code"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:for-each select="c:responsibleParty/c:assignedEntity | c:encounterParticipant/c:assignedEntity">
        <participant>
          <xsl:if test="../@typeCode and parent::c:encounterParticipant">
            <type>
              <coding>
                <system value="http://terminology.hl7.org/CodeSystem/v3-ParticipationType"/>
                <ehds:string name="code" select="../@typeCode"/>
              </coding>
            </type>
          </xsl:if>
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'individual'"/>
          </xsl:call-template>
        </participant>
      </xsl:for-each>
      <ehds:period name="period" select="c:effectiveTime"/>
      <xsl:call-template name="encounter-detail"/>
      <hospitalization>
        <xsl:call-template name="encounter-hospitalization"/>
        <ehds:concept name="dischargeDisposition" select="c:dischargeDispositionCode"/>
      </hospitalization>
      <xsl:for-each select="c:location/c:healthCareFacility">
        <location>
          <ehds:entry name="location"
              key="concat('facility|', c:id/@extension, '|', c:code/@code, '|', c:location/c:name)">
            <Location>
              <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/location-eu-core"/></meta>
              <ehds:identifier name="identifier" select="c:id"/>
              <ehds:orgname name="name" select="c:location/c:name[1]"/>
              <ehds:concept name="type" select="c:code"/>
              <ehds:address name="address" select="c:location/c:addr[1]"/>
            </Location>
          </ehds:entry>
        </location>
      </xsl:for-each>
      <xsl:for-each select="(c:location/c:healthCareFacility/c:serviceProviderOrganization)[1]">
        <xsl:call-template name="organization">
          <xsl:with-param name="name" select="'serviceProvider'"/>
        </xsl:call-template>
      </xsl:for-each>
    </Encounter>
  </ehds:entry>
</xsl:template>

<!-- Hooks: what a frame or a country knows of the encounter besides; the second stands in hospitalization,
  before what the header says of the discharge. -->
<xsl:variable name="profile-encounter" select="''"/>
<xsl:template name="encounter-detail"/>
<xsl:template name="encounter-hospitalization"/>
</xsl:stylesheet>
