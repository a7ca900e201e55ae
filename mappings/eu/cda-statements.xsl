<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Clinical statements of CDA R2 as IHE PCC shapes them: one template for each, named for the resource that it makes. Each is called with
  the statement as its context, makes a Bundle entry, and writes a reference to it, called $name, where it is called.

  Parts of a statement are told apart by their codes (SEV, 33999-4 ...), which all countries share, not by template ids.
  Hooks that a country overrides: concept (which table for which code system), medication-detail, dosage-check.
  Tables that a pack which imports this must have: see the `table` attributes below; `placeholder` is the country's.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c xsi">

<xsl:variable name="allergy-template" select="'1.3.6.1.4.1.19376.1.5.3.1.4.6'"/>	<!-- IHE PCC, Allergy and Intolerance Concern -->
<xsl:variable name="absent-unknown" select="'2.16.840.1.113883.5.1150.1'"/>
<xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÄÇÈÉÊËÎÏÔÖÙÛÜ'"/>
<xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyzàâäçèéêëîïôöùûü'"/>
<xsl:variable name="today" select="substring(/c:ClinicalDocument/c:effectiveTime/@value, 1, 8)"/>

<!-- ==== Parts that many statements have ======================================================================== -->

<!-- A coded value with the table of its code system. -->
<xsl:template name="concept">
  <xsl:param name="name" select="'code'"/>
  <xsl:param name="node" select="c:code"/>
  <ehds:concept name="{$name}" select="$node"/>
</xsl:template>

<!-- What this mapping says by itself, with a code of HL7. -->
<xsl:template name="coded">
  <xsl:param name="name"/>
  <xsl:param name="system"/>
  <xsl:param name="code"/>
  <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
    <coding>
      <system value="{$system}"/>
      <code value="{$code}"/>
    </coding>
  </xsl:element>
</xsl:template>

<!-- An identifier that several statements share identifies none of them; the receiver would take them for one. Acts do not count:
  they are concerns, which may share the id of their only problem, and references to a reason. -->
<xsl:template name="identifier">
  <xsl:for-each select="c:id[not(@nullFlavor)]">
    <xsl:choose>
      <xsl:when test="ehds:identified(@root, @extension)[not(self::c:act)][2]">
        <ehds:note rule="cda-id-shared" select="." found="{@root}" text="several statements have this id: it is left out"/>
      </xsl:when>
      <xsl:otherwise><ehds:identifier name="identifier" select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- Comments as notes, or as $place where the resource has none: a string (the first comment), or 'extension'. A placeholder is no
  comment, and one whose reference dangles has been reported. -->
<xsl:template name="comments">
  <xsl:param name="place"/>
  <xsl:for-each select="c:entryRelationship/c:act[c:code/@code='48767-8']">
    <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
    <xsl:choose>
      <xsl:when test="string-length($text) &lt; 30 and ehds:lookup('placeholder', translate($text, $upper, $lower))">
        <ehds:note rule="cda-placeholder" select="." found="{$text}"
            text="a placeholder stands where a comment should be: the narrative has it, no note is made"/>
      </xsl:when>
      <xsl:when test="not($place)">
        <note><ehds:text name="text" select="c:text"/></note>
      </xsl:when>
      <xsl:when test="$place='extension'">
        <extension url="http://hl7.org/fhir/StructureDefinition/note">
          <valueAnnotation><ehds:text name="text" select="c:text"/></valueAnnotation>
        </extension>
      </xsl:when>
      <xsl:when test="not(../preceding-sibling::c:entryRelationship/c:act[c:code/@code='48767-8'])">
        <ehds:text name="{$place}" select="c:text"/>
      </xsl:when>
      <xsl:otherwise>
        <ehds:note rule="cda-comment" select="." as="text" severity="warning" why="the resource has room for one comment"
            text="a second comment: carried in the narrative only"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- Why: a problem of this document where identifier (of the problem or its concern) and code agree, else what the reason says itself. -->
<xsl:template name="reasons">
  <xsl:for-each select="c:entryRelationship[@typeCode='RSON']/*">
    <xsl:variable name="code" select="(c:value | c:code)[@code][last()]"/>
    <xsl:variable name="named" select="ehds:identified(c:id/@root, c:id/@extension)"/>
    <xsl:variable name="problem" select="($named[self::c:observation] | $named/c:entryRelationship/c:observation)
        [c:value/@code = $code/@code][parent::c:entryRelationship/parent::c:act][not(c:templateId/@root=$allergy-template)][1]"/>
    <xsl:choose>
      <xsl:when test="$problem">
        <ehds:reference name="reasonReference" type="Condition"
            key="concat($problem/c:id/@root, '|', $problem/c:id/@extension, '|', $problem/c:value/@code)"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'reasonCode'"/>
          <xsl:with-param name="node" select="$code | c:code[not($code)]"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- Context: author or performer. -->
<xsl:template name="actor">
  <xsl:param name="name"/>
  <xsl:for-each select="c:assignedAuthor | c:assignedEntity">
    <xsl:call-template name="role">
      <xsl:with-param name="name" select="$name"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- ==== Condition; context: problem observation ============================================================== -->

<xsl:template name="condition">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="category"/>
  <ehds:entry name="{$name}" key="concat(c:id/@root, '|', c:id/@extension, '|', c:value/@code)">
    <Condition>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/condition-obl-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:value/@codeSystem=$absent-unknown"><ehds:concept name="code" select="c:value"/></xsl:when>
        <xsl:when test="c:code/@codeSystem=$absent-unknown"><ehds:concept name="code" select="c:code"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="condition-status">
            <xsl:with-param name="category" select="$category"/>
          </xsl:call-template>
          <ehds:concept name="severity" select="c:entryRelationship/c:observation[c:code/@code='SEV']/c:value[1]"/>
          <xsl:call-template name="value-code"/>
          <ehds:concept name="bodySite" select="c:targetSiteCode"/>
          <ehds:datetime name="onsetDateTime" select="c:effectiveTime[1]"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="recordedDate" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:if test="c:reference or c:entryRelationship/c:observation[c:code/@code='11323-3']">
        <evidence>
          <xsl:for-each select="c:entryRelationship/c:observation[c:code/@code='11323-3']">
            <xsl:call-template name="observation">
              <xsl:with-param name="name" select="'detail'"/>
            </xsl:call-template>
          </xsl:for-each>
          <xsl:for-each select="c:reference/c:externalDocument">
            <xsl:call-template name="external-document">
              <xsl:with-param name="name" select="'detail'"/>
            </xsl:call-template>
          </xsl:for-each>
        </evidence>
      </xsl:if>
      <xsl:call-template name="comments"/>
    </Condition>
  </ehds:entry>
