<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What a pharmacy tells the service that it has handed over: of the patient and the prescriptions the numbers only.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="f">

<xsl:import href="../common/fmk-prescription.xsl"/>

<xsl:template match="/">
  <xsl:for-each select="f:CreatePharmacyEffectuationRequest">
    <xsl:if test="count(f:PersonIdentifier) != 1">
      <xsl:message terminate="yes">what is handed over to one patient is told: this is about an organisation's own use, or several</xsl:message>
    </xsl:if>
    <Bundle>
      <identifier>
        <system value="urn:ietf:rfc:3986"/>
        <value value="{ehds:id('document', 'Bundle')}"/>
      </identifier>
      <type value="collection"/>
      <xsl:for-each select="f:Prescription/f:Effectuation"><xsl:call-template name="effectuation"/></xsl:for-each>
      <xsl:for-each select="f:PersonIdentifier"><xsl:call-template name="bundled-patient"/></xsl:for-each>
    </Bundle>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
