<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XRPT02 and XRPT05, microbiology. Fields: MicrobiologyReport.xsd and MicrobiologyWebReport.xsd of MedCom.

  XRPT05 has investigations: each is an Observation whose members are what was found. XRPT02 has the findings of the whole letter beside single
  results: there the findings are results themselves. A found organism is an Observation with the organism as its value and the antibiogram as
  its members. The entries of a pattern name organism and antibiotic by their places in the lists, counted from 1; an entry that names what
  is not in the list is told and stays with the investigation. No isolate is invented as a specimen: the letters number none.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/lab-result.xsl"/>

<xsl:variable name="study" select="'18725-2'"/>
<xsl:variable name="study-name" select="'Microbiology studies (set)'"/>
<xsl:variable name="title" select="'Mikrobiologisvar'"/>
<xsl:variable name="results" select="$letter/m:LaboratoryResults/m:Result"/>
<xsl:variable name="investigations" select="$letter/m:LaboratoryResults/m:Investigation"/>

<!-- ==== Specimens: one for each material and place that the analyses name ========================================== -->

<!-- Context: Examination or Analysis. "." stands for "no place". -->
<xsl:template name="material-key">
  <xsl:value-of select="concat('specimen|', normalize-space(m:AnalysisMDSName/m:Material), '|', normalize-space(m:AnalysisMDSName/m:Location), '|',
      normalize-space(m:SupplementaryLocation))"/>
</xsl:template>

<xsl:template name="report-specimens">
  <xsl:for-each select="$investigations/m:Examination | $results/m:Analysis">
    <xsl:variable name="key"><xsl:call-template name="material-key"/></xsl:variable>
    <xsl:variable name="material" select="normalize-space(m:AnalysisMDSName/m:Material[. != '.'])"/>
    <xsl:variable name="site">
      <xsl:value-of select="normalize-space(concat(m:AnalysisMDSName/m:Location[normalize-space() != '.'], ' ', m:SupplementaryLocation))"/>
    </xsl:variable>
    <xsl:for-each select="($requisition/m:Sample | $requisition[not(m:Sample)])[1]">
      <xsl:call-template name="specimen">
        <xsl:with-param name="name" select="'specimen'"/>
        <xsl:with-param name="key" select="string($key)"/>
        <xsl:with-param name="material" select="$material"/>
        <xsl:with-param name="site" select="string($site)"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:for-each>
</xsl:template>

<!-- ==== Results ==================================================================================================== -->

<xsl:template name="report-results">
  <xsl:for-each select="$results">
    <xsl:call-template name="result">
      <xsl:with-param name="specimen"><xsl:for-each select="m:Analysis"><xsl:call-template name="material-key"/></xsl:for-each></xsl:with-param>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="$investigations"><xsl:call-template name="investigation"/></xsl:for-each>
  <xsl:for-each select="$letter/m:LaboratoryResults[not(m:Investigation)]">
    <xsl:call-template name="findings">
      <xsl:with-param name="name" select="'result'"/>
      <xsl:with-param name="place" select="'letter'"/>
      <xsl:with-param name="specimen">
        <xsl:if test="count($results) = 1"><xsl:for-each select="$results/m:Analysis"><xsl:call-template name="material-key"/></xsl:for-each></xsl:if>
      </xsl:with-param>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="result-entries">
  <xsl:for-each select="$results"><ehds:reference name="entry" key="concat('result|', position())" type="Observation"/></xsl:for-each>
  <xsl:for-each select="$investigations"><ehds:reference name="entry" key="concat('investigation|', position())" type="Observation"/></xsl:for-each>
  <xsl:for-each select="$letter/m:LaboratoryResults[not(m:Investigation)]">
    <xsl:for-each select="(m:CultureWithFindings | m:CultureFindings)/m:Microorganism">
      <ehds:reference name="entry" key="concat('organism|letter|', position())" type="Observation"/>
    </xsl:for-each>
    <xsl:for-each select="m:CultureWithoutFindings"><ehds:reference name="entry" key="'culture|letter'" type="Observation"/></xsl:for-each>
    <xsl:for-each select="m:MicroscopicFindings"><ehds:reference name="entry" key="'microscopy|letter'" type="Observation"/></xsl:for-each>
  </xsl:for-each>
