<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Prescriptions of the national service (FMK 2015/06/01 with its extensions, whose name spaces the packs make one) and what pharmacies
  have handed over on them, as resources of HL7 Europe MPD 1.0.0. The guide has no document: the answer is a collection. Fields:
  trifork/fmk-schemas, 2015/06/01, E6 Prescription, E2 Order, EffectuationOnPrescription, PackageDispensed.

  A dosage is words here (DosageText): nothing is read out of them. What the price list has no European code for stays in its words.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="f h">

<xsl:import href="fmk.xsl"/>
<xsl:import href="package.xsl"/>

<xsl:variable name="mpd" select="'http://hl7.eu/fhir/mpd/StructureDefinition/'"/>
<xsl:variable name="r5" select="'http://hl7.org/fhir/5.0/StructureDefinition/extension-'"/>
<xsl:variable name="patient-profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
<xsl:variable name="medication-profile" select="concat($mpd, 'Medication-eu-mpd')"/>

<!-- Who the prescriptions are for stands in the answer; one for the use of a practice has no patient, and the guide asks for one. -->
<xsl:template match="/">
  <xsl:for-each select="*">
    <xsl:if test="count(f:Patient | f:PersonIdentifier) != 1">
      <xsl:message terminate="yes">
        <xsl:text>the prescriptions of one patient are asked for: the answer is about none (an organisation's own use), or several</xsl:text>
      </xsl:message>
    </xsl:if>
    <Bundle>
      <identifier>
        <system value="urn:ietf:rfc:3986"/>
        <value value="{ehds:id('document', 'Bundle')}"/>
      </identifier>
      <type value="collection"/>
      <xsl:for-each select="f:Prescription"><xsl:call-template name="prescription"/></xsl:for-each>
      <xsl:for-each select="f:PrivatePrescription">
        <xsl:call-template name="bare-prescription">
          <xsl:with-param name="status" select="'unknown'"/>
          <xsl:with-param name="reason" select="'masked'"/>
        </xsl:call-template>
        <ehds:note rule="dk-private-prescription" severity="warning" select="."
            text="a prescription that the patient has made private: that it exists is said, what it is the service does not tell"/>
      </xsl:for-each>
      <xsl:for-each select="f:InvalidPrescription">
        <xsl:call-template name="bare-prescription">
          <xsl:with-param name="status" select="'entered-in-error'"/>
          <xsl:with-param name="reason" select="'error'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="f:Prescription/f:Order">
        <xsl:for-each select="f:Effectuation"><xsl:call-template name="effectuation"/></xsl:for-each>
        <xsl:for-each select="f:InvalidEffectuation"><xsl:call-template name="invalid-effectuation"/></xsl:for-each>
      </xsl:for-each>
      <xsl:for-each select="f:Patient"><xsl:call-template name="bundled-patient"/></xsl:for-each>
      <xsl:for-each select="f:PersonIdentifier"><xsl:call-template name="bundled-patient"/></xsl:for-each>
    </Bundle>
    <xsl:if test="not(f:Prescription | f:PrivatePrescription | f:InvalidPrescription)">
      <ehds:note rule="dk-no-prescription" severity="warning" select="." text="the service knows no prescription: there is the patient only"/>
    </xsl:if>
    <xsl:if test="f:IsInvalid[normalize-space() != 'false']">
      <ehds:note rule="dk-card-invalid" severity="warning" text="the service marks the medicine card as invalid"/>
    </xsl:if>
    <xsl:for-each select="f:StartEffectuationFailed">
      <ehds:note rule="dk-effectuation-failed" severity="warning" found="{normalize-space(f:ReasonText)}"
          text="the service has not started to dispense a prescription: it is not in the answer"/>
    </xsl:for-each>
  </xsl:for-each>
</xsl:template>

<!-- The patient is an entry of the collection that the requests refer to; patient and patient-by-number write a reference
  called subject, for which a collection has no place. -->
<xsl:template name="bundled-patient">
  <xsl:choose>
    <xsl:when test="self::f:Patient">
      <xsl:call-template name="patient"><xsl:with-param name="name" select="''"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="patient-by-number"><xsl:with-param name="name" select="''"/></xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== A prescription; context: Prescription ===================================================================== -->

<xsl:template name="prescription-identifiers">
  <ehds:identifier name="identifier" select="f:Identifier" system="{$fmk}PrescriptionIdentifier"/>
  <ehds:identifier name="identifier" select="f:Version" system="{$fmk}PrescriptionVersion"/>
</xsl:template>

<!-- A prescription of which the service gives the number only. -->
<xsl:template name="bare-prescription">
  <xsl:param name="status"/>
  <xsl:param name="reason"/>
  <ehds:entry key="concat('prescription|', f:Identifier)">
    <MedicationRequest>
      <meta><profile value="{$mpd}MedicationRequest-eu-mpd"/></meta>
      <xsl:call-template name="prescription-identifiers"/>
      <status value="{$status}"/>
      <intent value="order"/>
      <ehds:absent name="medicationCodeableConcept" reason="{$reason}"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:absent name="authoredOn" reason="{$reason}"/>
      <ehds:absent name="requester" reason="{$reason}"/>
    </MedicationRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="prescription">
  <xsl:variable name="state" select="normalize-space(f:Status)"/>
  <ehds:entry key="concat('prescription|', f:Identifier)">
    <MedicationRequest>
      <meta>
        <profile value="{$mpd}MedicationRequest-eu-mpd"/>
        <xsl:if test="normalize-space(f:IsPrivatePrescription) = 'true'">
          <security>
            <system value="http://terminology.hl7.org/CodeSystem/v3-Confidentiality"/>
            <code value="R"/>
          </security>
        </xsl:if>
      </meta>
      <text>
        <status value="generated"/>
        <h:div>
          <h:p><xsl:value-of select="normalize-space(concat(f:Drug/f:Name, f:Drug/f:DetailedDrugText, ' ', f:Drug/f:Strength/f:Text, ' ',
              f:Drug/f:Form/f:Text, ' ', f:PackageRestriction/f:PackageSize/f:PackageSizeText))"/></h:p>
          <xsl:for-each select="(f:DosageText | f:Indication/f:Text | f:Indication/f:FreeText)[normalize-space()]">
            <xsl:call-template name="say"><xsl:with-param name="as" select="'line'"/></xsl:call-template>
          </xsl:for-each>
          <h:p><xsl:value-of select="normalize-space(concat(f:ValidFromDate, ' - ', f:ValidToDate, ' ', f:Status))"/></h:p>
          <xsl:call-template name="prescription-notes"><xsl:with-param name="as" select="'line'"/></xsl:call-template>
        </h:div>
      </text>
      <xsl:call-template name="prescription-identifiers"/>
      <xsl:choose>
        <xsl:when test="ehds:lookup('prescription-status', $state)">
          <ehds:code name="status" select="f:Status" table="prescription-status"/>
        </xsl:when>
        <xsl:otherwise>
          <status value="unknown"/>
          <ehds:note rule="dk-prescription-status" severity="warning" found="{$state}"
              text="a state of a prescription that FHIR has no code for: it is unknown there, and carried in words"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:if test="normalize-space(f:InvalidationReasonText) or not(ehds:lookup('prescription-status', $state) = 'active')">
        <statusReason>
          <ehds:string name="text" select="normalize-space(concat(f:Status, ' ', f:InvalidationReasonText))"/>
        </statusReason>
      </xsl:if>
      <intent value="order"/>
      <xsl:for-each select="f:Drug">
        <xsl:call-template name="medication">
          <xsl:with-param name="package" select="../f:PackageRestriction | ../f:DoseDispensedRestriction"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:if test="not(f:Drug)"><ehds:absent name="medicationCodeableConcept" reason="unknown"/></xsl:if>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="authoredOn" zone="Europe/Copenhagen" absent="unknown"
          select="(f:AuthorisationDateTime | f:Created[not(../f:AuthorisationDateTime)]/f:DateTime)[1]"/>
      <xsl:call-template name="who">
        <xsl:with-param name="name" select="'requester'"/>
        <xsl:with-param name="by" select="f:Created/f:By"/>
      </xsl:call-template>
      <xsl:call-template name="ties"/>
      <xsl:for-each select="f:Indication"><xsl:call-template name="indication"/></xsl:for-each>
      <xsl:call-template name="prescription-notes"/>
      <xsl:if test="f:DosageText[normalize-space()]">
        <extension url="{$r5}MedicationRequest.renderedDosageInstruction">
          <ehds:text name="valueMarkdown" select="f:DosageText"/>
        </extension>
        <dosageInstruction><ehds:text name="text" select="f:DosageText"/></dosageInstruction>
      </xsl:if>
      <xsl:call-template name="dispense-request"/>
      <xsl:if test="normalize-space(f:SubstitutionAllowed) = 'true' or normalize-space(f:SubstitutionAllowed) = 'false'">
        <substitution><ehds:string name="allowedBoolean" select="f:SubstitutionAllowed"/></substitution>
      </xsl:if>
      <xsl:for-each select="f:SubstitutionAllowed[normalize-space() and normalize-space() != 'true' and normalize-space() != 'false']">
        <ehds:note rule="dk-substitution" severity="warning" select="." found="{normalize-space()}"
            text="whether substitution is allowed is neither true nor false: nothing is said of it"/>
      </xsl:for-each>
    </MedicationRequest>
  </ehds:entry>
