<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XRPT01 as a European laboratory report (HL7 Europe Laboratory 2.0.0). Fields: LaboratoryReport.xsd of MedCom.

  NPU codes stay NPU codes, which the European guide takes beside LOINC; there is no public map to LOINC, and none is invented. A value is a
  quantity only when its type says "numeric", it is a number, and its unit has a row; else it is the text that the laboratory wrote. A corrected
  result makes the report amended: the letter does not say which earlier one it corrects, the laboratory's own number is what they share.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/letter.xsl"/>

<xsl:variable name="letter" select="/m:Emessage/m:LaboratoryReport"/>
<xsl:variable name="results" select="$letter/m:LaboratoryResults/m:Result"/>
<xsl:variable name="authorised"><xsl:for-each select="$letter/m:Letter/m:Authorisation"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="sampled"><xsl:for-each select="$letter/m:RequisitionInformation/m:Sample/m:SamplingDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="answered"><xsl:for-each select="$letter/m:LaboratoryResults/m:GeneralResultInformation/m:ResultsDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>

<xsl:template match="/">
  <xsl:if test="count(m:Emessage/*[m:Letter]) != 1 or count($letter/m:Patient) != 1">
    <xsl:message terminate="yes">a message holds one letter about one patient: several are documents of their own</xsl:message>
  </xsl:if>
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Bundle-eu-lab"/></meta>
    <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
    <type value="document"/>
    <ehds:instant name="timestamp" select="string($authorised)" absent="refuse"/>
    <xsl:for-each select="$letter"><xsl:call-template name="composition"/></xsl:for-each>
  </Bundle>
</xsl:template>

<xsl:template name="report-kind">
  <category>
    <coding>
      <system value="http://loinc.org"/>
      <code value="26436-6"/>
      <display value="Laboratory studies (set)"/>
    </coding>
  </category>
</xsl:template>

<xsl:template name="composition">
  <ehds:entry key="'composition'">
    <Composition>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Composition-eu-lab"/></meta>
      <language value="da-DK"/>
      <extension url="http://hl7.eu/fhir/extensions/StructureDefinition/composition-diagnosticReportReference">
        <xsl:call-template name="report"/>
      </extension>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
      <status>
        <xsl:attribute name="value">
          <xsl:choose>
            <xsl:when test="$results/m:ResultStatusCode = 'svar_rettet'">amended</xsl:when>
            <xsl:when test="$results[not(m:ResultStatusCode = 'svar_endeligt')]">preliminary</xsl:when>
            <xsl:otherwise>final</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </status>
      <type>
        <coding>
          <system value="http://loinc.org"/>
          <code value="11502-2"/>
          <display value="Laboratory report"/>
        </coding>
      </type>
      <xsl:call-template name="report-kind"/>
      <xsl:for-each select="m:Patient">
        <xsl:call-template name="letter-patient">
          <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:datetime name="date" select="string($authorised)" absent="refuse"/>
      <xsl:for-each select="m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'author'"/></xsl:call-template></xsl:for-each>
      <title value="Laboratoriesvar"/>
      <section>
        <title value="Laboratorieresultater"/>
        <code>
          <coding>
            <system value="http://loinc.org"/>
            <code value="26436-6"/>
            <display value="Laboratory studies (set)"/>
          </coding>
        </code>
        <xsl:call-template name="result-table"/>
        <xsl:for-each select="$results"><ehds:reference name="entry" key="concat('result|', position())" type="Observation"/></xsl:for-each>
      </section>
      <xsl:for-each select="m:RequisitionInformation/m:Comments[normalize-space()]">
        <section>
          <title value="Kommentarer"/>
          <code>
            <coding>
              <system value="http://loinc.org"/>
              <code value="48767-8"/>
              <display value="Annotation comment [Interpretation] Narrative"/>
            </coding>
          </code>
          <text>
            <status value="generated"/>
            <h:div><h:p><xsl:call-template name="formatted-html"/></h:p></h:div>
          </text>
        </section>
      </xsl:for-each>
    </Composition>
  </ehds:entry>
