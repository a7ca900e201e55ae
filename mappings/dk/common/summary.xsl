<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  A European patient summary (HL7 Europe EPS 1.0.0-xtehr) out of one national service, which knows one section of it. The pack writes
  summary-patient, summary-author and summary-section for the root element; the other mandatory sections are there and say
  "unavailable": a register that was not asked is no statement about the patient.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="h">

<xsl:import href="person.xsl"/>

<!-- Context: the root element. date: the node or text that says when the source was as it is; zone: the clock that it is written on, '' to leave
  it as it stands; slot: the section that the source knows; status: what became of the source document as a whole. -->
<xsl:template name="summary">
  <xsl:param name="date"/>
  <xsl:param name="title"/>
  <xsl:param name="slot"/>
  <xsl:param name="zone" select="'Europe/Copenhagen'"/>
  <xsl:param name="status" select="'final'"/>
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/bundle-eu-eps"/></meta>
    <identifier>
      <system value="urn:ietf:rfc:3986"/>
      <value value="{ehds:id('document', 'Bundle')}"/>
    </identifier>
    <type value="document"/>
    <ehds:instant name="timestamp" select="$date" zone="{$zone}" absent="refuse"/>
    <ehds:entry key="'composition'">
      <Composition>
        <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/composition-eu-eps"/></meta>
        <language value="da-DK"/>
        <identifier>
          <system value="urn:ietf:rfc:3986"/>
          <value value="{ehds:id('document', 'Bundle')}"/>
        </identifier>
        <status value="{$status}"/>
        <type>
          <coding>
            <system value="http://loinc.org"/>
            <code value="60591-5"/>
            <display value="{ehds:display('section-slot', '60591-5')}"/>
          </coding>
        </type>
        <ehds:datetime name="date" select="$date" zone="{$zone}" absent="refuse"/>
        <title value="{$title}"/>
        <xsl:apply-templates select="." mode="summary-patient"/>
        <xsl:apply-templates select="." mode="summary-author"/>
        <xsl:call-template name="slot">
          <xsl:with-param name="slot" select="'11450-4'"/>
          <xsl:with-param name="title" select="'Problemer'"/>
          <xsl:with-param name="known" select="$slot"/>
        </xsl:call-template>
        <xsl:call-template name="slot">
          <xsl:with-param name="slot" select="'48765-2'"/>
          <xsl:with-param name="title" select="'Allergier og overfølsomhed'"/>
          <xsl:with-param name="known" select="$slot"/>
        </xsl:call-template>
        <xsl:call-template name="slot">
          <xsl:with-param name="slot" select="'10160-0'"/>
          <xsl:with-param name="title" select="'Medicin'"/>
          <xsl:with-param name="known" select="$slot"/>
        </xsl:call-template>
        <xsl:call-template name="slot">
          <xsl:with-param name="slot" select="'47519-4'"/>
          <xsl:with-param name="title" select="'Procedurer'"/>
          <xsl:with-param name="known" select="$slot"/>
        </xsl:call-template>
        <xsl:call-template name="slot">
          <xsl:with-param name="slot" select="'46264-8'"/>
          <xsl:with-param name="title" select="'Medicinsk udstyr'"/>
          <xsl:with-param name="known" select="$slot"/>
        </xsl:call-template>
        <xsl:if test="$slot = '11369-6'">
          <xsl:call-template name="slot">
            <xsl:with-param name="slot" select="'11369-6'"/>
            <xsl:with-param name="title" select="'Vaccinationer'"/>
            <xsl:with-param name="known" select="$slot"/>
          </xsl:call-template>
        </xsl:if>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<xsl:template name="slot">
  <xsl:param name="slot"/>
  <xsl:param name="title"/>
  <xsl:param name="known"/>
  <section>
    <title value="{$title}"/>
    <code>
      <coding>
        <system value="http://loinc.org"/>
        <code value="{$slot}"/>
        <display value="{ehds:display('section-slot', $slot)}"/>
      </coding>
    </code>
    <xsl:choose>
      <xsl:when test="$slot = $known"><xsl:apply-templates select="." mode="summary-section"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="no-text"/></xsl:otherwise>
    </xsl:choose>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>

<xsl:template name="no-text">
  <xsl:param name="text" select="'Ingen oplysninger tilgængelige'"/>
  <text>
    <status value="empty"/>
    <h:div><h:p><xsl:value-of select="$text"/></h:p></h:div>
  </text>
</xsl:template>

<!-- Lines of a text in a narrative. -->
<xsl:template name="lines">
  <xsl:param name="text"/>
  <xsl:param name="left" select="100"/>
  <xsl:choose>
    <xsl:when test="contains($text, '&#10;') and $left &gt; 0">
      <xsl:value-of select="normalize-space(substring-before($text, '&#10;'))"/>
      <h:br/>
      <xsl:call-template name="lines">
        <xsl:with-param name="text" select="substring-after($text, '&#10;')"/>
        <xsl:with-param name="left" select="$left - 1"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="normalize-space($text)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
