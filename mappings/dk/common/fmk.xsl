<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What all answers of the national medicines service share (Fælles Medicinkort, FMK 2015/06/01 with its extensions E2 to E6, whose name spaces the
  packs make one): the patient, who acts, the drug, the dosage. Fields: trifork/fmk-schemas, 2015/06/01; systems: dk-core.

  What is not done here, on purpose: a dosage is structured only when one structure says the same dose for every day; a strength only when
  there is one substance; indications keep their words, for no map of their codes is public.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="f">

<xsl:import href="person.xsl"/>

<xsl:variable name="fmk" select="'http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/'"/>
<xsl:variable name="patient-profile" select="'http://hl7.eu/fhir/eps/StructureDefinition/patient-eu-eps'"/>
<xsl:variable name="medication-profile" select="'http://hl7.eu/fhir/base/StructureDefinition/medication-eu-core'"/>

<!-- ==== The patient ============================================================================================= -->

<!-- Context: Patient of a card. -->
<xsl:template name="patient">
  <xsl:param name="name" select="'subject'"/>
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr">
      <xsl:with-param name="number" select="f:Person/f:PersonIdentifier[@source='CPR'][1]"/>
    </xsl:call-template>
  </xsl:variable>
  <ehds:entry name="{$name}" key="'patient'">
    <Patient>
      <meta><profile value="{$patient-profile}"/></meta>
      <xsl:for-each select="f:Person/f:PersonIdentifier">
        <xsl:call-template name="identifier"/>
      </xsl:for-each>
      <xsl:for-each select="f:Person/f:Name">
        <xsl:call-template name="person-name"/>
      </xsl:for-each>
      <xsl:if test="not(f:Person/f:Name/*[normalize-space()])"><xsl:call-template name="name-unknown"/></xsl:if>
      <ehds:code name="gender" select="f:Person/f:Gender" table="gender"/>
      <xsl:choose>
        <xsl:when test="f:Person/f:BirthDate[normalize-space()]">
          <ehds:date name="birthDate" select="f:Person/f:BirthDate" absent="unknown"/>
          <xsl:call-template name="cpr-check">
            <xsl:with-param name="cpr" select="string($cpr)"/>
            <xsl:with-param name="birth" select="normalize-space(f:Person/f:BirthDate)"/>
            <xsl:with-param name="sex" select="normalize-space(f:Person/f:Gender)"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise><ehds:absent name="birthDate" reason="unknown"/></xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="f:Address">
        <xsl:call-template name="patient-address"/>
      </xsl:for-each>
    </Patient>
  </ehds:entry>
</xsl:template>

<!-- Context: PersonIdentifier of an answer that says no more about the patient. -->
<xsl:template name="patient-by-number">
  <xsl:param name="name" select="'subject'"/>
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr">
      <xsl:with-param name="number" select="self::*[@source='CPR']"/>
    </xsl:call-template>
  </xsl:variable>
  <ehds:entry name="{$name}" key="'patient'">
    <Patient>
      <meta><profile value="{$patient-profile}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="name-unknown"/>
      <xsl:call-template name="cpr-demographics">
        <xsl:with-param name="cpr" select="string($cpr)"/>
      </xsl:call-template>
    </Patient>
  </ehds:entry>
</xsl:template>

<!-- Context: an element with a number and its source. A source that nobody knows gives a number without a system. -->
<xsl:template name="identifier">
  <xsl:variable name="system" select="ehds:lookup('party-identifier', @source)"/>
  <xsl:variable name="number">
    <xsl:choose>
      <xsl:when test="@source='CPR'">
        <xsl:call-template name="cpr"><xsl:with-param name="number" select="."/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="normalize-space()"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="not(string($number))"/>
    <xsl:when test="$system"><ehds:identifier name="identifier" select="string($number)" system="{$system}"/></xsl:when>
    <xsl:otherwise>
      <identifier>
        <type><text value="{@source}"/></type>
        <value value="{$number}"/>
      </identifier>
      <ehds:note rule="dk-identifier-source" severity="warning" found="{@source}"
          text="a number of an unknown register: it is written without a system"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: Name with Surname, GivenName, MiddleName. -->
