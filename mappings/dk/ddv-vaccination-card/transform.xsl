<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The vaccination register (DDV 1.4.0) as the immunization section of a European patient summary. Fields: dk-core, DkCoreImmunizationToDdv.

  The card names no patient: whose it is stands in the question that was asked, not in the answer. The patient is written as unknown, with a
  warning. What was deleted is entered in error, never "not done": the register holds no refusals. An empty card says that nothing is
  registered, not that nothing was ever given.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:v="http://vaccinationsregister.dk/schemas/2013/12/01" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="v h">

<xsl:import href="../common/summary.xsl"/>

<xsl:variable name="ddv" select="'http://vaccinationsregister.dk/schemas/2013/12/01/'"/>

<!-- All times of the register are UTC and of one form, so their order as text is that in time. What is no time is passed over. -->
<xsl:variable name="changed">
  <xsl:for-each select="/v:GetVaccinationCardResponse/v:Vaccination/v:Modified/v:ModifiedDateTime | /v:GetVaccinationCardResponse/v:Vaccination/v:Created/v:CreatedDateTime">
    <xsl:sort select="translate(substring(normalize-space(), 1, 11), '0123456789', '') = '--T'" order="descending"/>
    <xsl:sort select="." order="descending"/>
    <xsl:if test="position() = 1"><xsl:value-of select="normalize-space()"/></xsl:if>
  </xsl:for-each>
</xsl:variable>

<xsl:template match="/">
  <xsl:for-each select="v:GetVaccinationCardResponse">
    <xsl:variable name="date">
      <xsl:choose>
        <xsl:when test="string($changed)"><xsl:value-of select="$changed"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="ehds:today()"/></xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:call-template name="summary">
      <xsl:with-param name="date" select="string($date)"/>
      <xsl:with-param name="title" select="'Vaccinationskort'"/>
      <xsl:with-param name="slot" select="'11369-6'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="v:GetVaccinationCardResponse" mode="summary-patient">
  <ehds:entry name="subject" key="'patient'">
    <Patient>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/patient-eu-eps"/></meta>
      <xsl:call-template name="name-unknown"/>
      <ehds:absent name="birthDate" reason="unknown"/>
    </Patient>
  </ehds:entry>
  <ehds:note rule="dk-patient-unnamed" severity="warning" select="."
      text="the vaccination card does not say whose it is: the patient is unknown until the answer is joined to its question"/>
</xsl:template>

<!-- Nobody wrote the card: the register puts it together. -->
<xsl:template match="v:GetVaccinationCardResponse" mode="summary-author">
  <ehds:entry name="author" key="'register'">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <name value="Det Danske Vaccinationsregister (DDV)"/>
    </Organization>
  </ehds:entry>
</xsl:template>

<!-- ==== The section ============================================================================================== -->

<xsl:template match="v:GetVaccinationCardResponse" mode="summary-section">
  <xsl:choose>
    <xsl:when test="v:Vaccination"><xsl:call-template name="vaccination-table"/></xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="no-text">
        <xsl:with-param name="text" select="'Ingen vaccinationer er registreret på kortet. Det betyder ikke, at patienten ikke er vaccineret.'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:for-each select="v:Vaccination">
    <xsl:variable name="newer"><xsl:call-template name="newer"/></xsl:variable>
    <xsl:choose>
      <xsl:when test="$newer &gt; 0">
        <ehds:note rule="dk-vaccination-version" as="dropped" select="." found="{v:VaccinationVersionIdentifier}"
            text="an older version of a vaccination that the card holds in a newer one" why="replaced by a newer version on the same card"/>
      </xsl:when>
      <xsl:when test="normalize-space(v:NegativeConsentIndicator) = 'true'"><xsl:call-template name="private"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="immunization"/></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- How many newer versions of this vaccination the card holds. -->
<xsl:template name="newer">
  <xsl:value-of select="count(ehds:having('VaccinationIdentifier', v:VaccinationIdentifier, ..)[self::v:Vaccination]
      [number(v:VaccinationVersionIdentifier) &gt; number(current()/v:VaccinationVersionIdentifier)])"/>
