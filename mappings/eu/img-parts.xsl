<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What every European imaging report has (HL7 Europe Imaging 1.0.0-ballot), whatever it is made of: its
  categories, its mandatory sections where the source has none, and an ImagingStudy of which only the place
  is known. No name space of a source format stands here.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="h">

<xsl:variable name="img-profiles" select="'http://hl7.eu/fhir/imaging/StructureDefinition/'"/>

<!-- Of the Composition and of the DiagnosticReport. -->
<xsl:template name="img-categories">
  <category>
    <coding>
      <system value="http://loinc.org"/>
      <code value="85430-7"/>
    </coding>
  </category>
  <category>
    <coding>
      <system value="http://hl7.eu/fhir/health-data-api/CodeSystem/eehrxf-document-priority-category-cs"/>
      <code value="Medical-Imaging"/>
    </coding>
  </category>
</xsl:template>

<!-- From the report to its Composition; the guide asks for it. -->
<xsl:template name="img-report-link">
  <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition">
    <valueReference><reference value="{ehds:id('composition', 'Composition')}"/></valueReference>
  </extension>
</xsl:template>

<!-- The code of a section, or of what its text is carried as. -->
<xsl:template name="img-code">
  <xsl:param name="code"/>
  <coding>
    <system value="http://loinc.org"/>
    <code value="{$code}"/>
  </coding>
</xsl:template>

<!-- A mandatory section of which the source says nothing. -->
<xsl:template name="img-section-missing">
  <xsl:param name="slot"/>
  <xsl:param name="title"/>
  <section>
    <title value="{$title}"/>
    <code>
      <xsl:call-template name="img-code">
        <xsl:with-param name="code" select="$slot"/>
      </xsl:call-template>
    </code>
    <xsl:call-template name="img-no-text"/>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>

<xsl:variable name="img-nothing" select="'No information available'"/>
<xsl:template name="img-no-text">
  <text>
    <status value="empty"/>
    <h:div><h:p><xsl:value-of select="$img-nothing"/></h:p></h:div>
  </text>
</xsl:template>

<!-- ==== ImagingStudy =========================================================================== -->

<!-- uid: the DICOM identifier of the study, or '' where nobody says it. -->
<xsl:template name="img-study-identifier">
  <xsl:param name="uid"/>
  <identifier>
    <type>
      <coding>
        <system value="http://dicom.nema.org/resources/ontology/DCM"/>
        <code value="110180"/>
        <display value="Study Instance UID"/>
      </coding>
    </type>
    <system value="urn:dicom:uid"/>
    <xsl:choose>
      <xsl:when test="$uid"><ehds:string name="value" select="concat('urn:oid:', $uid)"/></xsl:when>
      <xsl:otherwise><ehds:absent name="value" reason="unknown"/></xsl:otherwise>
    </xsl:choose>
  </identifier>
</xsl:template>

<!-- A report has images; which, the source does not say. The guide wants one ImagingStudy at least: this one
  says nothing but whose it is, and when it began where that is known. Its type is ImagingStudy, its key
  'study|unknown'. -->
<xsl:template name="img-study-unknown">
  <xsl:param name="started" select="''"/>
  <ehds:entry name="entry" key="'study|unknown'">
    <ImagingStudy>
      <meta><profile value="{$img-profiles}ImagingStudyEuImaging"/></meta>
      <xsl:call-template name="img-study-identifier"/>
      <status value="unknown"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:if test="string($started)"><ehds:datetime name="started" select="string($started)"
          mark="no"/></xsl:if>
    </ImagingStudy>
  </ehds:entry>
  <ehds:note rule="img-study-unknown" severity="warning"
      text="the document does not identify the images: the ImagingStudy that the guide asks for has no identifier"/>
</xsl:template>
</xsl:stylesheet>