</xsl:template>

<!-- Whoever acts, or that nobody knows. -->
<xsl:template name="who">
  <xsl:param name="name"/>
  <xsl:param name="by"/>
  <xsl:variable name="known" select="$by[f:Patient or f:AuthorisedHealthcareProfessional or f:Other or f:Organisation][1]"/>
  <xsl:for-each select="$known"><xsl:call-template name="actor"><xsl:with-param name="name" select="$name"/></xsl:call-template></xsl:for-each>
  <xsl:if test="not($known)"><ehds:absent name="{$name}" reason="unknown"/></xsl:if>
</xsl:template>

<!-- The order on the medicine card that the prescription is made from, and the prescriptions that it replaces: their numbers, for
  they stand in other answers. -->
<xsl:template name="ties">
  <xsl:if test="f:AttachedToDrugMedicationIdentifier[normalize-space()]">
    <basedOn>
      <ehds:identifier name="identifier" select="f:AttachedToDrugMedicationIdentifier" system="{$fmk}DrugMedicationIdentifier"/>
    </basedOn>
  </xsl:if>
  <xsl:if test="f:CreatedFromDrugMedicationVersion[normalize-space()]">
    <supportingInformation>
      <ehds:identifier name="identifier" select="f:CreatedFromDrugMedicationVersion" system="{$fmk}DrugMedicationVersion"/>
    </supportingInformation>
  </xsl:if>
  <xsl:if test="f:ReplacesPrescriptionIdentifier[normalize-space()]">
    <priorPrescription>
      <ehds:identifier name="identifier" select="f:ReplacesPrescriptionIdentifier" system="{$fmk}PrescriptionIdentifier"/>
    </priorPrescription>
  </xsl:if>
