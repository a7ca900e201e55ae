<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What the Danish personal number says: day of birth and sex. A replacement number (letters in the serial part) says neither; a number whose
  date no calendar has says the sex only. There is no check digit to test: since 2007 valid numbers need not satisfy modulus 11.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds">

<!-- The ten characters: without hyphen, without the suffix of an HL7 version 2 identifier. -->
<xsl:template name="cpr">
  <xsl:param name="number"/>
  <xsl:value-of select="translate(normalize-space(substring-before(concat($number, '^'), '^')), '-', '')"/>
</xsl:template>

<!-- 'YYYY-MM-DD', or nothing. Whether there is such a day is asked when it is written. -->
<xsl:template name="cpr-birth">
  <xsl:param name="cpr"/>
  <xsl:if test="string-length($cpr) = 10 and translate($cpr, '0123456789', '') = ''">
    <xsl:variable name="year" select="ehds:slice($cpr, 5, 2)"/>
    <xsl:variable name="span">
      <xsl:choose>
        <xsl:when test="$year &lt;= 36">00-36</xsl:when>
        <xsl:when test="$year &lt;= 57">37-57</xsl:when>
        <xsl:otherwise>58-99</xsl:otherwise>
      </xsl:choose>
    </xsl:variable>
    <xsl:value-of select="concat(ehds:lookup('cpr-century', ehds:slice($cpr, 7, 1), $span), $year, '-', ehds:slice($cpr, 3, 2), '-',
        ehds:slice($cpr, 1, 2))"/>
  </xsl:if>
</xsl:template>

<xsl:template name="cpr-sex">
  <xsl:param name="cpr"/>
  <xsl:if test="string-length($cpr) = 10 and translate($cpr, '0123456789', '') = ''">
    <xsl:value-of select="ehds:lookup('cpr-sex', ehds:slice($cpr, 10, 1))"/>
  </xsl:if>
</xsl:template>

<!-- gender and birthDate of a patient of whom the number is all that is known. -->
<xsl:template name="cpr-demographics">
  <xsl:param name="cpr"/>
  <xsl:variable name="birth"><xsl:call-template name="cpr-birth"><xsl:with-param name="cpr" select="$cpr"/></xsl:call-template></xsl:variable>
  <xsl:variable name="sex"><xsl:call-template name="cpr-sex"><xsl:with-param name="cpr" select="$cpr"/></xsl:call-template></xsl:variable>
  <xsl:if test="string($sex)"><ehds:string name="gender" select="string($sex)"/></xsl:if>
  <ehds:date name="birthDate" select="string($birth)" absent="unknown"/>
  <xsl:choose>
    <xsl:when test="string($birth)">
      <ehds:note rule="dk-cpr-derived" text="day of birth and sex are read from the personal number: the document does not say them"/>
    </xsl:when>
    <xsl:otherwise>
      <ehds:note rule="dk-cpr-replacement" severity="warning"
          text="a personal number that says neither day of birth nor sex (a replacement number, or none): both are unknown"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- IPS wants a part of the name (ips-pat-1): it is the part that says that it is unknown. -->
<xsl:template name="name-unknown">
  <name><ehds:absent name="text" reason="unknown"/></name>
</xsl:template>

<!-- The document's own day of birth and sex against the number: two sources that contradict each other are told, none is corrected. -->
<xsl:template name="cpr-check">
  <xsl:param name="cpr"/>
  <xsl:param name="birth"/>
  <xsl:param name="sex"/>
  <xsl:variable name="said"><xsl:call-template name="cpr-birth"><xsl:with-param name="cpr" select="$cpr"/></xsl:call-template></xsl:variable>
  <xsl:variable name="sex-said"><xsl:call-template name="cpr-sex"><xsl:with-param name="cpr" select="$cpr"/></xsl:call-template></xsl:variable>
  <xsl:if test="string($said) and $birth and string($said) != $birth">
    <ehds:note rule="dk-cpr-birth-date" severity="warning" found="{$birth}" expected="{$said}"
        text="the personal number says another day of birth: the document's is kept"/>
  </xsl:if>
  <xsl:if test="string($sex-said) and $sex and string($sex-said) != $sex">
    <ehds:note rule="dk-cpr-sex" severity="warning" found="{$sex}" expected="{$sex-said}"
        text="the personal number says another sex: the document's is kept"/>
  </xsl:if>
</xsl:template>

<!-- A title with a personal number in it that is not the patient's: somebody may have been given another's list. The number itself is not repeated. -->
<xsl:template name="title-check">
  <xsl:param name="title"/>
  <xsl:param name="cpr"/>
  <xsl:param name="left" select="50"/>
  <xsl:variable name="word" select="translate(substring-before(concat(normalize-space($title), ' '), ' '), '-.,;:()[]', '')"/>
  <xsl:variable name="rest" select="substring-after(normalize-space($title), ' ')"/>
  <xsl:choose>
    <xsl:when test="string-length($word) = 10 and translate($word, '0123456789', '') = '' and $word != $cpr">
      <ehds:note rule="dk-title-patient" severity="error"
          text="the title names a personal number that is not the patient's: whose document it is has to be found out first"/>
    </xsl:when>
    <xsl:when test="$rest and $left &gt; 0">
      <xsl:call-template name="title-check">
        <xsl:with-param name="title" select="$rest"/>
        <xsl:with-param name="cpr" select="$cpr"/>
        <xsl:with-param name="left" select="$left - 1"/>
      </xsl:call-template>
    </xsl:when>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