</xsl:template>

<!-- The status as it is said; else a problem that has an end is resolved, and one whose concern is active is active. An end beside a status
  that says active cannot stand (FHIR R4, con-4). -->
<xsl:template name="condition-status">
  <xsl:param name="category"/>
  <xsl:variable name="status" select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value/@code"/>
  <xsl:variable name="end" select="c:effectiveTime/c:high/@value"/>
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'verificationStatus'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-ver-status'"/>
        <xsl:with-param name="code" select="'refuted'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:choose>
        <xsl:when test="$status">
          <ehds:concept name="clinicalStatus" select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value" table="condition-clinical"/>
        </xsl:when>
        <xsl:when test="$end">
          <xsl:call-template name="coded">
            <xsl:with-param name="name" select="'clinicalStatus'"/>
            <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-clinical'"/>
            <xsl:with-param name="code" select="'resolved'"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:when test="../../c:statusCode/@code='active'">
          <xsl:call-template name="coded">
            <xsl:with-param name="name" select="'clinicalStatus'"/>
            <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-clinical'"/>
            <xsl:with-param name="code" select="'active'"/>
          </xsl:call-template>
        </xsl:when>
      </xsl:choose>
      <ehds:concept name="verificationStatus" select="c:entryRelationship/c:observation[c:code/@code='66455-7']/c:value"
          table="condition-verification"/>
      <xsl:if test="$category">
        <xsl:call-template name="coded">
          <xsl:with-param name="name" select="'category'"/>
          <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-category'"/>
          <xsl:with-param name="code" select="$category"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="$end">
    <xsl:choose>
      <xsl:when test="contains(' active recurrence relapse 55561003 255227004 ', concat(' ', $status, ' ')) and $status">
        <ehds:note rule="cda-status-against-end" severity="warning" select="c:effectiveTime/c:high" found="{$end}"
            text="the problem has an end and is said to be active: the status is kept, the end is not (FHIR R4, con-4)"/>
      </xsl:when>
      <xsl:otherwise><ehds:datetime name="abatementDateTime" select="c:effectiveTime/c:high"/></xsl:otherwise>
    </xsl:choose>
  </xsl:if>
</xsl:template>

<!-- What is observed: the coded value, else its words, else those of the statement. -->
<xsl:template name="value-code">
  <xsl:param name="name" select="'code'"/>
  <xsl:choose>
    <xsl:when test="c:value/@code or c:value[c:translation/@code or c:originalText or @displayName]">
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="node" select="c:value[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="{$name}" select="c:text" absent="unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- A document elsewhere; context: externalDocument. -->
<xsl:template name="external-document">
  <xsl:param name="name"/>
  <xsl:variable name="url" select="c:text/c:reference/@value"/>
  <xsl:if test="$url">
    <xsl:if test="substring($url, string-length($url) - 3) = '.pdf' and c:text/@mediaType != 'application/pdf'">
      <ehds:note rule="cda-media-type" severity="warning" select="c:text" found="{c:text/@mediaType}" expected="application/pdf"
          text="the media type does not fit the name of the document"/>
    </xsl:if>
    <ehds:entry name="{$name}" key="concat('external|', $url)" shared="yes">
      <DocumentReference>
        <status value="current"/>
        <ehds:identifier name="masterIdentifier" select="c:id[not(@nullFlavor)][1]"/>
        <ehds:concept name="type" select="c:code"/>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <content><ehds:attachment name="attachment" select="c:text"/></content>
      </DocumentReference>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- ==== AllergyIntolerance; context: allergy observation ======================================================= -->

<!-- Never an allergy out of nothing: without substance and without a coded or written value there is nobody to warn of. -->
<xsl:template name="allergy">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="agent" select="c:participant[@typeCode='CSM']/c:participantRole/c:playingEntity"/>
  <xsl:choose>
    <xsl:when test="c:value/@codeSystem=$absent-unknown">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:value"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="c:code/@codeSystem=$absent-unknown">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:code"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="@negationInd='true' and not($agent) and not(c:value/@code) and ehds:lookup('no-known-allergy', c:code/@code)">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:code"/>
        <xsl:with-param name="table" select="'no-known-allergy'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$agent/c:code[@code or c:translation/@code or ehds:text(.) != '']">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="$agent[1]/c:code[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$agent/c:name[normalize-space()]">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="$agent[1]/c:name[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="c:value[@code or c:translation/@code][ehds:lookup('no-substance', @codeSystem, @code) = '']">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:value[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <ehds:note rule="cda-allergy-without-substance" severity="warning" select="." as="text"
          why="an allergy to nothing: no substance, no value" found="{c:value/@displayName}"
          text="an allergy without a substance is not carried as an allergy; the narrative says what is meant"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The source says that no allergy is known, or that nothing is known of allergies. -->
<xsl:template name="allergy-absence">
  <xsl:param name="name"/>
  <xsl:param name="code"/>
  <xsl:param name="table"/>
  <ehds:entry name="{$name}">
    <AllergyIntolerance>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/allergyintolerance-obl-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'clinicalStatus'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'"/>
        <xsl:with-param name="code" select="'active'"/>
      </xsl:call-template>
      <ehds:concept name="code" select="$code" table="{$table}"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
    </AllergyIntolerance>
  </ehds:entry>
</xsl:template>

<xsl:template name="allergy-to">
  <xsl:param name="name"/>
  <xsl:param name="code"/>
  <ehds:entry name="{$name}">
    <AllergyIntolerance>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/allergyintolerance-obl-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="allergy-status"/>
      <xsl:if test="ehds:lookup('allergy-type', c:code/@code)">
        <ehds:code name="type" select="c:code" table="allergy-type"/>
      </xsl:if>
      <xsl:if test="ehds:lookup('allergy-category', c:code/@code)">
        <ehds:code name="category" select="c:code" table="allergy-category"/>
      </xsl:if>
      <ehds:code name="criticality" select="c:entryRelationship/c:observation[c:code/@code='82606-5']/c:value" table="allergy-criticality"/>
      <xsl:call-template name="concept">
        <xsl:with-param name="node" select="$code"/>
      </xsl:call-template>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="onsetDateTime" select="c:effectiveTime[1]"/>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="recordedDate" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:entryRelationship[@typeCode='MFST']/c:observation">
        <xsl:call-template name="reaction"/>
      </xsl:for-each>
      <xsl:call-template name="comments"/>
    </AllergyIntolerance>
  </ehds:entry>
