<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a European hospital discharge report (HL7 Europe HDR 1.0.0-ci): Bundle, Composition, Encounter,
  sections. A CDA document of any country fits in; the country says which section goes into which slot (table
  hdr-section-slot), what its entries become (template section-entries), what the document's type and state are
  (table hdr-document-type, template hdr-status), and what it knows of the encounter (encounter-detail,
  encounter-hospitalization). Import this after what brings cda-header.xsl and cda-statements.xsl: it says which
  profiles their resources claim.

  Mandatory are the hospital course (8648-8) and the Encounter. A source without a hospital course gets the
  section, empty, with the reason "unavailable" and a finding; one without an encounter gets an Encounter of
  which nothing is known. A section may be narrative only here: it then has no emptyReason, which would speak
  against its text. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:include href="cda-sections.xsl"/>

<xsl:variable name="slot-table" select="'hdr-section-slot'"/>
<xsl:variable name="narrative-alone" select="true()"/>
<xsl:variable name="profile-condition"
    select="'http://hl7.eu/fhir/base/StructureDefinition/condition-eu-core'"/>
<xsl:variable name="profile-allergy"
    select="'http://hl7.eu/fhir/base/StructureDefinition/allergyIntolerance-eu-core'"/>
<xsl:variable name="profile-medication-statement"
    select="'http://hl7.eu/fhir/base/StructureDefinition/medicationStatement-eu-core'"/>
<xsl:variable name="profile-medication-request"
    select="'http://hl7.eu/fhir/base/StructureDefinition/medicationRequest-eu-core'"/>
<xsl:variable name="profile-procedure"
    select="'http://hl7.eu/fhir/base/StructureDefinition/procedure-eu-core'"/>
<xsl:variable name="profile-device" select="'http://hl7.eu/fhir/hdr/StructureDefinition/device-eu-hdr'"/>
<xsl:variable name="profile-device-use"
    select="'http://hl7.eu/fhir/hdr/StructureDefinition/deviceUseStatement-eu-hdr'"/>
<xsl:variable name="profile-report"
    select="'http://hl7.eu/fhir/base/StructureDefinition/diagnosticReport-eu-core'"/>
<xsl:variable name="profile-care-plan"
    select="'http://hl7.eu/fhir/hdr/StructureDefinition/carePlan-eu-hdr'"/>
<xsl:variable name="profile-encounter"
    select="'http://hl7.eu/fhir/hdr/StructureDefinition/encounter-eu-hdr'"/>

<xsl:template match="/">
  <xsl:apply-templates select="c:ClinicalDocument" mode="hdr"/>
</xsl:template>

<xsl:template match="c:ClinicalDocument" mode="hdr">
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/hdr/StructureDefinition/bundle-eu-hdr"/></meta>
    <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
    <type value="document"/>
    <ehds:instant name="timestamp" select="c:effectiveTime" absent="refuse"/>
    <ehds:entry key="'composition'">
      <Composition>
        <meta><profile value="http://hl7.eu/fhir/hdr/StructureDefinition/composition-eu-hdr"/></meta>
        <xsl:call-template name="composition-header"/>
        <xsl:for-each select="c:informationRecipient/c:intendedRecipient[c:id/@extension or
            c:informationRecipient/c:name]">
          <extension url="http://hl7.eu/fhir/StructureDefinition/information-recipient">
            <xsl:call-template name="role">
              <xsl:with-param name="name" select="'valueReference'"/>
            </xsl:call-template>
          </extension>
        </xsl:for-each>
        <xsl:call-template name="hdr-status"/>
        <!-- Every coding of the type has a display (Composition-eu-hdr). -->
        <type>
          <ehds:coding name="coding" select="string(c:code/@code)" system="http://loinc.org"
              table="hdr-document-type" absent="refuse"/>
          <xsl:if test="c:code/@code != '34105-7'">
            <ehds:coding name="coding" select="c:code[@displayName and @codeSystem]"/>
          </xsl:if>
          <ehds:string name="text" select="c:code/@displayName"/>
        </type>
        <xsl:if test="c:code/@code and not(c:code/@codeSystem)">
          <ehds:note rule="cda-type-system" severity="warning" select="c:code" found="{c:code/@code}"
              text="the type of the document names no code system: it is taken for LOINC's, and not kept beside the European one"/>
        </xsl:if>
        <xsl:if test="ehds:uri(c:code/@codeSystem) != 'http://loinc.org'">
          <ehds:note rule="cda-type-system" severity="warning" select="c:code" found="{c:code/@codeSystem}"
              expected="2.16.840.1.113883.6.1" text="the document's type is no code of LOINC: it is read as one"/>
        </xsl:if>
        <xsl:call-template name="composition-parties"/>
        <xsl:if test="not(c:componentOf/c:encompassingEncounter)">
          <xsl:call-template name="hdr-encounter"/>
        </xsl:if>
        <xsl:call-template name="patient">
          <xsl:with-param name="profile"
              select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
        <xsl:call-template name="sections"/>
        <xsl:call-template name="hdr-course-missing"/>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<!-- Hook. -->
<xsl:template name="hdr-status"><status value="final"/></xsl:template>

<!-- The encounter of a document whose header has none: the service that it documents, if that is a stay. -->
<xsl:template name="hdr-encounter">
  <xsl:variable name="stay" select="c:documentationOf/c:serviceEvent[c:code/@codeSystem='2.16.840.1.113883.5.4'
      and ehds:lookup('encounter-class', c:code/@code)]"/>
  <xsl:choose>
    <xsl:when test="$stay">
      <xsl:for-each select="$stay[1]">
        <xsl:call-template name="encounter"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:otherwise>
      <ehds:entry name="encounter" key="'encounter'">
        <Encounter>
          <meta><profile value="{$profile-encounter}"/></meta>
          <status value="unknown"/>
          <ehds:absent name="class" reason="unknown"/>
          <ehds:reference name="subject" key="'patient'" type="Patient"/>
          <xsl:call-template name="encounter-detail"/>
          <hospitalization><xsl:call-template name="encounter-hospitalization"/></hospitalization>
        </Encounter>
      </ehds:entry>
      <ehds:note rule="hdr-encounter-missing" severity="warning"
          text="the document names no encounter: that there was one is all that is said"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:variable name="course-title" select="'Hospital course'"/>
<xsl:template name="hdr-course-missing">
  <xsl:if test="not(contains($slots, '|8648-8|'))">
    <xsl:call-template name="section-missing">
      <xsl:with-param name="slot" select="'8648-8'"/>
      <xsl:with-param name="title" select="$course-title"/>
    </xsl:call-template>
    <ehds:note rule="hdr-course-missing" severity="warning" expected="8648-8"
        text="the document has no hospital course, which a discharge report must have: the section is empty"/>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
