<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The card as a whole: it has the patient, who changed it last and when.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="f">

<xsl:import href="../common/fmk-card.xsl"/>

<xsl:variable name="last-change" select="string(/f:GetMedicineCardResponse/f:MedicineCard[1]/f:Modified/f:DateTime)"/>

<xsl:template match="/">
  <xsl:for-each select="f:GetMedicineCardResponse">
    <xsl:call-template name="summary">
      <xsl:with-param name="date" select="f:MedicineCard[1]/f:Modified/f:DateTime"/>
      <xsl:with-param name="title" select="'Fælles Medicinkort'"/>
      <xsl:with-param name="slot" select="'10160-0'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="f:GetMedicineCardResponse" mode="summary-patient">
  <xsl:if test="count(f:MedicineCard) != 1 or count(f:MedicineCard/f:Patient) != 1">
    <xsl:message terminate="yes">a document holds one medicine card of one patient</xsl:message>
  </xsl:if>
  <xsl:for-each select="f:MedicineCard/f:Patient"><xsl:call-template name="patient"/></xsl:for-each>
</xsl:template>

<xsl:template match="f:GetMedicineCardResponse" mode="summary-author">
  <xsl:for-each select="f:MedicineCard/f:Modified/f:By"><xsl:call-template name="actor"><xsl:with-param name="name" select="'author'"/></xsl:call-template></xsl:for-each>
</xsl:template>

<xsl:template match="f:GetMedicineCardResponse" mode="summary-section">
  <xsl:for-each select="f:MedicineCard">
    <xsl:call-template name="medications"/>
    <xsl:if test="f:IsInvalid[normalize-space() != 'false']">
      <ehds:note rule="dk-card-invalid" severity="warning" text="the service marks the medicine card as invalid"/>
    </xsl:if>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
