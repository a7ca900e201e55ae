<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XRPT01, clinical biochemistry. Fields: LaboratoryReport.xsd of MedCom. What was taken the letter does not say: it is in the name of the
  analysis.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/lab-result.xsl"/>

<xsl:variable name="results" select="$letter/m:LaboratoryResults/m:Result"/>

<xsl:template name="report-specimens">
  <xsl:for-each select="$requisition/m:Sample[1]">
    <xsl:call-template name="specimen"><xsl:with-param name="name" select="'specimen'"/></xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="report-results">
  <xsl:for-each select="$results">
    <xsl:call-template name="result">
      <xsl:with-param name="specimen"><xsl:if test="$requisition/m:Sample">specimen</xsl:if></xsl:with-param>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="result-entries">
  <xsl:for-each select="$results"><ehds:reference name="entry" key="concat('result|', position())" type="Observation"/></xsl:for-each>
</xsl:template>

<xsl:template name="result-narrative"><xsl:call-template name="result-table"/></xsl:template>
</xsl:stylesheet>
