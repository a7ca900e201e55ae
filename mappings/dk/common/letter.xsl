<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What all MedCom letters (OIOXML) share: the patient, who is known by number and name, the parties, and times of the local clock without a zone.
  The packs make the dated name spaces of the letters one. Files are often one line: places are elements, not lines.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="person.xsl"/>

<!-- Context: an element with Date and Time. 00:00 stands for "unknown": then the day is all that is said. -->
<xsl:template name="moment">
  <xsl:variable name="clock" select="normalize-space((m:Time | m:TimeWithSec)[1])"/>
  <xsl:value-of select="normalize-space(m:Date)"/>
  <xsl:if test="$clock and $clock != '00:00' and $clock != '00:00:00'"><xsl:value-of select="concat('T', $clock)"/></xsl:if>
</xsl:template>

<!-- Context: the document. -->
<xsl:template name="one-letter">
  <xsl:param name="letter"/>
  <xsl:if test="count(m:Emessage/*[m:Letter]) != 1 or count($letter/m:Patient) != 1">
    <xsl:message terminate="yes">a message holds one letter about one patient: several are documents of their own</xsl:message>
  </xsl:if>
</xsl:template>

<!-- A letter's number is unique for its sender only, so both make the identifier. -->
<xsl:template name="letter-identifier">
  <xsl:param name="letter"/>
  <identifier>
    <system value="urn:ietf:rfc:3986"/>
    <value value="{ehds:id(concat('letter|', $letter/m:Sender/m:EANIdentifier, '|', $letter/m:Letter/m:Identifier), 'Bundle')}"/>
  </identifier>
</xsl:template>

<!-- Context: Patient. A letter says neither day of birth nor sex; the personal number does. -->
<xsl:template name="letter-patient">
  <xsl:param name="profile"/>
  <xsl:param name="name" select="'subject'"/>
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr"><xsl:with-param name="number" select="m:CivilRegistrationNumber"/></xsl:call-template>
  </xsl:variable>
  <ehds:entry name="{$name}" key="'patient'">
    <Patient>
      <meta><profile value="{$profile}"/></meta>
      <xsl:if test="string($cpr)"><ehds:identifier name="identifier" select="string($cpr)" system="urn:oid:1.2.208.176.1.2"/></xsl:if>
      <ehds:identifier name="identifier" select="m:AlternativeIdentifier"/>
      <xsl:choose>
        <xsl:when test="(m:PersonSurnameName | m:PersonGivenName)[normalize-space()]">
          <name>
            <ehds:string name="family" select="m:PersonSurnameName"/>
            <ehds:string name="given" select="m:PersonGivenName"/>
          </name>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="name-unknown"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="m:PatientDateOfBirth | m:PatientSex"><xsl:call-template name="letter-demographics"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="cpr-demographics"><xsl:with-param name="cpr" select="string($cpr)"/></xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:if test="normalize-space(m:EpisodeOfCareStatusCode) = 'doed'"><deceasedBoolean value="true"/></xsl:if>
      <xsl:call-template name="letter-address"/>
      <xsl:for-each select="../m:Relative"><xsl:call-template name="letter-relative"/></xsl:for-each>
    </Patient>
  </ehds:entry>
</xsl:template>

<!-- A letter that says day of birth and sex itself (prescriptions of people without a number). -->
<xsl:template name="letter-demographics">
  <xsl:choose>
    <xsl:when test="m:PatientSex = 'hankoen'"><gender value="male"/></xsl:when>
    <xsl:when test="m:PatientSex = 'hunkoen'"><gender value="female"/></xsl:when>
  </xsl:choose>
  <ehds:date name="birthDate" select="m:PatientDateOfBirth" absent="unknown"/>
</xsl:template>

<!-- Context: Patient, Sender, Receiver, Relative: what they have of telephone, mail and address. -->
<xsl:template name="letter-address">
  <xsl:for-each select="(m:TelephoneSubscriberIdentifier | m:TelephoneSubscriber/m:TelephoneSubscriberIdentifier)[normalize-space()]">
    <telecom>
      <system value="phone"/>
      <ehds:string name="value" select="."/>
    </telecom>
  </xsl:for-each>
  <xsl:for-each select="m:EmailIdentifier[normalize-space()]">
    <telecom>
      <system value="email"/>
      <ehds:string name="value" select="."/>
    </telecom>
  </xsl:for-each>
  <address>
    <ehds:string name="line" select="m:StreetName[. != 'null' and . != '_'] | m:SuburbName[. != 'null' and . != '_']"/>
    <ehds:string name="city" select="m:DistrictName[. != 'null' and . != '_']"/>
    <ehds:string name="district" select="m:MunicipalityName"/>
    <ehds:string name="postalCode" select="m:PostCodeIdentifier[. != 'null' and . != '_']"/>
    <ehds:string name="country" select="m:CountryCode"/>
  </address>