<xsl:template name="person-name">
  <xsl:if test="*[normalize-space()]">
    <name>
      <ehds:string name="family" select="f:Surname"/>
      <ehds:string name="given" select="f:GivenName | f:MiddleName"/>
    </name>
  </xsl:if>
</xsl:template>

<xsl:template name="patient-address">
  <xsl:variable name="house" select="normalize-space(concat(f:StreetBuildingIdentifier, ' ', f:FloorIdentifier, ' ', f:SuiteIdentifier))"/>
  <address>
    <ehds:string name="line" select="f:MailDeliverySublocationIdentifier"/>
    <ehds:string name="line" select="normalize-space(concat(f:StreetName, ' ', $house))"/>
    <ehds:string name="line" select="f:PostOfficeBoxIdentifier"/>
    <ehds:string name="line" select="f:DistrictSubdivisionIdentifier"/>
    <ehds:string name="city" select="f:DistrictName"/>
    <ehds:string name="postalCode" select="f:PostCodeIdentifier"/>
    <ehds:string name="country" select="f:CountryIdentificationCode"/>
  </address>
</xsl:template>

<!-- ==== Who acts; context: By, ReportedBy ======================================================================== -->

<xsl:template name="actor">
  <xsl:param name="name"/>
  <xsl:choose>
    <xsl:when test="f:Patient"><ehds:reference name="{$name}" key="'patient'" type="Patient"/></xsl:when>
    <xsl:when test="f:AuthorisedHealthcareProfessional | f:Other"><xsl:call-template name="role"><xsl:with-param name="name" select="$name"/></xsl:call-template></xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="f:Organisation">
        <xsl:call-template name="organization"><xsl:with-param name="name" select="$name"/></xsl:call-template>
      </xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="role">
  <xsl:param name="name"/>
  <xsl:variable name="person" select="f:AuthorisedHealthcareProfessional | f:Other"/>
  <xsl:variable name="who" select="concat($person/f:AuthorisationIdentifier, '|', normalize-space($person/f:Name))"/>
  <ehds:entry name="{$name}" shared="yes" key="concat($who, '|', f:Organisation/f:Identifier/@source, '|', f:Organisation/f:Identifier, '|',
      normalize-space(f:Organisation/f:Name), '|', f:Role)">
    <PractitionerRole>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitionerRole-eu-core"/></meta>
      <ehds:entry name="practitioner" key="$who" shared="yes">
        <Practitioner>
          <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
          <ehds:identifier name="identifier" select="$person/f:AuthorisationIdentifier" system="urn:oid:1.2.208.176.1.3"/>
          <xsl:choose>
            <xsl:when test="$person/f:Name/*">
              <xsl:for-each select="$person/f:Name"><xsl:call-template name="person-name"/></xsl:for-each>
            </xsl:when>
            <xsl:when test="$person/f:Name[normalize-space()]">
              <name><ehds:string name="text" select="$person/f:Name"/></name>
            </xsl:when>
            <xsl:otherwise><xsl:call-template name="name-unknown"/></xsl:otherwise>
          </xsl:choose>
        </Practitioner>
      </ehds:entry>
      <xsl:for-each select="f:Organisation">
        <xsl:call-template name="organization"><xsl:with-param name="name" select="'organization'"/></xsl:call-template>
      </xsl:for-each>
      <ehds:concept name="code" select="f:Role"/>
    </PractitionerRole>
  </ehds:entry>
</xsl:template>

