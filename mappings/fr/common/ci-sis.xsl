<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What is French in every CI-SIS document: the national health identity, professions, which table serves
  which code system, the medication extension (IHE pharmacy), how a French narrative writes a dose. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:pharm="urn:ihe:pharm:medication" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c pharm">

<xsl:import href="../../eu/cda-header.xsl"/>
<xsl:import href="../../eu/cda-statements.xsl"/>

<xsl:variable name="birth-list"
    select="'https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name'"/>
<xsl:variable name="approach">Voie d'abord : </xsl:variable>
<xsl:variable name="outcome-code" select="'GEN-319'"/>
<xsl:variable name="causality-code" select="'GEN-318'"/>

<!-- ==== Patient ============================================================================== -->

<!-- Test and demonstration numbers of the national identity: the whole patient is marked as test data (FHIR
  R4, security labels). -->
<xsl:template name="patient-tags">
  <xsl:if test="c:id[@root='1.2.250.1.213.1.4.10' or @root='1.2.250.1.213.1.4.11']">
    <security>
      <system value="http://terminology.hl7.org/CodeSystem/v3-ActReason"/>
      <code value="HTEST"/>
    </security>
    <ehds:note rule="fr-ins-test" severity="warning"
        select="c:id[@root='1.2.250.1.213.1.4.10' or @root='1.2.250.1.213.1.4.11'][1]"
        found="{c:id[@root='1.2.250.1.213.1.4.10' or @root='1.2.250.1.213.1.4.11']/@root}"
        text="a test or demonstration identity: the patient is marked as test data"/>
  </xsl:if>
  <xsl:for-each select="c:id[starts-with(@root, '1.2.250.1.213.1.4.')]">
    <xsl:if test="preceding-sibling::c:id[@root=current()/@root][@extension != current()/@extension]">
      <ehds:note rule="fr-ins-several" severity="warning" select="." found="{@extension}"
          text="two national numbers of one kind: a person has one; both are kept, and whose the second is nobody can say"/>
    </xsl:if>
  </xsl:for-each>
</xsl:template>

<!-- The place of birth with its INSEE code, which CI-SIS writes into county. -->
<xsl:template name="patient-extensions">
  <xsl:for-each select="(c:patient/c:birthplace/c:place[c:addr[* and not(@nullFlavor)] or c:name])[1]">
    <extension url="http://hl7.org/fhir/StructureDefinition/patient-birthPlace">
      <valueAddress>
        <xsl:if test="normalize-space(c:addr/c:county)">
          <extension url="https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code">
            <valueCoding>
              <system value="https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"/>
              <ehds:string name="code" select="c:addr/c:county"/>
            </valueCoding>
          </extension>
        </xsl:if>
        <ehds:string name="text" select="c:name"/>
        <ehds:string name="city" select="c:addr/c:city"/>
        <ehds:string name="postalCode" select="c:addr/c:postalCode"/>
        <ehds:string name="country" select="c:addr/c:country"/>
      </valueAddress>
    </extension>
  </xsl:for-each>
</xsl:template>

<!-- ==== Professions: G15_10/SM26 is the profession G15 10 with the specialty R38 SM26 ======== -->

<xsl:template name="role-codes">
  <xsl:choose>
    <xsl:when test="starts-with(c:code/@code, 'G15_')">
      <xsl:variable name="profession"
          select="substring-after(substring-before(concat(c:code/@code, '/'), '/'), 'G15_')"/>
      <xsl:variable name="specialty" select="substring-after(c:code/@code, '/')"/>
      <ehds:concept name="code" select="$profession" table="profession"
          system="https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
          text="c:code/@displayName"/>
      <xsl:choose>
        <xsl:when test="starts-with($specialty, 'SM')">
          <ehds:concept name="specialty" select="$specialty"
              system="https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
              text="c:code/@displayName"/>
        </xsl:when>
        <xsl:when test="$specialty"><ehds:concept name="specialty" select="c:code"/></xsl:when>
      </xsl:choose>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="code" select="c:code"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Codes ================================================================================ -->

<!-- The table of the code system of the main code, or of the first translation where there is no main code.
  A code of CIM-10 that has not the form of WHO's (five characters, no U, no +) has another table. -->
<xsl:template name="concept">
  <xsl:param name="name" select="'code'"/>
  <xsl:param name="node" select="c:code"/>
  <xsl:param name="absent"/>
  <xsl:choose>
    <xsl:when test="$node/@code">
      <ehds:concept name="{$name}" select="$node" absent="{$absent}" table="{ehds:lookup('code-table',
          $node/@codeSystem, string-length($node/@code) &gt; 5 or starts-with($node/@code, 'U') or
          contains($node/@code, '+'))}"/>
    </xsl:when>
    <xsl:when test="$node/c:translation/@code">
      <xsl:variable name="first" select="$node/c:translation[@code][1]"/>
      <ehds:concept name="{$name}" select="$node" absent="{$absent}" table="{ehds:lookup('code-table',
          $first/@codeSystem, string-length($first/@code) &gt; 5 or starts-with($first/@code, 'U') or
          contains($first/@code, '+'))}"/>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="{$name}" select="$node" absent="{$absent}"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Medication: form, class and ingredients of the IHE pharmacy extension ================ -->

