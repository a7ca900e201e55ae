<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a laboratory letter of any kind as a European laboratory report (HL7 Europe Laboratory 2.0.0): Bundle, Composition, one
  DiagnosticReport that agrees with it, the patient, the sender, what was asked, remarks.

  A pack says with hooks what its letter holds: report-specimens and report-results (context: the letter; elements of the DiagnosticReport),
  result-entries (references of the section), result-narrative, and the variables study, title. Tables that a pack must have: those of
  letter.xsl and person.xsl, result-status.

  A corrected answer does not say which earlier one it corrects: the number of the laboratory's production is what they share.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="letter.xsl"/>

<xsl:variable name="letter" select="/m:Emessage/*[m:Letter]"/>
<xsl:variable name="requisition" select="$letter/m:RequisitionInformation"/>
<xsl:variable name="general" select="$letter/m:LaboratoryResults/m:GeneralResultInformation"/>
<xsl:variable name="sampling" select="($requisition | $requisition/m:Sample)/m:SamplingDateTime"/>
<xsl:variable name="authorised"><xsl:for-each select="$letter/m:Letter[1]/m:Authorisation[1]"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="sampled"><xsl:for-each select="$sampling[1]"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="answered"><xsl:for-each select="$general/m:ResultsDateTime[1]"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="reason-cancelled" select="'annulleretbrev'"/>

<!-- Hooks. -->
<xsl:variable name="study" select="'26436-6'"/>
<xsl:variable name="study-name" select="'Laboratory studies (set)'"/>
<xsl:variable name="title" select="'Laboratoriesvar'"/>

<!-- How far the answer has got: results say it each for itself (XRPT01, XRPT02) or the letter for all (XRPT03 to 05), and some releases say
  beside it whether the answer is complete. -->
<xsl:variable name="states" select="($general | $letter/m:LaboratoryResults/m:Result)/m:ResultStatusCode"/>
<!-- The state that all share: of a finding that has none of its own. -->
<xsl:variable name="common-state" select="$states[not($states[. != $states[1]])][1]"/>
<xsl:variable name="extent" select="$general/m:ResultStatus | $general/m:ReportStatusCode"/>
<xsl:variable name="report-status">
  <xsl:choose>
    <xsl:when test="$letter/m:Letter/m:StatusCode = $reason-cancelled">entered-in-error</xsl:when>
    <xsl:when test="$states = 'svar_rettet' or $letter/m:Letter/m:StatusCode = 'rettetbrev'">amended</xsl:when>
    <xsl:when test="$states and not($states[. != 'proeve_modtaget'])">registered</xsl:when>
    <xsl:when test="$extent = 'modtaget'">registered</xsl:when>
    <xsl:when test="$extent = 'delvis' or $extent = 'del_svar'">partial</xsl:when>
    <xsl:when test="$states[. != 'svar_endeligt'] or $letter/m:LaboratoryResults/m:Result[not(m:ResultStatusCode)]">partial</xsl:when>
    <xsl:when test="$states or $extent = 'komplet' or $extent = 'komplet_svar'">final</xsl:when>
    <xsl:otherwise>unknown</xsl:otherwise>
  </xsl:choose>
</xsl:variable>

<xsl:template match="/">
  <xsl:call-template name="one-letter"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
  <xsl:if test="not($letter/m:Sender)">
    <xsl:message terminate="yes">a letter without a sender: its number means nothing alone, and nobody answers for it</xsl:message>
  </xsl:if>
  <xsl:if test="not($letter/m:LaboratoryResults/*[not(self::m:GeneralResultInformation)])">
    <xsl:message terminate="yes">a laboratory letter without a result</xsl:message>
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
      <code value="{$study}"/>
      <display value="{$study-name}"/>
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
            <xsl:when test="$report-status = 'amended' or $report-status = 'final' or $report-status = 'entered-in-error'">
              <xsl:value-of select="$report-status"/>
            </xsl:when>
            <xsl:otherwise>preliminary</xsl:otherwise>
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
        <xsl:call-template name="consent"/>
      </xsl:for-each>
      <ehds:datetime name="date" select="string($authorised)" absent="refuse"/>
      <xsl:for-each select="m:Sender"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'author'"/></xsl:call-template></xsl:for-each>
      <title value="{$title}"/>
      <section>
        <title value="Laboratorieresultater"/>
        <code>
          <coding>
            <system value="http://loinc.org"/>
            <code value="{$study}"/>
            <display value="{$study-name}"/>
          </coding>
        </code>
        <text>
          <status value="generated"/>
          <h:div><xsl:call-template name="result-narrative"/></h:div>
        </text>
        <xsl:call-template name="result-entries"/>
      </section>
      <xsl:if test="$requisition/m:ClinicalInformation[normalize-space()]">
        <section>
          <title value="Kliniske oplysninger"/>
          <code>
            <coding>
              <system value="http://loinc.org"/>
              <code value="55752-0"/>
              <display value="Clinical information"/>
            </coding>
          </code>
          <text>
            <status value="generated"/>
            <h:div><xsl:for-each select="$requisition/m:ClinicalInformation"><xsl:call-template name="remark"/></xsl:for-each></h:div>
          </text>
        </section>
      </xsl:if>
      <xsl:call-template name="remarks"/>
    </Composition>
  </ehds:entry>
