<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Prescriptions (XPRE01) and requests for prescriptions (XPRE60) as letters between practices and pharmacies, from before the national service, as
  resources of HL7 Europe MPD 1.0.0. Fields: MedCom Prescription.xsd, PrescriptionRequest.xsd (2005/08/07).

  Strength, form, size and dosage are words here: nothing is read out of them. A request is a proposal, never an order.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="../common/letter.xsl"/>
<xsl:import href="../common/package.xsl"/>

<xsl:variable name="mpd" select="'http://hl7.eu/fhir/mpd/StructureDefinition/'"/>
<xsl:variable name="letter" select="/m:Emessage/*[m:Letter]"/>
<xsl:variable name="information" select="$letter/m:PrescriptionInformation"/>
<xsl:variable name="unlisted" select="$information/m:MessageStatusCode[normalize-space() and normalize-space() != 'original' and normalize-space() != 'kopi']
    | $information/m:DoseDispenseInformation/m:Status[normalize-space() and normalize-space() != 'dosisdispensering' and normalize-space() != 'seponeres']"/>
<xsl:variable name="authorised"><xsl:for-each select="$letter/m:Letter/m:Authorisation"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>

<xsl:template match="/">
  <xsl:if test="count(m:Emessage/*[m:Letter]) != 1 or count($letter/m:PatientOrRelative) &gt; 1">
    <xsl:message terminate="yes">a message holds one letter about one patient: several are documents of their own</xsl:message>
  </xsl:if>
  <xsl:if test="not($letter/m:PatientOrRelative) or $letter/m:PatientOrRelative/m:Type[normalize-space() and normalize-space() != 'patient']">
    <xsl:message terminate="yes">
      <xsl:text>a prescription for the use of a clinic, or that names somebody who belongs to the patient, does not say who the patient is</xsl:text>
    </xsl:message>
  </xsl:if>
  <Bundle>
    <identifier>
      <system value="urn:ietf:rfc:3986"/>
      <value value="{ehds:id(concat('letter|', $letter/m:Sender/m:EANIdentifier, '|', $letter/m:Letter/m:Identifier), 'Bundle')}"/>
    </identifier>
    <type value="collection"/>
    <xsl:for-each select="$letter/m:Drug"><xsl:call-template name="line"/></xsl:for-each>
    <xsl:for-each select="$letter/m:PatientOrRelative">
      <xsl:call-template name="letter-patient">
        <xsl:with-param name="name" select="''"/>
        <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
      </xsl:call-template>
    </xsl:for-each>
  </Bundle>
  <xsl:for-each select="$unlisted">
    <ehds:note rule="dk-letter-state" severity="warning" select="." found="{.}"
        text="a state that MedCom does not list: the requests have none that says that they may be carried out"/>
  </xsl:for-each>
  <xsl:if test="$information/m:MessageStatusCode = 'kopi'">
    <ehds:note rule="dk-letter-copy" severity="warning"
        text="the letter is a copy of a prescription: its requests have no state that says that they may be carried out"/>
  </xsl:if>
</xsl:template>

