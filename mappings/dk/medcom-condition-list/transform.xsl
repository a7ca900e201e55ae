<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The condition list of a general practice (MedCom ConditionList 1.0, a FHIR document) as the problem section of a European patient
  summary. Fields: medcomfhir.dk/ig/conditionlist.

  What the practice did not say is not filled in: a condition without a code has a code that is absent, one without a status has none. A SKS code
  stands beside its ICD-10 code where the table has one; ICPC-2 codes and words stay what they are.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://hl7.org/fhir" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="f h">

<xsl:import href="../common/medcom-fhir.xsl"/>

<xsl:variable name="composition" select="/f:Bundle/f:entry[1]/f:resource/f:Composition"/>
<xsl:variable name="patient" select="ehds:target($composition/f:subject/f:reference/@value)"/>

<xsl:variable name="sections" select="$composition/f:section | $composition/f:section/f:section"/>

<!-- What the template of a condition reads; whatever else it has is told. -->
<xsl:variable name="condition-parts" select="' id meta implicitRules language text identifier clinicalStatus verificationStatus category severity code bodySite subject
    onsetDateTime onsetAge onsetPeriod onsetRange onsetString abatementDateTime abatementAge abatementPeriod abatementRange abatementString
    recordedDate recorder asserter note '"/>

<xsl:template match="/">
  <xsl:for-each select="f:Bundle">
    <xsl:if test="not($patient/self::f:Patient)">
      <xsl:message terminate="yes">the composition's subject leads to no Patient of the document</xsl:message>
    </xsl:if>
    <xsl:if test="count(f:entry/f:resource/f:Patient) != 1">
      <xsl:message terminate="yes">a condition list is about one patient: the document holds several</xsl:message>
    </xsl:if>
    <xsl:variable name="date" select="$composition/f:date/@value"/>
    <xsl:if test="contains($date, 'T') and substring($date, string-length($date) - 5) != substring(ehds:local(string($date)), string-length(ehds:local(string($date))) - 5)">
      <ehds:note rule="dk-offset" severity="warning" select="$composition/f:date" found="{$date}" expected="{ehds:local(string($date))}"
          text="the offset is not the one of Danish time on that day: the date is carried as it stands"/>
    </xsl:if>
    <xsl:call-template name="summary">
      <xsl:with-param name="date" select="$date"/>
      <xsl:with-param name="zone" select="''"/>
      <xsl:with-param name="title" select="'Diagnoseoversigt'"/>
      <xsl:with-param name="slot" select="'11450-4'"/>
      <xsl:with-param name="status" select="$composition/f:status/@value"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template match="f:Bundle" mode="summary-patient">
  <xsl:variable name="cpr">
    <xsl:call-template name="cpr"><xsl:with-param name="number" select="$patient/f:identifier[f:system/@value=$cpr-system][1]/f:value/@value"/></xsl:call-template>
  </xsl:variable>
  <xsl:for-each select="$patient"><xsl:call-template name="fhir-patient"/></xsl:for-each>
  <xsl:for-each select="$composition">
    <xsl:call-template name="title-check">
      <xsl:with-param name="title" select="f:title/@value"/>
      <xsl:with-param name="cpr" select="string($cpr)"/>
    </xsl:call-template>
    <ehds:copy name="confidentiality" select="f:confidentiality"/>
  </xsl:for-each>
</xsl:template>

<xsl:template match="f:Bundle" mode="summary-author">
  <xsl:for-each select="$composition/f:author">
    <xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'author'"/></xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="$composition/f:attester">
    <attester>
      <ehds:copy name="mode" select="f:mode"/>
      <ehds:copy name="time" select="f:time"/>
      <xsl:for-each select="f:party"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'party'"/></xsl:call-template></xsl:for-each>
    </attester>
  </xsl:for-each>
</xsl:template>

<!-- ==== The section ============================================================================================== -->

