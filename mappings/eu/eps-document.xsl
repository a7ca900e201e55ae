<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a European patient summary (HL7 Europe EPS 1.0.0-xtehr): Bundle, Composition, sections. A
  CDA document of any country fits in; the country says which section goes into which slot (table
  section-slot), what its entries become (template section-entries), and which of the five mandatory sections
  its document lacks (template eps-missing).

  Sections are flat here (section.section is 0..0), whatever the source's nesting: a section that only
  holds sections is opened. Every section has entries or an emptyReason (ips-comp-1); "unavailable", for
  nothing that is missing may be called known to be absent. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

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
        <xsl:call-template name="sections"/>
        <xsl:call-template name="eps-missing"/>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<!-- ==== Sections ============================================================================= -->

<xsl:include href="cda-sections.xsl"/>
<xsl:variable name="slot-table" select="'section-slot'"/>
<xsl:variable name="narrative-alone" select="false()"/>

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

<!-- Hook; context: ClinicalDocument. -->
<xsl:template name="eps-missing"/>
</xsl:stylesheet>