</xsl:template>

<xsl:template name="allergy-status">
  <xsl:choose>
    <xsl:when test="ehds:lookup('allergy-clinical', c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value/@code)">
      <ehds:concept name="clinicalStatus" select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value" table="allergy-clinical"/>
    </xsl:when>
    <xsl:when test="../../c:statusCode/@code='active'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'clinicalStatus'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'"/>
        <xsl:with-param name="code" select="'active'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><ehds:absent name="clinicalStatus" reason="unknown"/></xsl:otherwise>
  </xsl:choose>
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'verificationStatus'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'"/>
        <xsl:with-param name="code" select="'refuted'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <ehds:concept name="verificationStatus" select="c:entryRelationship/c:observation[c:code/@code='66455-7']/c:value/@code"
          table="allergy-verification"/>
      <ehds:note as="mapped" select="c:entryRelationship/c:observation[c:code/@code='66455-7']"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: the observation of a reaction. One that is negated did not happen. -->
<xsl:template name="reaction">
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no reaction that did not happen" severity="warning"
          text="a negated reaction: carried in the narrative only"/>
    </xsl:when>
    <xsl:otherwise>
      <reaction>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'manifestation'"/>
          <xsl:with-param name="node" select="c:value[1]"/>
        </xsl:call-template>
        <ehds:datetime name="onset" select="c:effectiveTime[1]"/>
        <ehds:code name="severity" select="c:entryRelationship/c:observation[c:code/@code='SEV']/c:value" table="reaction-severity"/>
      </reaction>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== MedicationStatement, Medication; context: substanceAdministration ===================================== -->

<xsl:template name="medication-statement">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="status"/>
  <xsl:variable name="none" select="c:code/@codeSystem=$absent-unknown"/>
  <ehds:entry name="{$name}">
    <MedicationStatement>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/MedicationStatement-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="$status"><status value="{$status}"/></xsl:when>
        <xsl:when test="$none"><status value="unknown"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="medication-status">
            <xsl:with-param name="end" select="c:effectiveTime[not(@operator)]/c:high/@value"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="$none"><ehds:concept name="medicationCodeableConcept" select="c:code"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="medication"/>
          <xsl:call-template name="reasons"/>
          <xsl:call-template name="dosages">
            <xsl:with-param name="name" select="'dosage'"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime[1]/c:*/@value and not(c:effectiveTime[1]/@operator)">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[not(@operator)]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="dateAsserted" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'informationSource'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="comments"/>
    </MedicationStatement>
  </ehds:entry>
</xsl:template>

<!-- statusCode says that the statement is complete, not that the treatment is over: the end of the treatment does. -->
<xsl:template name="medication-status">
  <xsl:param name="end"/>
  <xsl:choose>
    <xsl:when test="@moodCode='EVN' and c:statusCode/@code='completed' and not($end) and not(@negationInd='true')"><status value="active"/></xsl:when>
    <xsl:when test="@negationInd='true'"><status value="not-taken"/></xsl:when>
    <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
    <xsl:when test="c:statusCode/@code='aborted' or c:statusCode/@code='cancelled'"><status value="stopped"/></xsl:when>
    <xsl:when test="c:statusCode/@code='suspended' or c:statusCode/@code='held'"><status value="on-hold"/></xsl:when>
    <xsl:when test="@moodCode!='EVN'"><status value="intended"/></xsl:when>
    <xsl:when test="$end and number(substring(concat($end, '1231'), 1, 8)) &lt; number($today)"><status value="completed"/></xsl:when>
    <xsl:otherwise><status value="active"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- medicationReference; context: substanceAdministration. -->
<xsl:template name="medication">
  <xsl:for-each select="c:consumable/c:manufacturedProduct">
    <xsl:variable name="material" select="c:manufacturedMaterial | c:manufacturedLabeledDrug"/>
    <xsl:variable name="name" select="$material/c:name[normalize-space()]"/>
    <ehds:entry name="medicationReference" key="concat('medication|', ../../c:id/@root, '|', ../../c:id/@extension, '|',
        c:manufacturedMaterial/c:code/@code, c:manufacturedLabeledDrug/c:code/@code)">
      <Medication>
        <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/medication-eu-core"/></meta>
        <xsl:if test="$name">
          <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-productname">
            <ehds:string name="valueString" select="$name"/>
          </extension>
        </xsl:if>
        <xsl:choose>
          <xsl:when test="$material/c:code[@code or c:translation/@code or ehds:text(.) != '']">
            <xsl:call-template name="concept">
              <xsl:with-param name="node" select="$material/c:code[1]"/>
            </xsl:call-template>
          </xsl:when>
          <xsl:otherwise><ehds:concept name="code" select="$name" absent="unknown"/></xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="c:manufacturerOrganization">
          <xsl:call-template name="organization">
            <xsl:with-param name="name" select="'manufacturer'"/>
          </xsl:call-template>
        </xsl:for-each>
        <xsl:for-each select="$material">
          <xsl:call-template name="medication-detail"/>
        </xsl:for-each>
      </Medication>
    </ehds:entry>
  </xsl:for-each>
</xsl:template>

<!-- Context: manufacturedMaterial. Form, ingredients and classes are national extensions of CDA. -->
<xsl:template name="medication-detail">
  <xsl:if test="c:lotNumberText[normalize-space()]">
    <batch><ehds:string name="lotNumber" select="c:lotNumberText"/></batch>
  </xsl:if>
</xsl:template>