</xsl:template>

<xsl:template name="vaccination-table">
  <text>
    <status value="generated"/>
    <h:div>
      <h:table>
        <h:thead>
          <h:tr><h:th>Dato</h:th><h:th>Vaccine</h:th><h:th>Sygdom</h:th><h:th>Batchnummer</h:th><h:th>Bemærkning</h:th></h:tr>
        </h:thead>
        <h:tbody>
          <xsl:for-each select="v:Vaccination">
            <xsl:variable name="newer"><xsl:call-template name="newer"/></xsl:variable>
            <xsl:choose>
              <xsl:when test="$newer &gt; 0"/>
              <xsl:when test="normalize-space(v:NegativeConsentIndicator) = 'true'">
                <h:tr><h:td/><h:td>Privatmarkeret vaccination</h:td><h:td/><h:td/><h:td/></h:tr>
              </xsl:when>
              <xsl:otherwise><xsl:call-template name="vaccination-row"/></xsl:otherwise>
            </xsl:choose>
          </xsl:for-each>
        </h:tbody>
      </h:table>
    </h:div>
  </text>
</xsl:template>

<xsl:template name="vaccination-row">
  <h:tr>
    <h:td><xsl:value-of select="ehds:slice(ehds:local(normalize-space((v:EffectuatedDateTime | v:Effectuated/v:EffectuatedDateTime)[1])), 1, 10)"/></h:td>
    <h:td><xsl:value-of select="normalize-space(v:Vaccine/v:VaccineName)"/></h:td>
    <h:td><xsl:for-each select="v:Vaccine/v:Disease">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:value-of select="normalize-space((v:DiseaseNameDK | v:DiseaseName)[1])"/>
    </xsl:for-each></h:td>
    <h:td><xsl:value-of select="normalize-space(v:BatchNumber)"/></h:td>
    <h:td><xsl:if test="normalize-space(v:ActiveStatus) = 'false'">Slettet. </xsl:if><xsl:value-of select="normalize-space(v:VaccinationCredibility)"/></h:td>
  </h:tr>
</xsl:template>

<!-- ==== One vaccination; context: Vaccination ===================================================================== -->

<!-- Made private by the citizen: that there is one is said, under restriction; what it is leaves the country with consent only. -->
<xsl:template name="private">
  <ehds:entry name="entry" key="concat('vaccination|', v:VaccinationIdentifier)">
    <Immunization>
      <meta>
        <profile value="http://hl7.eu/fhir/base/StructureDefinition/immunization-eu-core"/>
        <security>
          <system value="http://terminology.hl7.org/CodeSystem/v3-Confidentiality"/>
          <code value="R"/>
          <display value="restricted"/>
        </security>
      </meta>
      <ehds:identifier name="identifier" select="v:VaccinationIdentifier" system="{$ddv}VaccinationIdentifier"/>
      <xsl:call-template name="status"/>
      <ehds:absent name="vaccineCode" reason="masked"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:absent name="occurrenceDateTime" reason="masked"/>
    </Immunization>
  </ehds:entry>
  <ehds:note rule="dk-private-vaccination" severity="warning" select="."
      text="a vaccination that the citizen has made private: that it exists is said, what it is is masked"/>
</xsl:template>

