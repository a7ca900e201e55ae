<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Orders asked for by number. The answer has no card: its date is that of the order that was changed last, and so is its author.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="f">

<xsl:import href="../common/fmk-card.xsl"/>

<!-- All times of the service are UTC and of one form, so their order as text is that in time. -->
<xsl:variable name="last">
  <xsl:for-each select="/f:GetDrugMedicationResponse/f:DrugMedication">
    <xsl:sort select="(f:Modified/f:DateTime | f:Created/f:DateTime[not(../../f:Modified)])[1]" order="descending"/>
    <xsl:if test="position() = 1"><xsl:value-of select="f:Identifier"/></xsl:if>
  </xsl:for-each>
</xsl:variable>

<xsl:variable name="last-order" select="/f:GetDrugMedicationResponse/f:DrugMedication[f:Identifier = string($last)][1]"/>
<xsl:variable name="last-change" select="string(($last-order/f:Modified/f:DateTime | $last-order/f:Created/f:DateTime[not($last-order/f:Modified)])[1])"/>

<xsl:template match="/">
  <xsl:for-each select="f:GetDrugMedicationResponse">
    <xsl:call-template name="summary">
      <xsl:with-param name="date" select="($last-order/f:Modified/f:DateTime | $last-order/f:Created/f:DateTime[not($last-order/f:Modified)])[1]"/>
      <xsl:with-param name="title" select="'Lægemiddelordinationer fra Fælles Medicinkort'"/>
      <xsl:with-param name="slot" select="'10160-0'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="f:GetDrugMedicationResponse" mode="summary-patient">
  <xsl:if test="count(f:PersonIdentifier) != 1"><xsl:message terminate="yes">the orders of one patient are asked for: the answer names none, or several</xsl:message></xsl:if>
  <xsl:for-each select="f:PersonIdentifier[1]"><xsl:call-template name="patient-by-number"/></xsl:for-each>
</xsl:template>

<xsl:template match="f:GetDrugMedicationResponse" mode="summary-author">
  <xsl:for-each select="($last-order/f:Modified/f:By | $last-order/f:Created/f:By[not($last-order/f:Modified)])[1]">
    <xsl:call-template name="actor"><xsl:with-param name="name" select="'author'"/></xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="f:GetDrugMedicationResponse" mode="summary-section">
  <xsl:call-template name="medications"/>
</xsl:template>
</xsl:stylesheet>
