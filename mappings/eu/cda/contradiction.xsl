<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Where the narrative says something else than the code: the code stands, and both are told. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- The days of a statement against the row (else the element) of the narrative that it refers to, which writes
  a day as 03/12/2025. A row without such a day says nothing; one with several agrees if one of them does.
  Context: a statement. -->
<xsl:template name="date-check">
  <xsl:variable name="reference" select="(c:text/c:reference | c:value/c:originalText/c:reference |
      c:code/c:originalText/c:reference | c:consumable/c:manufacturedProduct/*/c:code/c:originalText/c:reference |
      c:participant/c:participantRole/c:playingDevice/c:code/c:originalText/c:reference)[1]/@value"/>
  <xsl:variable name="target" select="ehds:target($reference)"/>
  <xsl:variable name="said" select="normalize-space($target/ancestor-or-self::c:tr[1] | $target[not(ancestor::c:tr)])"/>
  <xsl:variable name="form" select="translate($said, '123456789', '000000000')"/>
  <xsl:if test="contains($form, '00/00/0000')">
    <xsl:variable name="day"
        select="substring($said, string-length(substring-before($form, '00/00/0000')) + 1, 10)"/>
    <xsl:for-each select="c:effectiveTime[not(@operator)]/@value | c:effectiveTime[not(@operator)]/c:low/@value |
        c:effectiveTime[not(@operator)]/c:high/@value">
      <xsl:if test="string-length(.) &gt; 7 and not(contains($said, concat(substring(., 7, 2), '/',
          substring(., 5, 2), '/', substring(., 1, 4))))">
        <ehds:note rule="cda-date-narrative" severity="warning" select=".." found="{.}" expected="{$day}"
            text="the narrative gives another day than the code: kept as coded"/>
      </xsl:if>
    </xsl:for-each>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
