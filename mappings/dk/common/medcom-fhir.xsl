<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What the FHIR documents of MedCom share: the patient and those who act, as MedComCorePatient, MedComCoreOrganization and
  MedComDocumentPractitioner have them. Values are carried as they stand; references become references of this document.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://hl7.org/fhir" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="f">

<xsl:import href="summary.xsl"/>

<xsl:variable name="cpr-system" select="'urn:oid:1.2.208.176.1.2'"/>

<!-- Context: Identifier. -->
<xsl:template name="fhir-identifier">
  <xsl:choose>
    <xsl:when test="f:system/@value and f:value/@value">
      <ehds:identifier name="identifier" select="f:value/@value" system="{f:system/@value}"/>
    </xsl:when>
    <xsl:otherwise><ehds:copy name="identifier" select="."/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: Patient. Its number is written as it is read everywhere: without a hyphen. -->
<xsl:template name="fhir-patient">
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr"><xsl:with-param name="number" select="f:identifier[f:system/@value=$cpr-system][1]/f:value/@value"/></xsl:call-template>
  </xsl:variable>
  <ehds:entry name="subject" key="'patient'">
    <Patient>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/patient-eu-eps"/></meta>
      <xsl:for-each select="f:identifier">
        <xsl:choose>
          <xsl:when test="f:system/@value=$cpr-system and position() = 1">
            <ehds:identifier name="identifier" select="string($cpr)" system="{$cpr-system}"/>
          </xsl:when>
          <xsl:otherwise><xsl:call-template name="fhir-identifier"/></xsl:otherwise>
        </xsl:choose>
      </xsl:for-each>
      <ehds:copy name="name" select="f:name"/>
      <xsl:if test="not(f:name/f:family/@value or f:name/f:given/@value or f:name/f:text/@value)"><xsl:call-template name="name-unknown"/></xsl:if>
      <ehds:copy name="telecom" select="f:telecom"/>
      <ehds:copy name="gender" select="f:gender"/>
      <ehds:date name="birthDate" select="f:birthDate/@value" absent="unknown"/>
      <ehds:copy name="deceasedBoolean" select="f:deceasedBoolean"/>
      <ehds:copy name="deceasedDateTime" select="f:deceasedDateTime"/>
      <ehds:copy name="address" select="f:address"/>
      <ehds:concept name="maritalStatus" select="f:maritalStatus"/>
      <ehds:copy name="contact" select="f:contact"/>
      <ehds:copy name="communication" select="f:communication"/>
      <xsl:for-each select="f:generalPractitioner"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'generalPractitioner'"/></xsl:call-template></xsl:for-each>
      <xsl:call-template name="cpr-check">
        <xsl:with-param name="cpr" select="string($cpr)"/>
        <xsl:with-param name="birth" select="string(f:birthDate/@value)"/>
        <xsl:with-param name="sex" select="string(f:gender/@value)"/>
      </xsl:call-template>
    </Patient>
  </ehds:entry>
  <xsl:for-each select="f:multipleBirthBoolean | f:multipleBirthInteger | f:photo | f:managingOrganization | f:link | f:contained | f:extension | f:modifierExtension">
    <ehds:note rule="dk-patient-part" severity="information" select="." found="{local-name()}" text="a part of the patient that is not carried"/>
  </xsl:for-each>
</xsl:template>

<!-- Context: an element with a Reference to who acts. What leads nowhere keeps its words. -->
<xsl:template name="fhir-actor">
  <xsl:param name="name"/>
  <xsl:variable name="who" select="ehds:target(f:reference/@value)"/>
  <xsl:choose>
    <xsl:when test="$who/self::f:Patient"><ehds:reference name="{$name}" key="'patient'" type="Patient"/></xsl:when>
    <xsl:when test="$who/self::f:Organization">
      <xsl:for-each select="$who"><xsl:call-template name="fhir-organization"><xsl:with-param name="name" select="$name"/></xsl:call-template></xsl:for-each>
    </xsl:when>
    <xsl:when test="$who/self::f:Practitioner">
      <xsl:for-each select="$who"><xsl:call-template name="fhir-practitioner"><xsl:with-param name="name" select="$name"/></xsl:call-template></xsl:for-each>
    </xsl:when>
    <xsl:when test="$who/self::f:PractitionerRole">
      <xsl:for-each select="$who"><xsl:call-template name="fhir-role"><xsl:with-param name="name" select="$name"/></xsl:call-template></xsl:for-each>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="dangling"/>
      <xsl:element name="{$name}">
        <ehds:string name="display" select="f:display/@value" absent="unknown"/>
      </xsl:element>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: an element with a Reference. A document holds what it refers to (HL7 FHIR R4, documents.html). -->
<xsl:template name="dangling">
  <ehds:note rule="dk-fhir-reference" severity="error" select="." found="{f:reference/@value}"
      text="the document refers to a resource that it does not hold, or to one of another type than is wanted here"/>
</xsl:template>

<xsl:template name="fhir-organization">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}" key="../../f:fullUrl/@value | f:id/@value" shared="yes">
    <Organization>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/organization-eu-core"/></meta>
      <xsl:for-each select="f:identifier"><xsl:call-template name="fhir-identifier"/></xsl:for-each>
      <ehds:string name="name" select="f:name/@value" absent="unknown"/>
      <ehds:copy name="telecom" select="f:telecom"/>
      <ehds:copy name="address" select="f:address"/>
    </Organization>
  </ehds:entry>
</xsl:template>

<xsl:template name="fhir-practitioner">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}" key="../../f:fullUrl/@value | f:id/@value" shared="yes">
    <Practitioner>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitioner-eu-core"/></meta>
      <xsl:for-each select="f:identifier"><xsl:call-template name="fhir-identifier"/></xsl:for-each>
      <ehds:copy name="name" select="f:name"/>
      <xsl:if test="not(f:name)"><xsl:call-template name="name-unknown"/></xsl:if>
      <ehds:copy name="telecom" select="f:telecom"/>
    </Practitioner>
  </ehds:entry>
</xsl:template>

<xsl:template name="fhir-role">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}" key="../../f:fullUrl/@value | f:id/@value" shared="yes">
    <PractitionerRole>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/practitionerRole-eu-core"/></meta>
      <xsl:for-each select="f:identifier"><xsl:call-template name="fhir-identifier"/></xsl:for-each>
      <xsl:for-each select="f:practitioner"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'practitioner'"/></xsl:call-template></xsl:for-each>
      <xsl:for-each select="f:organization"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'organization'"/></xsl:call-template></xsl:for-each>
      <ehds:concept name="code" select="f:code"/>
    </PractitionerRole>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
