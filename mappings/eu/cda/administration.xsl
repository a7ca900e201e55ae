<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What was given to the patient while an act was performed: contrast media, radiopharmaceuticals. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== MedicationAdministration; context: substanceAdministration =========================== -->

<!-- A status of which nothing is said is unknown: that it was given is not. -->
<xsl:template name="medication-administration">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}">
    <MedicationAdministration>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="@negationInd='true'"><status value="not-done"/></xsl:when>
        <xsl:otherwise>
          <ehds:code name="status" select="c:statusCode" table="procedure-status" default="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="category" select="c:code"/>
      <xsl:call-template name="medication"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:performer/c:assignedEntity[c:id/@extension or c:assignedPerson/c:name]">
        <performer>
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
      <xsl:if test="c:routeCode or c:doseQuantity or c:rateQuantity or c:approachSiteCode">
        <dosage>
          <xsl:call-template name="administration-dose"/>
        </dosage>
      </xsl:if>
    </MedicationAdministration>
  </ehds:entry>
</xsl:template>

<!-- A dose with one bound is no amount that was given: R4 has neither comparator nor range here, so that it is
  said in words, those of the source where it has any. A dosage needs a dose or a rate (mad-1). -->
<xsl:template name="administration-dose">
  <xsl:variable name="dose" select="c:doseQuantity[@value or c:low/@value = c:high/@value]"/>
  <xsl:variable name="bound" select="c:doseQuantity[not($dose)]/*[@value][self::c:low or self::c:high]"/>
  <xsl:variable name="words"
      select="(c:doseQuantity/c:translation | c:doseQuantity/*/c:translation)[ehds:text(.) != ''][1]"/>
  <xsl:choose>
    <xsl:when test="$words"><ehds:string name="text" select="ehds:text($words)"/></xsl:when>
    <xsl:when test="$bound">
      <text>
        <xsl:attribute name="value">
          <xsl:for-each select="$bound">
            <xsl:if test="position() &gt; 1"><xsl:text>, </xsl:text></xsl:if>
            <xsl:choose><xsl:when test="self::c:low">&gt;= </xsl:when><xsl:otherwise>&lt;= </xsl:otherwise></xsl:choose>
            <xsl:value-of select="normalize-space(concat(@value, ' ', @unit))"/>
          </xsl:for-each>
        </xsl:attribute>
      </text>
    </xsl:when>
  </xsl:choose>
  <ehds:concept name="site" select="c:approachSiteCode[1]"/>
  <ehds:concept name="route" select="c:routeCode" table="route"/>
  <xsl:choose>
    <xsl:when test="$dose"><ehds:quantity name="dose" select="$dose"/></xsl:when>
    <xsl:when test="c:rateQuantity"/>
    <xsl:when test="$bound"><ehds:absent name="dose" reason="unsupported"/></xsl:when>
    <xsl:otherwise><ehds:absent name="dose" reason="unknown"/></xsl:otherwise>
  </xsl:choose>
  <ehds:quantity name="rateQuantity" select="c:rateQuantity[@value or c:low/@value = c:high/@value]"/>
  <xsl:if test="$bound">
    <ehds:note rule="cda-dose-bound" severity="information" select="c:doseQuantity"
        found="{$bound[1]/@value} {$bound[1]/@unit}"
        text="a dose with one bound: what was given has neither bound nor comparator, so that it is said in words"/>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