<xsl:template name="status">
  <xsl:choose>
    <xsl:when test="normalize-space(v:ActiveStatus) = 'false' or normalize-space(v:VaccinationCredibility) = 'Slettet'"><status value="entered-in-error"/></xsl:when>
    <xsl:otherwise><status value="completed"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="immunization">
  <ehds:entry name="entry" key="concat('vaccination|', v:VaccinationIdentifier)">
    <Immunization>
      <meta>
        <ehds:string name="versionId" select="v:VaccinationVersionIdentifier"/>
        <profile value="http://hl7.eu/fhir/base/StructureDefinition/immunization-eu-core"/>
      </meta>
      <ehds:identifier name="identifier" select="v:VaccinationIdentifier" system="{$ddv}VaccinationIdentifier"/>
      <xsl:call-template name="status"/>
      <xsl:call-template name="vaccine"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="occurrenceDateTime" select="(v:EffectuatedDateTime | v:Effectuated/v:EffectuatedDateTime)[1]" zone="Europe/Copenhagen"
          absent="unknown"/>
      <ehds:datetime name="recorded" select="v:Created/v:CreatedDateTime" zone="Europe/Copenhagen"/>
      <ehds:string name="lotNumber" select="v:BatchNumber"/>
      <xsl:for-each select="(v:EffectuatedByName | v:Effectuated/v:EffectuatedByName)[normalize-space()][1]">
        <performer>
          <function>
            <coding>
              <system value="http://terminology.hl7.org/CodeSystem/v2-0443"/>
              <code value="AP"/>
            </coding>
          </function>
          <actor><ehds:string name="display" select="."/></actor>
        </performer>
      </xsl:for-each>
      <xsl:call-template name="source-and-notes"/>
      <xsl:if test="v:Vaccine/v:Disease">
        <protocolApplied>
          <xsl:for-each select="v:Vaccine/v:Disease"><xsl:call-template name="disease"/></xsl:for-each>
          <ehds:absent name="doseNumberString" reason="unknown"/>
        </protocolApplied>
      </xsl:if>
    </Immunization>
  </ehds:entry>
</xsl:template>

<xsl:template name="vaccine">
  <vaccineCode>
    <xsl:if test="v:Vaccine/v:ATC/v:Code[normalize-space()]">
      <coding>
        <system value="http://www.whocc.no/atc"/>
        <ehds:code name="code" select="v:Vaccine/v:ATC/v:Code"/>
        <ehds:string name="display" select="v:Vaccine/v:ATC/v:Text"/>
      </coding>
    </xsl:if>
    <xsl:if test="v:Vaccine/v:VaccineIdentifier[normalize-space()]">
      <coding>
        <system value="{$ddv}VaccineIdentifier"/>
        <ehds:code name="code" select="v:Vaccine/v:VaccineIdentifier"/>
        <ehds:string name="display" select="v:Vaccine/v:VaccineName"/>
      </coding>
    </xsl:if>
    <ehds:string name="text" select="v:Vaccine/v:VaccineName" absent="unknown"/>
  </vaccineCode>
</xsl:template>

<!-- The disease with the class of the vaccines against it: an ATC class is no code of a disease, so it goes no further than the words. -->
<xsl:template name="disease">
  <ehds:concept name="targetDisease" select="(v:DiseaseNameDK[normalize-space()] | v:DiseaseName[normalize-space() and not(../v:DiseaseNameDK[normalize-space()])])[1]"
      absent="unknown"/>
</xsl:template>

<!-- Who says so: the one who gave the vaccine, or somebody later. The rest of the register's words are notes. -->
<xsl:template name="source-and-notes">
  <xsl:choose>
    <xsl:when test="normalize-space(v:IsPrevious) = 'true'">
      <primarySource value="false"/>
      <ehds:concept name="reportOrigin" select="v:VaccinationCredibility"/>
    </xsl:when>
    <xsl:when test="v:VaccinationCredibility[normalize-space()]">
      <note><ehds:string name="text" select="v:VaccinationCredibility"/></note>
    </xsl:when>
  </xsl:choose>
  <xsl:if test="v:CoverageDuration[normalize-space()]">
    <note><text value="{concat('Dækningsperiode: ', normalize-space(v:CoverageDuration))}"/></note>
  </xsl:if>
  <xsl:for-each select="(v:SSIDrug | v:Vaccine/v:SSIDrug)[v:DrugName[normalize-space()]]">
    <note>
      <text value="{normalize-space(concat('Lægemiddel: ', v:DrugName, ' ', v:DrugForm/v:DrugFormText, ' ', v:DrugStrength/v:DrugStrengthText))}"/>
    </note>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