</xsl:template>

<!-- Context: Investigation. What grew without a name of an organism ("no growth") is the value of the investigation itself. -->
<xsl:template name="investigation">
  <xsl:variable name="place" select="position()"/>
  <xsl:variable name="specimen"><xsl:for-each select="m:Examination"><xsl:call-template name="material-key"/></xsl:for-each></xsl:variable>
  <xsl:variable name="culture" select="m:CultureFindings"/>
  <ehds:entry name="result" key="concat('investigation|', $place)">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="string($specimen)"/></xsl:call-template>
      <xsl:for-each select="m:Examination"><xsl:call-template name="analysis"/></xsl:for-each>
      <xsl:if test="not(m:Examination)"><ehds:absent name="code" reason="unknown"/></xsl:if>
      <xsl:call-template name="examinator"/>
      <xsl:choose>
        <xsl:when test="$culture[not(m:Microorganism)]/m:Comments[normalize-space()]">
          <xsl:variable name="words"><xsl:for-each select="$culture/m:Comments"><xsl:call-template name="said"/><xsl:text>&#10;</xsl:text></xsl:for-each></xsl:variable>
          <ehds:text name="valueString" select="string($words)"/>
        </xsl:when>
        <xsl:when test="not(m:QuantitativeFindings/m:AnalysisFindings or $culture/m:Microorganism or $culture/m:Pattern/m:PatternEntry or
            m:MicroscopicFindings)">
          <xsl:choose>
            <xsl:when test="m:QuantitativeFindings/m:InterPretation[normalize-space()]">
              <xsl:for-each select="m:QuantitativeFindings/m:InterPretation"><xsl:call-template name="identified"/></xsl:for-each>
            </xsl:when>
            <xsl:when test="$general/m:ResultStatusCode = 'proeve_modtaget'"/>
            <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
          </xsl:choose>
        </xsl:when>
      </xsl:choose>
      <xsl:if test="m:QuantitativeFindings/m:AnalysisFindings">
        <xsl:for-each select="m:QuantitativeFindings/m:InterPretation"><xsl:call-template name="result-note"/></xsl:for-each>
      </xsl:if>
      <xsl:for-each select="m:QuantitativeFindings/m:Comments | $culture[m:Microorganism]/m:Comments"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="$culture/m:Pattern/m:SusceptibilityInterpretation"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="m:QuantitativeFindings/m:AnalysisFindings">
        <xsl:call-template name="analysis-finding">
          <xsl:with-param name="key" select="concat('analysis|', $place, '|', position())"/>
          <xsl:with-param name="specimen" select="string($specimen)"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="findings">
        <xsl:with-param name="name" select="'hasMember'"/>
        <xsl:with-param name="place" select="$place"/>
        <xsl:with-param name="specimen" select="string($specimen)"/>
      </xsl:call-template>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- Context: Investigation. The examiner is a line of words: a laboratory, or a part of it. -->
<xsl:template name="examinator">
  <xsl:choose>
    <xsl:when test="ancestor-or-self::m:Investigation/m:Examination/m:Examinator[normalize-space()]">
      <ehds:entry name="performer" select="ancestor-or-self::m:Investigation/m:Examination/m:Examinator[normalize-space()][1]" shared="yes"
          key="concat('examinator|', normalize-space(.))">
        <Organization>
          <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
          <ehds:string name="name" select="."/>
        </Organization>
      </ehds:entry>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="sender-performs"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: Investigation (XRPT05) or LaboratoryResults (XRPT02): organisms, cultures without any, microscopy. -->
