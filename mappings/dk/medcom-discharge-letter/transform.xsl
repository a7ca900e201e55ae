<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  XDIS01, XDIS02, XDIS03 and XDIS07 as European discharge reports (HL7 Europe HDR 1.0.0-ci). Fields: DischargeLetter.xsd and the like of
  MedCom.

  What is coded is the stay, the diagnoses and the operations; everything else is prose and stays prose, line for line, as the hospital
  course. Medicines and allergies are told in that prose only: their sections are there and say "unavailable", never "none known". An
  entry of Diagnose is what its description says, not what its code type says: operations are labelled as diagnosis codes too. A SKS
  diagnosis stays SKS beside the code of ICD-10 that the table has for it; operations have no other code.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/diagnosis.xsl"/>

<xsl:variable name="type" select="normalize-space($letter/m:Letter/m:TypeCode)"/>
<xsl:variable name="title" select="ehds:display('discharge-letter', $type)"/>
<xsl:variable name="state" select="normalize-space($letter/m:Patient/m:EpisodeOfCareStatusCode)"/>
<xsl:variable name="from"><xsl:for-each select="($letter/m:Admission | $letter/m:OutPatientFirstVisit | $letter/m:CasualtyWardFirstVisit)[1]"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="to"><xsl:for-each select="($letter/m:Discharge | $letter/m:OutPatientLastVisit | $letter/m:CasualtyWardLastVisit)[1]"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>

<xsl:template match="/">
  <xsl:call-template name="one-letter"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
  <xsl:if test="local-name($letter) != ehds:lookup('discharge-letter', $type)">
    <xsl:message terminate="yes">the type code of the letter and its element contradict each other: which letter it is nobody can say</xsl:message>
  </xsl:if>
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/hdr/StructureDefinition/bundle-eu-hdr"/></meta>
    <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="$letter"/></xsl:call-template>
    <type value="document"/>
    <ehds:instant name="timestamp" select="string($authorised)" absent="refuse"/>
    <xsl:for-each select="$letter"><xsl:call-template name="composition"/></xsl:for-each>
  </Bundle>
</xsl:template>

<xsl:template name="composition">
  <ehds:entry key="'composition'">
    <Composition>
      <meta><profile value="http://hl7.eu/fhir/hdr/StructureDefinition/composition-eu-hdr"/></meta>
      <language value="da-DK"/>
      <xsl:call-template name="recipients"/>
      <xsl:call-template name="letter-identifier"><xsl:with-param name="letter" select="."/></xsl:call-template>
      <xsl:call-template name="letter-state"/>
      <type>
        <coding>
          <system value="http://loinc.org"/>
          <code value="34105-7"/>
          <display value="Hospital Discharge summary"/>
        </coding>
        <text value="{$title}"/>
      </type>
      <xsl:for-each select="m:Patient">
        <xsl:call-template name="letter-patient">
          <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="encounter"/>
      <ehds:datetime name="date" select="string($authorised)" absent="refuse"/>
      <xsl:for-each select="m:Sender[1]">
        <xsl:call-template name="letter-party"><xsl:with-param name="name" select="'author'"/></xsl:call-template>
        <xsl:call-template name="letter-party"><xsl:with-param name="name" select="'custodian'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:if test="not(m:Sender)"><ehds:absent name="author" reason="unknown"/></xsl:if>
      <title value="{$title}"/>
      <xsl:if test="m:Referral or $referred"><xsl:call-template name="referral-section"/></xsl:if>
      <xsl:if test="$diagnoses or m:Diagnose/m:MainAdditional"><xsl:call-template name="diagnosis-section"/></xsl:if>
      <xsl:if test="$operations"><xsl:call-template name="operation-section"/></xsl:if>
      <xsl:call-template name="course-section"/>
      <xsl:call-template name="prose-section">
        <xsl:with-param name="code" select="'75311-1'"/>
        <xsl:with-param name="display" select="'Discharge medications note'"/>
        <xsl:with-param name="title" select="'Medicin ved udskrivelsen'"/>
        <xsl:with-param name="text">Brevet har ingen kodede oplysninger om medicin. Det, der er skrevet om medicin, står i forløbet.</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="prose-section">
        <xsl:with-param name="code" select="'48765-2'"/>
        <xsl:with-param name="display" select="'Allergies and adverse reactions Document'"/>
        <xsl:with-param name="title" select="'Allergi og overfølsomhed'"/>
        <xsl:with-param name="text">Brevet har ingen kodede oplysninger om allergi. Det, der er skrevet om allergi, står i forløbet.</xsl:with-param>
      </xsl:call-template>
      <xsl:if test="m:Reference"><xsl:call-template name="reference-section"/></xsl:if>
    </Composition>
  </ehds:entry>