<!-- What the source says of a list without entries ("none known") is a statement, and is carried as it stands. -->
<xsl:template match="f:Bundle" mode="summary-section">
  <xsl:choose>
    <xsl:when test="$sections/f:text[f:status/@value='additional' or f:status/@value='extensions']">
      <ehds:narrative select="$sections/f:text/h:div" status="additional"/>
    </xsl:when>
    <xsl:when test="$sections/f:entry"><xsl:call-template name="condition-table"/></xsl:when>
    <xsl:when test="$sections/f:text/h:div">
      <ehds:narrative select="$sections/f:text/h:div" status="{($sections/f:text/f:status)[1]/@value}"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="no-text">
        <xsl:with-param name="text" select="'Ingen diagnoser er registreret på oversigten. Det betyder ikke, at patienten ikke har nogen.'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="not($sections/f:entry)"><ehds:copy name="emptyReason" select="$sections/f:emptyReason"/></xsl:if>
  <xsl:for-each select="$sections/f:entry">
    <xsl:variable name="condition" select="ehds:target(f:reference/@value)"/>
    <xsl:choose>
      <xsl:when test="not($condition/self::f:Condition)"><xsl:call-template name="dangling"/></xsl:when>
      <xsl:otherwise>
        <xsl:for-each select="$condition"><xsl:call-template name="condition"/></xsl:for-each>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- The section in words, of what is carried below: a narrative that says no more than the entries is made anew. -->
<xsl:template name="condition-table">
  <text>
    <status value="generated"/>
    <h:div>
      <h:table>
        <h:thead>
          <h:tr><h:th>Diagnose</h:th><h:th>Koder</h:th><h:th>Status</h:th><h:th>Debut</h:th><h:th>Ophør</h:th><h:th>Registreret</h:th><h:th>Bemærkning</h:th></h:tr>
        </h:thead>
        <h:tbody>
          <xsl:for-each select="$sections/f:entry">
            <xsl:for-each select="ehds:target(f:reference/@value)/self::f:Condition"><xsl:call-template name="condition-row"/></xsl:for-each>
          </xsl:for-each>
        </h:tbody>
      </h:table>
    </h:div>
  </text>
</xsl:template>

<xsl:template name="condition-row">
  <h:tr>
    <h:td>
      <xsl:choose>
        <xsl:when test="f:code/f:text/@value"><xsl:value-of select="f:code/f:text/@value"/></xsl:when>
        <xsl:when test="f:code/f:coding/f:display/@value"><xsl:value-of select="f:code/f:coding/f:display/@value"/></xsl:when>
        <xsl:when test="f:code/f:coding/f:code/@value"><xsl:value-of select="f:code/f:coding/f:code/@value"/></xsl:when>
        <xsl:otherwise>Ikke oplyst</xsl:otherwise>
      </xsl:choose>
    </h:td>
    <h:td><xsl:for-each select="f:code/f:coding[f:code/@value]">
      <xsl:if test="position() &gt; 1">, </xsl:if>
      <xsl:value-of select="f:code/@value"/>
    </xsl:for-each></h:td>
    <h:td><xsl:value-of select="(f:clinicalStatus/f:text | f:clinicalStatus/f:coding/f:code)[1]/@value"/><xsl:if test="f:verificationStatus"><xsl:value-of
        select="concat(' ', (f:verificationStatus/f:text | f:verificationStatus/f:coding/f:code)[1]/@value)"/></xsl:if></h:td>
    <h:td><xsl:value-of select="(f:onsetDateTime | f:onsetString | f:onsetPeriod/f:start)[1]/@value"/></h:td>
    <h:td><xsl:value-of select="(f:abatementDateTime | f:abatementString | f:abatementPeriod/f:end)[1]/@value"/></h:td>
    <h:td><xsl:value-of select="f:recordedDate/@value"/></h:td>
    <h:td><xsl:for-each select="f:note">
      <xsl:if test="position() &gt; 1"><h:br/></xsl:if>
      <xsl:value-of select="f:text/@value"/>
    </xsl:for-each></h:td>
  </h:tr>
</xsl:template>

<!-- ==== One condition; context: Condition ========================================================================= -->