<xsl:template name="findings">
  <xsl:param name="name"/>
  <xsl:param name="place"/>
  <xsl:param name="specimen"/>
  <xsl:for-each select="m:CultureFindings | m:CultureWithFindings">
    <xsl:variable name="organisms" select="count(m:Microorganism)"/>
    <xsl:variable name="antibiotics" select="count(m:Pattern/m:Antibiotic)"/>
    <xsl:for-each select="m:Microorganism">
      <xsl:call-template name="organism">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="place" select="$place"/>
        <xsl:with-param name="specimen" select="$specimen"/>
        <xsl:with-param name="number" select="position()"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="m:Pattern/m:PatternEntry[not(m:RefMicroorganism &gt;= 1 and m:RefMicroorganism &lt;= $organisms)]">
      <ehds:note rule="dk-pattern-organism" severity="warning" found="{m:RefMicroorganism}" expected="1 to {$organisms}"
          text="a susceptibility names an organism that is not in the list: it is carried without one"/>
      <xsl:call-template name="susceptibility">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="key" select="concat('susceptibility|', $place, '|0|', position())"/>
        <xsl:with-param name="specimen" select="$specimen"/>
      </xsl:call-template>
    </xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="m:CultureWithoutFindings">
    <xsl:call-template name="text-finding">
      <xsl:with-param name="name" select="$name"/>
      <xsl:with-param name="key" select="concat('culture|', $place)"/>
      <xsl:with-param name="specimen" select="$specimen"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="m:MicroscopicFindings">
    <xsl:call-template name="text-finding">
      <xsl:with-param name="name" select="$name"/>
      <xsl:with-param name="key" select="concat('microscopy|', $place)"/>
      <xsl:with-param name="specimen" select="$specimen"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- Context: what has a Headline and Comments; perhaps groups of details (cells, organisms, appearance) with values. -->
<xsl:template name="text-finding">
  <xsl:param name="name"/>
  <xsl:param name="key"/>
  <xsl:param name="specimen"/>
  <xsl:variable name="words"><xsl:for-each select="m:Comments"><xsl:call-template name="said"/></xsl:for-each></xsl:variable>
  <ehds:entry name="{$name}" key="$key">
    <Observation>
      <xsl:call-template name="observation">
        <xsl:with-param name="state" select="$common-state"/>
        <xsl:with-param name="specimen" select="$specimen"/>
      </xsl:call-template>
      <code><ehds:string name="text" select="m:Headline" absent="unknown"/></code>
      <xsl:call-template name="examinator"/>
      <xsl:choose>
        <xsl:when test="normalize-space($words)"><ehds:text name="valueString" select="string($words)"/></xsl:when>
        <xsl:when test="not(m:Grouping/m:MicroscopicType/m:Details)"><xsl:call-template name="no-value"/></xsl:when>
      </xsl:choose>
      <xsl:for-each select="m:Grouping/m:MicroscopicType/m:Details">
        <xsl:variable name="group"><xsl:for-each select="../../m:Headline"><xsl:call-template name="said"/></xsl:for-each></xsl:variable>
        <xsl:variable name="what"><xsl:for-each select="m:Identification"><xsl:call-template name="said"/></xsl:for-each></xsl:variable>
        <component>
          <code>
            <xsl:for-each select="m:Identification"><xsl:call-template name="identified-coding"/></xsl:for-each>
            <ehds:string name="text" select="normalize-space(concat($group, ' ', ../m:Type, ' ', $what))"/>
          </code>
          <xsl:for-each select="m:Value"><xsl:call-template name="identified"/></xsl:for-each>
          <xsl:if test="not(m:Value[normalize-space()])"><xsl:call-template name="no-value"/></xsl:if>
          <ehds:note as="mapped" select="."/>
        </component>
      </xsl:for-each>
      <ehds:note as="mapped" select="."/>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- ==== Organisms and their antibiograms =========================================================================== -->