</xsl:template>

<!-- What the service says of a prescription and FHIR has no element for. -->
<xsl:template name="prescription-notes">
  <xsl:param name="as" select="'note'"/>
  <xsl:for-each select="f:DrugMedicationEnded | f:SupplementaryInformation | f:ReimbursementClause | f:ReplacedByPrescriptionIdentifier
      | f:TerminatedDateTime | f:Deprecated | f:LatestEffectuationDateTime | f:DoseDispensedRestriction | f:ReportedBy | f:ReportedByWithoutPerson
      | f:Order">
    <xsl:variable name="words"><xsl:apply-templates select="." mode="said"/></xsl:variable>
    <xsl:call-template name="say">
      <xsl:with-param name="as" select="$as"/>
      <xsl:with-param name="words" select="string($words)"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="$as = 'note' and normalize-space(f:DrugMedicationEnded)">
    <ehds:note rule="dk-order-ended" severity="warning" select="f:DrugMedicationEnded" found="{normalize-space(f:DrugMedicationEnded)}"
        text="the order that the prescription was made from is over; the prescription has the state that it says itself"/>
  </xsl:if>
</xsl:template>

<xsl:template match="f:SupplementaryInformation" mode="said"><xsl:value-of select="."/></xsl:template>
<xsl:template match="f:DrugMedicationEnded" mode="said">Lægemiddelordinationen: <xsl:value-of select="."/></xsl:template>
<xsl:template match="f:ReimbursementClause" mode="said">Tilskud: <xsl:value-of select="."/></xsl:template>
<xsl:template match="f:ReplacedByPrescriptionIdentifier" mode="said">Erstattet af recept <xsl:value-of select="."/></xsl:template>
<xsl:template match="f:TerminatedDateTime" mode="said">Afsluttet <xsl:value-of select="ehds:local(normalize-space())"/></xsl:template>
<xsl:template match="f:Deprecated" mode="said">Inaktiv fra <xsl:value-of select="ehds:local(normalize-space())"/></xsl:template>
<xsl:template match="f:LatestEffectuationDateTime" mode="said">Senest udleveret <xsl:value-of select="ehds:local(normalize-space())"/></xsl:template>
<xsl:template match="f:DoseDispensedRestriction" mode="said">
  <xsl:value-of select="concat('Dosisdispensering ', f:StartDate, ' - ', f:EndDate)"/>
