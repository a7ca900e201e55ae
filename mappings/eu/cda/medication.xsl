<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Medicines that are taken, and what they are. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== MedicationStatement, Medication; context: substanceAdministration ==================== -->

<xsl:template name="medication-statement">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="status"/>
  <xsl:variable name="none" select="c:code/@codeSystem=$absent-unknown"/>
  <ehds:entry name="{$name}">
    <MedicationStatement>
      <meta><profile value="{$profile-medication-statement}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="$status"><status value="{$status}"/></xsl:when>
        <xsl:when test="$none"><status value="unknown"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="medication-status">
            <xsl:with-param name="end" select="c:effectiveTime[not(@operator)]/c:high/@value"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="$none"><ehds:concept name="medicationCodeableConcept" select="c:code"/></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="medication"/>
          <xsl:call-template name="reasons"/>
          <xsl:call-template name="dosages">
            <xsl:with-param name="name" select="'dosage'"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime[1]/c:*/@value and not(c:effectiveTime[1]/@operator)">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[not(@operator)]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="dateAsserted" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'informationSource'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="comments"/>
    </MedicationStatement>
  </ehds:entry>
</xsl:template>

<!-- statusCode says that the statement is complete, not that the treatment is over: the end of the
  treatment does. -->
<xsl:template name="medication-status">
  <xsl:param name="end"/>
  <xsl:choose>
    <xsl:when test="@moodCode='EVN' and c:statusCode/@code='completed' and not($end) and
            not(@negationInd='true')">
      <status value="active"/>
    </xsl:when>
    <xsl:when test="@negationInd='true'"><status value="not-taken"/></xsl:when>
    <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
    <xsl:when test="c:statusCode/@code='aborted' or c:statusCode/@code='cancelled'">
      <status value="stopped"/>
    </xsl:when>
    <xsl:when test="c:statusCode/@code='suspended' or c:statusCode/@code='held'">
      <status value="on-hold"/>
    </xsl:when>
    <xsl:when test="@moodCode!='EVN'"><status value="intended"/></xsl:when>
    <xsl:when test="$end and number(substring(concat($end, '1231'), 1, 8)) &lt; number($today)">
      <status value="completed"/>
    </xsl:when>
    <xsl:otherwise><status value="active"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- medicationReference; context: substanceAdministration, or the supply of what was dispensed. -->
<xsl:template name="medication">
  <xsl:param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/medication-eu-core'"/>
  <xsl:variable name="product" select="(c:consumable | c:product)/c:manufacturedProduct"/>
  <xsl:if test="not($product)">
    <ehds:absent name="medicationCodeableConcept" reason="unknown"/>
  </xsl:if>
  <xsl:for-each select="$product[1]">
    <xsl:variable name="material" select="c:manufacturedMaterial | c:manufacturedLabeledDrug"/>
    <xsl:variable name="name" select="$material/c:name[normalize-space()]"/>
    <ehds:entry name="medicationReference"
        key="concat('medication|', ../../c:id/@root, '|', ../../c:id/@extension, '|',
            c:manufacturedMaterial/c:code/@code, c:manufacturedLabeledDrug/c:code/@code)">
      <Medication>
        <meta><profile value="{$profile}"/></meta>
        <xsl:if test="$name">
          <extension url="https://profiles.ihe.net/PHARM/MPD/StructureDefinition/ihe-ext-medication-productname">
            <ehds:string name="valueString" select="$name"/>
          </extension>
        </xsl:if>
        <xsl:choose>
          <xsl:when test="$material/c:code[@code or c:translation/@code or ehds:text(.) != '']">
            <xsl:call-template name="concept">
              <xsl:with-param name="node" select="$material/c:code[1]"/>
            </xsl:call-template>
          </xsl:when>
          <xsl:otherwise><ehds:concept name="code" select="$name" absent="unknown"/></xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="c:manufacturerOrganization">
          <xsl:call-template name="organization">
            <xsl:with-param name="name" select="'manufacturer'"/>
          </xsl:call-template>
        </xsl:for-each>
        <xsl:for-each select="$material">
          <xsl:call-template name="medication-detail"/>
        </xsl:for-each>
      </Medication>
    </ehds:entry>
  </xsl:for-each>
</xsl:template>

<!-- Context: manufacturedMaterial. Form, ingredients and classes are national extensions of CDA. -->
<xsl:template name="medication-detail">
  <xsl:if test="c:lotNumberText[normalize-space()]">
    <batch><ehds:string name="lotNumber" select="c:lotNumberText"/></batch>
  </xsl:if>
</xsl:template>

<!-- One dosage, or one for each subordinate administration (tapered, split, conditional, combined). -->
<xsl:template name="dosages">
  <xsl:param name="name"/>
  <xsl:variable name="parts" select="c:entryRelationship[@typeCode='COMP']/c:substanceAdministration"/>
  <xsl:for-each select="$parts | self::*[not($parts)]">
    <xsl:call-template name="dosage">
      <xsl:with-param name="name" select="$name"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- Context: substanceAdministration. What a subordinate one does not say holds as its whole says it. A dose with one
  bound is a range: a dose of FHIR R4 has no comparator (sqty-1). -->