</xsl:template>

<!-- ==== The stay; context: the letter ======================================================== -->

<xsl:template name="encounter">
  <!-- By the day, and on one day by the minute where both are known. -->
  <xsl:variable name="begins" select="number(translate(substring($from, 1, 10), '-', ''))"/>
  <xsl:variable name="ends" select="number(translate(substring($to, 1, 10), '-', ''))"/>
  <xsl:variable name="backwards" select="$begins &gt; $ends or ($begins = $ends and
      number(translate(substring($from, 12, 5), ':', '')) &gt; number(translate(substring($to, 12, 5), ':', '')))"/>
  <ehds:entry name="encounter" key="'encounter'">
    <Encounter>
      <meta><profile value="http://hl7.eu/fhir/hdr/StructureDefinition/encounter-eu-hdr"/></meta>
      <xsl:if test="m:Letter/m:EpisodeOfCareIdentifier[normalize-space()]">
        <ehds:identifier name="identifier" select="m:Letter/m:EpisodeOfCareIdentifier" system=""/>
      </xsl:if>
      <status>
        <xsl:attribute name="value">
          <xsl:choose>
            <xsl:when test="string($to) and not($cancelled)">finished</xsl:when>
            <xsl:otherwise>unknown</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </status>
      <xsl:choose>
        <xsl:when test="ehds:lookup('episode-class', $state)">
          <ehds:coding name="class" select="m:Patient/m:EpisodeOfCareStatusCode" table="episode-class"/>
        </xsl:when>
        <xsl:otherwise><ehds:absent name="class" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <!-- What says nothing of the encounter, and what nobody knows. -->
      <xsl:if test="$state and not(ehds:lookup('episode-class', $state) or ehds:lookup('episode-disposition', $state) or
          contains(' inaktiv uoplyst flyttet_til_sygehusafd ', concat(' ', $state, ' ')))">
        <ehds:note rule="dk-episode-state" severity="warning" select="m:Patient/m:EpisodeOfCareStatusCode" found="{$state}"
            text="a state of the patient that MedCom does not list: it says nothing of the encounter"/>
      </xsl:if>
      <xsl:for-each select="m:Sender[1]/m:MedicalSpecialityCode[normalize-space() and . != 'ikkeklassificeret'][1]">
        <serviceType><ehds:string name="text" select="."/></serviceType>
      </xsl:for-each>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:if test="m:Referral/m:Identifier[normalize-space()]">
        <ehds:entry name="basedOn" key="'referral'">
          <ServiceRequest>
            <identifier><ehds:string name="value" select="m:Referral/m:Identifier"/></identifier>
            <status value="unknown"/>
            <intent value="order"/>
            <ehds:reference name="subject" key="'patient'" type="Patient"/>
          </ServiceRequest>
        </ehds:entry>
      </xsl:if>
      <!-- A day and a time of that day cannot be put in order (per-1): then both are days. -->
      <xsl:variable name="length" select="10 + 99 * (not($begins = $ends) or contains($from, 'T') = contains($to, 'T'))"/>
      <period>
        <ehds:datetime name="start" select="substring($from, 1, $length)"/>
        <xsl:if test="not($backwards)"><ehds:datetime name="end" select="substring($to, 1, $length)"/></xsl:if>
      </period>
      <xsl:if test="$length = 10">
        <ehds:note rule="dk-stay-day" found="{$from}" expected="{$to}"
            text="only one time of a stay of one day is known: the day is carried, the time is not"/>
      </xsl:if>
      <xsl:if test="$backwards">
        <ehds:note rule="dk-stay-order" severity="warning" found="{$to}" expected="{$from}"
            text="the stay ends before it begins: the end is not carried, the beginning is kept"/>
      </xsl:if>
      <xsl:for-each select="$referred">
        <ehds:reference name="reasonReference" key="concat('referred|', position())" type="Condition"/>
      </xsl:for-each>
      <xsl:for-each select="$diagnoses">
        <diagnosis>
          <ehds:reference name="condition" key="concat('diagnosis|', position())" type="Condition"/>
          <xsl:if test="self::m:Main">
            <use>
              <coding>
                <system value="http://terminology.hl7.org/CodeSystem/diagnosis-role"/>
                <code value="DD"/>
                <display value="Discharge diagnosis"/>
              </coding>
            </use>
            <rank value="1"/>
          </xsl:if>
        </diagnosis>
      </xsl:for-each>
      <xsl:if test="ehds:lookup('episode-disposition', $state) or starts-with($state, 'flyttet') or starts-with($state, 'udskrevet')">
        <hospitalization>
          <ehds:concept name="dischargeDisposition" select="m:Patient/m:EpisodeOfCareStatusCode" table="episode-disposition"/>
        </hospitalization>
      </xsl:if>
      <xsl:for-each select="m:Sender[1]"><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'serviceProvider'"/></xsl:call-template></xsl:for-each>
    </Encounter>
  </ehds:entry>