<xsl:template name="condition">
  <xsl:variable name="mistake" select="f:verificationStatus/f:coding/f:code/@value = 'entered-in-error'"/>
  <xsl:variable name="over" select="f:clinicalStatus/f:coding[f:code/@value='resolved' or f:code/@value='remission' or f:code/@value='inactive']"/>
  <xsl:if test="count(ehds:target(f:subject/f:reference/@value) | $patient) != 1">
    <xsl:message terminate="yes">a condition on the list is about somebody else than the list</xsl:message>
  </xsl:if>
  <ehds:entry name="entry" key="../../f:fullUrl/@value | f:id/@value" shared="yes">
    <Condition>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/condition-obl-eu-eps"/></meta>
      <xsl:for-each select="f:identifier"><xsl:call-template name="fhir-identifier"/></xsl:for-each>
      <xsl:choose>
        <xsl:when test="$mistake and f:clinicalStatus">
          <ehds:note rule="dk-condition-status" severity="warning" select="f:clinicalStatus"
              text="a condition that was entered in error has no clinical status (FHIR R4, con-5): it is not carried"/>
        </xsl:when>
        <xsl:otherwise><ehds:concept name="clinicalStatus" select="f:clinicalStatus"/></xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="verificationStatus" select="f:verificationStatus"/>
      <ehds:concept name="category" select="f:category"/>
      <ehds:concept name="severity" select="f:severity"/>
      <ehds:concept name="code" select="f:code" table="sks-icd10" absent="unknown"/>
      <xsl:if test="not(f:code)">
        <ehds:note rule="dk-condition-code" severity="warning" text="a condition without a code or words: what it is is unknown"/>
      </xsl:if>
      <ehds:concept name="bodySite" select="f:bodySite"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:copy name="onsetDateTime" select="f:onsetDateTime"/>
      <ehds:copy name="onsetAge" select="f:onsetAge"/>
      <ehds:copy name="onsetPeriod" select="f:onsetPeriod"/>
      <ehds:copy name="onsetRange" select="f:onsetRange"/>
      <ehds:copy name="onsetString" select="f:onsetString"/>
      <xsl:if test="$over">
        <ehds:copy name="abatementDateTime" select="f:abatementDateTime"/>
        <ehds:copy name="abatementAge" select="f:abatementAge"/>
        <ehds:copy name="abatementPeriod" select="f:abatementPeriod"/>
        <ehds:copy name="abatementRange" select="f:abatementRange"/>
        <ehds:copy name="abatementString" select="f:abatementString"/>
      </xsl:if>
      <ehds:copy name="recordedDate" select="f:recordedDate"/>
      <xsl:for-each select="f:recorder"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'recorder'"/></xsl:call-template></xsl:for-each>
      <xsl:for-each select="f:asserter"><xsl:call-template name="fhir-actor"><xsl:with-param name="name" select="'asserter'"/></xsl:call-template></xsl:for-each>
      <ehds:copy name="note" select="f:note"/>
      <xsl:if test="not($over)"><xsl:call-template name="end-without-status"/></xsl:if>
    </Condition>
  </ehds:entry>
  <xsl:for-each select="*[not(contains(concat(' ', normalize-space($condition-parts), ' '), concat(' ', local-name(), ' ')))] | f:subject/f:extension">
    <ehds:note rule="dk-condition-part" severity="warning" select="." found="{local-name()}" text="a part of the condition that is not carried"/>
  </xsl:for-each>
</xsl:template>

<!-- An end needs a status that says that it is over (FHIR R4, con-4); which of the three nobody said, so the end is told in words. -->
<xsl:template name="end-without-status">
  <xsl:for-each select="f:abatementDateTime | f:abatementString | f:abatementPeriod/f:end | f:abatementAge/f:value">
    <note><text value="{normalize-space(concat('Ophør: ', @value, ' ', ../f:unit/@value))}"/></note>
    <ehds:note rule="dk-condition-end" severity="warning" select="." found="{@value}"
        text="a condition with an end and no status that says that it is over: the end is carried as a note (FHIR R4, con-4)"/>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
