<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The master card of a citizen (MedCom PDC 3.0): name, addresses, telephone, language, relatives, the general practice. It knows no section of a
  patient summary; what it knows is the patient. Registrations (organ donor, wills, insurance group, dentist) have no element in FHIR's Patient:
  they are carried as the text of the card.

  Cards hold the word "null" where a system had nothing to say, in addresses and telephone numbers: it is nothing.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c xsi">

<xsl:import href="../common/summary.xsl"/>

<xsl:variable name="facts" select="/c:ClinicalDocument/c:component/c:structuredBody/c:component/c:section/c:entry/c:observation"/>

<xsl:template match="/">
  <xsl:for-each select="c:ClinicalDocument">
    <xsl:if test="count(c:recordTarget/c:patientRole) != 1">
      <xsl:message terminate="yes">a master card is about one citizen</xsl:message>
    </xsl:if>
    <xsl:call-template name="summary">
      <xsl:with-param name="date" select="c:effectiveTime"/>
      <xsl:with-param name="title" select="'Stamkort'"/>
      <xsl:with-param name="slot" select="'none'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- ==== The patient ============================================================================================== -->

<xsl:template match="c:ClinicalDocument" mode="summary-patient">
  <xsl:variable name="role" select="c:recordTarget/c:patientRole"/>
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr"><xsl:with-param name="number" select="$role/c:id[@root='1.2.208.176.1.2'][1]/@extension"/></xsl:call-template>
  </xsl:variable>
  <xsl:variable name="birth" select="normalize-space($role/c:patient/c:birthTime/@value)"/>
  <xsl:call-template name="title-check">
    <xsl:with-param name="title" select="c:title"/>
    <xsl:with-param name="cpr" select="string($cpr)"/>
  </xsl:call-template>
  <xsl:for-each select="$role">
    <ehds:entry name="subject" key="'patient'">
      <Patient>
        <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/patient-eu-eps"/></meta>
        <ehds:narrative select="../../c:component/c:structuredBody/c:component/c:section/c:text"/>
        <xsl:for-each select="c:id">
          <xsl:choose>
            <xsl:when test="@root='1.2.208.176.1.2' and string($cpr)">
              <ehds:identifier name="identifier" select="string($cpr)" system="1.2.208.176.1.2"/>
            </xsl:when>
            <xsl:otherwise><ehds:identifier name="identifier" select="."/></xsl:otherwise>
          </xsl:choose>
        </xsl:for-each>
        <xsl:choose>
          <xsl:when test="c:patient/c:name[normalize-space() and normalize-space() != 'null']"><ehds:name name="name" select="c:patient/c:name"/></xsl:when>
          <xsl:otherwise><xsl:call-template name="name-unknown"/></xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="c:telecom | $facts[c:code/@code='PatientContactTypedIn']/c:value[@xsi:type='TEL']"><xsl:call-template name="telephone"/></xsl:for-each>
        <ehds:code name="gender" select="c:patient/c:administrativeGenderCode" table="administrative-gender"/>
        <ehds:date name="birthDate" select="c:patient/c:birthTime" absent="unknown"/>
        <xsl:for-each select="c:addr | $facts[c:code/@code='TempAddrTypedIn']/c:value[@xsi:type='AD']"><xsl:call-template name="address"/></xsl:for-each>
        <xsl:for-each select="$facts[c:code/@code='RelativeTypedIn']"><xsl:call-template name="relative"/></xsl:for-each>
        <xsl:for-each select="$facts[c:code/@code='LanguageTypedIn'][c:value/@code]">
          <communication>
            <language>
              <coding>
                <system value="urn:ietf:bcp:47"/>
                <ehds:code name="code" select="c:value/@code"/>
                <ehds:string name="display" select="c:value/@displayName"/>
              </coding>
            </language>
          </communication>
        </xsl:for-each>
        <xsl:for-each select="c:providerOrganization[c:id/@extension or normalize-space(c:name)]">
          <xsl:call-template name="practice"/>
        </xsl:for-each>
        <xsl:call-template name="cpr-check">
          <xsl:with-param name="cpr" select="string($cpr)"/>
          <xsl:with-param name="birth" select="concat(substring($birth, 1, 4), '-', substring($birth, 5, 2), '-', substring($birth, 7, 2))"/>
          <xsl:with-param name="sex" select="ehds:lookup('administrative-gender', c:patient/c:administrativeGenderCode/@code)"/>
        </xsl:call-template>
      </Patient>
    </ehds:entry>
  </xsl:for-each>
</xsl:template>