<!-- Telephone numbers stand as they were written: nobody says that they are Danish. -->
<xsl:template name="organization">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}" shared="yes" key="concat(f:Identifier/@source, '|', f:Identifier, '|', normalize-space(f:Name), '|',
      f:TelephoneNumber)">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <xsl:for-each select="f:Identifier"><xsl:call-template name="identifier"/></xsl:for-each>
      <ehds:concept name="type" select="f:Type"/>
      <ehds:string name="name" select="f:Name" absent="unknown"/>
      <xsl:for-each select="f:TelephoneNumber[normalize-space()]">
        <telecom>
          <system value="phone"/>
          <ehds:string name="value" select="."/>
        </telecom>
      </xsl:for-each>
      <xsl:for-each select="f:EmailAddress[normalize-space()]">
        <telecom>
          <system value="email"/>
          <ehds:string name="value" select="."/>
        </telecom>
      </xsl:for-each>
      <xsl:if test="f:AddressLine[normalize-space()]">
        <address><ehds:string name="line" select="f:AddressLine"/></address>
      </xsl:if>
    </Organization>
  </ehds:entry>
</xsl:template>

<!-- ==== Why; context: Indication ================================================================================ -->

<xsl:template name="indication">
  <xsl:variable name="words" select="(f:FreeText[normalize-space()] | f:Text[normalize-space() and not(../f:FreeText[normalize-space()])])[1]"/>
  <ehds:concept name="reasonCode" select="$words"/>
  <xsl:if test="f:Code[normalize-space()]">
    <ehds:note rule="dk-indication-text" found="{normalize-space(f:Code)}"
        text="an indication of the price list: its words are carried, its code has no public code system"/>
  </xsl:if>
</xsl:template>

<!-- ==== The drug; context: Drug ================================================================================== -->

<!-- A code of the price list (Medicinpriser) is what its element says; of another source it is somebody's own. -->
<xsl:template name="medication">
  <xsl:param name="key" select="concat('drug|', ../f:Identifier)"/>
  <xsl:param name="package" select="/.."/>
  <xsl:variable name="product" select="normalize-space(concat(f:Name, ' ', f:DetailedDrugText))"/>
  <ehds:entry name="medicationReference" key="$key">
    <Medication>
      <meta><profile value="{$medication-profile}"/></meta>
      <xsl:if test="f:Name[normalize-space()]">
        <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-productname">
          <ehds:string name="valueString" select="f:Name"/>
        </extension>
      </xsl:if>
      <xsl:if test="f:ATC/f:Code[@source='Medicinpriser' and normalize-space()]">
        <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-classification">
          <ehds:concept name="valueCodeableConcept" select="f:ATC/f:Code" system="http://www.whocc.no/atc" text="../f:Text"/>
        </extension>
      </xsl:if>
      <code>
        <xsl:if test="f:ATC/f:Code[@source='Medicinpriser' and normalize-space()]">
          <coding>
            <system value="http://www.whocc.no/atc"/>
            <ehds:code name="code" select="f:ATC/f:Code"/>
            <ehds:string name="display" select="f:ATC/f:Text"/>
          </coding>
        </xsl:if>
        <xsl:if test="f:Identifier[@source='Medicinpriser' and normalize-space()]">
          <coding>
            <system value="{$fmk}DrugIdentifier"/>
            <ehds:code name="code" select="f:Identifier"/>
            <ehds:string name="display" select="f:Name"/>
          </coding>
        </xsl:if>
        <xsl:call-template name="package-code"><xsl:with-param name="package" select="$package"/></xsl:call-template>
        <ehds:string name="text" select="normalize-space(concat($product, ' ', f:Strength/f:Text, ' ', f:Form/f:Text))"/>
      </code>
      <xsl:if test="(f:ATC/f:Code | f:Identifier)[@source != 'Medicinpriser' and normalize-space()]">
        <ehds:note rule="dk-drug-local" severity="warning" found="{(f:ATC/f:Code | f:Identifier)[@source != 'Medicinpriser'][1]}"
            text="a drug code that is not of the price list: the drug is carried in words"/>
      </xsl:if>
      <xsl:for-each select="f:Form"><xsl:call-template name="form"/></xsl:for-each>
      <xsl:call-template name="package-amount"><xsl:with-param name="package" select="$package"/></xsl:call-template>
      <xsl:for-each select="f:Substances/f:ActiveSubstance"><xsl:call-template name="ingredient"/></xsl:for-each>
    </Medication>
  </ehds:entry>
