<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a European patient summary (HL7 Europe EPS 1.0.0-xtehr): Bundle, Composition, sections. A
  CDA document of any country fits in; the country says which section goes into which slot (table
  section-slot), what its entries become (template eps-entries), and which of the five mandatory sections
  its document lacks (template eps-missing).

  Sections are flat here (section.section is 0..0), whatever the source's nesting: a section that only
  holds sections is opened. Every section has entries or an emptyReason (ips-comp-1); "unavailable", for
  nothing that is missing may be called known to be absent. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds"
    exclude-result-prefixes="c h">

<xsl:template match="/">
  <xsl:apply-templates select="c:ClinicalDocument" mode="eps"/>
</xsl:template>

<xsl:template match="c:ClinicalDocument" mode="eps">
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/bundle-eu-eps"/></meta>
    <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
    <type value="document"/>
    <ehds:instant name="timestamp" select="c:effectiveTime" absent="refuse"/>
    <!-- Authors before the patient: the first occurrence of a person says most, and the patient's doctor is
      often an author. -->
    <ehds:entry key="'composition'">
      <Composition>
        <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/composition-eu-eps"/></meta>
        <xsl:call-template name="composition-header"/>
        <status value="final"/>
        <ehds:concept name="type" select="c:code" table="document-type" absent="refuse"/>
        <xsl:call-template name="composition-parties"/>
        <xsl:call-template name="patient">
          <xsl:with-param name="profile"
              select="'http://hl7.eu/fhir/eps/StructureDefinition/patient-eu-eps'"/>
        </xsl:call-template>
        <xsl:call-template name="eps-sections"/>
        <xsl:call-template name="eps-missing"/>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<!-- ==== Sections ============================================================================= -->

<!-- All that say something themselves, in the order of the document. -->
<xsl:variable name="sections"
    select="/c:ClinicalDocument/c:component/c:structuredBody/c:component/c:section/descendant-or-self::c:section
        [c:text or c:entry or not(c:component)]"/>

<!-- |11450-4||48765-2| ...: the slots of all of them. -->
<xsl:variable name="slots">
  <xsl:for-each select="$sections">
    <xsl:value-of select="concat('|', ehds:lookup('section-slot', c:templateId/@root | c:code/@code), '|')"/>
  </xsl:for-each>
</xsl:variable>

<!-- The country's table knows section templates and LOINC codes; templates stand first in a section and win.
  A slot is filled once: further sections of it give their title, text and entries to the first. -->
<xsl:template name="eps-sections">
  <xsl:for-each select="$sections">
    <xsl:variable name="slot" select="ehds:lookup('section-slot', c:templateId/@root | c:code/@code)"/>
    <xsl:variable name="mark" select="concat('|', $slot, '|')"/>
    <xsl:choose>
      <xsl:when test="$slot and contains(substring-after($slots, $mark), $mark)">
        <xsl:variable name="same"
            select="$sections[ehds:lookup('section-slot', c:templateId/@root | c:code/@code) = $slot]"/>
        <xsl:if test="count(. | $same[1]) = 1">
          <xsl:call-template name="eps-section">
            <xsl:with-param name="slot" select="$slot"/>
            <xsl:with-param name="also" select="$same[position() &gt; 1]"/>
          </xsl:call-template>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="eps-section">
          <xsl:with-param name="slot" select="$slot"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- slot: the LOINC code that the section gets; '' keeps the source's. The source's code stays beside it,
  unless it is that of another slot: a section is in one slot only. -->
<xsl:template name="eps-section">
  <xsl:param name="slot"/>
  <xsl:param name="also" select="/.."/>
  <section>
    <xsl:choose>
      <xsl:when test="c:title"><ehds:string name="title" select="c:title" absent="unknown"/></xsl:when>
      <xsl:otherwise><ehds:string name="title" select="c:code/@displayName" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="$slot">
        <code>
          <coding>
            <system value="http://loinc.org"/>
            <code value="{$slot}"/>
            <ehds:string name="display" select="ehds:display('section-slot', $slot)"/>
          </coding>
          <xsl:if test="c:code/@code != $slot and ehds:lookup('section-slot', c:code/@code) != c:code/@code">
            <ehds:coding name="coding" select="c:code"/>
          </xsl:if>
          <ehds:string name="text" select="c:code/@displayName"/>
        </code>
      </xsl:when>
      <xsl:otherwise><ehds:concept name="code" select="c:code" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:variable name="texts"
        select="(c:text | $also/c:text)[normalize-space() or descendant::c:renderMultiMedia]"/>
    <xsl:choose>
      <xsl:when test="$texts">
        <ehds:narrative select="$texts | $also/c:title"/>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="eps-no-text"/></xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="eps-entries">
      <xsl:with-param name="slot" select="$slot"/>
    </xsl:call-template>
    <xsl:for-each select="$also">
      <xsl:call-template name="eps-entries">
        <xsl:with-param name="slot" select="$slot"/>
      </xsl:call-template>
    </xsl:for-each>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>

<!-- Entries by way of a document: the section's entry is a DocumentReference that names the source
  document, and $statements are related to it. EPS 1.0.0-xtehr needs this in three sections. Social
  history and pregnancies: the entry slices are told apart by type only and are all Observations, so that
  an Observation would have to fit all of them at once. Advance directives: a Consent breaks
  eps-bundle-subject-ref, which asks for Consent.subject, and R4 calls it patient. The country writes the
  related statements in mode eps-related. -->
<xsl:template name="eps-by-document">
  <xsl:param name="statements"/>
  <xsl:if test="$statements[not(@negationInd='true')]">
    <ehds:entry name="entry" key="concat('section|', c:code/@code, '|', c:id/@root)">
      <DocumentReference>
        <ehds:identifier name="masterIdentifier" select="/c:ClinicalDocument/c:id" mark="no"/>
        <status value="current"/>
        <ehds:concept name="type" select="c:code" mark="no"/>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <ehds:string name="description" select="c:title" mark="no"/>
        <content>
          <attachment>
            <ehds:string name="language" select="/c:ClinicalDocument/c:languageCode/@code" mark="no"/>
            <ehds:string name="title" select="/c:ClinicalDocument/c:title" mark="no"/>
            <ehds:datetime name="creation" select="/c:ClinicalDocument/c:effectiveTime" mark="no"/>
          </attachment>
        </content>
        <context>
          <xsl:apply-templates select="$statements" mode="eps-related"/>
        </context>
      </DocumentReference>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- Hooks; contexts: section, ClinicalDocument. -->
<xsl:template name="eps-entries">
  <xsl:param name="slot"/>
</xsl:template>
<xsl:template name="eps-missing"/>

<!-- A mandatory section, if the source does not have it. -->
<xsl:template name="eps-mandatory">
  <xsl:param name="slot"/>
  <xsl:param name="title"/>
  <xsl:if test="not(contains($slots, concat('|', $slot, '|')))">
    <section>
      <title value="{$title}"/>
      <code>
        <coding>
          <system value="http://loinc.org"/>
          <code value="{$slot}"/>
          <ehds:string name="display" select="ehds:display('section-slot', $slot)"/>
        </coding>
      </code>
      <xsl:call-template name="eps-no-text"/>
      <ehds:empty reason="unavailable"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:variable name="no-text" select="'No information available'"/>
<xsl:template name="eps-no-text">
  <text>
    <status value="empty"/>
    <h:div><h:p><xsl:value-of select="$no-text"/></h:p></h:div>
  </text>
</xsl:template>
</xsl:stylesheet>