<!-- One dosage, or one for each subordinate administration (tapered, split, conditional, combined). -->
<xsl:template name="dosages">
  <xsl:param name="name"/>
  <xsl:variable name="parts" select="c:entryRelationship[@typeCode='COMP']/c:substanceAdministration"/>
  <xsl:choose>
    <xsl:when test="$parts">
      <xsl:for-each select="$parts">
        <xsl:call-template name="dosage">
          <xsl:with-param name="name" select="$name"/>
          <xsl:with-param name="sequence" select="../c:sequenceNumber/@value"/>
          <xsl:with-param name="route" select="c:routeCode | ../../c:routeCode[not(current()/c:routeCode)]"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="dosage">
        <xsl:with-param name="name" select="$name"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="dosage">
  <xsl:param name="name"/>
  <xsl:param name="sequence"/>
  <xsl:param name="route" select="c:routeCode"/>
  <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
    <ehds:string name="sequence" select="$sequence"/>
    <xsl:if test="c:doseQuantity/c:low/c:translation or c:effectiveTime/c:period/c:translation">
      <ehds:string name="text" select="normalize-space(concat(ehds:text(c:doseQuantity/c:low/c:translation), ' ',
          ehds:text(c:effectiveTime[@operator][1]/c:period/c:translation)))"/>
    </xsl:if>
    <ehds:string name="patientInstruction" select="c:entryRelationship/c:act[c:code/@code='PINSTRUCT']/c:text"/>
    <ehds:timing name="timing" select="c:effectiveTime[@operator]"/>
    <xsl:for-each select="c:precondition/c:criterion">
      <ehds:concept name="asNeededCodeableConcept" select="c:text | c:code"/>
    </xsl:for-each>
    <ehds:concept name="site" select="c:approachSiteCode[1]"/>
    <ehds:concept name="route" select="$route" table="route"/>
    <doseAndRate>
      <xsl:choose>
        <xsl:when test="c:doseQuantity/c:low/@value != c:doseQuantity/c:high/@value">
          <ehds:range name="doseRange" select="c:doseQuantity"/>
        </xsl:when>
        <xsl:otherwise><ehds:quantity name="doseQuantity" select="c:doseQuantity"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="c:rateQuantity/c:low/@value != c:rateQuantity/c:high/@value">
          <ehds:range name="rateRange" select="c:rateQuantity"/>
        </xsl:when>
        <xsl:otherwise><ehds:quantity name="rateQuantity" select="c:rateQuantity"/></xsl:otherwise>
      </xsl:choose>
    </doseAndRate>
    <xsl:if test="c:maxDoseQuantity/c:numerator/@value">
      <ehds:ratio name="maxDosePerPeriod" select="c:maxDoseQuantity"/>
    </xsl:if>
  </xsl:element>
  <xsl:call-template name="dosage-check"/>
</xsl:template>

<!-- Context: substanceAdministration; for a country that knows how its narrative writes a dose. -->
<xsl:template name="dosage-check"/>

<!-- ==== Procedure; context: procedure ========================================================================= -->

<xsl:template name="procedure">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}">
    <Procedure>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/procedure-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="c:code/@codeSystem=$absent-unknown"><status value="unknown"/></xsl:when>
        <xsl:when test="@negationInd='true'"><status value="not-done"/></xsl:when>
        <xsl:otherwise>
          <ehds:code name="status" select="c:statusCode" table="procedure-status" default="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="procedure-code"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="performedPeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="performedDateTime" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:performer">
        <performer>
          <xsl:call-template name="actor">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode"/>
      <xsl:if test="c:approachSiteCode/@code">
        <note>
          <text value="{concat($approach, normalize-space(concat(c:approachSiteCode/@displayName, ' (', c:approachSiteCode/@code, ')')))}"/>
        </note>
      </xsl:if>
      <xsl:call-template name="comments"/>
      <xsl:for-each select="c:participant[@typeCode='DEV']/c:participantRole">
        <xsl:call-template name="device">
          <xsl:with-param name="name" select="'usedReference'"/>
        </xsl:call-template>
      </xsl:for-each>
    </Procedure>
  </ehds:entry>
</xsl:template>

<xsl:variable name="approach" select="'Approach: '"/>

<!-- What was, is or will be done: the code, else the words. -->
<xsl:template name="procedure-code">
  <xsl:param name="name" select="'code'"/>
  <xsl:choose>
    <xsl:when test="c:code[@code or c:translation/@code or c:originalText or @displayName]">
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="$name"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="{$name}" select="c:text" absent="unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== DeviceUseStatement; context: supply ===================================================================== -->

<xsl:template name="device-use">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="end" select="c:effectiveTime/c:high/@value"/>
  <ehds:entry name="{$name}">
    <DeviceUseStatement>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/deviceUseStatement-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="@moodCode!='EVN'"><status value="intended"/></xsl:when>
        <xsl:when test="$end and number(substring(concat($end, '1231'), 1, 8)) &lt; number($today)"><status value="completed"/></xsl:when>
        <xsl:otherwise><status value="active"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="timingPeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="timingDateTime" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="recordedOn" select="c:author[1]/c:time"/>
      <xsl:choose>
        <xsl:when test="c:participant[@typeCode='DEV']/c:participantRole">
          <xsl:for-each select="c:participant[@typeCode='DEV'][1]/c:participantRole">
            <xsl:call-template name="device">
              <xsl:with-param name="name" select="'device'"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise>
          <ehds:entry name="device">
            <Device>
              <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/device-eu-eps"/></meta>
              <ehds:concept name="type" select="c:code" absent="unknown"/>
              <ehds:reference name="patient" key="'patient'" type="Patient"/>
            </Device>
          </ehds:entry>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode[1]"/>
      <xsl:call-template name="comments"/>
    </DeviceUseStatement>
  </ehds:entry>
</xsl:template>

<!-- Context: participantRole of a device. -->
<xsl:template name="device">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}">
    <Device>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/device-eu-eps"/></meta>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor)]"/>
      <xsl:for-each select="c:id[@root='2.51.1.1']">
        <udiCarrier>
          <ehds:string name="deviceIdentifier" select="@extension"/>
          <issuer value="http://hl7.org/fhir/NamingSystem/gs1-di"/>
        </udiCarrier>
      </xsl:for-each>
      <xsl:for-each select="c:playingDevice">
        <ehds:string name="modelNumber" select="c:manufacturerModelName"/>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'type'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
    </Device>
  </ehds:entry>
</xsl:template>

<!-- ==== Immunization; context: substanceAdministration ======================================================== -->

