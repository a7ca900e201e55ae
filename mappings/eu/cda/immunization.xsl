<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Vaccinations that were given, and that are recommended. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== Immunization; context: substanceAdministration ======================================= -->

<xsl:template name="immunization">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="none" select="c:code[@codeSystem=$absent-unknown]"/>
  <xsl:variable name="material" select="c:consumable/c:manufacturedProduct/c:manufacturedMaterial"/>
  <xsl:variable name="rank" select="c:entryRelationship/c:observation[c:code/@code='30973-2'][1]"/>
  <ehds:entry name="{$name}">
    <Immunization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/immunization-eu-core"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="$none or @negationInd='true' or c:statusCode/@code='aborted' or
                c:statusCode/@code='cancelled'">
          <status value="not-done"/>
        </xsl:when>
        <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
        <xsl:otherwise><status value="completed"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="$none"><ehds:concept name="vaccineCode" select="$none"/></xsl:when>
        <xsl:when test="$material/c:code[@code or c:translation/@code or ehds:text(.) != '']">
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'vaccineCode'"/>
            <xsl:with-param name="node" select="$material/c:code[1]"/>
            <xsl:with-param name="absent" select="'unknown'"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise>
          <ehds:concept name="vaccineCode" select="$material/c:name[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]" absent="unknown"/>
      <xsl:for-each select="c:consumable/c:manufacturedProduct/c:manufacturerOrganization">
        <xsl:call-template name="organization">
          <xsl:with-param name="name" select="'manufacturer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:string name="lotNumber" select="$material/c:lotNumberText"/>
      <ehds:concept name="site" select="c:approachSiteCode[1]"/>
      <ehds:concept name="route" select="c:routeCode" table="route"/>
      <ehds:quantity name="doseQuantity"
          select="c:doseQuantity[@value or c:low/@value = c:high/@value]"/>
      <xsl:for-each select="c:performer/c:assignedEntity[c:id/@extension or c:assignedPerson/c:name]">
        <performer>
          <function>
            <coding>
              <system value="http://terminology.hl7.org/CodeSystem/v2-0443"/>
              <code value="AP"/>
            </coding>
          </function>
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <!-- Why it was not done is no reason to have done it. -->
      <xsl:choose>
        <xsl:when test="@negationInd='true'">
          <xsl:for-each select="c:entryRelationship[@typeCode='RSON'][1]/*">
            <xsl:call-template name="concept">
              <xsl:with-param name="name" select="'statusReason'"/>
              <xsl:with-param name="node" select="(c:value | c:code)[@code or c:translation/@code or
                  ehds:text(.) != ''][last()]"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise><xsl:call-template name="reasons"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="comments"/>
      <xsl:for-each select="c:entryRelationship[@typeCode='CAUS']/c:observation[not(@negationInd='true')]">
        <reaction>
          <ehds:datetime name="date" select="c:effectiveTime"/>
          <xsl:call-template name="observation">
            <xsl:with-param name="name" select="'detail'"/>
          </xsl:call-template>
        </reaction>
      </xsl:for-each>
      <xsl:if test="$rank or c:code[@code='INITIMMUNIZ' or @code='BOOSTER']">
        <protocolApplied>
          <ehds:string name="series" select="c:code[@code='INITIMMUNIZ' or @code='BOOSTER']/@displayName"/>
          <xsl:choose>
            <xsl:when test="$rank/c:value/@value &gt; 0 and
                  translate($rank/c:value/@value, '0123456789', '') = ''">
              <ehds:string name="doseNumberPositiveInt" select="$rank/c:value/@value"/>
              <ehds:note as="mapped" select="$rank"/>
            </xsl:when>
            <xsl:otherwise><ehds:absent name="doseNumberString" reason="unknown"/></xsl:otherwise>
          </xsl:choose>
        </protocolApplied>
      </xsl:if>
    </Immunization>
  </ehds:entry>
  <xsl:if test="c:code/@code and not($none) and not(contains(' IMMUNIZ INITIMMUNIZ BOOSTER ', concat(' ', c:code/@code, ' ')))">
    <ehds:note rule="cda-immunization-kind" severity="warning" select="c:code" found="{c:code/@code} {c:code/@displayName}"
        text="the kind of the immunization is neither a first series nor a booster: it is not carried"/>
  </xsl:if>
</xsl:template>

<!-- A vaccine that is recommended; context: substanceAdministration. -->
<xsl:template name="immunization-recommendation">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="material" select="c:consumable/c:manufacturedProduct/c:manufacturedMaterial"/>
  <ehds:entry name="{$name}">
    <ImmunizationRecommendation>
      <xsl:call-template name="identifier"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="date" select="/c:ClinicalDocument/c:effectiveTime" mark="no"/>
      <recommendation>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'vaccineCode'"/>
          <xsl:with-param name="node" select="$material/c:code[1]"/>
          <xsl:with-param name="absent" select="'unknown'"/>
        </xsl:call-template>
        <ehds:absent name="forecastStatus" reason="unknown"/>
        <xsl:if test="c:effectiveTime/c:low/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="30981-5"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime/c:low"/>
          </dateCriterion>
        </xsl:if>
        <xsl:if test="c:effectiveTime/c:high/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="59777-3"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime/c:high"/>
          </dateCriterion>
        </xsl:if>
        <xsl:if test="c:effectiveTime/@value">
          <dateCriterion>
            <code><coding><system value="http://loinc.org"/><code value="30980-7"/></coding></code>
            <ehds:datetime name="value" select="c:effectiveTime"/>
          </dateCriterion>
        </xsl:if>
        <xsl:call-template name="comments">
          <xsl:with-param name="place" select="'description'"/>
        </xsl:call-template>
      </recommendation>
    </ImmunizationRecommendation>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
