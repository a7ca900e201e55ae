<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XDIS05 as a European imaging report (HL7 Europe Imaging 1.0.0-ballot). Fields: RadiologyReport.xsd of MedCom.

  The report is prose: question, technique, findings and conclusion stand in one text in the words of the house, so that none of them is told from
  the others. It is the guide's section for a report as a whole, line for line. Coded are the examination and, seldom, diagnoses.
  The letter identifies no images: the ImagingStudy that the guide demands has no identifier, and the outcome says so.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/diagnosis.xsl"/>
<xsl:import href="../../eu/img-parts.xsl"/>

<xsl:variable name="img-nothing" select="'Brevet har ingen oplysninger om dette.'"/>
<xsl:variable name="title" select="'Billeddiagnostisk epikrise'"/>
<xsl:variable name="status" select="normalize-space($letter/m:Letter/m:StatusCode)"/>
<xsl:variable name="from"><xsl:for-each select="$letter/m:ExaminationStart"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="to"><xsl:for-each select="$letter/m:ExaminationEnd"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="texts" select="$letter/m:ClinicalInformation[normalize-space(m:Text01)]"/>

<xsl:template match="/">
  <xsl:call-template name="one-letter"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
  <Bundle>
    <meta><profile value="{$img-profiles}BundleReportEuImaging"/></meta>
    <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
    <type value="document"/>
    <ehds:instant name="timestamp" select="string($authorised)" absent="refuse"/>
    <xsl:for-each select="$letter"><xsl:call-template name="composition"/></xsl:for-each>
  </Bundle>
</xsl:template>

<xsl:template name="composition">
  <ehds:entry key="'composition'">
    <Composition>
      <meta><profile value="{$img-profiles}CompositionEuImaging"/></meta>
      <language value="da-DK"/>
      <xsl:call-template name="recipients"/>
      <extension url="http://hl7.eu/fhir/extensions/StructureDefinition/composition-diagnosticReportReference">
        <xsl:call-template name="report"/>
      </extension>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="."/></xsl:call-template>
      <xsl:call-template name="letter-state"/>
      <xsl:call-template name="report-type"><xsl:with-param name="name" select="'type'"/></xsl:call-template>
      <xsl:call-template name="img-categories"/>
      <xsl:for-each select="m:Patient">
        <xsl:call-template name="letter-patient">
          <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="encounter"/>
      <ehds:datetime name="date" select="string($authorised)" absent="refuse"/>
      <xsl:for-each select="m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'author'"/></xsl:call-template></xsl:for-each>
      <xsl:if test="not(m:Sender)"><ehds:absent name="author" reason="unknown"/></xsl:if>
      <title value="{$title}"/>
      <xsl:call-template name="report-section"/>
      <section>
        <xsl:call-template name="section-head">
          <xsl:with-param name="code" select="'18726-0'"/>
          <xsl:with-param name="title" select="'Billeder'"/>
        </xsl:call-template>
        <xsl:call-template name="img-no-text"/>
        <xsl:call-template name="img-study-unknown"><xsl:with-param name="started" select="string($from)"/></xsl:call-template>
      </section>
      <xsl:call-template name="order-section"/>
      <xsl:call-template name="img-section-missing">
        <xsl:with-param name="slot" select="'11329-0'"/>
        <xsl:with-param name="title" select="'Anamnese'"/>
      </xsl:call-template>
      <xsl:call-template name="examination-section"/>
      <xsl:if test="$diagnoses or m:Diagnose/m:MainAdditional"><xsl:call-template name="impression-section"/></xsl:if>
      <xsl:if test="m:Reference"><xsl:call-template name="reference-section"/></xsl:if>
    </Composition>
  </ehds:entry>
</xsl:template>

<!-- Diagnostic imaging study: LOINC's term for a report of any modality. -->
<xsl:template name="report-type">
  <xsl:param name="name"/>
  <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
    <coding>
      <system value="http://loinc.org"/>
      <code value="18748-4"/>
      <display value="Diagnostic imaging study"/>
    </coding>
    <text value="{$title}"/>
  </xsl:element>
</xsl:template>

<!-- ==== The report; context: the letter ===================================================================================== -->