</xsl:template>
<xsl:template match="f:ReportedBy | f:ReportedByWithoutPerson" mode="said">
  <xsl:text>Indberettet af </xsl:text>
  <xsl:value-of select="concat(f:AuthorisedHealthcareProfessional/f:Name, f:Other/f:Name, ' ', f:Role, ' ', f:Organisation/f:Name)"/>
</xsl:template>
<xsl:template match="f:Order" mode="said">
  <xsl:value-of select="concat('Bestilling ', f:Identifier, ': ', f:Status, ', ', f:OrderedAtPharmacy/f:Name)"/>
  <xsl:for-each select="f:DeliveryInstructionText[normalize-space()]">, <xsl:value-of select="normalize-space()"/></xsl:for-each>
</xsl:template>

<xsl:template name="dispense-request">
  <xsl:variable name="package" select="f:PackageRestriction"/>
  <dispenseRequest>
    <xsl:if test="(f:ValidFromDate | f:ValidToDate)[normalize-space()]">
      <validityPeriod>
        <ehds:date name="start" select="f:ValidFromDate"/>
        <ehds:date name="end" select="f:ValidToDate"/>
      </validityPeriod>
    </xsl:if>
    <xsl:call-template name="iterations">
      <xsl:with-param name="number" select="$package/f:IterationNumber"/>
      <xsl:with-param name="interval" select="$package/f:IterationInterval"/>
      <xsl:with-param name="unit" select="$package/f:IterationIntervalUnit"/>
    </xsl:call-template>
    <xsl:for-each select="$package/f:PackageQuantity"><xsl:call-template name="packages"/></xsl:for-each>
    <xsl:for-each select="f:Order[f:Status != 'Annulleret' and f:Status != 'Afhentet'][last()]/f:OrderedAtPharmacy">
      <xsl:call-template name="organization"><xsl:with-param name="name" select="'performer'"/></xsl:call-template>
    </xsl:for-each>
  </dispenseRequest>