</xsl:template>

<xsl:template name="result-table">
  <text>
    <status value="generated"/>
    <h:div>
      <h:table>
        <h:thead>
          <h:tr><h:th>Analyse</h:th><h:th>Resultat</h:th><h:th>Enhed</h:th><h:th>Referenceinterval</h:th><h:th>Bemærkninger</h:th></h:tr>
        </h:thead>
        <h:tbody>
          <xsl:for-each select="$results">
            <h:tr>
              <h:td><xsl:for-each select="m:Analysis"><xsl:call-template name="analysis-name"/></xsl:for-each></h:td>
              <h:td><xsl:call-template name="comparator"/><xsl:value-of select="normalize-space(m:Value)"/></h:td>
              <h:td><xsl:value-of select="normalize-space(m:Unit)"/></h:td>
              <h:td><xsl:for-each select="m:ReferenceInterval"><xsl:call-template name="interval-text"/></xsl:for-each></h:td>
              <h:td><xsl:for-each select="m:ResultTextValue | m:ResultComments"><xsl:call-template name="formatted-html"/></xsl:for-each></h:td>
            </h:tr>
          </xsl:for-each>
        </h:tbody>
      </h:table>
    </h:div>
  </text>
</xsl:template>

<!-- ==== The report; context: LaboratoryReport ===================================================================== -->

<xsl:template name="report">
  <ehds:entry name="valueReference" key="'report'">
    <DiagnosticReport>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/DiagnosticReport-eu-lab"/></meta>
      <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition">
        <valueReference><reference value="{ehds:id('composition', 'Composition')}"/></valueReference>
      </extension>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
      <xsl:for-each select="m:LaboratoryResults/m:GeneralResultInformation/m:LaboratoryInternalProductionIdentifier[normalize-space()]">
        <identifier>
          <ehds:string name="value" select="."/>
          <assigner><ehds:string name="display" select="$letter/m:Sender/m:OrganisationName"/></assigner>
        </identifier>
      </xsl:for-each>
      <status>
        <xsl:attribute name="value">
          <xsl:choose>
            <xsl:when test="$results/m:ResultStatusCode = 'svar_rettet'">amended</xsl:when>
            <xsl:when test="not($results[not(m:ResultStatusCode = 'svar_endeligt')])">final</xsl:when>
            <xsl:when test="not($results[not(m:ResultStatusCode = 'proeve_modtaget')])">registered</xsl:when>
            <xsl:otherwise>partial</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </status>
      <xsl:call-template name="report-kind"/>
      <code>
        <coding>
          <system value="http://loinc.org"/>
          <code value="11502-2"/>
          <display value="Laboratory report"/>
        </coding>
      </code>
      <subject><reference value="{ehds:id('patient', 'Patient')}"/></subject>
      <ehds:datetime name="effectiveDateTime" select="string($sampled)" absent="unknown"/>
      <xsl:if test="contains($answered, 'T')"><ehds:instant name="issued" select="string($answered)"/></xsl:if>
      <xsl:for-each select="m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'performer'"/></xsl:call-template></xsl:for-each>
      <xsl:for-each select="m:RequisitionInformation/m:Sample"><xsl:call-template name="specimen"/></xsl:for-each>
      <xsl:for-each select="$results"><xsl:call-template name="result"/></xsl:for-each>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- Context: Sample. What was taken the letter does not say: it is in the name of the analysis. -->
<xsl:template name="specimen">
  <ehds:entry name="specimen" key="'specimen'">
    <Specimen>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Specimen-eu-lab"/></meta>
      <ehds:identifier name="identifier" select="m:RequesterSampleIdentifier"/>
      <xsl:if test="m:LaboratoryInternalSampleIdentifier[normalize-space()]">
        <accessionIdentifier>
          <ehds:string name="value" select="m:LaboratoryInternalSampleIdentifier"/>
          <assigner><ehds:string name="display" select="$letter/m:Sender/m:OrganisationName"/></assigner>
        </accessionIdentifier>
      </xsl:if>
      <ehds:absent name="type" reason="unknown"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <collection><ehds:datetime name="collectedDateTime" select="string($sampled)" absent="unknown"/></collection>
    </Specimen>
  </ehds:entry>