<!-- Context: Microorganism. The codes of organisms are the laboratories' own. -->
<xsl:template name="organism">
  <xsl:param name="name"/>
  <xsl:param name="place"/>
  <xsl:param name="specimen"/>
  <xsl:param name="number"/>
  <ehds:entry name="{$name}" key="concat('organism|', $place, '|', $number)">
    <Observation>
      <xsl:call-template name="observation">
        <xsl:with-param name="state" select="$common-state"/>
        <xsl:with-param name="specimen" select="$specimen"/>
      </xsl:call-template>
      <code><ehds:string name="text" select="../m:Headline" absent="unknown"/></code>
      <xsl:call-template name="examinator"/>
      <xsl:call-template name="organism-value"/>
      <xsl:for-each select="m:GrowthValue[normalize-space()]">
        <component>
          <code><text value="Vækst"/></code>
          <xsl:call-template name="identified"/>
        </component>
      </xsl:for-each>
      <xsl:for-each select="m:SpeciesComment | ../m:Comments[ancestor::m:CultureWithFindings]"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="../m:Pattern/m:SensitivityInterpretation"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="../m:Pattern/m:PatternEntry[m:RefMicroorganism = $number]">
        <xsl:call-template name="susceptibility">
          <xsl:with-param name="name" select="'hasMember'"/>
          <xsl:with-param name="key" select="concat('susceptibility|', $place, '|', $number, '|', position())"/>
          <xsl:with-param name="specimen" select="$specimen"/>
        </xsl:call-template>
      </xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<xsl:template name="organism-value">
  <xsl:variable name="words"><xsl:call-template name="organism-name"/></xsl:variable>
  <xsl:variable name="code" select="m:Identification/m:Code | m:ATCCCode"/>
  <xsl:choose>
    <xsl:when test="string($words) or $code[normalize-space()]">
      <valueCodeableConcept>
        <xsl:call-template name="laboratory-coding">
          <xsl:with-param name="code" select="$code"/>
          <xsl:with-param name="display" select="string($words)"/>
        </xsl:call-template>
        <ehds:string name="text" select="string($words)"/>
      </valueCodeableConcept>
      <xsl:call-template name="note-local"><xsl:with-param name="code" select="$code"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="organism-name">
  <xsl:variable name="words"><xsl:for-each select="m:Identification | m:Name"><xsl:call-template name="said"/></xsl:for-each></xsl:variable>
  <xsl:value-of select="normalize-space($words)"/>
</xsl:template>

<!-- Context: PatternEntry. The letter S, I or R is the result; a measured value (MIC, zone) stands beside it, and then the letter is how it is
  read. Anything else ("." is "not tested") is no susceptibility. -->
