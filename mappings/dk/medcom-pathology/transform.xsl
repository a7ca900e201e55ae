<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XRPT03 (cytology), XRPT04 (histology) and XRPT07 (genetics). Fields: CervixcytologyReport.xsd, HistopathologyReport.xsd, GeneticsReport.xsd of
  MedCom.

  The codes of the diagnoses (T02424, M88100) are those of the Danish pathology register, descended from SNOMED II: they look like SNOMED codes
  and are none of SNOMED CT. They are carried without a system, with their words. The letter says things three times: in codes, in a short word
  for tables, in texts; all three are carried. The conclusion is the conclusion of the report. The counts of a marrow examination have no type
  that says "number", and some are a lone "%": they stay text.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/lab-result.xsl"/>

<xsl:variable name="title">
  <xsl:choose>
    <xsl:when test="$letter[self::m:GeneticsReport]">Genetiksvar</xsl:when>
    <xsl:otherwise>Patologisvar</xsl:otherwise>
  </xsl:choose>
</xsl:variable>
<xsl:variable name="coded" select="$letter/m:LaboratoryResults/m:CodedFormat"/>
<xsl:variable name="samples" select="$coded/m:Sample"/>
<xsl:variable name="diagnoses" select="$samples/m:CodedResults/m:Result"/>
<xsl:variable name="short" select="$letter/m:LaboratoryResults/m:TableFormat"/>
<xsl:variable name="texts" select="$letter/m:LaboratoryResults/m:TextualFormat/*[not(self::m:Conclusion or self::m:Hematology)]"/>
<xsl:variable name="conclusions" select="$letter/m:LaboratoryResults/m:TextualFormat/m:Conclusion"/>
<xsl:variable name="counts" select="$letter/m:LaboratoryResults/m:TextualFormat/m:Hematology"/>

<!-- ==== Specimens ================================================================================================== -->

<xsl:template name="report-specimens">
  <xsl:for-each select="$samples">
    <xsl:call-template name="specimen">
      <xsl:with-param name="name" select="'specimen'"/>
      <xsl:with-param name="key" select="concat('specimen|', position())"/>
      <xsl:with-param name="material" select="normalize-space(m:MaterialDescription)"/>
      <xsl:with-param name="site" select="normalize-space(m:CodedResults/m:Topography/m:Text)"/>
      <xsl:with-param name="site-code" select="normalize-space(m:CodedResults/m:Topography/m:Code)"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not($samples)">
    <xsl:for-each select="$requisition">
      <xsl:call-template name="specimen"><xsl:with-param name="name" select="'specimen'"/></xsl:call-template>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- What is said of the whole letter is said of its sample when there is one only. -->
<xsl:variable name="only-specimen">
  <xsl:choose>
    <xsl:when test="not($samples)">specimen</xsl:when>
    <xsl:when test="count($samples) = 1">specimen|1</xsl:when>
  </xsl:choose>
</xsl:variable>

<!-- ==== Results ==================================================================================================== -->

<xsl:template name="report-results">
  <xsl:for-each select="$samples">
    <xsl:variable name="sample" select="position()"/>
    <xsl:for-each select="m:CodedResults/m:Result">
      <xsl:call-template name="diagnosis">
        <xsl:with-param name="key" select="concat('diagnosis|', $sample, '|', position())"/>
        <xsl:with-param name="specimen" select="concat('specimen|', $sample)"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="$short"><xsl:call-template name="short-result"/></xsl:for-each>
  <xsl:for-each select="$texts"><xsl:call-template name="text-result"/></xsl:for-each>
  <xsl:for-each select="$counts/m:Result"><xsl:call-template name="cell-count"/></xsl:for-each>
  <xsl:if test="$conclusions[normalize-space(m:Text)]">
    <xsl:variable name="words">
      <xsl:for-each select="$conclusions/m:Text"><xsl:call-template name="formatted"/><xsl:text>&#10;</xsl:text></xsl:for-each>
    </xsl:variable>
    <ehds:text name="conclusion" select="string($words)"/>
    <ehds:note as="mapped" select="$conclusions"/>
  </xsl:if>
  <ehds:note as="mapped" select="$counts[m:Result]"/>
  <ehds:note as="text" select="$conclusions[not(normalize-space(m:Text))] | $counts[not(m:Result)]" why="a headline without words of its own"/>
</xsl:template>

<xsl:template name="result-entries">
  <xsl:for-each select="$samples">
    <xsl:variable name="sample" select="position()"/>
    <xsl:for-each select="m:CodedResults/m:Result">
      <ehds:reference name="entry" key="concat('diagnosis|', $sample, '|', position())" type="Observation"/>
    </xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="$short"><ehds:reference name="entry" key="concat('short|', position())" type="Observation"/></xsl:for-each>
  <xsl:for-each select="$texts"><ehds:reference name="entry" key="concat('text|', position())" type="Observation"/></xsl:for-each>
  <xsl:for-each select="$counts/m:Result"><ehds:reference name="entry" key="concat('count|', position())" type="Observation"/></xsl:for-each>
</xsl:template>