</xsl:template>

<!-- ==== One result; context: Result ================================================================================ -->

<xsl:template name="result">
  <ehds:entry name="result" key="concat('result|', position())">
    <Observation>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Observation-resultslab-eu-lab"/></meta>
      <ehds:code name="status" select="m:ResultStatusCode" table="result-status" default="unknown"/>
      <category>
        <coding>
          <system value="http://terminology.hl7.org/CodeSystem/observation-category"/>
          <code value="laboratory"/>
        </coding>
      </category>
      <xsl:for-each select="m:Analysis"><xsl:call-template name="analysis"/></xsl:for-each>
      <xsl:if test="not(m:Analysis)"><ehds:absent name="code" reason="unknown"/></xsl:if>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="effectiveDateTime" select="string($sampled)" absent="unknown"/>
      <xsl:call-template name="producer"/>
      <xsl:call-template name="result-value"/>
      <ehds:concept name="interpretation" select="m:ResultValidation" table="result-validation"/>
      <xsl:for-each select="(m:ResultTextValue | m:ResultComments)[normalize-space()]">
        <note>
          <xsl:variable name="words"><xsl:call-template name="formatted"/></xsl:variable>
          <ehds:text name="text" select="string($words)"/>
        </note>
      </xsl:for-each>
      <xsl:if test="$letter/m:RequisitionInformation/m:Sample"><ehds:reference name="specimen" key="'specimen'" type="Specimen"/></xsl:if>
      <xsl:for-each select="m:ReferenceInterval"><xsl:call-template name="reference-range"/></xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- Context: Analysis. -->
<xsl:template name="analysis-name">
  <xsl:variable name="words"><xsl:for-each select="m:AnalysisCompleteName"><xsl:call-template name="formatted"/></xsl:for-each></xsl:variable>
  <xsl:choose>
    <xsl:when test="normalize-space($words)"><xsl:value-of select="normalize-space($words)"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="normalize-space(m:AnalysisShortName)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="analysis">
  <xsl:variable name="system" select="ehds:lookup('analysis-system', ehds:slice(normalize-space(m:AnalysisCode), 1, 3))"/>
  <xsl:variable name="words"><xsl:call-template name="analysis-name"/></xsl:variable>
  <code>
    <xsl:if test="m:AnalysisCode[normalize-space()]">
      <coding>
        <xsl:if test="$system"><system value="{$system}"/></xsl:if>
        <ehds:code name="code" select="m:AnalysisCode"/>
        <ehds:string name="display" select="m:AnalysisShortName"/>
      </coding>
    </xsl:if>
    <ehds:string name="text" select="string($words)" absent="unknown"/>
  </code>
  <xsl:if test="m:AnalysisCode[normalize-space()] and not($system)">
    <ehds:note rule="dk-analysis-local" found="{m:AnalysisCode}"
        text="an analysis code of the laboratory's own: it is carried without a code system, with its name"/>
  </xsl:if>
</xsl:template>

<!-- The producer is one line of words, with a number in front by custom. -->
<xsl:template name="producer">
  <xsl:variable name="words" select="normalize-space(m:ProducerOfLabResult/m:Identifier)"/>
  <xsl:choose>
    <xsl:when test="$words">
      <ehds:entry name="performer" select="m:ProducerOfLabResult" shared="yes" key="concat('producer|', m:Identifier, '|', m:IdentifierCode)">
        <Organization>
          <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
          <ehds:string name="name" select="m:Identifier"/>
          <ehds:string name="alias" select="m:IdentifierCode"/>
        </Organization>
      </ehds:entry>
    </xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="$letter/m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'performer'"/></xsl:call-template></xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="comparator">
  <xsl:choose>
    <xsl:when test="normalize-space(m:Operator) = 'mindre_end'">&lt;</xsl:when>
    <xsl:when test="normalize-space(m:Operator) = 'stoerre_end'">&gt;</xsl:when>
  </xsl:choose>
