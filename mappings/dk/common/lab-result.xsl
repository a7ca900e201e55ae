<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  One result of a laboratory letter: its code, its value, its limits. Tables that a pack must have: analysis-system, lab-unit,
  result-status, result-validation.

  NPU codes stay NPU codes, which the European guide takes beside LOINC; there is no public map to LOINC, and none is invented. A value is a
  quantity only when its type does not say "text", it is a number (perhaps with a comparator before it, or two numbers with a dash between
  them), and its unit has a row; else it is the text that the laboratory wrote.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="lab-letter.xsl"/>

<!-- What all Observations of a letter say. state: the result's own status, where results have one. -->
<xsl:template name="observation">
  <xsl:param name="state" select="$general/m:ResultStatusCode"/>
  <xsl:param name="specimen" select="'specimen'"/>
  <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Observation-resultslab-eu-lab"/></meta>
  <xsl:choose>
    <xsl:when test="$report-status = 'entered-in-error'"><status value="entered-in-error"/></xsl:when>
    <xsl:otherwise><ehds:code name="status" select="$state" table="result-status" default="unknown"/></xsl:otherwise>
  </xsl:choose>
  <category>
    <coding>
      <system value="http://terminology.hl7.org/CodeSystem/observation-category"/>
      <code value="laboratory"/>
    </coding>
  </category>
  <ehds:reference name="subject" key="'patient'" type="Patient"/>
  <ehds:datetime name="effectiveDateTime" select="string($sampled)" absent="unknown"/>
  <xsl:if test="string($specimen)"><ehds:reference name="specimen" key="string($specimen)" type="Specimen"/></xsl:if>
</xsl:template>

<xsl:template name="sender-performs">
  <xsl:for-each select="$letter/m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'performer'"/></xsl:call-template></xsl:for-each>
</xsl:template>

<!-- ==== Codes ====================================================================================================== -->

<!-- A code of a laboratory letter: NPU, DNK and MedCom's codes have systems; the laboratory's own have none that anybody else knows. -->
<xsl:template name="laboratory-coding">
  <xsl:param name="code"/>
  <xsl:param name="display"/>
  <xsl:variable name="system" select="ehds:lookup('analysis-system', ehds:slice(normalize-space($code), 1, 3))"/>
  <xsl:if test="normalize-space($code)">
    <coding>
      <xsl:if test="$system"><system value="{$system}"/></xsl:if>
      <ehds:code name="code" select="$code"/>
      <ehds:string name="display" select="$display"/>
    </coding>
  </xsl:if>
</xsl:template>

<xsl:template name="note-local">
  <xsl:param name="code"/>
  <xsl:if test="normalize-space($code) and not(ehds:lookup('analysis-system', ehds:slice(normalize-space($code), 1, 3)))">
    <ehds:note rule="dk-analysis-local" found="{$code}"
        text="a code of the laboratory's own: it is carried without a code system, with its name"/>
  </xsl:if>
</xsl:template>

<!-- Context: Analysis (XRPT01, XRPT02) or Examination (XRPT05). The name is the complete one, or the parts of the name, or the short one. -->
<xsl:template name="analysis-name">
  <xsl:variable name="words"><xsl:for-each select="m:AnalysisCompleteName"><xsl:call-template name="formatted"/></xsl:for-each></xsl:variable>
  <xsl:choose>
    <xsl:when test="normalize-space($words)"><xsl:value-of select="normalize-space($words)"/></xsl:when>
    <xsl:when test="m:AnalysisMDSName/m:Examination[normalize-space() and . != '.']"><xsl:value-of select="normalize-space(m:AnalysisMDSName/m:Examination)"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="normalize-space(m:AnalysisShortName)"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="analysis">
  <xsl:variable name="words"><xsl:call-template name="analysis-name"/></xsl:variable>
  <xsl:variable name="code" select="m:AnalysisCode | m:MICAnalysisCode"/>
  <code>
    <xsl:call-template name="laboratory-coding">
      <xsl:with-param name="code" select="$code"/>
      <xsl:with-param name="display" select="m:AnalysisShortName"/>
    </xsl:call-template>
    <ehds:string name="text" select="string($words)" absent="unknown"/>
  </code>
  <xsl:call-template name="note-local"><xsl:with-param name="code" select="$code"/></xsl:call-template>