<xsl:template name="immunization">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="none" select="c:code[@codeSystem=$absent-unknown]"/>
  <xsl:variable name="material" select="c:consumable/c:manufacturedProduct/c:manufacturedMaterial"/>
  <xsl:variable name="rank" select="c:entryRelationship/c:observation[c:code/@code='30973-2'][1]"/>
  <ehds:entry name="{$name}">
    <Immunization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/immunization-eu-core"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="$none or @negationInd='true' or c:statusCode/@code='aborted' or c:statusCode/@code='cancelled'">
          <status value="not-done"/>
        </xsl:when>
        <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
        <xsl:otherwise><status value="completed"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="$none"><ehds:concept name="vaccineCode" select="$none"/></xsl:when>
        <xsl:when test="$material/c:code[@code or c:translation/@code or ehds:text(.) != '']">
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'vaccineCode'"/>
            <xsl:with-param name="node" select="$material/c:code[1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise><ehds:concept name="vaccineCode" select="$material/c:name[1]" absent="unknown"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]" absent="unknown"/>
      <xsl:for-each select="c:consumable/c:manufacturedProduct/c:manufacturerOrganization">
        <xsl:call-template name="organization">
          <xsl:with-param name="name" select="'manufacturer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:string name="lotNumber" select="$material/c:lotNumberText"/>
      <ehds:concept name="site" select="c:approachSiteCode[1]"/>
      <ehds:concept name="route" select="c:routeCode" table="route"/>
      <ehds:quantity name="doseQuantity" select="c:doseQuantity"/>
      <xsl:for-each select="c:performer">
        <performer>
          <function>
            <coding>
              <system value="http://terminology.hl7.org/CodeSystem/v2-0443"/>
              <code value="AP"/>
            </coding>
          </function>
          <xsl:call-template name="actor">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
      <xsl:for-each select="c:entryRelationship[@typeCode='CAUS']/c:observation[not(@negationInd='true')]">
        <reaction>
          <ehds:datetime name="date" select="c:effectiveTime"/>
          <xsl:call-template name="observation">
            <xsl:with-param name="name" select="'detail'"/>
          </xsl:call-template>
        </reaction>
      </xsl:for-each>
      <xsl:if test="$rank or c:code[@code='INITIMMUNIZ' or @code='BOOSTER']">
        <protocolApplied>
          <ehds:string name="series" select="c:code[@code='INITIMMUNIZ' or @code='BOOSTER']/@displayName"/>
          <xsl:choose>
            <xsl:when test="$rank/c:value/@value &gt; 0">
              <ehds:string name="doseNumberPositiveInt" select="$rank/c:value/@value"/>
              <ehds:note as="mapped" select="$rank"/>
            </xsl:when>
            <xsl:otherwise><ehds:absent name="doseNumberString" reason="unknown"/></xsl:otherwise>
          </xsl:choose>
        </protocolApplied>
      </xsl:if>
    </Immunization>
  </ehds:entry>
</xsl:template>

<!-- A vaccine that is recommended; context: substanceAdministration. -->
<xsl:template name="immunization-recommendation">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="material" select="c:consumable/c:manufacturedProduct/c:manufacturedMaterial"/>
  <ehds:entry name="{$name}">
    <ImmunizationRecommendation>
      <xsl:call-template name="identifier"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="date" select="/c:ClinicalDocument/c:effectiveTime" mark="no"/>
      <recommendation>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'vaccineCode'"/>
          <xsl:with-param name="node" select="$material/c:code[1]"/>
        </xsl:call-template>
        <ehds:absent name="forecastStatus" reason="unknown"/>
        <xsl:if test="c:effectiveTime/c:low/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="30981-5"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime/c:low"/>
          </dateCriterion>
        </xsl:if>
        <xsl:if test="c:effectiveTime/c:high/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="59777-3"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime/c:high"/>
          </dateCriterion>
        </xsl:if>
        <xsl:if test="c:effectiveTime/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="30980-7"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime"/>
          </dateCriterion>
        </xsl:if>
        <xsl:call-template name="comments">
          <xsl:with-param name="place" select="'description'"/>
        </xsl:call-template>
      </recommendation>
    </ImmunizationRecommendation>
  </ehds:entry>
</xsl:template>

<!-- ==== Observation; context: observation ===================================================================== -->

<!-- A negated observation has no counterpart in R4 and would turn into its opposite: it stays in the narrative. -->
<xsl:template name="observation">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="profile"/>
  <xsl:param name="category"/>
  <xsl:param name="code-table"/>
  <xsl:param name="value-table"/>
  <xsl:param name="counted" select="false()"/>	<!-- a whole number is a quantity -->
  <xsl:param name="instant" select="false()"/>
  <xsl:param name="performer" select="c:performer | c:author"/>
  <xsl:param name="performed" select="false()"/>
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no negated observation" severity="warning"
          text="a negated observation: carried in the narrative only"/>
    </xsl:when>
    <xsl:otherwise>
      <ehds:entry name="{$name}">
        <Observation>
          <xsl:if test="$profile"><meta><profile value="{$profile}"/></meta></xsl:if>
          <xsl:call-template name="identifier"/>
          <ehds:code name="status" select="c:statusCode" table="observation-status" default="unknown"/>
          <xsl:if test="$category">
            <xsl:call-template name="coded">
              <xsl:with-param name="name" select="'category'"/>
              <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/observation-category'"/>
              <xsl:with-param name="code" select="$category"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:choose>
            <xsl:when test="$code-table"><ehds:concept name="code" select="c:code" table="{$code-table}"/></xsl:when>
            <xsl:otherwise><xsl:call-template name="procedure-code"/></xsl:otherwise>
          </xsl:choose>
          <ehds:reference name="subject" key="'patient'" type="Patient"/>
          <xsl:choose>
            <xsl:when test="not($instant) and (c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value)">
              <ehds:period name="effectivePeriod" select="c:effectiveTime[1]"/>
            </xsl:when>
            <xsl:when test="$profile">
              <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]" absent="unknown"/>
            </xsl:when>
            <xsl:otherwise><ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
          </xsl:choose>
          <xsl:choose>
            <xsl:when test="$performer">
              <xsl:for-each select="$performer[1]">
                <xsl:call-template name="actor">
                  <xsl:with-param name="name" select="'performer'"/>
                </xsl:call-template>
              </xsl:for-each>
            </xsl:when>
            <xsl:when test="$performed"><ehds:absent name="performer" reason="unknown"/></xsl:when>
          </xsl:choose>
          <xsl:call-template name="observation-value">
            <xsl:with-param name="table" select="$value-table"/>
            <xsl:with-param name="counted" select="$counted"/>
          </xsl:call-template>
          <ehds:concept name="interpretation" select="c:interpretationCode"/>
          <xsl:call-template name="comments"/>
          <ehds:concept name="bodySite" select="c:targetSiteCode[1]"/>
          <ehds:concept name="method" select="c:methodCode[1]"/>
          <xsl:for-each select="c:referenceRange/c:observationRange">
            <referenceRange>
              <ehds:quantity name="low" select="c:value/c:low"/>
              <ehds:quantity name="high" select="c:value/c:high"/>
              <xsl:if test="c:interpretationCode/@code='N'">
                <type>
                  <coding>
                    <system value="http://terminology.hl7.org/CodeSystem/referencerange-meaning"/>
                    <code value="normal"/>
                  </coding>
                </type>
              </xsl:if>
              <ehds:string name="text" select="c:text"/>
            </referenceRange>
          </xsl:for-each>
        </Observation>
      </ehds:entry>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- $type ends the name of the data type: TS and IVL_TS with a value are a point in time, INT a whole number.
  Body height in metres: R4 binds the vital sign to centimetres and inches. -->