</xsl:template>

<!-- Hooks: of a package, its number among the codes, and how much is in it. A card knows drugs, and no packages. -->
<xsl:template name="package-code"><xsl:param name="package"/></xsl:template>
<xsl:template name="package-amount"><xsl:param name="package"/></xsl:template>

<xsl:template name="form">
  <xsl:choose>
    <xsl:when test="f:Code[normalize-space() and (@source='Medicinpriser' or not(@source))]">
      <ehds:concept name="form" select="f:Code" system="urn:oid:1.2.208.176.3.22" table="lms-form" text="f:Text"/>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="form" select="f:Text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: ActiveSubstance. Which part of a combined strength belongs to which substance the document does not say: the order of the
  substances is not that of the numbers. -->
<xsl:template name="ingredient">
  <xsl:variable name="strength" select="../../f:Strength"/>
  <xsl:variable name="unit" select="ehds:lookup('lms-strength-unit', normalize-space($strength/f:UnitCode))"/>
  <ingredient>
    <ehds:concept name="itemCodeableConcept" select="(f:SubstanceText | f:FreeText)[1]" absent="unknown"/>
    <isActive value="true"/>
    <xsl:if test="count(../f:ActiveSubstance) = 1 and $strength/f:Value[normalize-space()]">
      <xsl:choose>
        <xsl:when test="$unit"><xsl:call-template name="strength"><xsl:with-param name="unit" select="$unit"/></xsl:call-template></xsl:when>
        <xsl:otherwise>
          <ehds:note rule="dk-strength-unit" severity="warning" found="{$strength/f:UnitCode}"
              text="a strength in a unit that has no row: it is carried in the words of the drug"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:if>
  </ingredient>
</xsl:template>

<!-- mg/mL is mg in 1 mL; a release rate, mg/(24.h), is one unit; without a denominator the strength is that of one unit of the form. -->
<xsl:template name="strength">
  <xsl:param name="unit"/>
  <xsl:variable name="parts" select="contains($unit, '/') and not(contains($unit, '('))"/>
  <strength>
    <xsl:choose>
      <xsl:when test="$parts">
        <ehds:quantity name="numerator" select="../../f:Strength/f:Value" unit="{substring-before($unit, '/')}"/>
        <ehds:quantity name="denominator" select="'1'" unit="{substring-after($unit, '/')}"/>
      </xsl:when>
      <xsl:otherwise>
        <ehds:quantity name="numerator" select="../../f:Strength/f:Value" unit="{$unit}"/>
        <ehds:quantity name="denominator" select="'1'" unit="1"/>
      </xsl:otherwise>
    </xsl:choose>
  </strength>
</xsl:template>

<!-- ==== Dosage; context: Dosage ================================================================================== -->

<!-- The service's own words: the combined text of a combined dosage stands in both parts and is said once. -->
<xsl:template name="dosage-text">
  <xsl:variable name="fixed" select="f:StructuresFixed/f:DosageTranslationCombined/f:LongText"/>
  <xsl:variable name="need" select="f:StructuresAccordingToNeed/f:DosageTranslationCombined/f:LongText"/>
  <xsl:variable name="parts" select="(f:StructuresFixed | f:StructuresAccordingToNeed)[not(f:DosageTranslationCombined/f:LongText)]/f:Structure/f:DosageTranslation/f:LongText"/>
  <xsl:value-of select="$fixed"/>
  <xsl:if test="$need and normalize-space($need) != normalize-space($fixed)">
    <xsl:if test="$fixed"><xsl:text>&#10;</xsl:text></xsl:if>
    <xsl:value-of select="$need"/>
  </xsl:if>
  <xsl:for-each select="$parts">
    <xsl:if test="position() &gt; 1 or $fixed or $need"><xsl:text>&#10;</xsl:text></xsl:if>
    <xsl:value-of select="."/>
  </xsl:for-each>
  <xsl:for-each select="f:FreeText/f:Text"><xsl:value-of select="."/></xsl:for-each>
  <xsl:if test="not($fixed | $need | $parts | f:FreeText/f:Text)">
    <xsl:value-of select="(.//f:LongText | .//f:ShortText)[1]"/>
  </xsl:if>