<!-- Context: AD, of the patient, a practice or a fact of the card. -->
<xsl:template name="address">
  <xsl:if test="*[normalize-space() and normalize-space() != 'null']">
    <address>
      <xsl:if test="parent::c:observation"><use value="temp"/></xsl:if>
      <ehds:string name="line" select="c:streetAddressLine[normalize-space() != 'null'] | c:houseNumber[normalize-space() != 'null']"/>
      <ehds:string name="city" select="c:city[normalize-space() != 'null'][1]"/>
      <ehds:string name="postalCode" select="c:postalCode[normalize-space() != 'null'][1]"/>
      <xsl:choose>
        <xsl:when test="ehds:lookup('country-name', normalize-space(c:country))">
          <ehds:string name="country" select="ehds:lookup('country-name', normalize-space(c:country))"/>
        </xsl:when>
        <xsl:otherwise><ehds:string name="country" select="c:country[normalize-space() != 'null'][1]"/></xsl:otherwise>
      </xsl:choose>
      <ehds:period name="period" select="parent::c:observation/c:effectiveTime"/>
    </address>
  </xsl:if>
</xsl:template>

<xsl:template name="telephone">
  <xsl:if test="normalize-space(@value) and substring-after(@value, ':') != 'null' and @value != 'null'">
    <ehds:telecom name="telecom" select="."/>
  </xsl:if>
</xsl:template>

<!-- Context: a fact about a relative: a name, what it is to the patient, telephone numbers, words. -->
<xsl:template name="relative">
  <contact>
    <ehds:concept name="relationship" select="c:value[@xsi:type='CD']"/>
    <ehds:name name="name" select="c:value[@xsi:type='PN'][normalize-space()][1]"/>
    <xsl:for-each select="c:value[@xsi:type='TEL']"><xsl:call-template name="telephone"/></xsl:for-each>
  </contact>
</xsl:template>

<!-- Cards say of a practice's mail that it is at home; an organisation has none (FHIR R4, org-3): the use is left out and told. -->
<xsl:template name="home-of-practice">
  <xsl:variable name="scheme" select="substring-before(@value, ':')"/>
  <xsl:if test="substring-after(@value, ':') != '' and substring-after(@value, ':') != 'null'">
    <telecom>
      <xsl:choose>
        <xsl:when test="$scheme = 'mailto'"><system value="email"/></xsl:when>
        <xsl:when test="$scheme = 'tel'"><system value="phone"/></xsl:when>
        <xsl:when test="$scheme = 'fax'"><system value="fax"/></xsl:when>
        <xsl:otherwise><system value="other"/></xsl:otherwise>
      </xsl:choose>
      <ehds:string name="value" select="substring-after(@value, ':')"/>
    </telecom>
    <ehds:note rule="dk-practice-home" select="." found="{@use}" text="a practice has no telephone or mail at home: the use is left out"/>
  </xsl:if>
</xsl:template>

<xsl:template name="practice">
  <ehds:entry name="generalPractitioner" shared="yes" key="concat(c:id/@root, '|', c:id/@extension, '|', normalize-space(c:name))">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <ehds:identifier name="identifier" select="c:id"/>
      <ehds:orgname name="name" select="c:name[1]" absent="unknown"/>
      <xsl:for-each select="c:telecom">
        <xsl:choose>
          <xsl:when test="starts-with(@use, 'H')"><xsl:call-template name="home-of-practice"/></xsl:when>
          <xsl:otherwise><xsl:call-template name="telephone"/></xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
      <xsl:for-each select="c:addr"><xsl:call-template name="address"/></xsl:for-each>
    </Organization>
  </ehds:entry>
</xsl:template>

<!-- ==== The card ================================================================================================= -->

<xsl:template match="c:ClinicalDocument" mode="summary-author">
  <xsl:for-each select="c:author/c:assignedAuthor">
    <ehds:entry name="author" shared="yes" key="concat(c:id/@root, '|', c:id/@extension, '|', normalize-space(c:representedOrganization/c:name))">
      <Organization>
        <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
        <ehds:identifier name="identifier" select="c:id"/>
        <ehds:orgname name="name" select="c:representedOrganization/c:name[1]" absent="unknown"/>
      </Organization>
    </ehds:entry>
  </xsl:for-each>
  <ehds:code name="confidentiality" select="c:confidentialityCode"/>
</xsl:template>

<!-- Every section is unavailable. -->
<xsl:template match="c:ClinicalDocument" mode="summary-section"><xsl:call-template name="no-text"/></xsl:template>
</xsl:stylesheet>
