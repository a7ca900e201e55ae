<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Observations, reports of them, assessments. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="c xsi">

<!-- ==== Observation; context: observation ==================================================== -->

<!-- A negated observation has no counterpart in R4 and would turn into its opposite: it stays in the
  narrative. -->
<xsl:template name="observation">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="profile"/>
  <xsl:param name="category"/>
  <xsl:param name="code-table"/>
  <xsl:param name="value-table"/>
  <xsl:param name="counted" select="false()"/>	<!-- a whole number is a quantity -->
  <xsl:param name="instant" select="false()"/>
  <xsl:param name="performer" select="c:performer | c:author"/>
  <xsl:param name="performed" select="false()"/>	<!-- a result, which has a category and a performer -->
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no negated observation"
          severity="warning" text="a negated observation: carried in the narrative only"/>
    </xsl:when>
    <xsl:otherwise>
      <ehds:entry name="{$name}">
        <Observation>
          <xsl:if test="$profile"><meta><profile value="{$profile}"/></meta></xsl:if>
          <xsl:call-template name="identifier"/>
          <ehds:code name="status" select="c:statusCode" table="observation-status" default="unknown"/>
          <xsl:choose>
            <xsl:when test="$category">
              <xsl:call-template name="coded">
                <xsl:with-param name="name" select="'category'"/>
                <xsl:with-param name="system"
                    select="'http://terminology.hl7.org/CodeSystem/observation-category'"/>
                <xsl:with-param name="code" select="$category"/>
              </xsl:call-template>
            </xsl:when>
            <xsl:when test="$performed"><ehds:absent name="category" reason="unknown"/></xsl:when>
          </xsl:choose>
          <xsl:choose>
            <xsl:when test="$code-table">
              <ehds:concept name="code" select="c:code" table="{$code-table}"/>
            </xsl:when>
            <xsl:otherwise><xsl:call-template name="code-or-text"/></xsl:otherwise>
          </xsl:choose>
          <ehds:reference name="subject" key="'patient'" type="Patient"/>
          <xsl:choose>
            <xsl:when test="not($instant) and (c:effectiveTime/c:low/@value or
                    c:effectiveTime/c:high/@value)">
              <ehds:period name="effectivePeriod" select="c:effectiveTime[1]" absent="unknown"/>
            </xsl:when>
            <xsl:when test="$profile">
              <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]" absent="unknown"/>
            </xsl:when>
            <xsl:otherwise>
              <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/>
            </xsl:otherwise>
          </xsl:choose>
          <xsl:variable name="by" select="($performer/c:assignedEntity | $performer/c:assignedAuthor)
              [c:id/@extension or c:assignedPerson/c:name][1]"/>
          <xsl:choose>
            <xsl:when test="$by">
              <xsl:for-each select="$by">
                <xsl:call-template name="role">
                  <xsl:with-param name="name" select="'performer'"/>
                </xsl:call-template>
              </xsl:for-each>
            </xsl:when>
            <xsl:when test="$performed"><ehds:absent name="performer" reason="unknown"/></xsl:when>
          </xsl:choose>
          <xsl:call-template name="observation-value">
            <xsl:with-param name="table" select="$value-table"/>
            <xsl:with-param name="counted" select="$counted"/>
            <xsl:with-param name="worded" select="not($profile)"/>
          </xsl:call-template>
          <ehds:concept name="interpretation" select="c:interpretationCode"/>
          <xsl:call-template name="comments"/>
          <ehds:concept name="bodySite" select="c:targetSiteCode[1]"/>
          <ehds:concept name="method" select="c:methodCode[1]"/>
          <xsl:for-each select="c:referenceRange/c:observationRange
              [c:value/c:low/@value or c:value/c:high/@value or ehds:text(c:text) != '']">
            <referenceRange>
              <ehds:quantity name="low" select="c:value/c:low"/>
              <ehds:quantity name="high" select="c:value/c:high"/>
              <xsl:if test="c:interpretationCode/@code='N'">
                <type>
                  <coding>
                    <system value="http://terminology.hl7.org/CodeSystem/referencerange-meaning"/>
                    <code value="normal"/>
                  </coding>
                </type>
              </xsl:if>
              <ehds:string name="text" select="c:text"/>
            </referenceRange>
          </xsl:for-each>
        </Observation>
      </ehds:entry>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- $type ends the name of the data type: TS and IVL_TS with a value are a point in time, INT a whole number.
  Body height in metres: R4 binds the vital sign to centimetres and inches. -->
