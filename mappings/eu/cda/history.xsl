<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Relatives, attached documents, alerts, adverse effects. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== FamilyMemberHistory; context: organizer ============================================== -->

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
      <ehds:concept name="sex" select="$relative/c:subject/c:administrativeGenderCode"
          table="administrative-gender"/>
      <ehds:date name="bornDate" select="$relative/c:subject/c:birthTime"/>
      <xsl:for-each select="c:component/c:observation">
        <xsl:choose>
          <xsl:when test="@negationInd='true'">
            <ehds:note rule="cda-negated" select="." as="text"
                why="FHIR R4 has no condition that a relative does not have" severity="warning"
                text="a negated condition of a relative: carried in the narrative only"/>
          </xsl:when>
          <xsl:otherwise>
            <condition>
              <xsl:call-template name="code-or-text">
                <xsl:with-param name="node" select="c:value[1]"/>
              </xsl:call-template>
              <ehds:quantity name="onsetAge"
                  select="c:entryRelationship/c:observation[c:code/@code='397659008' or
                      c:code/@code='445518008'][1]/c:value"/>
              <xsl:call-template name="comments"/>
            </condition>
          </xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
    </FamilyMemberHistory>
  </ehds:entry>
</xsl:template>

<!-- ==== DocumentReference; context: observationMedia ========================================= -->

<xsl:template name="media">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="type"/>
  <xsl:param name="title" select="ehds:text($type)"/>
  <ehds:entry name="{$name}" key="concat('media|', @ID, '|', c:id/@root, '|', c:id/@extension)">
    <DocumentReference>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root]"/>
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
        <ehds:attachment name="attachment" select="c:value" title="{$title}" absent="unknown"/>
      </content>
    </DocumentReference>
  </ehds:entry>
</xsl:template>

<!-- ==== Flag ================================================================================= -->

<!-- Context: observation or act. -->
<xsl:template name="flag">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}">
    <Flag>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/flag-patient-eu-core"/></meta>
      <xsl:call-template name="identifier"/>
      <status value="active"/>
      <xsl:choose>
        <xsl:when test="c:value or ehds:text(c:text) != ''">
          <xsl:call-template name="code-or-text">
            <xsl:with-param name="node" select="c:value[1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="code-or-text"/></xsl:otherwise>
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
  <xsl:if test="string-length($text) &gt; 29 or ($text and
          not(ehds:lookup('placeholder', translate($text, $upper, $lower))))">
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

<!-- ==== AdverseEvent; context: observation of an adverse effect ============================== -->

<xsl:template name="adverse-event">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="reactions"
      select="c:entryRelationship[@typeCode='MFST']/c:observation[not(@negationInd='true')]"/>
  <ehds:entry name="{$name}">
    <AdverseEvent>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root][1]"/>
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
      <ehds:concept name="seriousness"
          select="c:entryRelationship/c:observation[c:code/@code='94030-4']/c:value"/>
      <ehds:concept name="outcome"
          select="c:entryRelationship/c:observation[c:code/@code=$outcome-code]/c:value"
          table="adverse-event-outcome"/>
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
</xsl:stylesheet>