</xsl:template>

<!-- What was remarked on the request and on the whole answer, and where more of it lies. -->
<xsl:template name="remarks">
  <xsl:variable name="said" select="($requisition/m:Comments | $general/m:Headline | $general/m:Comment | $general/m:Summary |
      $letter/m:LaboratoryResults/m:Comments | $requisition/m:Reference)[normalize-space()]"/>
  <xsl:if test="$said">
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
        <h:div><xsl:for-each select="$said"><xsl:call-template name="remark"/></xsl:for-each></h:div>
      </text>
    </section>
  </xsl:if>
</xsl:template>

<!-- Context: a formatted text, a coded remark (IdentificationBasicType) or a Reference. -->
<xsl:template name="remark">
  <h:div>
    <xsl:choose>
      <xsl:when test="self::m:Reference">
        <xsl:call-template name="pointer"/>
        <ehds:note as="text" select="." why="a pointer to more of the answer: carried in the narrative"/>
      </xsl:when>
      <xsl:when test="m:Text"><xsl:for-each select="m:Text"><xsl:call-template name="formatted-html"/></xsl:for-each></xsl:when>
      <xsl:otherwise><xsl:call-template name="formatted-html"/></xsl:otherwise>
    </xsl:choose>
  </h:div>
</xsl:template>

<!-- Context: Reference: a description and an address, or the number of a file that comes in a letter of its own. -->
<xsl:template name="pointer">
  <xsl:value-of select="normalize-space(concat(m:RefDescription, ' ', m:URL, ' ', m:BIN/m:ObjectIdentifier, ' ', m:BIN/m:ObjectExtensionCode))"/>
</xsl:template>

<!-- Context: Patient. A consent that is not given restricts the document; what is consented to the letter does not say. -->
<xsl:template name="consent">
  <xsl:for-each select="m:Consent">
    <xsl:choose>
      <xsl:when test="m:Given = 'false' or m:Given = '0'">
        <confidentiality value="R"/>
        <ehds:note rule="dk-consent" severity="warning" found="{m:Given} {m:Text}"
            text="the patient has not consented: the document is marked restricted"/>
      </xsl:when>
      <xsl:otherwise>
        <ehds:note rule="dk-consent" found="{m:Given} {m:Text}" text="a consent is not carried: a laboratory report has no place for it"/>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- ==== The report; context: the letter ============================================================================ -->

<xsl:template name="report">
  <ehds:entry name="valueReference" key="'report'">
    <DiagnosticReport>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/DiagnosticReport-eu-lab"/></meta>
      <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition">
        <valueReference><reference value="{ehds:id('composition', 'Composition')}"/></valueReference>
      </extension>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
      <xsl:for-each select="$general/m:LaboratoryInternalProductionIdentifier[normalize-space()]">
        <identifier><xsl:call-template name="laboratory-number"/></identifier>
      </xsl:for-each>
      <xsl:call-template name="order"/>
      <status value="{$report-status}"/>
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
      <xsl:for-each select="m:Sender/m:Examinator[(m:PersonName | m:PersonInitials)[normalize-space()]]">
        <ehds:entry name="resultsInterpreter" shared="yes" key="concat('examinator|', m:PersonName, '|', m:PersonInitials)">
          <Practitioner>
            <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
            <name><ehds:string name="text" select="normalize-space(concat(m:PersonTitle, ' ', m:PersonName, ' ', m:PersonInitials))"/></name>
          </Practitioner>
        </ehds:entry>
      </xsl:for-each>
      <xsl:call-template name="report-specimens"/>
      <xsl:call-template name="report-results"/>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- A number that the laboratory gave: nobody else knows it, and no system is said. -->
