<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French letters at the end of a stay (LDL-SES) as European discharge reports: the state of the document, the
  stay, and what is peculiar to the sections of this letter. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:import href="ci-sis.xsl"/>
<xsl:import href="sections.xsl"/>
<xsl:import href="../../eu/hdr-document.xsl"/>

<xsl:variable name="no-text" select="'Aucune information disponible'"/>
<xsl:variable name="course-title" select="'Synthèse médicale du séjour'"/>

<!-- How the patient came and left: entries of the hospital course. Both say of when they speak. -->
<xsl:variable name="body" select="/c:ClinicalDocument/c:component/c:structuredBody"/>
<xsl:variable name="admission" select="ehds:coded('ORG-070', $body)[self::c:observation]"/>
<xsl:variable name="discharge" select="ehds:coded('ORG-074', $body)[self::c:observation]"/>
<xsl:variable name="stay" select="/c:ClinicalDocument/c:componentOf/c:encompassingEncounter/c:effectiveTime"/>

<!-- ==== The state of the document (GEN-065) ==================================================== -->

<!-- A state that nobody knows is not final: it is told, and the letter is preliminary. -->
<xsl:template name="hdr-status">
  <xsl:variable name="state" select="ehds:coded('GEN-065', $body)[self::c:observation]/c:value"/>
  <xsl:choose>
    <xsl:when test="$state/@code">
      <ehds:code name="status" select="$state[1]" table="ldl-status" default="preliminary"/>
    </xsl:when>
    <xsl:otherwise>
      <status value="final"/>
      <ehds:note rule="fr-letter-state" expected="GEN-065"
          text="the letter does not say its state: one that was sent and signed is taken for final"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== The stay =============================================================================== -->

<xsl:template name="encounter-detail">
  <xsl:if test="ehds:lookup('admission-urgency', $admission[1]/c:value/@code)">
    <ehds:concept name="priority" select="$admission[1]/c:value" table="admission-urgency" mark="no"/>
  </xsl:if>
  <xsl:for-each select="/c:ClinicalDocument/c:documentationOf/c:serviceEvent/c:performer/c:assignedEntity">
    <participant>
      <xsl:call-template name="role">
        <xsl:with-param name="name" select="'individual'"/>
      </xsl:call-template>
    </participant>
  </xsl:for-each>
  <xsl:for-each select="ehds:coded('42349-1', $body)[self::c:section]">
    <xsl:choose>
      <xsl:when test="c:entry">
        <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
          <ehds:reference name="reasonReference" type="Condition"
              key="concat(c:id/@root, '|', c:id/@extension, '|', c:value/@code)"/>
        </xsl:for-each>
      </xsl:when>
      <xsl:when test="normalize-space(ehds:text(c:text))">
        <reasonCode><ehds:string name="text" select="c:text" mark="no"/></reasonCode>
      </xsl:when>
    </xsl:choose>
  </xsl:for-each>
  <xsl:call-template name="stay-check">
    <xsl:with-param name="said" select="$admission/c:effectiveTime"/>
    <xsl:with-param name="header" select="$stay/c:low/@value"/>
  </xsl:call-template>
  <xsl:call-template name="stay-check">
    <xsl:with-param name="said" select="$discharge/c:effectiveTime"/>
    <xsl:with-param name="header" select="$stay/c:high/@value"/>
  </xsl:call-template>
</xsl:template>

<xsl:template name="encounter-hospitalization">
  <ehds:concept name="admitSource" select="$admission[1]/c:value" mark="no"/>
  <xsl:if test="not(c:dischargeDispositionCode)">
    <ehds:concept name="dischargeDisposition" select="$discharge[1]/c:value" table="discharge-mode" mark="no"/>
  </xsl:if>
</xsl:template>

<!-- The day of an entry against that of the header: the header stands for the stay, the entry keeps its own. -->
<xsl:template name="stay-check">
  <xsl:param name="said"/>
  <xsl:param name="header"/>
  <xsl:if test="$header and $said/@value and substring($said/@value, 1, 8) != substring($header, 1, 8)">
    <ehds:note rule="fr-stay-date" severity="warning" select="$said" found="{$said/@value}" expected="{$header}"
        text="the entry gives another day than the header does for the stay: both are kept as they are"/>
  </xsl:if>
</xsl:template>

<!-- ==== Sections =============================================================================== -->

<xsl:template name="section-entries">
  <xsl:param name="slot"/>
  <xsl:choose>
    <xsl:when test="$slot='42349-1'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="condition"/>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="clinical-entries">
        <xsl:with-param name="slot" select="$slot"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