<xsl:template name="observation-value">
  <xsl:param name="table"/>
  <xsl:param name="counted"/>
  <xsl:variable name="type" select="substring(c:value[1]/@xsi:type, string-length(c:value[1]/@xsi:type) - 1)"/>
  <xsl:choose>
    <xsl:when test="($type='CD' or $type='CE' or $type='CV') and c:value[@code or c:translation/@code or ehds:text(.) != '']">
      <xsl:choose>
        <xsl:when test="$table"><ehds:concept name="valueCodeableConcept" select="c:value[1]" table="{$table}"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'valueCodeableConcept'"/>
            <xsl:with-param name="node" select="c:value[1]"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="$type='TS' and c:value/@value"><ehds:datetime name="valueDateTime" select="c:value[1]"/></xsl:when>
    <xsl:when test="$counted and $type='NT' and c:value/@value"><ehds:quantity name="valueQuantity" select="c:value[1]"/></xsl:when>
    <xsl:when test="c:code/@code='8302-2' and c:value/@unit='m'">
      <valueQuantity>
        <value value="{format-number(c:value/@value * 100, '0.##')}"/>
        <unit value="cm"/>
        <system value="http://unitsofmeasure.org"/>
        <code value="cm"/>
      </valueQuantity>
      <ehds:note rule="cda-unit-converted" select="c:value" found="{c:value/@value} m" expected="cm" as="mapped"
          text="metres became centimetres: the FHIR profile of body height knows centimetres and inches"/>
    </xsl:when>
    <xsl:when test="c:value[@value or c:low or c:high or c:center or c:numerator or normalize-space()]">
      <ehds:value name="value" select="c:value[1]"/>
    </xsl:when>
    <xsl:when test="c:value/@nullFlavor">
      <ehds:concept name="dataAbsentReason" select="c:value/@nullFlavor" table="data-absent"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'dataAbsentReason'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/data-absent-reason'"/>
        <xsl:with-param name="code" select="'unknown'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== DiagnosticReport; context: organizer ================================================================== -->

<xsl:template name="diagnostic-report">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="category"/>
  <xsl:variable name="performer" select="c:performer | c:author[not(../c:performer)]"/>
  <ehds:entry name="{$name}">
    <DiagnosticReport>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/diagnosticReport-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <ehds:code name="status" select="c:statusCode" table="report-status" default="unknown"/>
      <ehds:concept name="code" select="c:code" absent="unknown"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:when test="c:effectiveTime/@value">
          <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="effectiveDateTime" select="(c:component/c:observation/c:effectiveTime)[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="$performer[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:component/c:observation">
        <xsl:call-template name="observation">
          <xsl:with-param name="name" select="'result'"/>
          <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/medicalTestResult-eu-core'"/>
          <xsl:with-param name="category" select="$category"/>
          <xsl:with-param name="performer" select="c:performer | c:author[not(../c:performer)] |
              $performer[not(current()/c:performer or current()/c:author)]"/>
          <xsl:with-param name="performed" select="true()"/>
        </xsl:call-template>
      </xsl:for-each>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- ==== ClinicalImpression; context: organizer of assessments, or one assessment ================================ -->

<xsl:template name="clinical-impression">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}" key="concat('assessment|', c:id/@root, '|', c:id/@extension)">
    <ClinicalImpression>
      <status value="completed"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
      </xsl:choose>
      <investigation>
        <xsl:choose>
          <xsl:when test="self::c:organizer and c:code/@code">
            <ehds:concept name="code" select="c:code"/>
          </xsl:when>
          <xsl:otherwise>
            <ehds:concept name="code" select="ancestor::c:section[1]/c:code" mark="no"/>
          </xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="c:component/c:observation | self::c:observation">
          <xsl:call-template name="observation">
            <xsl:with-param name="name" select="'item'"/>
            <xsl:with-param name="category" select="'exam'"/>
          </xsl:call-template>
        </xsl:for-each>
      </investigation>
    </ClinicalImpression>
  </ehds:entry>
</xsl:template>

<!-- ==== FamilyMemberHistory; context: organizer =============================================================== -->

<xsl:template name="family-history">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="relative" select="c:subject/c:relatedSubject"/>
  <ehds:entry name="{$name}">
    <FamilyMemberHistory>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
        <xsl:when test="c:statusCode/@code='active'"><status value="partial"/></xsl:when>
        <xsl:otherwise><status value="completed"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:concept name="relationship" select="$relative/c:code" absent="unknown"/>
      <ehds:concept name="sex" select="$relative/c:subject/c:administrativeGenderCode" table="administrative-gender"/>
      <ehds:date name="bornDate" select="$relative/c:subject/c:birthTime"/>
      <xsl:for-each select="c:component/c:observation">
        <xsl:choose>
          <xsl:when test="@negationInd='true'">
            <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no condition that a relative does not have" severity="warning"
                text="a negated condition of a relative: carried in the narrative only"/>
          </xsl:when>
          <xsl:otherwise>
            <condition>
              <xsl:choose>
                <xsl:when test="c:value[@code or c:translation/@code or ehds:text(.) != '']">
                  <xsl:call-template name="concept">
                    <xsl:with-param name="node" select="c:value[1]"/>
                  </xsl:call-template>
                </xsl:when>
                <xsl:otherwise><ehds:concept name="code" select="c:text" absent="unknown"/></xsl:otherwise>
              </xsl:choose>
              <ehds:quantity name="onsetAge" select="c:entryRelationship/c:observation[c:code/@code='397659008' or
                  c:code/@code='445518008'][1]/c:value"/>
              <xsl:call-template name="comments"/>
            </condition>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
    </FamilyMemberHistory>
  </ehds:entry>