</xsl:template>

<!-- ==== The package ============================================================================================== -->

<xsl:template name="package-code">
  <xsl:param name="package"/>
  <xsl:for-each select="$package/f:PackageNumber[normalize-space()]">
    <xsl:call-template name="package-coding">
      <xsl:with-param name="number" select="normalize-space()"/>
      <xsl:with-param name="source" select="string(@source)"/>
      <xsl:with-param name="size" select="../f:PackageSize/f:PackageSizeText"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- How much is in one package; a unit that has no row is a word. -->
<xsl:template name="package-amount">
  <xsl:param name="package"/>
  <xsl:for-each select="$package/f:PackageSize[normalize-space(f:Value)]">
    <xsl:variable name="unit" select="ehds:lookup('lms-package-unit', normalize-space(f:UnitCode))"/>
    <amount>
      <xsl:choose>
        <xsl:when test="$unit"><ehds:quantity name="numerator" select="f:Value" unit="{$unit}"/></xsl:when>
        <xsl:otherwise>
          <xsl:for-each select="f:Value">
            <xsl:call-template name="counted">
              <xsl:with-param name="name" select="'numerator'"/>
              <xsl:with-param name="unit" select="(../f:UnitText | ../f:UnitCode[not(../f:UnitText)])[1]"/>
            </xsl:call-template>
          </xsl:for-each>
          <ehds:note rule="dk-package-unit" select="f:UnitCode" found="{f:UnitCode}"
              text="a unit of packages that has no row: its words are carried, its code is not"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:quantity name="denominator" select="'1'"/>
    </amount>
  </xsl:for-each>
</xsl:template>

<!-- ==== What was handed over; context: Effectuation =============================================================== -->

