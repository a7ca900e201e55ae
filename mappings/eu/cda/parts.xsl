<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What many clinical statements have: codes, identifiers, comments, reasons, actors. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- The profiles of the guide that the document is made for. These are those of the patient summary, which
  laboratory reports do not use; another frame has its own, and stands above this file in the order of imports. -->
<xsl:variable name="profile-condition"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/condition-obl-eu-eps'"/>
<xsl:variable name="profile-allergy"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/allergyintolerance-obl-eu-eps'"/>
<xsl:variable name="profile-medication-statement"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/MedicationStatement-eu-eps'"/>
<xsl:variable name="profile-medication-request"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/medicationrequest-obl-eu-eps'"/>
<xsl:variable name="profile-procedure" select="'http://hl7.eu/fhir/eps/StructureDefinition/procedure-eu-eps'"/>
<xsl:variable name="profile-device" select="'http://hl7.eu/fhir/eps/StructureDefinition/device-eu-eps'"/>
<xsl:variable name="profile-device-use"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/deviceUseStatement-eu-eps'"/>
<xsl:variable name="profile-report"
    select="'http://hl7.eu/fhir/eps/StructureDefinition/diagnosticReport-eu-eps'"/>
<xsl:variable name="profile-care-plan" select="''"/>

<!-- IHE PCC: Allergy and Intolerance Concern; Immunization Recommendation. -->
<xsl:variable name="allergy-template" select="'1.3.6.1.4.1.19376.1.5.3.1.4.6'"/>
<xsl:variable name="recommended-vaccine" select="'1.3.6.1.4.1.19376.1.5.3.1.4.12.2'"/>
<xsl:variable name="absent-unknown" select="'2.16.840.1.113883.5.1150.1'"/>
<xsl:variable name="upper" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÄÇÈÉÊËÎÏÔÖÙÛÜ'"/>
<xsl:variable name="lower" select="'abcdefghijklmnopqrstuvwxyzàâäçèéêëîïôöùûü'"/>
<xsl:variable name="today" select="substring(/c:ClinicalDocument/c:effectiveTime/@value, 1, 8)"/>

<!-- ==== Parts that many statements have ====================================================== -->

<!-- A coded value with the table of its code system. -->
<xsl:template name="concept">
  <xsl:param name="name" select="'code'"/>
  <xsl:param name="node" select="c:code"/>
  <xsl:param name="absent"/>
  <ehds:concept name="{$name}" select="$node" absent="{$absent}"/>
</xsl:template>

<!-- A coded value that a resource must have; else the words of the statement, else the word that they are missing. -->
<xsl:template name="code-or-text">
  <xsl:param name="name" select="'code'"/>
  <xsl:param name="node" select="c:code[1]"/>
  <xsl:choose>
    <xsl:when test="$node[@code or c:translation/@code or c:originalText or @displayName or normalize-space()]">
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="node" select="$node"/>
        <xsl:with-param name="absent" select="'unknown'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="{$name}" select="c:text" absent="unknown"/></xsl:otherwise>
  </xsl:choose>
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

<!-- An identifier that several statements share identifies none of them; the receiver would take them for
  one. Acts do not count: they are concerns, which may share the id of their only problem, and references
  to a reason. -->
<xsl:template name="identifier">
  <xsl:for-each select="c:id[not(@nullFlavor) or @root]">
    <xsl:choose>
      <xsl:when test="ehds:identified(@root, @extension)[not(self::c:act)][2]">
        <ehds:note rule="cda-id-shared" select="." found="{@root}"
            text="several statements have this id: it is left out"/>
      </xsl:when>
      <xsl:when test="@nullFlavor and not(@extension)">
        <ehds:note rule="cda-id-null" select="." found="{@root}"
            text="an id that is said to be unknown: its root names who would give it, and is no identifier"/>
      </xsl:when>
      <xsl:otherwise><ehds:identifier name="identifier" select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- Comments as notes, or as $place where the resource has none: a string (the first comment), or
  'extension'. A placeholder is no comment, and one whose reference dangles has been reported. -->
<xsl:template name="comments">
  <xsl:param name="place"/>
  <xsl:for-each select="c:entryRelationship/c:act[c:code/@code='48767-8']">
    <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
    <xsl:choose>
      <xsl:when test="string-length($text) &lt; 30 and
              ehds:lookup('placeholder', translate($text, $upper, $lower))">
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
        <ehds:note rule="cda-comment" select="." as="text" severity="warning"
            why="the resource has room for one comment"
            text="a second comment: carried in the narrative only"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:call-template name="acts-unread"/>
</xsl:template>

<!-- Acts within a statement are comments, instructions, receipts of a specimen, substitutions. One whose code says something else is
  not guessed at. -->
<xsl:template name="acts-unread">
  <xsl:for-each select="c:entryRelationship[@typeCode='SUBJ' or @typeCode='COMP']/c:act
      [not(contains(' 48767-8 PINSTRUCT FINSTRUCT SPRECEIVE ', concat(' ', c:code/@code, ' ')))]
      [not(c:code/@codeSystem='2.16.840.1.113883.5.1070')][not(c:entryRelationship)]">
    <ehds:note rule="cda-act-unread" severity="warning" select="." found="{c:code/@code} {c:code/@displayName}"
        text="an act within a statement is of no kind that is read: what it says stands in the narrative only"/>
  </xsl:for-each>
</xsl:template>

<!-- Why: a problem of this document where identifier (of the problem or its concern) and code agree, else
  what the reason says itself. -->
<xsl:template name="reasons">
  <xsl:for-each select="c:entryRelationship[@typeCode='RSON']/*">
    <xsl:variable name="code" select="(c:value | c:code)[@code][last()]"/>
    <xsl:variable name="named" select="ehds:identified(c:id/@root, c:id/@extension)"/>
    <xsl:variable name="problem"
        select="($named[self::c:observation] | $named/c:entryRelationship/c:observation)
            [c:value/@code = $code/@code][parent::c:entryRelationship/parent::c:act/parent::c:entry]
            [not(c:templateId/@root=$allergy-template)][1]"/>
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
  <xsl:for-each select="(c:assignedAuthor | c:assignedEntity)[1]">
    <xsl:call-template name="role">
      <xsl:with-param name="name" select="$name"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
