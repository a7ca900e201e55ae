<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What the entries of the CI-SIS sections become, in patient summaries and discharge letters alike. The slot
  is the LOINC code of the European section that the source's section goes into. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- A concern (act) only holds its problems or allergies together: it is mapped with them. -->

<xsl:template name="clinical-entries">
  <xsl:param name="slot"/>
  <xsl:choose>
    <xsl:when test="$slot='11450-4'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="condition">
          <xsl:with-param name="category" select="'problem-list-item'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='11348-0' or $slot='11535-2'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="condition"/>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='48765-2'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="allergy"/>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='10160-0' or $slot='42346-7' or $slot='87232-5' or $slot='75311-1'">
      <xsl:for-each select="c:entry/c:substanceAdministration">
        <xsl:call-template name="medication-statement"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='47519-4' or $slot='10185-7'">
      <xsl:for-each select="c:entry/c:procedure">
        <xsl:call-template name="procedure"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='46264-8' or $slot='57080-4'">
      <xsl:for-each select="c:entry/c:supply">
        <xsl:call-template name="device-use"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='11369-6'">
      <xsl:for-each select="c:entry/c:substanceAdministration[@moodCode='EVN' or not(@moodCode)]
          [not(c:templateId/@root=$recommended-vaccine)]">
        <xsl:call-template name="immunization"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='30954-2'"><xsl:call-template name="results"/></xsl:when>
    <xsl:when test="$slot='8716-3'"><xsl:call-template name="vital-signs"/></xsl:when>
    <xsl:when test="$slot='18776-5'">
      <xsl:call-template name="care-plan"/>
      <xsl:for-each select="c:entry/c:substanceAdministration[c:templateId/@root=$recommended-vaccine]">
        <xsl:call-template name="immunization-recommendation"/>
      </xsl:for-each>
      <xsl:call-template name="vaccines-of-other-sections"/>
    </xsl:when>
    <xsl:when test="$slot='47420-5'">
      <xsl:for-each select="c:entry/c:organizer | c:entry/c:observation">
        <xsl:call-template name="clinical-impression"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='104605-1'"><xsl:call-template name="alerts"/></xsl:when>
    <xsl:when test="$slot='10157-6'">
      <xsl:for-each select="c:entry/c:organizer">
        <xsl:call-template name="family-history"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='10161-8'"><xsl:call-template name="exposures"/></xsl:when>
    <xsl:when test="$slot='44939-7'">
      <xsl:for-each select="c:entry/c:observation">
        <xsl:call-template name="adverse-event"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='55107-7' or $slot='77599-9'"><xsl:call-template name="documents"/></xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="c:entry/c:observation | c:entry/c:organizer/c:component/c:observation">
        <xsl:call-template name="observation"/>
      </xsl:for-each>
      <xsl:for-each select="c:entry/c:procedure">
        <xsl:call-template name="procedure"/>
      </xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="results">
  <xsl:for-each select="c:entry/c:organizer">
    <xsl:call-template name="diagnostic-report">
      <xsl:with-param name="category" select="ehds:lookup('result-category', c:code/@code)"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'exam'"/>
      <xsl:with-param name="profile"
          select="'http://hl7.eu/fhir/base/StructureDefinition/medicalTestResult-eu-core'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- The organizer only holds them together. -->
<xsl:template name="vital-signs">
  <xsl:for-each select="c:entry/c:organizer/c:component/c:observation | c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'vital-signs'"/>
      <xsl:with-param name="profile" select="'http://hl7.org/fhir/StructureDefinition/vitalsigns'"/>
    </xsl:call-template>
  </xsl:for-each>
  <ehds:note as="mapped" select="c:entry/c:organizer"/>
</xsl:template>

<!-- Points of vigilance are text in most documents: one flag for each row, paragraph or item. -->
<xsl:template name="alerts">
  <xsl:for-each select="c:entry/c:observation | c:entry/c:act">
    <xsl:call-template name="flag"/>
  </xsl:for-each>
  <xsl:if test="not(c:entry)">
    <xsl:for-each select="c:text/c:table/c:tbody/c:tr | c:text/c:paragraph | c:text/c:list/c:item |
            c:text[not(*)]">
      <xsl:call-template name="flag-of-text"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- Occupational exposures: coded ones, else the narrative as LOINC 10161-8 (History of occupational
  exposure, a narrative) means it. -->
<xsl:template name="exposures">
  <xsl:for-each select="c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'social-history'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not(c:entry)">
    <xsl:for-each select="c:text/c:table/c:tbody/c:tr | c:text/c:paragraph | c:text/c:list/c:item |
            c:text[not(*)]">
      <xsl:variable name="text" select="normalize-space(ehds:text(.))"/>
      <xsl:if test="$text and not(ehds:lookup('placeholder', translate($text, $upper, $lower)))">
        <ehds:entry name="entry" key="concat('exposure|', $text)">
          <Observation>
            <status value="final"/>
            <category>
              <coding>
                <system value="http://terminology.hl7.org/CodeSystem/observation-category"/>
                <code value="social-history"/>
              </coding>
            </category>
            <ehds:concept name="code" select="ancestor::c:section[1]/c:code" mark="no" absent="unknown"/>
            <ehds:reference name="subject" key="'patient'" type="Patient"/>
            <valueString value="{$text}"/>
          </Observation>
        </ehds:entry>
      </xsl:if>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- An attached document: its type is an observation beside it. -->
<xsl:template name="documents">
  <xsl:for-each select="c:entry/c:organizer">
    <xsl:variable name="type" select="c:component/c:observation[c:code/@code='69764-9'][1]/c:value"/>
    <xsl:for-each select="c:component/c:observationMedia">
      <xsl:call-template name="media">
        <xsl:with-param name="type" select="$type | ../../c:code[not($type)]"/>
      </xsl:call-template>
    </xsl:for-each>
    <ehds:note as="mapped" select="."/>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:observationMedia">
    <xsl:call-template name="media">
      <xsl:with-param name="type" select="../../c:code"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>
<!-- Hook: vaccines to come that stand in another section than the plan; context: section. -->
<xsl:template name="vaccines-of-other-sections"/>
</xsl:stylesheet>