<xsl:template name="effectuation">
  <xsl:variable name="prescription" select="ancestor::f:Prescription[1]"/>
  <xsl:variable name="drug" select="(f:PackageDispensed | f:DoseDispensed)/f:SubstitutedDrug"/>
  <xsl:variable name="package" select="f:PackageDispensed"/>
  <xsl:variable name="which" select="concat(f:Identifier, '|', $prescription/f:PrescriptionIdentifier, '|', $prescription/f:OrderIdentifier)"/>
  <xsl:variable name="key" select="concat('dispensed|', $which)"/>
  <ehds:entry key="concat('effectuation|', $which)">
    <MedicationDispense>
      <meta><profile value="{$mpd}MedicationDispense-eu-mpd"/></meta>
      <extension url="{$r5}MedicationDispense.recorded">
        <ehds:datetime name="valueDateTime" select="(f:Created | f:CreatedWithoutPerson)/f:DateTime" zone="Europe/Copenhagen" absent="unknown"/>
      </extension>
      <ehds:identifier name="identifier" select="f:Identifier" system="{$fmk}EffectuationIdentifier"/>
      <xsl:for-each select="(../self::f:Order/f:Identifier | ../f:OrderIdentifier)[normalize-space()]">
        <supportingInformation><ehds:identifier name="identifier" select="." system="{$fmk}OrderIdentifier"/></supportingInformation>
      </xsl:for-each>
      <status value="completed"/>
      <xsl:for-each select="$drug | $prescription/f:Drug[not($drug)]">
        <xsl:call-template name="medication">
          <xsl:with-param name="key" select="$key"/>
          <xsl:with-param name="package" select="$package"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:choose>
        <xsl:when test="$drug | $prescription/f:Drug"/>
        <xsl:when test="$package/f:PackageNumber">
          <ehds:entry name="medicationReference" key="$key">
            <Medication>
              <meta><profile value="{$medication-profile}"/></meta>
              <code>
                <xsl:call-template name="package-code"><xsl:with-param name="package" select="$package"/></xsl:call-template>
                <ehds:string name="text" select="normalize-space(concat('Pakning ', $package/f:PackageNumber, ' ', $package/f:PackageSize/f:PackageSizeText))"/>
              </code>
              <xsl:call-template name="package-amount"><xsl:with-param name="package" select="$package"/></xsl:call-template>
            </Medication>
          </ehds:entry>
        </xsl:when>
        <xsl:otherwise><ehds:absent name="medicationCodeableConcept" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <performer>
        <xsl:call-template name="who">
          <xsl:with-param name="name" select="'actor'"/>
          <xsl:with-param name="by" select="f:Created/f:By | f:CreatedWithoutPerson/f:By | f:CreatedWithoutPerson[f:Organisation] | /*/f:CreatedBy"/>
        </xsl:call-template>
      </performer>
      <xsl:choose>
        <xsl:when test="$prescription/f:PrescriptionIdentifier">
          <authorizingPrescription>
            <ehds:identifier name="identifier" select="$prescription/f:PrescriptionIdentifier" system="{$fmk}PrescriptionIdentifier"/>
          </authorizingPrescription>
        </xsl:when>
        <xsl:otherwise>
          <ehds:reference name="authorizingPrescription" key="concat('prescription|', $prescription/f:Identifier)" type="MedicationRequest"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:if test="normalize-space($prescription/f:Terminate) = 'true'"><note><text value="Recepten afsluttes"/></note></xsl:if>
      <xsl:choose>
        <xsl:when test="$package/f:PackageQuantity">
          <xsl:for-each select="$package/f:PackageQuantity"><xsl:call-template name="packages"/></xsl:for-each>
        </xsl:when>
        <xsl:when test="f:DoseDispensed/f:DoseQuantity">
          <xsl:for-each select="f:DoseDispensed/f:DoseQuantity">
            <xsl:call-template name="counted">
              <xsl:with-param name="name" select="'quantity'"/>
              <xsl:with-param name="unit" select="../f:DosageQuantityUnitText"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise><ehds:absent name="quantity" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="whenHandedOver" select="f:DateTime" zone="Europe/Copenhagen"/>
      <ehds:concept name="type" select="f:EffectuationMethod"/>
      <xsl:for-each select="f:PharmacyComment[normalize-space()]"><note><ehds:text name="text" select="."/></note></xsl:for-each>
      <xsl:for-each select="f:DeliverySite/f:Name[normalize-space()]"><note><text value="Udleveringssted: {normalize-space()}"/></note></xsl:for-each>
      <xsl:for-each select="f:ExpectedDeliveryDateTime[normalize-space()]">
        <note><text value="Forventet levering {ehds:local(normalize-space())}"/></note>
      </xsl:for-each>
      <xsl:if test="f:LabelText[normalize-space()]">
        <dosageInstruction><ehds:text name="text" select="f:LabelText"/></dosageInstruction>
      </xsl:if>
      <xsl:if test="$drug"><substitution><wasSubstituted value="true"/></substitution></xsl:if>
    </MedicationDispense>
  </ehds:entry>
</xsl:template>

<!-- An effectuation that was taken back. -->
<xsl:template name="invalid-effectuation">
  <ehds:entry key="concat('effectuation|', f:Identifier)">
    <MedicationDispense>
      <meta><profile value="{$mpd}MedicationDispense-eu-mpd"/></meta>
      <extension url="{$r5}MedicationDispense.recorded"><ehds:absent name="valueDateTime" reason="error"/></extension>
      <ehds:identifier name="identifier" select="f:Identifier" system="{$fmk}EffectuationIdentifier"/>
      <status value="entered-in-error"/>
      <ehds:absent name="medicationCodeableConcept" reason="error"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:reference name="authorizingPrescription" key="concat('prescription|', ../../f:Identifier)" type="MedicationRequest"/>
      <ehds:absent name="quantity" reason="error"/>
      <xsl:for-each select="f:InvalidationReason[normalize-space()]"><note><ehds:text name="text" select="."/></note></xsl:for-each>
    </MedicationDispense>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