<xsl:template name="medication-detail">
  <xsl:for-each select="pharm:asSpecializedKind/pharm:generalizedMedicineClass/pharm:code[@code]">
    <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-classification">
      <ehds:concept name="valueCodeableConcept" select="."/>
    </extension>
  </xsl:for-each>
  <ehds:concept name="form" select="pharm:formCode"/>
  <xsl:call-template name="product-check"/>
  <xsl:if test="pharm:ingredient/pharm:quantity/pharm:numerator">
    <ehds:note rule="fr-pharm-numerator" select="pharm:ingredient[pharm:quantity/pharm:numerator][1]"
        text="a strength in the name space of the medication extension, as version 2.41 of the models wrote it: it is read as one"/>
  </xsl:if>
  <xsl:for-each select="pharm:ingredient[@classCode='ACTI' or @classCode='INGR' or not(@classCode)]">
    <xsl:variable name="strength" select="pharm:quantity/c:numerator | pharm:quantity/pharm:numerator"/>
    <xsl:variable name="substance" select="pharm:ingredient"/>
    <ingredient>
      <ehds:concept name="itemCodeableConcept"
          select="$substance/pharm:code | $substance[not(pharm:code)]/pharm:name" absent="unknown"/>
      <xsl:if test="@classCode='ACTI'"><isActive value="true"/></xsl:if>
      <xsl:if test="$strength/@value"><ehds:ratio name="strength" select="pharm:quantity"/></xsl:if>
    </ingredient>
    <xsl:if test="$strength/@unit='mg'">
      <xsl:call-template name="strength-check">
        <xsl:with-param name="strength" select="$strength"/>
        <xsl:with-param name="product"
            select="translate(concat(' ', ../c:name, ' ', ../c:code/@displayName, ' ',
                ehds:text(../c:code)), $upper, $lower)"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:if test="$substance/pharm:name and $substance/pharm:code/@displayName">
      <xsl:call-template name="substance-check">
        <xsl:with-param name="name" select="normalize-space($substance/pharm:name)"/>
        <xsl:with-param name="coded" select="normalize-space($substance/pharm:code/@displayName)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:for-each>
  <xsl:if test="normalize-space(c:lotNumberText) or pharm:expirationTime/@value">
    <batch>
      <ehds:string name="lotNumber" select="c:lotNumberText"/>
      <ehds:datetime name="expirationDate" select="pharm:expirationTime"/>
    </batch>
  </xsl:if>
</xsl:template>

<!-- A product whose name begins with another word than that of its code (CIS, CIP, UCD); context: manufacturedMaterial. -->
<xsl:template name="product-check">
  <xsl:variable name="name" select="translate(normalize-space(c:name[not(@nullFlavor)]), $upper, $lower)"/>
  <xsl:variable name="coded" select="translate(normalize-space(c:code[starts-with(@codeSystem, '1.2.250.1.213.2.')]/@displayName), $upper, $lower)"/>
  <xsl:if test="$name and $coded and substring-before(concat(translate($name, ',', ' '), ' '), ' ')
      != substring-before(concat(translate($coded, ',', ' '), ' '), ' ')">
    <ehds:note rule="fr-product-name" severity="warning" select="c:name" found="{normalize-space(c:name)}"
        expected="{normalize-space(c:code/@displayName)}"
        text="the product is named otherwise than its code: both are carried, and the code stands"/>
  </xsl:if>
</xsl:template>

<!-- A strength in mg of a product that is named with the same number of micrograms. -->
<xsl:template name="strength-check">
  <xsl:param name="strength"/>
  <xsl:param name="product"/>
  <xsl:if test="contains($product, concat(' ', $strength/@value, ' microg')) or
          contains($product, concat(' ', $strength/@value, ' µg')) or
          contains($product, concat(' ', $strength/@value, ' mcg'))">
    <ehds:note rule="fr-strength-unit" severity="warning" select="$strength" found="{$strength/@value} mg"
        expected="{$strength/@value} ug"
        text="the strength is coded in mg, and the product is named in micrograms: kept as coded"/>
  </xsl:if>
</xsl:template>

<!-- A substance that is named otherwise than its code; context: ingredient. -->
<xsl:template name="substance-check">
  <xsl:param name="name"/>
  <xsl:param name="coded"/>
  <xsl:if test="translate($name, $upper, $lower) != translate($coded, $upper, $lower)">
    <ehds:note rule="fr-substance-name" severity="warning" select="pharm:ingredient/pharm:name" found="{$name}"
        expected="{$coded}"
        text="the substance is named otherwise than its code: the code is kept, the name is not"/>
  </xsl:if>
</xsl:template>

<!-- ==== A dose in the narrative ============================================================== -->

<!-- The coded dose stands; a row of the narrative that says another number of tablets, times a day or
  milligrams a day is reported, never read as the dose. '1 cp/j' is one tablet a day, '1 cp' or '1 comprimé' one
  at a time, '3 fois / jour' three times a day, '600 mg / jour' a rate or a greatest dose. -->