<xsl:template name="observation-value">
  <xsl:param name="table"/>
  <xsl:param name="counted"/>
  <xsl:param name="worded" select="false()"/>	<!-- without a value, its words are what was observed -->
  <xsl:variable name="type"
      select="substring(c:value[1]/@xsi:type, string-length(c:value[1]/@xsi:type) - 1)"/>
  <xsl:choose>
    <xsl:when test="($type='CD' or $type='CE' or $type='CV') and c:value[@code or
            c:translation/@code or ehds:text(.) != '']">
      <xsl:choose>
        <xsl:when test="$table">
          <ehds:concept name="valueCodeableConcept" select="c:value[1]" table="{$table}"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'valueCodeableConcept'"/>
            <xsl:with-param name="node" select="c:value[1]"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:when>
    <xsl:when test="$type='TS' and c:value/@value">
      <ehds:datetime name="valueDateTime" select="c:value[1]"/>
    </xsl:when>
    <xsl:when test="$counted and $type='NT' and c:value/@value">
      <ehds:quantity name="valueQuantity" select="c:value[1]"/>
    </xsl:when>
    <xsl:when test="c:code/@code='8302-2' and c:value/@unit='m' and number(c:value/@value) = number(c:value/@value)">
      <valueQuantity>
        <value value="{format-number(c:value/@value * 100, '0.##')}"/>
        <unit value="cm"/>
        <system value="http://unitsofmeasure.org"/>
        <code value="cm"/>
      </valueQuantity>
      <ehds:note rule="cda-unit-converted" select="c:value" found="{c:value/@value} m" expected="cm"
          as="mapped"
          text="metres became centimetres: the FHIR profile of body height knows centimetres and inches"/>
    </xsl:when>
    <xsl:when test="c:value[@value or c:low or c:high or c:center or c:numerator or normalize-space()]">
      <ehds:value name="value" select="c:value[1]" absent="unknown"/>
    </xsl:when>
    <xsl:when test="c:value/@nullFlavor">
      <ehds:concept name="dataAbsentReason" select="c:value/@nullFlavor" table="data-absent"/>
    </xsl:when>
    <xsl:when test="$worded and not(c:value) and ehds:text(c:text) != ''">
      <ehds:string name="valueString" select="c:text"/>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'dataAbsentReason'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/data-absent-reason'"/>
        <xsl:with-param name="code" select="'unknown'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== DiagnosticReport; context: organizer ================================================= -->

<xsl:template name="diagnostic-report">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="category"/>
  <xsl:variable name="performer" select="c:performer | c:author[not(../c:performer)]"/>
  <ehds:entry name="{$name}">
    <DiagnosticReport>
      <meta><profile value="{$profile-report}"/></meta>
      <xsl:call-template name="identifier"/>
      <ehds:code name="status" select="c:statusCode" table="report-status" default="unknown"/>
      <ehds:concept name="code" select="c:code" absent="unknown"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:when test="c:effectiveTime/@value">
          <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="effectiveDateTime" select="(c:component/c:observation/c:effectiveTime)[1]"
              absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="$performer[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:component/c:observation">
        <xsl:call-template name="observation">
          <xsl:with-param name="name" select="'result'"/>
          <xsl:with-param name="profile"
              select="'http://hl7.eu/fhir/base/StructureDefinition/medicalTestResult-eu-core'"/>
          <xsl:with-param name="category" select="$category"/>
          <xsl:with-param name="performer" select="c:performer | c:author[not(../c:performer)] |
              $performer[not(current()/c:performer or current()/c:author)]"/>
          <xsl:with-param name="performed" select="true()"/>
        </xsl:call-template>
      </xsl:for-each>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- ==== ClinicalImpression; context: organizer of assessments, or one assessment ============= -->

<xsl:template name="clinical-impression">
  <xsl:param name="name" select="'entry'"/>
  <ehds:entry name="{$name}" key="concat('assessment|', c:id/@root, '|', c:id/@extension)">
    <ClinicalImpression>
      <status value="completed"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="effectivePeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
      </xsl:choose>
      <investigation>
        <xsl:choose>
          <xsl:when test="self::c:organizer and c:code/@code">
            <ehds:concept name="code" select="c:code" absent="unknown"/>
          </xsl:when>
          <xsl:otherwise>
            <ehds:concept name="code" select="ancestor::c:section[1]/c:code" mark="no" absent="unknown"/>
          </xsl:otherwise>
        </xsl:choose>
        <xsl:for-each select="c:component/c:observation | self::c:observation">
          <xsl:call-template name="observation">
            <xsl:with-param name="name" select="'item'"/>
            <xsl:with-param name="category" select="'exam'"/>
          </xsl:call-template>
        </xsl:for-each>
      </investigation>
    </ClinicalImpression>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