</xsl:template>

<!-- ==== Who made it ================================================================================================= -->

<!-- The producer is one line of words, with a number in front by custom. -->
<xsl:template name="producer">
  <xsl:variable name="words" select="normalize-space(m:ProducerOfLabResult/m:Identifier | m:ProducerOfLabResult[not(*)])"/>
  <xsl:choose>
    <xsl:when test="$words">
      <ehds:entry name="performer" select="m:ProducerOfLabResult" shared="yes" key="concat('producer|', $words, '|', m:IdentifierCode)">
        <Organization>
          <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
          <ehds:string name="name" select="m:Identifier | self::*[not(*)]"/>
          <ehds:string name="alias" select="m:IdentifierCode"/>
        </Organization>
      </ehds:entry>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="sender-performs"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Values; context: what has Value, Operator, Unit ============================================================= -->

<!-- Both micro signs are u and litre is a small l, so that the table needs each unit once. -->
<xsl:template name="unit">
  <xsl:value-of select="ehds:lookup('lab-unit', translate(normalize-space(m:Unit), '&#xB5;&#x3BC;L ', 'uul'))"/>
</xsl:template>

<!-- The comparator stands in an element of its own; some laboratories write it before the number. -->
<xsl:template name="comparator">
  <xsl:variable name="value" select="normalize-space(m:Value)"/>
  <xsl:choose>
    <xsl:when test="normalize-space(m:Operator) = 'mindre_end'">&lt;</xsl:when>
    <xsl:when test="normalize-space(m:Operator) = 'stoerre_end'">&gt;</xsl:when>
    <xsl:when test="starts-with($value, '&lt;=') or starts-with($value, '&gt;=')"><xsl:value-of select="ehds:slice($value, 1, 2)"/></xsl:when>
    <xsl:when test="starts-with($value, '&lt;') or starts-with($value, '&gt;')"><xsl:value-of select="ehds:slice($value, 1, 1)"/></xsl:when>
  </xsl:choose>
</xsl:template>

<!-- The value without a comparator before it; one that the element says too (mindre_end, "&lt;") is said once. -->
<xsl:template name="bare-value">
  <xsl:variable name="value" select="normalize-space(m:Value)"/>
  <xsl:choose>
    <xsl:when test="normalize-space(m:Operator) = 'mindre_end' or normalize-space(m:Operator) = 'stoerre_end'">
      <xsl:variable name="sign" select="translate(ehds:slice($value, 1, 1), '&lt;&gt;', 'ms')"/>
      <xsl:choose>
        <xsl:when test="$sign = ehds:slice(normalize-space(m:Operator), 1, 1) and not(starts-with(substring($value, 2), '='))">
          <xsl:value-of select="normalize-space(substring($value, 2))"/>
        </xsl:when>
        <xsl:otherwise><xsl:value-of select="$value"/></xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="starts-with($value, '&lt;=') or starts-with($value, '&gt;=')"><xsl:value-of select="normalize-space(substring($value, 3))"/></xsl:when>
    <xsl:when test="starts-with($value, '&lt;') or starts-with($value, '&gt;')"><xsl:value-of select="normalize-space(substring($value, 2))"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="$value"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- What a reader sees: comparator, value, unit as the laboratory wrote them. -->
<xsl:template name="value-words">
  <xsl:variable name="comparator"><xsl:call-template name="comparator"/></xsl:variable>
  <xsl:variable name="bare"><xsl:call-template name="bare-value"/></xsl:variable>
  <xsl:if test="string($bare)"><xsl:value-of select="normalize-space(concat($comparator, $bare, ' ', m:Unit))"/></xsl:if>
</xsl:template>

