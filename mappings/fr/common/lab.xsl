<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French laboratory documents (CR-BIO, TROD, and laboratory documents whose body is a file) as European
  laboratory reports.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
        exclude-result-prefixes="c">

<xsl:import href="../../eu/lab-document.xsl"/>
<xsl:import href="ci-sis.xsl"/>

<xsl:variable name="collector-code" select="'PRELV'"/>

<!-- The number of a person in the national register is no number of a specimen. -->
<xsl:template name="specimen-identifier">
  <xsl:choose>
    <xsl:when test="@root='1.2.250.1.71.4.2.1'">
      <ehds:note rule="fr-specimen-id" severity="warning" select="." found="{@extension}"
          text="the specimen has the number of a professional as its identifier: it is left out"/>
    </xsl:when>
    <xsl:otherwise><ehds:identifier name="identifier" select="."/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
