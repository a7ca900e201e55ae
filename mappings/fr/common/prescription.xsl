<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French prescriptions and dispensations (eP-MED-DM, eDISP-MED): what the CI-SIS says of a line and of a prescription beside
  what all CDA documents say, and where its narrative has the dosage. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:import href="ci-sis.xsl"/>
<xsl:import href="../../eu/mpd-document.xsl"/>

<xsl:variable name="dispenser-words" select="'Au dispensateur : '"/>
<xsl:variable name="off-label" select="'GEN-179'"/>

<!-- Context: a line. What kind of prescription it is of is said of the whole document, and of each medicine. Use outside the
  authorisation has a place in IHE MPD; what else is said of the line (long illness, accident at work, prevention, not
  reimbursed) has a code of the CI-SIS and yes or no. -->
<xsl:template name="order-hints">
  <xsl:for-each select="c:entryRelationship/c:observation">
    <xsl:call-template name="yes-no-check">
      <xsl:with-param name="words" select="ehds:text(c:text)"/>
      <xsl:with-param name="yes" select="c:value/@value = 'true'"/>
      <xsl:with-param name="no" select="c:value/@value = 'false'"/>
    </xsl:call-template>
    <xsl:choose>
      <xsl:when test="c:code/@code=$off-label and c:value/@value and ../../self::c:substanceAdministration">
        <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-offLabel">
          <extension url="isOffLabelUse"><ehds:value name="value" select="c:value"/></extension>
        </extension>
        <ehds:note as="mapped" select="."/>
      </xsl:when>
      <xsl:when test="../../self::c:supply">
        <xsl:call-template name="observation"><xsl:with-param name="name" select="'supportingInfo'"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="observation"><xsl:with-param name="name" select="'supportingInformation'"/></xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:if test="self::c:substanceAdministration and not(ancestor::c:supply)">
    <ehds:concept name="category" select="$kinds" mark="no"/>
    <ehds:code name="priority" select="$kinds[ehds:lookup('prescription-priority', @code)][1]" table="prescription-priority" mark="no"/>
  </xsl:if>
  <xsl:for-each select="$header[not(current()/ancestor::c:supply)]/c:participant[@typeCode='PRF'][1]/c:time[@value
      or c:low/@value or c:high/@value]">
    <note>
      <text>
        <xsl:attribute name="value">
          <xsl:text>Exécution souhaitée</xsl:text>
          <xsl:for-each select="@value"> le <xsl:call-template name="time-said"/></xsl:for-each>
          <xsl:for-each select="c:low/@value"> à partir du <xsl:call-template name="time-said"/></xsl:for-each>
          <xsl:for-each select="c:high/@value"> au plus tard le <xsl:call-template name="time-said"/></xsl:for-each>
        </xsl:attribute>
      </text>
    </note>
  </xsl:for-each>
</xsl:template>

<!-- Words have no zone that could be assumed: a time without one is told. Context: the value. -->
<xsl:template name="time-said">
  <xsl:choose>
    <xsl:when test="string-length() &gt; 8 and not(contains(ehds:local(.), 'T'))">
      <xsl:value-of select="concat(substring(., 1, 4), '-', substring(., 5, 2), '-', substring(., 7, 2), 'T', substring(., 9, 2), ':', substring(., 11, 2))"/>
      <ehds:note rule="fr-time-no-zone" severity="warning" select=".." found="{.}"
          text="a time without a zone among words: it is carried as the clock that it names, of which the zone is not said"/>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="ehds:local(.)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="substitution-check">
  <xsl:call-template name="yes-no-check">
    <xsl:with-param name="words" select="ehds:text(c:code/c:originalText)"/>
    <xsl:with-param name="yes" select="c:code/@code != 'N'"/>
    <xsl:with-param name="no" select="c:code/@code = 'N'"/>
  </xsl:call-template>
</xsl:template>

<!-- The narrative says 'Oui' or 'Non', with or without a reason behind it: a code that says the other stands, and
  both are told. Context: what is said yes or no to. -->
<xsl:template name="yes-no-check">
  <xsl:param name="words"/>
  <xsl:param name="yes"/>
  <xsl:param name="no"/>
  <xsl:variable name="first" select="translate(substring-before(concat(normalize-space($words), ' '), ' '), $upper, $lower)"/>
  <xsl:if test="($first = 'non' and $yes) or ($first = 'oui' and $no)">
    <ehds:note rule="fr-yes-no-narrative" severity="warning" select="."
        found="{concat(c:code/@code, ' ', c:value/@value)}" expected="{normalize-space($words)}"
        text="the narrative says the contrary of the code: kept as coded"/>
  </xsl:if>
</xsl:template>

<!-- A dosage that is not coded stands in the row of the medicine, in the column of that name. A row or head with cells over
  several columns has no columns that can be counted. -->
<xsl:template name="dosage-words">
  <xsl:variable name="row" select="ehds:target(c:text/c:reference/@value)/ancestor::c:tr[1][not(c:td/@colspan)]"/>
  <xsl:variable name="head" select="$row/ancestor::c:table[1]/c:thead/c:tr[1][not(c:th/@colspan)]
      /c:th[translate(normalize-space(), $upper, $lower)='posologie'][1]"/>
  <xsl:if test="$head">
    <xsl:value-of select="ehds:text($row/c:td[count($head/preceding-sibling::c:th) + 1])"/>
  </xsl:if>
  <xsl:if test="c:text/c:reference/@value and not(ehds:target(c:text/c:reference/@value))">
    <ehds:note rule="fr-dosage-row" severity="warning" select="c:text/c:reference" found="{c:text/c:reference/@value}"
        text="the row of the medicine is not in the narrative: a dosage that stands there only is not carried"/>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