<xsl:template name="report">
  <ehds:entry name="valueReference" key="'report'">
    <DiagnosticReport>
      <meta><profile value="{$img-profiles}DiagnosticReportEuImaging"/></meta>
      <xsl:call-template name="img-report-link"/>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="."/></xsl:call-template>
      <xsl:choose>
        <xsl:when test="$status"><ehds:code name="status" select="$status" table="report-status" default="unknown"/></xsl:when>
        <xsl:otherwise><status value="final"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="img-categories"/>
      <xsl:call-template name="report-type"><xsl:with-param name="name" select="'code'"/></xsl:call-template>
      <subject><reference value="{ehds:id('patient', 'Patient')}"/></subject>
      <encounter><reference value="{ehds:id('encounter', 'Encounter')}"/></encounter>
      <xsl:choose>
        <xsl:when test="string($to)">
          <effectivePeriod>
            <ehds:datetime name="start" select="string($from)"/>
            <ehds:datetime name="end" select="string($to)"/>
          </effectivePeriod>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="effectiveDateTime" select="string($from)"/></xsl:otherwise>
      </xsl:choose>
      <ehds:instant name="issued" select="string($authorised)"/>
      <xsl:for-each select="m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'performer'"/></xsl:call-template></xsl:for-each>
      <imagingStudy><reference value="{ehds:id('study|unknown', 'ImagingStudy')}"/></imagingStudy>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<xsl:template name="encounter">
  <ehds:entry name="encounter" key="'encounter'">
    <Encounter>
      <xsl:if test="m:Letter/m:EpisodeOfCareIdentifier[normalize-space()]">
        <ehds:identifier name="identifier" select="m:Letter/m:EpisodeOfCareIdentifier" system=""/>
      </xsl:if>
      <status value="unknown"/>
      <xsl:choose>
        <xsl:when test="ehds:lookup('episode-class', normalize-space(m:Patient/m:EpisodeOfCareStatusCode))">
          <ehds:coding name="class" select="m:Patient/m:EpisodeOfCareStatusCode" table="episode-class"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:absent name="class" reason="unknown"/>
          <xsl:for-each select="m:Patient/m:EpisodeOfCareStatusCode[normalize-space()]">
            <ehds:note rule="dk-episode-state" select="." found="{normalize-space()}"
                text="the state of the patient says nothing of the kind of visit: it is not carried"/>
          </xsl:for-each>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
    </Encounter>
  </ehds:entry>
</xsl:template>

<!-- ==== Sections; context: the letter ======================================================================================= -->

<xsl:template name="report-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'LP173421-1'"/>
      <xsl:with-param name="title" select="'Beskrivelse'"/>
    </xsl:call-template>
    <xsl:for-each select="$texts">
      <extension url="http://hl7.org/fhir/StructureDefinition/note">
        <valueAnnotation>
          <xsl:variable name="signed"><xsl:for-each select="m:Signed"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
          <ehds:datetime name="time" select="string($signed)"/>
          <xsl:variable name="words"><xsl:for-each select="m:Text01"><xsl:call-template name="formatted"/></xsl:for-each></xsl:variable>
          <text value="{$words}"/>
        </valueAnnotation>
      </extension>
    </xsl:for-each>
    <xsl:choose>
      <xsl:when test="$texts">
        <text>
          <status value="generated"/>
          <h:div><xsl:for-each select="$texts/m:Text01"><h:div><xsl:call-template name="formatted-html"/></h:div></xsl:for-each></h:div>
        </text>
        <ehds:note as="text" select="$texts" rule="dk-letter-text" why="free text of the letter: the narrative of the report has it line for line"/>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="img-no-text"/>
        <ehds:empty reason="unavailable"/>
      </xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="order-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'55115-0'"/>
      <xsl:with-param name="title" select="'Henvisning'"/>
    </xsl:call-template>
    <xsl:choose>
      <xsl:when test="m:Referral or $referred">
        <xsl:call-template name="referral-text"/>
        <ehds:entry name="entry" key="'referral'">
          <ServiceRequest>
            <meta><profile value="{$img-profiles}ServiceRequestOrderEuImaging"/></meta>
            <xsl:if test="m:Referral/m:Identifier[normalize-space()]">
              <identifier><ehds:string name="value" select="m:Referral/m:Identifier"/></identifier>
            </xsl:if>
            <status value="unknown"/>
            <intent value="order"/>
            <category>
              <coding>
                <system value="http://snomed.info/sct"/>
                <code value="363679005"/>
              </coding>
            </category>
            <ehds:reference name="subject" key="'patient'" type="Patient"/>
            <xsl:for-each select="$referred">
              <ehds:reference name="reasonReference" key="concat('referred|', position())" type="Condition"/>
            </xsl:for-each>
          </ServiceRequest>
        </ehds:entry>
        <xsl:for-each select="$referred">
          <xsl:call-template name="condition"><xsl:with-param name="key" select="concat('referred|', position())"/></xsl:call-template>
        </xsl:for-each>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="img-no-text"/>
        <ehds:empty reason="unavailable"/>
      </xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="examination-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'55111-9'"/>
      <xsl:with-param name="title" select="'Undersøgelse'"/>
    </xsl:call-template>
    <xsl:choose>
      <xsl:when test="$operations">
        <xsl:call-template name="diagnosis-table"><xsl:with-param name="rows" select="$operations"/></xsl:call-template>
        <xsl:for-each select="$operations"><xsl:call-template name="procedure"/></xsl:for-each>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="img-no-text"/></xsl:otherwise>
    </xsl:choose>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>

<xsl:template name="impression-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'19005-8'"/>
      <xsl:with-param name="title" select="'Diagnoser'"/>
    </xsl:call-template>
    <xsl:call-template name="diagnosis-table">
      <xsl:with-param name="rows" select="$diagnoses | m:Diagnose/m:MainAdditional"/>
    </xsl:call-template>
    <xsl:for-each select="$diagnoses">
      <xsl:call-template name="condition"><xsl:with-param name="key" select="concat('diagnosis|', position())"/></xsl:call-template>
    </xsl:for-each>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>
</xsl:stylesheet>