<xsl:template name="dosage">
  <xsl:param name="name"/>
  <xsl:variable name="whole" select="parent::c:entryRelationship/parent::c:substanceAdministration"/>
  <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
    <ehds:string name="sequence" select="../c:sequenceNumber/@value"/>
    <xsl:call-template name="dosage-text"/>
    <xsl:variable name="own" select="c:entryRelationship/c:act[c:code/@code='PINSTRUCT']"/>
    <ehds:string name="patientInstruction"
        select="($own | $whole[not($own)]/c:entryRelationship/c:act[c:code/@code='PINSTRUCT'])/c:text"/>
    <xsl:choose>
      <xsl:when test="$dosage-bounds"><ehds:timing name="timing" select="c:effectiveTime"/></xsl:when>
      <xsl:otherwise>
        <ehds:timing name="timing" select="c:effectiveTime[@operator or c:comp or c:period or c:event]"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:for-each select="c:precondition/c:criterion | $whole[not(current()/c:precondition)]/c:precondition/c:criterion">
      <ehds:concept name="asNeededCodeableConcept" select="c:text | c:code"/>
    </xsl:for-each>
    <ehds:concept name="site"
        select="(c:approachSiteCode | $whole[not(current()/c:approachSiteCode)]/c:approachSiteCode)[1]"/>
    <ehds:concept name="route" table="route"
        select="c:routeCode | $whole[not(current()/c:routeCode)]/c:routeCode"/>
    <doseAndRate>
      <xsl:choose>
        <xsl:when test="c:doseQuantity/@value or c:doseQuantity/c:low/@value = c:doseQuantity/c:high/@value">
          <ehds:quantity name="doseQuantity" select="c:doseQuantity" table="edqm-unit"/>
        </xsl:when>
        <xsl:otherwise><ehds:range name="doseRange" select="c:doseQuantity" table="edqm-unit"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="c:rateQuantity/@value or c:rateQuantity/c:low/@value = c:rateQuantity/c:high/@value">
          <ehds:quantity name="rateQuantity" select="c:rateQuantity" table="edqm-unit"/>
        </xsl:when>
        <xsl:otherwise><ehds:range name="rateRange" select="c:rateQuantity" table="edqm-unit"/></xsl:otherwise>
      </xsl:choose>
    </doseAndRate>
    <xsl:for-each select="(c:maxDoseQuantity | $whole[not(current()/c:maxDoseQuantity)]/c:maxDoseQuantity)[c:numerator/@value][1]">
      <ehds:ratio name="maxDosePerPeriod" select="." table="edqm-unit"/>
    </xsl:for-each>
  </xsl:element>
  <xsl:for-each select="c:doseQuantity | c:doseQuantity/c:low | c:doseQuantity/c:high | c:rateQuantity | c:rateQuantity/c:low
      | c:rateQuantity/c:high">
    <xsl:call-template name="quantity-check"/>
  </xsl:for-each>
  <xsl:call-template name="dosage-check"/>
  <xsl:if test="$whole"><ehds:note as="mapped" select="."/></xsl:if>
</xsl:template>

<!-- Whether the time of treatment bounds each dosage; a statement says it in its effective time. -->
<xsl:variable name="dosage-bounds" select="false()"/>

<!-- The words that stand beside the codes, of the dose and of the rhythm; without any, those that a country finds. -->
<xsl:template name="dosage-said">
  <xsl:variable name="low"
      select="normalize-space(ehds:text(c:doseQuantity/c:low/c:translation | c:doseQuantity/c:translation))"/>
  <xsl:variable name="high" select="normalize-space(ehds:text(c:doseQuantity/c:high/c:translation))"/>
  <xsl:variable name="rhythm"
      select="normalize-space(ehds:text((c:effectiveTime/c:period | c:effectiveTime/c:comp/c:period)[1]/c:translation))"/>
  <xsl:variable name="dose">
    <xsl:value-of select="$low"/>
    <xsl:if test="$low and $high and $low != $high"> - </xsl:if>
    <xsl:if test="$low != $high"><xsl:value-of select="$high"/></xsl:if>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="string($dose) or $rhythm">
      <xsl:value-of select="normalize-space(concat($dose, ' ', $rhythm))"/>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="dosage-words"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="dosage-text">
  <xsl:variable name="said"><xsl:call-template name="dosage-said"/></xsl:variable>
  <ehds:string name="text" select="normalize-space($said)"/>
</xsl:template>

<!-- Context: substanceAdministration; for a country that knows where its narrative has a dosage that is not coded. -->
<xsl:template name="dosage-words"/>

<!-- A number of the narrative that is not that of the code beside it: the code stands, both are told. Context: PQ with a
  translation that has words. -->
<xsl:template name="quantity-check">
  <xsl:variable name="words" select="normalize-space(ehds:text(c:translation))"/>
  <xsl:variable name="said" select="ehds:decimal(substring-before(concat($words, ' '), ' '))"/>
  <xsl:if test="$said != '' and @value and number($said) != number(@value)">
    <ehds:note rule="cda-dose-narrative" severity="warning" select="." found="{@value} {@unit}" expected="{$words}"
        text="the narrative gives another amount than the code: kept as coded"/>
  </xsl:if>
</xsl:template>

<!-- Context: substanceAdministration; for a country that knows how its narrative writes a dose. -->
<xsl:template name="dosage-check"/>
</xsl:stylesheet>