</xsl:template>

<!-- ==== Sections; context: the letter ========================================================= -->

<!-- What stands in the prose only has no entries, and nobody may say that there is nothing. -->
<xsl:template name="prose-section">
  <xsl:param name="code"/>
  <xsl:param name="display"/>
  <xsl:param name="title"/>
  <xsl:param name="text"/>
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="$code"/>
      <xsl:with-param name="display" select="$display"/>
      <xsl:with-param name="title" select="$title"/>
    </xsl:call-template>
    <text>
      <status value="empty"/>
      <h:div><h:p><xsl:value-of select="$text"/></h:p></h:div>
    </text>
    <ehds:empty reason="unavailable"/>
  </section>
</xsl:template>

<xsl:template name="course-section">
  <xsl:variable name="texts" select="m:ClinicalInformation[normalize-space(m:Text01)]"/>
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'8648-8'"/>
      <xsl:with-param name="display" select="'Hospital course note'"/>
      <xsl:with-param name="title" select="'Forløb'"/>
    </xsl:call-template>
    <xsl:choose>
      <xsl:when test="$texts">
        <text>
          <status value="generated"/>
          <h:div>
            <xsl:for-each select="$texts">
              <xsl:if test="m:Signed">
                <h:p><xsl:text>Underskrevet </xsl:text><xsl:for-each select="m:Signed"><xsl:call-template name="moment-words"/></xsl:for-each></h:p>
              </xsl:if>
              <xsl:for-each select="m:Text01"><h:div><xsl:call-template name="formatted-html"/></h:div></xsl:for-each>
            </xsl:for-each>
          </h:div>
        </text>
        <xsl:for-each select="$texts">
          <ehds:note as="text" select="." rule="dk-letter-text" why="free text of the letter: the narrative of the hospital course has it line for line"/>
        </xsl:for-each>
      </xsl:when>
      <xsl:otherwise>
        <text>
          <status value="empty"/>
          <h:div><h:p>Brevet har ingen tekst om forløbet.</h:p></h:div>
        </text>
        <ehds:empty reason="unavailable"/>
        <ehds:note rule="hdr-course-missing" severity="warning" expected="8648-8"
            text="the document has no hospital course, which a discharge report must have: the section is empty"/>
      </xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="diagnosis-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'11535-2'"/>
      <xsl:with-param name="display" select="'Hospital discharge diagnosis note'"/>
      <xsl:with-param name="title" select="'Diagnoser'"/>
    </xsl:call-template>
    <xsl:call-template name="diagnosis-table">
      <xsl:with-param name="rows" select="$diagnoses | m:Diagnose/m:MainAdditional"/>
    </xsl:call-template>
    <xsl:for-each select="$diagnoses">
      <xsl:call-template name="condition"><xsl:with-param name="key" select="concat('diagnosis|', position())"/></xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="m:Diagnose/m:MainAdditional[not(../m:Main)]">
      <ehds:note as="text" select="." rule="dk-additional-code" why="an additional code without the main diagnosis that it adds to"/>
    </xsl:for-each>
  </section>
</xsl:template>

<xsl:template name="operation-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'10185-7'"/>
      <xsl:with-param name="display" select="'Hospital discharge procedure note'"/>
      <xsl:with-param name="title" select="'Operationer og undersøgelser'"/>
    </xsl:call-template>
    <xsl:call-template name="diagnosis-table"><xsl:with-param name="rows" select="$operations"/></xsl:call-template>
    <xsl:for-each select="$operations"><xsl:call-template name="procedure"/></xsl:for-each>
  </section>
</xsl:template>

<xsl:template name="referral-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'42349-1'"/>
      <xsl:with-param name="title" select="'Henvisning'"/>
    </xsl:call-template>
    <xsl:call-template name="referral-text"/>
    <xsl:for-each select="$referred">
      <xsl:call-template name="condition"><xsl:with-param name="key" select="concat('referred|', position())"/></xsl:call-template>
    </xsl:for-each>
  </section>
</xsl:template>

</xsl:stylesheet>