<!-- Context: Result with Code, Text, Comment; what it is about is the topography of its sample. -->
<xsl:template name="diagnosis">
  <xsl:param name="key"/>
  <xsl:param name="specimen"/>
  <xsl:variable name="place" select="../m:Topography"/>
  <ehds:entry name="result" key="$key">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="$specimen"/></xsl:call-template>
      <code><ehds:string name="text" select="$coded/m:DiagnosisHeadline" absent="unknown"/></code>
      <xsl:call-template name="sender-performs"/>
      <xsl:choose>
        <xsl:when test="(m:Code | m:Text)[normalize-space()]">
          <valueCodeableConcept>
            <xsl:call-template name="pathology-coding"/>
            <ehds:string name="text" select="m:Text"/>
          </valueCodeableConcept>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="m:Comment | $place/m:Comment"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="$place[(m:Code | m:Text)[normalize-space()]]">
        <bodySite>
          <xsl:call-template name="pathology-coding"/>
          <ehds:string name="text" select="m:Text"/>
        </bodySite>
      </xsl:for-each>
    </Observation>
  </ehds:entry>
  <xsl:if test="m:Code[normalize-space()]">
    <ehds:note rule="dk-pathology-code" found="{m:Code}"
        text="a code of the Danish pathology register, no SNOMED CT: it is carried without a code system, with its words"/>
  </xsl:if>
</xsl:template>

<!-- Context: Topography, Result. -->
<xsl:template name="pathology-coding">
  <xsl:if test="m:Code[normalize-space()]">
    <coding>
      <ehds:code name="code" select="m:Code"/>
      <ehds:string name="display" select="m:Text"/>
    </coding>
  </xsl:if>
</xsl:template>

<!-- Context: TableFormat: the word for overviews of many answers. -->
<xsl:template name="short-result">
  <ehds:entry name="result" key="concat('short|', position())">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="string($only-specimen)"/></xsl:call-template>
      <code><ehds:string name="text" select="m:ResultHeadline" absent="unknown"/></code>
      <xsl:call-template name="sender-performs"/>
      <ehds:string name="valueString" select="m:TableResult"/>
      <xsl:if test="not(m:TableResult[normalize-space()])"><xsl:call-template name="no-value"/></xsl:if>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- Context: Macroscopic, Microscopic, Comments and the like: a headline and a text. -->
<xsl:template name="text-result">
  <xsl:variable name="words"><xsl:for-each select="m:Text"><xsl:call-template name="formatted"/></xsl:for-each></xsl:variable>
  <ehds:entry name="result" key="concat('text|', position())">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="string($only-specimen)"/></xsl:call-template>
      <code><ehds:string name="text" select="m:Headline" absent="unknown"/></code>
      <xsl:call-template name="sender-performs"/>
      <xsl:choose>
        <xsl:when test="normalize-space($words)"><ehds:text name="valueString" select="string($words)"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="m:Reference"><xsl:call-template name="result-note"/></xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- Context: Result of Hematology: a kind of cell in marrow and blood. -->
<xsl:template name="cell-count">
  <ehds:entry name="result" key="concat('count|', position())">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="string($only-specimen)"/></xsl:call-template>
      <code><ehds:string name="text" select="m:CellType" absent="unknown"/></code>
      <xsl:call-template name="sender-performs"/>
      <xsl:for-each select="m:Marrow | m:Peripheral">
        <component>
          <code><ehds:string name="text" select="../../m:Labels/*[local-name() = local-name(current())]" absent="unknown"/></code>
          <xsl:choose>
            <xsl:when test="translate(normalize-space(), '% ', '')"><ehds:string name="valueString" select="."/></xsl:when>
            <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
          </xsl:choose>
        </component>
      </xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- ==== The narrative ============================================================================================== -->

<xsl:template name="result-narrative">
  <xsl:if test="$diagnoses">
    <h:p><h:b><xsl:value-of select="$coded/m:DiagnosisHeadline"/></h:b></h:p>
    <h:table>
      <h:tbody>
        <xsl:for-each select="$samples">
          <h:tr><h:td><xsl:value-of select="m:LaboratoryInternalSampleIdentifier"/></h:td>
            <h:td><xsl:value-of select="normalize-space(concat(m:CodedResults/m:Headline, ' ', m:MaterialDescription))"/></h:td><h:td/></h:tr>
          <xsl:for-each select="m:CodedResults/m:Topography | m:CodedResults/m:Result">
            <h:tr>
              <h:td><xsl:value-of select="normalize-space(m:Code)"/></h:td>
              <h:td><xsl:value-of select="normalize-space(m:Text)"/></h:td>
              <h:td><xsl:value-of select="normalize-space(m:Comment)"/></h:td>
            </h:tr>
          </xsl:for-each>
        </xsl:for-each>
      </h:tbody>
    </h:table>
  </xsl:if>
  <xsl:for-each select="$samples[not($diagnoses)]"><h:p><xsl:value-of select="normalize-space(m:MaterialDescription)"/></h:p></xsl:for-each>
  <xsl:for-each select="$short">
    <h:p><h:b><xsl:value-of select="m:ResultHeadline"/></h:b><xsl:text>: </xsl:text><xsl:value-of select="m:TableResult"/></h:p>
  </xsl:for-each>
  <xsl:for-each select="$letter/m:LaboratoryResults/m:TextualFormat/*[not(self::m:Hematology)]">
    <h:p><h:b><xsl:value-of select="m:Headline"/></h:b></h:p>
    <xsl:for-each select="m:Text | m:Reference"><xsl:call-template name="remark"/></xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="$counts">
    <h:p><h:b><xsl:value-of select="m:Headline"/></h:b></h:p>
    <h:table>
      <h:tbody>
        <xsl:for-each select="m:Labels | m:Result">
          <h:tr>
            <h:td><xsl:value-of select="normalize-space(m:CellTypes | m:CellType)"/></h:td>
            <h:td><xsl:value-of select="normalize-space(m:Marrow)"/></h:td>
            <h:td><xsl:value-of select="normalize-space(m:Peripheral)"/></h:td>
          </h:tr>
        </xsl:for-each>
      </h:tbody>
    </h:table>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