<xsl:template name="susceptibility">
  <xsl:param name="name"/>
  <xsl:param name="key"/>
  <xsl:param name="specimen"/>
  <xsl:variable name="number" select="m:RefAntibiotic"/>
  <xsl:variable name="antibiotic" select="../m:Antibiotic[position() = $number]"/>
  <xsl:variable name="code" select="$antibiotic/m:AntibioticName/m:Code"/>
  <xsl:variable name="letter-said" select="normalize-space(m:Susceptibility | m:Sensitivity)"/>
  <xsl:variable name="words"><xsl:for-each select="$antibiotic"><xsl:call-template name="antibiotic-name"/></xsl:for-each></xsl:variable>
  <ehds:entry name="{$name}" key="$key">
    <Observation>
      <xsl:call-template name="observation">
        <xsl:with-param name="state" select="$common-state"/>
        <xsl:with-param name="specimen" select="$specimen"/>
      </xsl:call-template>
      <code>
        <xsl:call-template name="laboratory-coding">
          <xsl:with-param name="code" select="$code"/>
          <xsl:with-param name="display" select="string($words)"/>
        </xsl:call-template>
        <xsl:for-each select="$antibiotic/m:ATCCode[normalize-space()]">
          <coding>
            <system value="http://www.whocc.no/atc"/>
            <ehds:code name="code" select="."/>
          </coding>
        </xsl:for-each>
        <ehds:string name="text" select="normalize-space(concat(../m:Headline, ': ', $words))"/>
      </code>
      <xsl:call-template name="examinator"/>
      <xsl:choose>
        <xsl:when test="m:SusceptibilityValue/m:Value[normalize-space()]">
          <xsl:for-each select="m:SusceptibilityValue"><xsl:call-template name="result-value"/></xsl:for-each>
        </xsl:when>
        <xsl:when test="translate($letter-said, '.-', '') = ''"><xsl:call-template name="no-value"><xsl:with-param name="reason" select="'not-performed'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><valueString value="{$letter-said}"/></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="translate($letter-said, '.-', '') != ''">
        <ehds:concept name="interpretation" select="m:Susceptibility | m:Sensitivity" table="susceptibility"/>
      </xsl:if>
      <xsl:for-each select="$antibiotic/m:SusceptibilityMethod[normalize-space()]">
        <method>
          <xsl:call-template name="identified-coding"/>
          <xsl:variable name="method"><xsl:call-template name="said"/></xsl:variable>
          <ehds:string name="text" select="normalize-space($method)"/>
        </method>
      </xsl:for-each>
      <xsl:for-each select="m:SusceptibilityValue/m:Comments | m:SusceptibilityValue/m:Reference"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="m:SusceptibilityValue/m:ReferenceInterval"><xsl:call-template name="reference-range"/></xsl:for-each>
    </Observation>
  </ehds:entry>
  <xsl:call-template name="note-local"><xsl:with-param name="code" select="$code"/></xsl:call-template>
  <xsl:if test="not($antibiotic)">
    <ehds:note rule="dk-pattern-antibiotic" severity="warning" found="{$number}" expected="1 to {count(../m:Antibiotic)}"
        text="a susceptibility names an antibiotic that is not in the list: it is carried without one"/>
  </xsl:if>
</xsl:template>

<!-- Context: Antibiotic. -->
<xsl:template name="antibiotic-name">
  <xsl:variable name="words"><xsl:for-each select="m:AntibioticName | m:Name"><xsl:call-template name="said"/></xsl:for-each></xsl:variable>
  <xsl:value-of select="normalize-space($words)"/>
</xsl:template>

<!-- ==== Analyses of an investigation =============================================================================== -->

<!-- Context: AnalysisFindings: an analysis and its value, or how it is read (positive, negative) when there is no value. -->
<xsl:template name="analysis-finding">
  <xsl:param name="key"/>
  <xsl:param name="specimen"/>
  <ehds:entry name="hasMember" key="$key">
    <Observation>
      <xsl:call-template name="observation"><xsl:with-param name="specimen" select="$specimen"/></xsl:call-template>
      <xsl:for-each select="m:Analysis">
        <xsl:variable name="words"><xsl:call-template name="said"/></xsl:variable>
        <code>
          <xsl:call-template name="identified-coding"/>
          <ehds:string name="text" select="normalize-space($words)" absent="unknown"/>
        </code>
        <xsl:call-template name="note-local"><xsl:with-param name="code" select="m:Code"/></xsl:call-template>
      </xsl:for-each>
      <xsl:if test="not(m:Analysis)"><ehds:absent name="code" reason="unknown"/></xsl:if>
      <xsl:call-template name="examinator"/>
      <xsl:choose>
        <xsl:when test="m:Findings/m:Value[normalize-space()]">
          <xsl:for-each select="m:Findings"><xsl:call-template name="result-value"/></xsl:for-each>
          <xsl:for-each select="m:Findings/m:InterPretation"><xsl:call-template name="result-note"/></xsl:for-each>
        </xsl:when>
        <xsl:when test="m:Findings/m:InterPretation[normalize-space()]">
          <xsl:for-each select="m:Findings/m:InterPretation"><xsl:call-template name="identified"/></xsl:for-each>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="no-value"/></xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="interpretation" select="m:Findings/m:ResultValidation" table="result-validation"/>
      <xsl:for-each select="m:Findings/m:Comments | m:Findings/m:Reference"><xsl:call-template name="result-note"/></xsl:for-each>
      <xsl:for-each select="m:Findings/m:ReferenceInterval"><xsl:call-template name="reference-range"/></xsl:for-each>
    </Observation>
  </ehds:entry>