<!-- Context: Drug. -->
<xsl:template name="line">
  <ehds:entry key="concat('line|', count(preceding-sibling::m:Drug) + 1)">
    <MedicationRequest>
      <meta><profile value="{$mpd}MedicationRequest-eu-mpd"/></meta>
      <text>
        <status value="generated"/>
        <h:div>
          <h:p><xsl:value-of select="normalize-space(concat(m:NameOfDrug, ' ', m:DrugStrength, ' ', m:DosageForm, ' ', m:PackageSize, ' x ',
              m:NumberOfPackings))"/></h:p>
          <xsl:for-each select="(m:Dosage/m:DosageText | m:Indication/m:Text)[normalize-space()]">
            <xsl:call-template name="say"><xsl:with-param name="as" select="'line'"/></xsl:call-template>
          </xsl:for-each>
          <xsl:call-template name="notes"><xsl:with-param name="as" select="'line'"/></xsl:call-template>
        </h:div>
      </text>
      <xsl:call-template name="state"/>
      <xsl:choose>
        <xsl:when test="$letter/self::m:Prescription"><intent value="order"/></xsl:when>
        <xsl:otherwise><intent value="proposal"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="product"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="authoredOn" select="string($authorised)" absent="unknown"/>
      <xsl:call-template name="requester"/>
      <groupIdentifier>
        <ehds:string name="value" select="$letter/m:Letter/m:Identifier"/>
        <assigner>
          <xsl:if test="$letter/m:Sender/m:EANIdentifier[normalize-space()]">
            <ehds:identifier name="identifier" select="$letter/m:Sender/m:EANIdentifier" system="urn:oid:1.3.88"/>
          </xsl:if>
          <ehds:string name="display" select="$letter/m:Sender/m:OrganisationName"/>
        </assigner>
      </groupIdentifier>
      <ehds:concept name="reasonCode" select="m:Indication/m:Text"/>
      <xsl:if test="m:Indication/m:Code[normalize-space()]">
        <ehds:note rule="dk-indication-text" found="{normalize-space(m:Indication/m:Code)}"
            text="an indication of the price list: its words are carried, its code has no public code system"/>
      </xsl:if>
      <xsl:call-template name="notes"/>
      <dosageInstruction>
        <ehds:string name="text" select="normalize-space(concat(m:Dosage/m:DosageText, ' ', m:Dosage/m:Period, ' ', m:Dosage/m:PeriodUnit))"/>
      </dosageInstruction>
      <dispenseRequest>
        <xsl:call-template name="iterations">
          <xsl:with-param name="number" select="m:Iteration/m:Number"/>
          <xsl:with-param name="interval" select="m:Iteration/m:Interval"/>
          <xsl:with-param name="unit" select="m:Iteration/m:IntervalUnit"/>
        </xsl:call-template>
        <xsl:for-each select="m:NumberOfPackings[normalize-space()]"><xsl:call-template name="packages"/></xsl:for-each>
        <xsl:for-each select="$letter/m:PreferredPharmacy | $letter[not(m:PreferredPharmacy)]/m:Receiver">
          <xsl:call-template name="letter-party"><xsl:with-param name="name" select="'performer'"/></xsl:call-template>
        </xsl:for-each>
      </dispenseRequest>
      <xsl:choose>
        <xsl:when test="normalize-space(m:SubstitutionCode) = 'ikke_substitution'"><substitution><allowedBoolean value="false"/></substitution></xsl:when>
        <xsl:when test="m:SubstitutionCode[normalize-space()]">
          <substitution><ehds:concept name="allowedCodeableConcept" select="m:SubstitutionCode"/></substitution>
        </xsl:when>
      </xsl:choose>
    </MedicationRequest>
  </ehds:entry>
</xsl:template>

<!-- 'seponeres': the dose-dispensed medicine is to be stopped. A copy is not to be carried out once more; what a state
  that is not listed means, nobody knows. -->
<xsl:template name="state">
  <xsl:choose>
    <xsl:when test="$information/m:MessageStatusCode = 'kopi'">
      <status value="unknown"/>
      <statusReason><text value="kopi"/></statusReason>
    </xsl:when>
    <xsl:when test="$information/m:DoseDispenseInformation/m:Status = 'seponeres'">
      <status value="stopped"/>
      <statusReason><text value="seponeres"/></statusReason>
    </xsl:when>
    <xsl:when test="$unlisted">
      <status value="unknown"/>
      <statusReason><text value="{normalize-space($unlisted)}"/></statusReason>
    </xsl:when>
    <xsl:otherwise><status value="active"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="product">
  <ehds:entry name="medicationReference" key="concat('drug|', count(preceding-sibling::m:Drug) + 1)">
    <Medication>
      <meta><profile value="{$mpd}Medication-eu-mpd"/></meta>
      <xsl:if test="m:NameOfDrug[normalize-space()]">
        <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-productname">
          <ehds:string name="valueString" select="m:NameOfDrug"/>
        </extension>
      </xsl:if>
      <code>
        <xsl:if test="m:PackageIdentifier[normalize-space()]">
          <xsl:call-template name="package-coding">
            <xsl:with-param name="number" select="normalize-space(m:PackageIdentifier)"/>
            <xsl:with-param name="size" select="m:PackageSize"/>
          </xsl:call-template>
        </xsl:if>
        <ehds:string name="text" select="normalize-space(concat(m:NameOfDrug, ' ', m:DrugStrength, ' ', m:DosageForm, ' ', m:PackageSize))"/>
      </code>
      <ehds:concept name="form" select="m:DosageForm"/>
      <xsl:for-each select="(m:Importer/m:LongName | m:Importer/m:ShortName)[normalize-space()][1]">
        <manufacturer><ehds:string name="display" select="."/></manufacturer>
      </xsl:for-each>
    </Medication>
  </ehds:entry>
</xsl:template>