</xsl:template>

<!-- Context: Relative. Her own number has no place in a contact of the patient. -->
<xsl:template name="letter-relative">
  <contact>
    <ehds:concept name="relationship" select="m:RelationCode" table="relation"/>
    <name>
      <ehds:string name="family" select="m:PersonSurnameName"/>
      <ehds:string name="given" select="m:PersonGivenName"/>
    </name>
    <xsl:call-template name="letter-address"/>
  </contact>
  <xsl:if test="m:PersonIdentifier[normalize-space()]">
    <ehds:note rule="dk-relative-number" text="the number of a relative is not carried: a contact of the patient has no identifier"/>
  </xsl:if>
</xsl:template>

<!-- Context: Sender, Receiver. "_", "null" and "???" are fillers of systems that had nothing to say. -->
<xsl:template name="letter-party">
  <xsl:param name="name"/>
  <xsl:variable name="words" select="normalize-space(concat(m:OrganisationName, ', ', m:DepartmentName, ', ', m:UnitName))"/>
  <ehds:entry name="{$name}" shared="yes" key="concat('party|', m:EANIdentifier, '|', m:Identifier, '|', $words)">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <xsl:if test="normalize-space(m:EANIdentifier) and translate(m:EANIdentifier, '0123456789', '') = ''">
        <ehds:identifier name="identifier" select="m:EANIdentifier" system="urn:oid:1.3.88"/>
      </xsl:if>
      <xsl:if test="normalize-space(m:Identifier)">
        <ehds:identifier name="identifier" select="m:Identifier" system="{ehds:lookup('letter-party', normalize-space(m:IdentifierCode))}"/>
        <xsl:if test="not(ehds:lookup('letter-party', normalize-space(m:IdentifierCode)))">
          <ehds:note rule="dk-party-register" select="m:Identifier" found="{m:IdentifierCode}"
              text="which register a party's number is from has no row: it is kept without a system"/>
        </xsl:if>
      </xsl:if>
      <ehds:concept name="type" select="m:MedicalSpecialityCode[. != 'ikkeklassificeret']"/>
      <xsl:choose>
        <xsl:when test="(m:OrganisationName | m:DepartmentName | m:UnitName)[normalize-space() and . != '_' and . != 'null' and . != '???']">
          <name>
            <xsl:attribute name="value">
              <xsl:for-each select="(m:OrganisationName | m:DepartmentName | m:UnitName)[normalize-space() and . != '_' and . != 'null' and . != '???']">
                <xsl:if test="position() &gt; 1">, </xsl:if>
                <xsl:value-of select="normalize-space()"/>
              </xsl:for-each>
            </xsl:attribute>
          </name>
        </xsl:when>
        <xsl:otherwise><ehds:absent name="name" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="letter-address"/>
    </Organization>
  </ehds:entry>
</xsl:template>

<!-- Formatted text (FormattedText.xsd, ParagraphedText.xsd of MedCom) as text: Break and Paragraph end a line, Space is a blank that
  counts. -->
<xsl:template name="formatted"><xsl:apply-templates mode="words"/></xsl:template>
<xsl:template match="m:Break" mode="words"><xsl:text>&#10;</xsl:text></xsl:template>
<xsl:template match="m:Space" mode="words"><xsl:text> </xsl:text></xsl:template>
<xsl:template match="m:Paragraph" mode="words"><xsl:apply-templates mode="words"/><xsl:text>&#10;</xsl:text></xsl:template>

<!-- The same as narrative; columns of FixedFont stay columns. -->
<xsl:template name="formatted-html"><xsl:apply-templates mode="html"/></xsl:template>
<xsl:template match="m:Break" mode="html"><h:br/></xsl:template>
<xsl:template match="m:Space" mode="html"><xsl:text>&#160;</xsl:text></xsl:template>
<xsl:template match="m:Paragraph" mode="html"><xsl:apply-templates mode="html"/><h:br/></xsl:template>
<xsl:template match="m:Bold" mode="html"><h:b><xsl:apply-templates mode="html"/></h:b></xsl:template>
<xsl:template match="m:Italic" mode="html"><h:i><xsl:apply-templates mode="html"/></h:i></xsl:template>
<xsl:template match="m:Underline" mode="html"><h:span style="text-decoration: underline"><xsl:apply-templates mode="html"/></h:span></xsl:template>
<xsl:template match="m:FixedFont" mode="html"><h:pre><xsl:apply-templates mode="html"/></h:pre></xsl:template>
<xsl:template match="m:FixedFont//m:Break" mode="html" priority="1"><xsl:text>&#10;</xsl:text></xsl:template>
</xsl:stylesheet>
