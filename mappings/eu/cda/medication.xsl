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

<!-- medicationReference; context: substanceAdministration. -->
<xsl:template name="medication">
  <xsl:if test="not(c:consumable/c:manufacturedProduct)">
    <ehds:absent name="medicationCodeableConcept" reason="unknown"/>
  </xsl:if>
  <xsl:for-each select="(c:consumable/c:manufacturedProduct)[1]">
    <xsl:variable name="material" select="c:manufacturedMaterial | c:manufacturedLabeledDrug"/>
    <xsl:variable name="name" select="$material/c:name[normalize-space()]"/>
    <ehds:entry name="medicationReference"
        key="concat('medication|', ../../c:id/@root, '|', ../../c:id/@extension, '|',
            c:manufacturedMaterial/c:code/@code, c:manufacturedLabeledDrug/c:code/@code)">
      <Medication>
        <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/medication-eu-core"/></meta>
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

<!-- A dose with one bound is a range: a dose of FHIR R4 has no comparator (sqty-1).
  One dosage, or one for each subordinate administration (tapered, split, conditional, combined). -->
<xsl:template name="dosages">
  <xsl:param name="name"/>
  <xsl:variable name="parts" select="c:entryRelationship[@typeCode='COMP']/c:substanceAdministration"/>
  <xsl:choose>
    <xsl:when test="$parts">
      <xsl:for-each select="$parts">
        <xsl:call-template name="dosage">
          <xsl:with-param name="name" select="$name"/>
          <xsl:with-param name="sequence" select="../c:sequenceNumber/@value"/>
          <xsl:with-param name="route" select="c:routeCode | ../../c:routeCode[not(current()/c:routeCode)]"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="dosage">
        <xsl:with-param name="name" select="$name"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="dosage">
  <xsl:param name="name"/>
  <xsl:param name="sequence"/>
  <xsl:param name="route" select="c:routeCode"/>
  <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
    <ehds:string name="sequence" select="$sequence"/>
    <xsl:if test="c:doseQuantity/c:low/c:translation or c:effectiveTime/c:period/c:translation">
      <ehds:string name="text"
          select="normalize-space(concat(ehds:text(c:doseQuantity/c:low/c:translation), ' ',
              ehds:text(c:effectiveTime[@operator][1]/c:period/c:translation)))"/>
    </xsl:if>
    <ehds:string name="patientInstruction"
        select="c:entryRelationship/c:act[c:code/@code='PINSTRUCT']/c:text"/>
    <ehds:timing name="timing" select="c:effectiveTime[@operator]"/>
    <xsl:for-each select="c:precondition/c:criterion">
      <ehds:concept name="asNeededCodeableConcept" select="c:text | c:code"/>
    </xsl:for-each>
    <ehds:concept name="site" select="c:approachSiteCode[1]"/>
    <ehds:concept name="route" select="$route" table="route"/>
    <doseAndRate>
      <xsl:choose>
        <xsl:when test="c:doseQuantity/@value or c:doseQuantity/c:low/@value = c:doseQuantity/c:high/@value">
          <ehds:quantity name="doseQuantity" select="c:doseQuantity"/>
        </xsl:when>
        <xsl:otherwise><ehds:range name="doseRange" select="c:doseQuantity"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="c:rateQuantity/@value or c:rateQuantity/c:low/@value = c:rateQuantity/c:high/@value">
          <ehds:quantity name="rateQuantity" select="c:rateQuantity"/>
        </xsl:when>
        <xsl:otherwise><ehds:range name="rateRange" select="c:rateQuantity"/></xsl:otherwise>
      </xsl:choose>
    </doseAndRate>
    <xsl:if test="c:maxDoseQuantity/c:numerator/@value">
      <ehds:ratio name="maxDosePerPeriod" select="c:maxDoseQuantity"/>
    </xsl:if>
  </xsl:element>
  <xsl:call-template name="dosage-check"/>
</xsl:template>

<!-- Context: substanceAdministration; for a country that knows how its narrative writes a dose. -->
<xsl:template name="dosage-check"/>
</xsl:stylesheet>