<!-- Who issued the prescription, or asks for one: a person of the sender. -->
<xsl:template name="requester">
  <xsl:for-each select="$letter/m:Sender">
    <xsl:variable name="person" select="(m:Issuer | m:PersonInOrganisation)[1]"/>
    <xsl:choose>
      <xsl:when test="$person[normalize-space()]">
        <xsl:call-template name="letter-person"><xsl:with-param name="name" select="'requester'"/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="letter-party"><xsl:with-param name="name" select="'requester'"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:if test="not($letter/m:Sender)"><ehds:absent name="requester" reason="unknown"/></xsl:if>
  <!-- Of whom a prescription is asked. -->
  <xsl:for-each select="$letter/self::m:PrescriptionRequest/m:Receiver[m:Issuer[normalize-space()]]">
    <xsl:call-template name="letter-person"><xsl:with-param name="name" select="'supportingInformation'"/></xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- Context: Sender or Receiver with a person. -->
<xsl:template name="letter-person">
  <xsl:param name="name"/>
  <xsl:variable name="person" select="(m:Issuer | m:PersonInOrganisation)[1]"/>
  <xsl:variable name="who" select="concat($person/m:AuthorisationIdentifier, '|', normalize-space($person/m:TitleAndName))"/>
  <ehds:entry name="{$name}" shared="yes" key="concat('role|', $who, '|', m:EANIdentifier, '|', m:Identifier)">
    <PractitionerRole>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitionerRole-eu-core"/></meta>
      <ehds:entry name="practitioner" key="concat('person|', $who)" shared="yes">
        <Practitioner>
          <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
          <ehds:identifier name="identifier" select="$person/m:AuthorisationIdentifier" system="urn:oid:1.2.208.176.1.3"/>
          <xsl:choose>
            <xsl:when test="$person/m:TitleAndName[normalize-space()]"><name><ehds:string name="text" select="$person/m:TitleAndName"/></name></xsl:when>
            <xsl:otherwise><xsl:call-template name="name-unknown"/></xsl:otherwise>
          </xsl:choose>
        </Practitioner>
      </ehds:entry>
      <xsl:call-template name="letter-party"><xsl:with-param name="name" select="'organization'"/></xsl:call-template>
      <ehds:concept name="code" select="$person/m:Occupation"/>
      <ehds:concept name="specialty" select="$person/m:SpecialityCode"/>
    </PractitionerRole>
  </ehds:entry>
</xsl:template>

<!-- What the letter says of the prescription or the delivery and FHIR has no element for. -->
<xsl:template name="notes">
  <xsl:param name="as" select="'note'"/>
  <xsl:for-each select="m:SupplementaryInformation | $information/m:OrderInstruction | $information/m:DeliveryInformation | m:ReimbursementClause
      | m:DoseDispensing | $information/m:DoseDispenseInformation[not(current()/m:DoseDispensing)][m:Status = 'dosisdispensering']
      | $information/m:Delivery | ($letter/m:ForGPUse | $letter/m:ForGPClinicUse)[. = 'true' or . = '1'] | m:SubstitutionCode[normalize-space()]">
    <xsl:variable name="words"><xsl:apply-templates select="." mode="said"/></xsl:variable>
    <xsl:call-template name="say">
      <xsl:with-param name="as" select="$as"/>
      <xsl:with-param name="words" select="string($words)"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="m:SupplementaryInformation | m:OrderInstruction | m:DeliveryInformation" mode="said"><xsl:value-of select="."/></xsl:template>
<xsl:template match="m:ReimbursementClause" mode="said">Tilskud: <xsl:value-of select="."/></xsl:template>
<xsl:template match="m:DoseDispensing" mode="said"><xsl:value-of select="concat('Dosisdispensering ', m:StartDate, ' - ', m:EndDate)"/></xsl:template>
<xsl:template match="m:DoseDispenseInformation" mode="said">Dosisdispensering</xsl:template>
<xsl:template match="m:Delivery" mode="said">
  <xsl:text>Levering: </xsl:text>
  <xsl:value-of select="concat(m:PriorityOfDelivery, ' ', m:StreetName, m:PseudoAddress, ' ', m:PostCodeIdentifier, ' ', m:ContactName)"/>
</xsl:template>
<xsl:template match="m:ForGPUse" mode="said">Til lægens eget brug</xsl:template>
<xsl:template match="m:ForGPClinicUse" mode="said">Til brug i klinikken</xsl:template>
<xsl:template match="m:SubstitutionCode" mode="said">Substitution: <xsl:value-of select="."/></xsl:template>
</xsl:stylesheet>