</xsl:template>

<!-- The unit in the spelling that the table has. -->
<xsl:template name="unit">
  <xsl:value-of select="ehds:lookup('lab-unit', translate(normalize-space(m:Unit), '&#xB5;&#x3BC;L ', 'uul'))"/>
</xsl:template>

<xsl:template name="result-value">
  <xsl:variable name="number" select="ehds:decimal(m:Value)"/>
  <xsl:variable name="unit"><xsl:call-template name="unit"/></xsl:variable>
  <xsl:variable name="comparator"><xsl:call-template name="comparator"/></xsl:variable>
  <xsl:choose>
    <xsl:when test="m:ResultStatusCode = 'proeve_modtaget'"><xsl:if test="m:Value[normalize-space() and translate(., '*', '') != '']"><ehds:string name="valueString" select="m:Value"/></xsl:if></xsl:when>
    <xsl:when test="normalize-space(m:ResultType) = 'numerisk' and $number and string($unit)">
      <valueQuantity>
        <value value="{$number}"/>
        <xsl:if test="string($comparator)"><comparator value="{$comparator}"/></xsl:if>
        <ehds:string name="unit" select="m:Unit"/>
        <system value="http://unitsofmeasure.org"/>
        <code value="{$unit}"/>
      </valueQuantity>
    </xsl:when>
    <xsl:when test="m:Value[normalize-space()]">
      <ehds:string name="valueString" select="normalize-space(concat($comparator, m:Value, ' ', m:Unit))"/>
      <xsl:if test="normalize-space(m:ResultType) = 'numerisk'">
        <ehds:note rule="dk-result-text" severity="warning" found="{concat(m:Value, ' ', m:Unit)}"
            text="a numeric result without a number or without a unit of the table: it is carried as text"/>
      </xsl:if>
    </xsl:when>
    <xsl:otherwise>
      <dataAbsentReason>
        <coding>
          <system value="http://terminology.hl7.org/CodeSystem/data-absent-reason"/>
          <code value="unknown"/>
        </coding>
      </dataAbsentReason>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: ReferenceInterval. -->
<xsl:template name="interval-text">
  <xsl:if test="m:LowerLimit[normalize-space()] or m:UpperLimit[normalize-space()]">
    <xsl:value-of select="normalize-space(concat(m:LowerLimit, ' - ', m:UpperLimit, ' '))"/>
    <xsl:if test="m:IntervalText[normalize-space()]"><xsl:text> </xsl:text></xsl:if>
  </xsl:if>
  <xsl:value-of select="normalize-space(m:IntervalText)"/>
</xsl:template>

<xsl:template name="reference-range">
  <xsl:variable name="unit"><xsl:for-each select=".."><xsl:call-template name="unit"/></xsl:for-each></xsl:variable>
  <xsl:variable name="words"><xsl:call-template name="interval-text"/></xsl:variable>
  <xsl:if test="string($words)">
    <referenceRange>
      <xsl:if test="string($unit)">
        <xsl:for-each select="m:LowerLimit[ehds:decimal(.)]">
          <low>
            <value value="{ehds:decimal(.)}"/>
            <ehds:string name="unit" select="../../m:Unit"/>
            <system value="http://unitsofmeasure.org"/>
            <code value="{$unit}"/>
          </low>
        </xsl:for-each>
        <xsl:for-each select="m:UpperLimit[ehds:decimal(.)]">
          <high>
            <value value="{ehds:decimal(.)}"/>
            <ehds:string name="unit" select="../../m:Unit"/>
            <system value="http://unitsofmeasure.org"/>
            <code value="{$unit}"/>
          </high>
        </xsl:for-each>
      </xsl:if>
      <xsl:if test="m:TypeOfInterval[normalize-space() and . != 'uspecificeret']"><ehds:concept name="type" select="m:TypeOfInterval"/></xsl:if>
      <text value="{$words}"/>
    </referenceRange>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