</xsl:template>

<!-- ==== Coded words (IdentificationBasicType) ====================================================================== -->

<!-- The words: of the Text of a coded one, else all. -->
<xsl:template name="said">
  <xsl:choose>
    <xsl:when test="m:Text"><xsl:for-each select="m:Text"><xsl:call-template name="formatted"/></xsl:for-each></xsl:when>
    <xsl:otherwise><xsl:call-template name="formatted"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="identified-coding">
  <xsl:variable name="words"><xsl:call-template name="said"/></xsl:variable>
  <xsl:call-template name="laboratory-coding">
    <xsl:with-param name="code" select="m:Code"/>
    <xsl:with-param name="display" select="normalize-space($words)"/>
  </xsl:call-template>
</xsl:template>

<!-- As a value: coded when there is a code, else text. -->
<xsl:template name="identified">
  <xsl:variable name="words"><xsl:call-template name="said"/></xsl:variable>
  <xsl:choose>
    <xsl:when test="m:Code[normalize-space()]">
      <valueCodeableConcept>
        <xsl:call-template name="identified-coding"/>
        <ehds:string name="text" select="normalize-space($words)"/>
      </valueCodeableConcept>
      <xsl:call-template name="note-local"><xsl:with-param name="code" select="m:Code"/></xsl:call-template>
    </xsl:when>
    <xsl:when test="normalize-space($words)"><ehds:text name="valueString" select="string($words)"/></xsl:when>
  </xsl:choose>
</xsl:template>

<!-- ==== The narrative ============================================================================================== -->

<xsl:template name="result-narrative">
  <xsl:if test="$results"><xsl:call-template name="result-table"/></xsl:if>
  <xsl:for-each select="$investigations">
    <h:p><h:b><xsl:for-each select="m:Examination"><xsl:call-template name="analysis-name"/></xsl:for-each></h:b></h:p>
    <xsl:for-each select="m:Examination">
      <h:p>
        <xsl:for-each select="(m:AnalysisShortName | m:AnalysisMDSName/m:Material | m:AnalysisMDSName/m:Location | m:SupplementaryLocation |
            m:Examinator)[normalize-space()]">
          <xsl:if test="position() &gt; 1">; </xsl:if>
          <xsl:value-of select="normalize-space()"/>
        </xsl:for-each>
      </h:p>
    </xsl:for-each>
    <xsl:for-each select="m:QuantitativeFindings"><xsl:call-template name="quantitative-html"/></xsl:for-each>
    <xsl:call-template name="findings-html"/>
  </xsl:for-each>
  <xsl:for-each select="$letter/m:LaboratoryResults[not(m:Investigation)]">
    <xsl:for-each select="m:Result/m:Analysis/m:AnalysisMDSName">
      <h:p><xsl:value-of select="normalize-space(concat(m:Examination, ' ', m:Material, ' ', m:Location))"/></h:p>
    </xsl:for-each>
    <xsl:call-template name="findings-html"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="quantitative-html">
  <xsl:for-each select="m:InterPretation"><xsl:call-template name="remark"/></xsl:for-each>
  <xsl:if test="m:AnalysisFindings">
    <h:table>
      <h:tbody>
        <xsl:for-each select="m:AnalysisFindings">
          <h:tr>
            <h:td><xsl:for-each select="m:Analysis"><xsl:call-template name="said"/></xsl:for-each></h:td>
            <h:td><xsl:for-each select="m:Findings/m:InterPretation"><xsl:call-template name="said"/></xsl:for-each></h:td>
            <h:td><xsl:for-each select="m:Findings"><xsl:call-template name="value-words"/></xsl:for-each></h:td>
            <h:td><xsl:for-each select="m:Findings/m:ReferenceInterval"><xsl:call-template name="interval-text"/></xsl:for-each></h:td>
            <h:td><xsl:for-each select="m:Findings/m:Comments | m:Findings/m:Reference"><xsl:call-template name="remark"/></xsl:for-each></h:td>
          </h:tr>
        </xsl:for-each>
      </h:tbody>
    </h:table>
  </xsl:if>
  <xsl:for-each select="m:Comments"><xsl:call-template name="remark"/></xsl:for-each>