<xsl:template name="measure">
  <xsl:param name="name"/>
  <xsl:param name="value"/>
  <xsl:param name="comparator"/>
  <xsl:param name="code"/>
  <xsl:param name="unit"/>
  <xsl:element name="{$name}">
    <value value="{$value}"/>
    <xsl:if test="string($comparator)"><comparator value="{$comparator}"/></xsl:if>
    <ehds:string name="unit" select="$unit"/>
    <system value="http://unitsofmeasure.org"/>
    <code value="{$code}"/>
  </xsl:element>
</xsl:template>

<xsl:template name="result-value">
  <xsl:variable name="unit"><xsl:call-template name="unit"/></xsl:variable>
  <xsl:variable name="comparator"><xsl:call-template name="comparator"/></xsl:variable>
  <xsl:variable name="bare"><xsl:call-template name="bare-value"/></xsl:variable>
  <xsl:variable name="number" select="ehds:decimal(string($bare))"/>
  <xsl:variable name="low" select="ehds:decimal(ehds:split(string($bare), '-', 1))"/>
  <xsl:variable name="high" select="ehds:decimal(ehds:split(string($bare), '-', 2))"/>
  <xsl:variable name="words"><xsl:call-template name="value-words"/></xsl:variable>
  <xsl:variable name="numeric" select="string($unit) and (normalize-space(m:ResultType) = 'numerisk' or not(m:ResultType))"/>
  <xsl:choose>
    <xsl:when test="$numeric and $number">
      <xsl:call-template name="measure">
        <xsl:with-param name="name" select="'valueQuantity'"/>
        <xsl:with-param name="value" select="$number"/>
        <xsl:with-param name="comparator" select="string($comparator)"/>
        <xsl:with-param name="code" select="string($unit)"/>
        <xsl:with-param name="unit" select="m:Unit"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$numeric and $low and $high and not(string($comparator)) and ehds:split(string($bare), '-', 3) = '' and $low &lt;= $high">
      <valueRange>
        <xsl:call-template name="measure">
          <xsl:with-param name="name" select="'low'"/>
          <xsl:with-param name="value" select="$low"/>
          <xsl:with-param name="code" select="string($unit)"/>
          <xsl:with-param name="unit" select="m:Unit"/>
        </xsl:call-template>
        <xsl:call-template name="measure">
          <xsl:with-param name="name" select="'high'"/>
          <xsl:with-param name="value" select="$high"/>
          <xsl:with-param name="code" select="string($unit)"/>
          <xsl:with-param name="unit" select="m:Unit"/>
        </xsl:call-template>
      </valueRange>
    </xsl:when>
    <xsl:when test="string($words)">
      <ehds:string name="valueString" select="string($words)"/>
      <xsl:if test="normalize-space(m:ResultType) = 'numerisk'">
        <ehds:note rule="dk-result-text" severity="warning" found="{$words}"
            text="a numeric result without a number or without a unit of the table: it is carried as text"/>
      </xsl:if>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="no-value">
  <xsl:param name="reason" select="'unknown'"/>
  <dataAbsentReason>
    <coding>
      <system value="http://terminology.hl7.org/CodeSystem/data-absent-reason"/>
      <code value="{$reason}"/>
    </coding>
  </dataAbsentReason>
</xsl:template>

<!-- Context: a formatted text or a coded remark. -->
<xsl:template name="result-note">
  <xsl:variable name="words">
    <xsl:choose>
      <xsl:when test="self::m:Reference"><xsl:call-template name="pointer"/></xsl:when>
      <xsl:when test="m:Text"><xsl:for-each select="m:Text"><xsl:call-template name="formatted"/></xsl:for-each></xsl:when>
      <xsl:otherwise><xsl:call-template name="formatted"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:if test="normalize-space($words)">
    <note><ehds:text name="text" select="string($words)"/></note>
    <xsl:if test="self::m:Reference"><ehds:note as="mapped" select="."/></xsl:if>
  </xsl:if>
</xsl:template>