</xsl:template>

<xsl:template name="dosage">
  <xsl:variable name="text"><xsl:call-template name="dosage-text"/></xsl:variable>
  <xsl:variable name="doses" select="f:StructuresFixed/f:Structure/f:Day/f:Dose"/>
  <dosage>
    <xsl:choose>
      <xsl:when test="normalize-space($text)"><ehds:text name="text" select="string($text)"/></xsl:when>
      <xsl:otherwise><ehds:absent name="text" reason="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:for-each select="../f:RouteOfAdministration"><xsl:call-template name="route"/></xsl:for-each>
    <xsl:choose>
      <!-- One structure, one day that repeats daily, the same dose each time, all at named times of the day or all at none. -->
      <xsl:when test="count(f:StructuresFixed/*[not(self::f:DosageTranslationCombined)]) = 1 and not(f:StructuresAccordingToNeed)
          and f:StructuresFixed/f:Structure[normalize-space(f:IterationInterval) = '1' and not(f:AnyDay) and not(f:SupplementaryText[normalize-space()])
              and count(f:Day) = 1 and normalize-space(f:Day/f:Number) = '1']
          and $doses and not($doses[not(f:Quantity) or f:IsAccordingToNeed or normalize-space(f:Quantity) != normalize-space($doses[1]/f:Quantity)])
          and (not($doses[f:Time]) or not($doses[not(ehds:lookup('dose-time', normalize-space(f:Time)))
              or normalize-space(f:Time) = normalize-space(preceding-sibling::f:Dose[1]/f:Time)]))">
        <xsl:call-template name="daily">
          <xsl:with-param name="doses" select="$doses"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="f:StructuresAccordingToNeed and not(f:StructuresFixed)"><asNeededBoolean value="true"/></xsl:when>
    </xsl:choose>
  </dosage>
</xsl:template>

<xsl:template name="daily">
  <xsl:param name="doses"/>
  <xsl:variable name="structure" select="f:StructuresFixed/f:Structure"/>
  <timing>
    <repeat>
      <xsl:if test="$structure/f:StartDate | $structure/f:EndDate">
        <boundsPeriod>
          <ehds:date name="start" select="$structure/f:StartDate"/>
          <ehds:date name="end" select="$structure/f:EndDate"/>
        </boundsPeriod>
      </xsl:if>
      <xsl:if test="not($doses/f:Time)"><frequency value="{count($doses)}"/></xsl:if>
      <period value="1"/>
      <periodUnit value="d"/>
      <ehds:code name="when" select="$doses/f:Time" table="dose-time"/>
    </repeat>
  </timing>
  <doseAndRate>
    <doseQuantity>
      <value value="{ehds:decimal($doses[1]/f:Quantity)}"/>
      <xsl:choose>
        <xsl:when test="normalize-space($doses[1]/f:Quantity) = '1'"><ehds:string name="unit" select="(f:UnitTexts/f:Singular | f:UnitText)[1]"/></xsl:when>
        <xsl:otherwise><ehds:string name="unit" select="(f:UnitTexts/f:Plural | f:UnitText)[1]"/></xsl:otherwise>
      </xsl:choose>
    </doseQuantity>
  </doseAndRate>
</xsl:template>

<xsl:template name="route">
  <xsl:choose>
    <xsl:when test="f:Code[normalize-space() and (@source='Medicinpriser' or not(@source))]">
      <ehds:concept name="route" select="f:Code" system="urn:oid:1.2.208.176.3.11" table="lms-route" text="f:Text"/>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="route" select="f:Text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