</xsl:template>

<xsl:template name="findings-html">
  <xsl:for-each select="m:CultureFindings | m:CultureWithFindings | m:CultureWithoutFindings">
    <h:p><h:b><xsl:value-of select="m:Headline"/></h:b></h:p>
    <xsl:for-each select="m:Microorganism">
      <h:p>
        <xsl:call-template name="organism-name"/>
        <xsl:for-each select="m:GrowthValue | m:SpeciesComment"><xsl:text>; </xsl:text><xsl:call-template name="said"/></xsl:for-each>
      </h:p>
    </xsl:for-each>
    <xsl:for-each select="m:Pattern"><xsl:call-template name="pattern-html"/></xsl:for-each>
    <xsl:for-each select="m:Comments"><xsl:call-template name="remark"/></xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="m:MicroscopicFindings">
    <h:p><h:b><xsl:value-of select="m:Headline"/></h:b></h:p>
    <xsl:for-each select="m:Comments"><xsl:call-template name="remark"/></xsl:for-each>
    <xsl:for-each select="m:Grouping">
      <h:p>
        <xsl:for-each select="m:Headline"><xsl:call-template name="said"/></xsl:for-each>
        <xsl:for-each select="m:MicroscopicType/m:Details">
          <h:br/>
          <xsl:value-of select="../m:Type"/><xsl:text> </xsl:text>
          <xsl:for-each select="m:Identification | m:Value"><xsl:call-template name="said"/><xsl:text> </xsl:text></xsl:for-each>
        </xsl:for-each>
      </h:p>
    </xsl:for-each>
  </xsl:for-each>
</xsl:template>

<xsl:template name="pattern-html">
  <h:p><h:b><xsl:value-of select="m:Headline"/></h:b></h:p>
  <h:table>
    <h:tbody>
      <xsl:for-each select="m:PatternEntry">
        <xsl:variable name="organism" select="m:RefMicroorganism"/>
        <xsl:variable name="antibiotic" select="m:RefAntibiotic"/>
        <h:tr>
          <h:td><xsl:for-each select="../../m:Microorganism[position() = $organism]"><xsl:call-template name="organism-name"/></xsl:for-each></h:td>
          <h:td><xsl:for-each select="../m:Antibiotic[position() = $antibiotic]"><xsl:call-template name="antibiotic-name"/>
            <xsl:for-each select="m:SusceptibilityMethod"><xsl:text> </xsl:text><xsl:call-template name="said"/></xsl:for-each></xsl:for-each></h:td>
          <h:td><xsl:value-of select="m:Susceptibility | m:Sensitivity"/></h:td>
          <h:td><xsl:for-each select="m:SusceptibilityValue"><xsl:call-template name="value-words"/>
            <xsl:for-each select="m:Comments | m:Reference"><xsl:call-template name="remark"/></xsl:for-each></xsl:for-each></h:td>
        </h:tr>
      </xsl:for-each>
    </h:tbody>
  </h:table>
  <xsl:for-each select="m:SusceptibilityInterpretation | m:SensitivityInterpretation"><xsl:call-template name="remark"/></xsl:for-each>
</xsl:template>
</xsl:stylesheet>