<xsl:template name="dosage-check">
  <xsl:for-each select="(c:effectiveTime/c:period | c:effectiveTime/c:comp/c:period)[1]">
    <xsl:call-template name="rhythm-check"/>
  </xsl:for-each>
  <xsl:variable name="cells" select="ehds:target(c:text/c:reference/@value)/ancestor-or-self::c:tr[1]/c:td
      [ehds:decimal(substring-before(normalize-space(), ' ')) != '']"/>
  <xsl:if test="$cells">
    <xsl:variable name="dose" select="c:doseQuantity/c:low/@value | c:doseQuantity/@value"/>
    <xsl:variable name="period" select="(c:effectiveTime/c:period | c:effectiveTime/c:comp/c:period)[1]"/>
    <xsl:variable name="daily">
      <xsl:choose>
        <xsl:when test="$period/@unit='h'"><xsl:value-of select="24 div $period/@value"/></xsl:when>
        <xsl:when test="$period/@unit='d'"><xsl:value-of select="1 div $period/@value"/></xsl:when>
      </xsl:choose>
    </xsl:variable>
    <xsl:for-each select="$cells[contains(., ' cp/j')][1]">
      <xsl:call-template name="dose-number">
        <xsl:with-param name="coded" select="$dose * $daily"/>
        <xsl:with-param name="found" select="concat($dose, ' / ', $period/@value, ' ', $period/@unit)"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="$cells[contains(., ' cp') or contains(., ' comprimé') or contains(., ' gélule')]
        [not(contains(., ' cp/j'))][1]">
      <xsl:call-template name="dose-number">
        <xsl:with-param name="coded" select="number($dose)"/>
        <xsl:with-param name="found" select="$dose"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:for-each select="$cells[starts-with(substring-after(normalize-space(), ' '), 'fois')]
        [contains(translate(., ' ', ''), 'fois/j') or contains(., 'par jour')][1]">
      <xsl:call-template name="dose-number">
        <xsl:with-param name="coded" select="number($daily)"/>
        <xsl:with-param name="found" select="concat('1 / ', $period/@value, ' ', $period/@unit)"/>
      </xsl:call-template>
    </xsl:for-each>
    <!-- The greatest dose stands in a cell behind the rate. -->
    <xsl:variable name="rates" select="$cells[contains(translate(., ' ', ''), 'mg/j')]"/>
    <xsl:call-template name="rate-check">
      <xsl:with-param name="rates" select="$rates"/>
      <xsl:with-param name="coded" select="c:rateQuantity/c:low | c:rateQuantity[@value]"/>
    </xsl:call-template>
    <xsl:call-template name="rate-check">
      <xsl:with-param name="rates" select="$rates[position() &gt; 1]"/>
      <xsl:with-param name="coded" select="c:maxDoseQuantity[c:denominator/@unit='d']/c:numerator"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- Context: a cell. What the code does not say cannot be contradicted. -->
<xsl:template name="dose-number">
  <xsl:param name="coded"/>
  <xsl:param name="found"/>
  <xsl:variable name="number" select="ehds:decimal(substring-before(normalize-space(), ' '))"/>
  <xsl:if test="$number != '' and $coded = $coded and number($number) != $coded">
    <ehds:note rule="fr-dose-narrative" severity="warning" select="." found="{$found}"
        expected="{normalize-space()}" text="the narrative gives another dose than the code: kept as coded"/>
  </xsl:if>
</xsl:template>

<!-- rates: the cells that give milligrams a day. That of the code is among them, or it is told. -->
<xsl:template name="rate-check">
  <xsl:param name="rates"/>
  <xsl:param name="coded"/>
  <xsl:if test="$rates and ($coded/@unit='mg/d' or $coded/@unit='mg') and
      not($rates[number(ehds:decimal(substring-before(normalize-space(), ' '))) = $coded/@value])">
    <ehds:note rule="fr-dose-narrative" severity="warning" select="$coded" found="{$coded/@value} mg/d"
        expected="{normalize-space($rates[1])}"
        text="the narrative gives another dose a day than the code: kept as coded"/>
  </xsl:if>
</xsl:template>

<!-- '3 fois/j', '2 applications/j': so often a day; against the coded period. Context: period. -->
<xsl:template name="rhythm-check">
  <xsl:variable name="words" select="normalize-space(ehds:text(c:translation))"/>
  <xsl:variable name="said" select="ehds:decimal(substring-before(concat($words, ' '), ' '))"/>
  <xsl:variable name="coded">
    <xsl:choose>
      <xsl:when test="@unit='h'"><xsl:value-of select="24 div @value"/></xsl:when>
      <xsl:when test="@unit='d'"><xsl:value-of select="1 div @value"/></xsl:when>
    </xsl:choose>
  </xsl:variable>
  <xsl:if test="$said != '' and string($coded) and contains(concat($words, ' '), '/j ') and number($said) != number($coded)">
    <ehds:note rule="fr-rhythm-narrative" severity="warning" select="." found="{@value} {@unit}" expected="{$words}"
        text="the narrative gives another rhythm than the code: kept as coded"/>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
