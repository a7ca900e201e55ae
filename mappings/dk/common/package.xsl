<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What prescriptions of the medicines service and prescription letters share: packages of the price list, repeats, and what is said in words, once as
  a note and once in the narrative.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="h">

<!-- as: 'note', or 'line' of a narrative. -->
<xsl:template name="say">
  <xsl:param name="as"/>
  <xsl:param name="words" select="normalize-space()"/>
  <xsl:choose>
    <xsl:when test="$as = 'line'"><h:p><xsl:value-of select="normalize-space($words)"/></h:p></xsl:when>
    <xsl:otherwise><note><text value="{normalize-space($words)}"/></note></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The number in the price list has six digits (LMS02), and senders drop zeros in front. 720000 stands for a package that nobody knows; a
  number of another source is not of that list. -->
<xsl:template name="package-coding">
  <xsl:param name="number"/>
  <xsl:param name="source" select="'Medicinpriser'"/>
  <xsl:param name="size"/>
  <xsl:choose>
    <xsl:when test="$source = 'Medicinpriser' and translate($number, '0123456789', '') = '' and string-length($number) &lt;= 6 and $number != '720000'">
      <coding>
        <system value="urn:oid:1.2.208.176.3.2"/>
        <code value="{concat(substring('000000', string-length($number) + 1), $number)}"/>
        <ehds:string name="display" select="$size"/>
      </coding>
    </xsl:when>
    <xsl:otherwise>
      <ehds:note rule="dk-package-number" severity="warning" found="{concat($source, ' ', $number)}"
          text="a package that is not of the price list: its number is not carried as a code"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: a number of packages. What kind of package it is nobody says. -->
<xsl:template name="packages">
  <xsl:call-template name="counted">
    <xsl:with-param name="name" select="'quantity'"/>
    <xsl:with-param name="unit">
      <xsl:choose>
        <xsl:when test="normalize-space() = '1'">pakning</xsl:when>
        <xsl:otherwise>pakninger</xsl:otherwise>
      </xsl:choose>
    </xsl:with-param>
  </xsl:call-template>
</xsl:template>

<!-- A number of something that has a word for its unit. What is no number is told, and unknown. -->
<xsl:template name="counted">
  <xsl:param name="name"/>
  <xsl:param name="unit"/>
  <xsl:choose>
    <xsl:when test="ehds:decimal(.) != ''">
      <xsl:element name="{$name}" namespace="http://hl7.org/fhir">
        <ehds:string name="value" select="ehds:decimal(.)"/>
        <ehds:string name="unit" select="$unit"/>
      </xsl:element>
    </xsl:when>
    <xsl:otherwise>
      <ehds:absent name="{$name}" reason="unknown"/>
      <ehds:note rule="dk-amount" severity="warning" select="." found="{normalize-space()}" text="an amount that is no number: it is unknown"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- numberOfRepeatsAllowed and dispenseInterval. The number counts the further times (Danish order on prescriptions, section 6, 4: how often, and
  at what interval, further dispensing may take place), as numberOfRepeatsAllowed does. -->
<xsl:template name="iterations">
  <xsl:param name="number"/>
  <xsl:param name="interval"/>
  <xsl:param name="unit"/>
  <xsl:variable name="ucum" select="ehds:lookup('interval-unit', normalize-space($unit))"/>
  <xsl:choose>
    <xsl:when test="$number = floor($number) and $number &gt;= 0">
      <numberOfRepeatsAllowed value="{number($number)}"/>
      <xsl:if test="$ucum and $interval"><ehds:quantity name="dispenseInterval" select="$interval" unit="{$ucum}"/></xsl:if>
      <xsl:if test="$interval and not($ucum)">
        <ehds:note rule="dk-interval-unit" severity="warning" found="{$unit}" text="an interval in a unit that has no row: it is not carried"/>
      </xsl:if>
    </xsl:when>
    <xsl:when test="$number">
      <ehds:note rule="dk-iteration-number" severity="warning" found="{$number}"
          text="a number of repeats that is none: how often the prescription may be repeated is not carried"/>
    </xsl:when>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