</xsl:template>

<!-- ==== DocumentReference; context: observationMedia ============================================================ -->

<xsl:template name="media">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="type"/>
  <xsl:param name="title" select="ehds:text($type)"/>
  <ehds:entry name="{$name}" key="concat('media|', @ID, '|', c:id/@root, '|', c:id/@extension)">
    <DocumentReference>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor)]"/>
      <status value="current"/>
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="'type'"/>
        <xsl:with-param name="node" select="$type"/>
      </xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:for-each select="parent::c:entryRelationship/parent::c:observation">
        <xsl:call-template name="comments">
          <xsl:with-param name="place" select="'description'"/>
        </xsl:call-template>
        <ehds:note as="mapped" select="."/>
      </xsl:for-each>
      <content>
        <ehds:attachment name="attachment" select="c:value" title="{$title}"/>
      </content>
    </DocumentReference>
  </ehds:entry>
</xsl:template>

<!-- ==== Flag ======================================================================================================== -->

<!-- Context: observation or act. -->
<xsl:template name="flag">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}">
    <Flag>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/flag-patient-eu-core"/></meta>
      <xsl:call-template name="identifier"/>
      <status value="active"/>
      <xsl:choose>
        <xsl:when test="c:value[@code or c:translation/@code or ehds:text(.) != '']">
          <xsl:call-template name="concept">
            <xsl:with-param name="node" select="c:value[1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:when test="ehds:text(c:text) != ''"><ehds:concept name="code" select="c:text"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="concept"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:period name="period" select="c:effectiveTime[c:low/@value or c:high/@value]"/>
    </Flag>
  </ehds:entry>
</xsl:template>

<!-- An alert that stands in the narrative only; context: a table row, paragraph or list item. -->
<xsl:template name="flag-of-text">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="text" select="normalize-space(ehds:text(.))"/>
  <xsl:if test="string-length($text) &gt; 29 or ($text and not(ehds:lookup('placeholder', translate($text, $upper, $lower))))">
    <ehds:entry name="{$name}" key="concat('flag|', $text)">
      <Flag>
        <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/flag-patient-eu-core"/></meta>
        <status value="active"/>
        <code><text value="{$text}"/></code>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
      </Flag>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- ==== AdverseEvent; context: observation of an adverse effect ================================================ -->

<xsl:template name="adverse-event">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="reactions" select="c:entryRelationship[@typeCode='MFST']/c:observation[not(@negationInd='true')]"/>
  <ehds:entry name="{$name}">
    <AdverseEvent>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor)][1]"/>
      <xsl:call-template name="comments">
        <xsl:with-param name="place" select="'description'"/>
      </xsl:call-template>
      <actuality value="actual"/>
      <ehds:concept name="category" select="c:code"/>
      <xsl:for-each select="$reactions[1]">
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'event'"/>
          <xsl:with-param name="node" select="c:value[1]"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="date" select="c:effectiveTime"/>
      <xsl:for-each select="$reactions">
        <xsl:call-template name="condition">
          <xsl:with-param name="name" select="'resultingCondition'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:concept name="seriousness" select="c:entryRelationship/c:observation[c:code/@code='94030-4']/c:value"/>
      <ehds:concept name="outcome" select="c:entryRelationship/c:observation[c:code/@code=$outcome-code]/c:value" table="adverse-event-outcome"/>
      <xsl:for-each select="c:entryRelationship/c:substanceAdministration">
        <suspectEntity>
          <xsl:call-template name="medication-statement">
            <xsl:with-param name="name" select="'instance'"/>
            <xsl:with-param name="status" select="'unknown'"/>
          </xsl:call-template>
          <xsl:for-each select="../../c:entryRelationship/c:observation[c:code/@code=$causality-code]">
            <causality><ehds:concept name="assessment" select="c:value"/></causality>
          </xsl:for-each>
        </suspectEntity>
      </xsl:for-each>
    </AdverseEvent>
  </ehds:entry>
</xsl:template>

<!-- The codes by which a country's document marks outcome and causality. -->
<xsl:variable name="outcome-code" select="''"/>
<xsl:variable name="causality-code" select="''"/>

<!-- ==== CarePlan; context: section ============================================================================= -->

<!-- Recommended vaccines stand beside the plan (immunization-recommendation), everything else is its activity or goal. -->
<xsl:template name="care-plan">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="parts" select="c:entry/*[not(c:templateId/@root=$recommended-vaccine)]"/>
  <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
  <xsl:if test="$parts or ($text and not(c:entry) and not(ehds:lookup('placeholder', translate($text, $upper, $lower))))">
    <ehds:entry name="{$name}" key="'care-plan'">
      <CarePlan>
        <status value="active"/>
        <intent value="plan"/>
        <ehds:string name="title" select="c:title" mark="no"/>
        <xsl:if test="not(c:entry)"><ehds:string name="description" select="c:text" mark="no"/></xsl:if>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <ehds:datetime name="created" select="/c:ClinicalDocument/c:effectiveTime" mark="no"/>
        <xsl:for-each select="$parts">
          <xsl:call-template name="planned"/>
        </xsl:for-each>
      </CarePlan>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<xsl:variable name="recommended-vaccine" select="'1.3.6.1.4.1.19376.1.5.3.1.4.12.2'"/>	<!-- IHE PCC, Immunization Recommendation -->