<!-- ==== Limits; context: ReferenceInterval ========================================================================== -->

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
      <xsl:if test="string($unit) and ehds:decimal(m:LowerLimit)">
        <xsl:call-template name="measure">
          <xsl:with-param name="name" select="'low'"/>
          <xsl:with-param name="value" select="ehds:decimal(m:LowerLimit)"/>
          <xsl:with-param name="code" select="string($unit)"/>
          <xsl:with-param name="unit" select="../m:Unit"/>
        </xsl:call-template>
      </xsl:if>
      <xsl:if test="string($unit) and ehds:decimal(m:UpperLimit)">
        <xsl:call-template name="measure">
          <xsl:with-param name="name" select="'high'"/>
          <xsl:with-param name="value" select="ehds:decimal(m:UpperLimit)"/>
          <xsl:with-param name="code" select="string($unit)"/>
          <xsl:with-param name="unit" select="../m:Unit"/>
        </xsl:call-template>
      </xsl:if>
      <xsl:if test="m:TypeOfInterval[normalize-space() and . != 'uspecificeret']"><ehds:concept name="type" select="m:TypeOfInterval"/></xsl:if>
      <text value="{$words}"/>
    </referenceRange>
  </xsl:if>
</xsl:template>

<!-- ==== A Result of XRPT01 and XRPT02 =============================================================================== -->

<xsl:template name="result">
  <xsl:param name="specimen" select="'specimen'"/>
  <ehds:entry name="result" key="concat('result|', position())">
    <Observation>
      <xsl:call-template name="observation">
        <xsl:with-param name="state" select="m:ResultStatusCode"/>
        <xsl:with-param name="specimen" select="$specimen"/>
      </xsl:call-template>
      <xsl:for-each select="m:Analysis"><xsl:call-template name="analysis"/></xsl:for-each>
      <xsl:if test="not(m:Analysis)"><ehds:absent name="code" reason="unknown"/></xsl:if>
      <xsl:call-template name="producer"/>
      <xsl:choose>
        <xsl:when test="m:ResultStatusCode = 'proeve_modtaget' and not(translate(m:Value, '* ', ''))"/>
        <xsl:otherwise><xsl:call-template name="result-value"/></xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="interpretation" select="m:ResultValidation" table="result-validation"/>
      <xsl:for-each select="m:ResultTextValue | m:ResultComments | m:Reference"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="m:ReferenceInterval"><xsl:call-template name="reference-range"/></xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<xsl:template name="result-table">
  <h:table>
    <h:thead>
      <h:tr><h:th>Analyse</h:th><h:th>Resultat</h:th><h:th>Enhed</h:th><h:th>Referenceinterval</h:th><h:th>Bemærkninger</h:th></h:tr>
    </h:thead>
    <h:tbody>
      <xsl:for-each select="$letter/m:LaboratoryResults/m:Result">
        <h:tr>
          <h:td>
            <xsl:for-each select="m:Analysis">
              <xsl:call-template name="analysis-name"/>
              <h:br/>
              <xsl:for-each select="(m:AnalysisCode | m:MICAnalysisCode | m:AnalysisShortName | m:RequisitionGroup/m:Name)[normalize-space()]">
                <xsl:if test="position() &gt; 1">, </xsl:if>
                <xsl:value-of select="normalize-space()"/>
              </xsl:for-each>
            </xsl:for-each>
          </h:td>
          <h:td><xsl:call-template name="comparator"/><xsl:call-template name="bare-value"/></h:td>
          <h:td><xsl:value-of select="normalize-space(m:Unit)"/></h:td>
          <h:td><xsl:for-each select="m:ReferenceInterval"><xsl:call-template name="interval-text"/></xsl:for-each></h:td>
          <h:td><xsl:for-each select="m:ResultTextValue | m:ResultComments"><xsl:call-template name="formatted-html"/></xsl:for-each>
            <xsl:for-each select="m:Reference"><h:br/><xsl:call-template name="pointer"/></xsl:for-each></h:td>
        </h:tr>
      </xsl:for-each>
    </h:tbody>
  </h:table>
</xsl:template>
</xsl:stylesheet>
