<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Letter at the end of a stay whose body is a file: all of the letter but its sections. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3">

<xsl:import href="../common/hdr.xsl"/>
<xsl:import href="../../eu/report-parts.xsl"/>

<xsl:template name="sections">
  <xsl:for-each select="c:component/c:nonXMLBody">
    <xsl:call-template name="file-section"/>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