<!-- What was done is no activity to come; everything else in a plan is planned, also where the mood says EVN but the act still runs. -->
<xsl:template name="planned">
  <xsl:choose>
    <xsl:when test="self::c:procedure and @moodCode='EVN' and c:statusCode/@code='completed'">
      <activity>
        <xsl:call-template name="procedure">
          <xsl:with-param name="name" select="'outcomeReference'"/>
        </xsl:call-template>
      </activity>
    </xsl:when>
    <xsl:when test="@moodCode='GOL'"><xsl:call-template name="goal"/></xsl:when>
    <xsl:when test="self::c:substanceAdministration">
      <activity><xsl:call-template name="medication-request"/></activity>
    </xsl:when>
    <xsl:when test="self::c:encounter">
      <activity><xsl:call-template name="appointment"/></activity>
    </xsl:when>
    <xsl:when test="self::c:supply">
      <activity><xsl:call-template name="device-request"/></activity>
    </xsl:when>
    <xsl:when test="self::c:observation or self::c:procedure or self::c:act">
      <activity><xsl:call-template name="service-request"/></activity>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- status and intent of a request; context: the planned act. -->
<xsl:template name="request-state">
  <ehds:code name="status" select="c:statusCode" table="request-status" default="active"/>
  <xsl:choose>
    <xsl:when test="@moodCode='EVN'">
      <intent value="plan"/>
      <ehds:note rule="cda-plan-mood" severity="warning" select="." found="EVN" expected="INT"
          text="an act of the plan that has not been done says that it happened: it is carried as planned"/>
    </xsl:when>
    <xsl:otherwise><ehds:code name="intent" select="@moodCode" table="request-intent" default="plan"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="service-request">
  <ehds:entry name="reference">
    <ServiceRequest>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="request-state"/>
      <xsl:if test="c:priorityCode/@code"><ehds:code name="priority" select="c:priorityCode" table="request-priority"/></xsl:if>
      <xsl:call-template name="procedure-code"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="occurrencePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="authoredOn" select="c:author[1]/c:time"/>
      <xsl:for-each select="c:author[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'requester'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:performer[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode"/>
      <xsl:call-template name="comments"/>
    </ServiceRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="medication-request">
  <ehds:entry name="reference">
    <MedicationRequest>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/medicationrequest-obl-eu-eps"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
        <xsl:when test="c:statusCode/@code='aborted' or c:statusCode/@code='cancelled'"><status value="cancelled"/></xsl:when>
        <xsl:when test="c:statusCode/@code='suspended' or c:statusCode/@code='held'"><status value="on-hold"/></xsl:when>
        <xsl:otherwise><status value="active"/></xsl:otherwise>
      </xsl:choose>
      <ehds:code name="intent" select="@moodCode" table="request-intent" default="plan"/>
      <xsl:if test="@negationInd='true'"><doNotPerform value="true"/></xsl:if>
      <xsl:call-template name="medication"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="authoredOn" select="c:author[1]/c:time"/>
      <xsl:for-each select="c:author[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'requester'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
      <xsl:if test="c:effectiveTime or c:routeCode or c:doseQuantity or c:entryRelationship/c:substanceAdministration">
        <xsl:call-template name="dosages">
          <xsl:with-param name="name" select="'dosageInstruction'"/>
        </xsl:call-template>
      </xsl:if>
    </MedicationRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="device-request">
  <ehds:entry name="reference">
    <DeviceRequest>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="request-state"/>
      <xsl:choose>
        <xsl:when test="c:participant[@typeCode='DEV']/c:participantRole/c:playingDevice/c:code">
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'codeCodeableConcept'"/>
            <xsl:with-param name="node" select="c:participant[@typeCode='DEV'][1]/c:participantRole/c:playingDevice/c:code[1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise><ehds:concept name="codeCodeableConcept" select="c:code | c:text[not(../c:code)]" absent="unknown"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]"/>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
    </DeviceRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="goal">
  <ehds:entry name="goal">
    <Goal>
      <xsl:call-template name="identifier"/>
      <lifecycleStatus value="proposed"/>
      <xsl:call-template name="procedure-code">
        <xsl:with-param name="name" select="'description'"/>
      </xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <target><ehds:date name="dueDate" select="c:effectiveTime"/></target>
      <xsl:call-template name="comments"/>
    </Goal>
  </ehds:entry>
</xsl:template>

<!-- A meeting that is planned. R4 lets only proposed ones go without start and end (app-3), and CDA gives days. -->
<xsl:template name="appointment">
  <ehds:entry name="reference">
    <Appointment>
      <xsl:call-template name="identifier"/>
      <status value="proposed"/>
      <ehds:concept name="serviceType" select="c:code"/>
      <xsl:call-template name="comments">
        <xsl:with-param name="place" select="'comment'"/>
      </xsl:call-template>
      <participant>
        <ehds:reference name="actor" key="'patient'" type="Patient"/>
        <status value="needs-action"/>
      </participant>
      <xsl:for-each select="c:performer">
        <participant>
          <xsl:call-template name="actor">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
          <status value="needs-action"/>
        </participant>
      </xsl:for-each>
      <xsl:for-each select="c:participant[@typeCode='LOC']/c:participantRole[c:playingEntity/c:name or c:addr[not(@nullFlavor)]]">
        <participant>
          <ehds:entry name="actor" key="concat('place|', c:id/@root, '|', c:id/@extension, '|', c:playingEntity/c:name)" shared="yes">
            <Location>
              <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/location-eu-core"/></meta>
              <ehds:identifier name="identifier" select="c:id[not(@nullFlavor)]"/>
              <ehds:orgname name="name" select="c:playingEntity/c:name[1]"/>
              <ehds:concept name="type" select="c:code"/>
              <ehds:telecom name="telecom" select="c:telecom"/>
              <ehds:address name="address" select="c:addr[1]"/>
            </Location>
          </ehds:entry>
          <status value="needs-action"/>
        </participant>
      </xsl:for-each>
      <xsl:if test="c:effectiveTime[@value or c:low/@value or c:high/@value]">
        <requestedPeriod>
          <ehds:datetime name="start" select="c:effectiveTime[1]"/>
          <xsl:choose>
            <xsl:when test="c:effectiveTime/@value"><ehds:datetime name="end" select="c:effectiveTime/@value"/></xsl:when>
            <xsl:otherwise><ehds:datetime name="end" select="c:effectiveTime/c:high"/></xsl:otherwise>
          </xsl:choose>
        </requestedPeriod>
      </xsl:if>
    </Appointment>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