<xsl:template name="laboratory-number">
  <ehds:string name="value" select="."/>
  <assigner><ehds:string name="display" select="$letter/m:Sender/m:OrganisationName"/></assigner>
</xsl:template>

<!-- The numbers of the request; who asked is not said: the receiver of the answer need not be who asked. -->
<xsl:template name="order">
  <xsl:variable name="numbers" select="$requisition/m:RequestersRequisitionIdentifier | $requisition/m:ReceiversRequisitionIdentifier"/>
  <xsl:if test="$numbers[normalize-space()]">
    <ehds:entry name="basedOn" key="'order'">
      <ServiceRequest>
        <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/ServiceRequest-eu-lab"/></meta>
        <xsl:for-each select="$requisition/m:RequestersRequisitionIdentifier[normalize-space()]">
          <identifier><ehds:string name="value" select="."/></identifier>
        </xsl:for-each>
        <xsl:for-each select="$requisition/m:ReceiversRequisitionIdentifier[normalize-space()]">
          <identifier><xsl:call-template name="laboratory-number"/></identifier>
        </xsl:for-each>
        <status value="unknown"/>
        <intent value="order"/>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
      </ServiceRequest>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- Context: where the sample's numbers stand (Sample, or RequisitionInformation). material and site: what was taken and from where, as far as
  the letter says; site-code: the laboratory's code of the place. -->
<xsl:template name="specimen">
  <xsl:param name="name"/>
  <xsl:param name="key" select="'specimen'"/>
  <xsl:param name="material"/>
  <xsl:param name="site"/>
  <xsl:param name="site-code"/>
  <xsl:variable name="received">
    <xsl:for-each select="(m:SampleReceivedDateTime | $requisition/m:SampleReceivedDateTime)[1]"><xsl:call-template name="moment"/></xsl:for-each>
  </xsl:variable>
  <ehds:entry name="{$name}" key="string($key)" shared="yes">
    <Specimen>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Specimen-eu-lab"/></meta>
      <ehds:identifier name="identifier" select="m:RequesterSampleIdentifier"/>
      <xsl:for-each select="m:LaboratoryInternalSampleIdentifier[normalize-space()]">
        <accessionIdentifier><xsl:call-template name="laboratory-number"/></accessionIdentifier>
      </xsl:for-each>
      <xsl:choose>
        <xsl:when test="string($material)"><type><ehds:string name="text" select="string($material)"/></type></xsl:when>
        <xsl:otherwise><ehds:absent name="type" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="receivedTime" select="string($received)"/>
      <collection>
        <xsl:call-template name="collected"/>
        <xsl:if test="ehds:decimal(m:Volume)">
          <quantity>
            <value value="{ehds:decimal(m:Volume)}"/>
            <ehds:string name="unit" select="m:UnitOfVolume"/>
          </quantity>
        </xsl:if>
        <xsl:if test="string($site) or string($site-code)">
          <bodySite>
            <xsl:if test="string($site-code)"><coding><ehds:string name="code" select="string($site-code)"/></coding></xsl:if>
            <ehds:string name="text" select="string($site)"/>
          </bodySite>
        </xsl:if>
      </collection>
    </Specimen>
  </ehds:entry>
</xsl:template>

<!-- Context: as specimen. A sample that was gathered over a time (urine of a day) says from when to when. -->
<xsl:template name="collected">
  <xsl:variable name="start"><xsl:for-each select="m:SamplingInterval/m:StartDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
  <xsl:variable name="end"><xsl:for-each select="m:SamplingInterval/m:EndDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
  <xsl:choose>
    <xsl:when test="string($start) or string($end)">
      <collectedPeriod>
        <ehds:datetime name="start" select="string($start)"/>
        <ehds:datetime name="end" select="string($end)"/>
      </collectedPeriod>
    </xsl:when>
    <xsl:otherwise><ehds:datetime name="collectedDateTime" select="string($sampled)" absent="unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
