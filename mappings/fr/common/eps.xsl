<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French patient summaries (volet de synthèse médicale, IPS-FR, emergency liaison document) as European
  ones: which section of the CI-SIS goes where, and what its entries become. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:import href="../../eu/eps-document.xsl"/>
<xsl:import href="ci-sis.xsl"/>

<xsl:variable name="no-text" select="'Aucune information disponible'"/>

<xsl:template name="eps-missing">
  <xsl:call-template name="eps-mandatory">
    <xsl:with-param name="slot" select="'11450-4'"/>
    <xsl:with-param name="title" select="'Problèmes actifs'"/>
  </xsl:call-template>
  <xsl:call-template name="eps-mandatory">
    <xsl:with-param name="slot" select="'48765-2'"/>
    <xsl:with-param name="title" select="'Allergies et hypersensibilités'"/>
  </xsl:call-template>
  <xsl:call-template name="eps-mandatory">
    <xsl:with-param name="slot" select="'10160-0'"/>
    <xsl:with-param name="title" select="'Traitements'"/>
  </xsl:call-template>
  <xsl:call-template name="eps-mandatory">
    <xsl:with-param name="slot" select="'47519-4'"/>
    <xsl:with-param name="title" select="'Historique des actes'"/>
  </xsl:call-template>
  <xsl:call-template name="eps-mandatory">
    <xsl:with-param name="slot" select="'46264-8'"/>
    <xsl:with-param name="title" select="'Dispositifs médicaux'"/>
  </xsl:call-template>
</xsl:template>

<!-- ==== What the entries of a section become ================================================= -->

<!-- A concern (act) only holds its problems or allergies together: it is mapped with them. -->

<xsl:template name="eps-entries">
  <xsl:param name="slot"/>
  <xsl:choose>
    <xsl:when test="$slot='11450-4'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="condition">
          <xsl:with-param name="category" select="'problem-list-item'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='11348-0'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="condition"/>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='48765-2'">
      <xsl:for-each select="c:entry/c:act/c:entryRelationship/c:observation | c:entry/c:observation">
        <xsl:call-template name="allergy"/>
      </xsl:for-each>
      <ehds:note as="mapped" select="c:entry/c:act"/>
    </xsl:when>
    <xsl:when test="$slot='10160-0'">
      <xsl:for-each select="c:entry/c:substanceAdministration">
        <xsl:call-template name="medication-statement"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='47519-4'">
      <xsl:for-each select="c:entry/c:procedure">
        <xsl:call-template name="procedure"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='46264-8'">
      <xsl:for-each select="c:entry/c:supply">
        <xsl:call-template name="device-use"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='11369-6'">
      <xsl:for-each select="c:entry/c:substanceAdministration[not(c:templateId/@root=$recommended-vaccine)]">
        <xsl:call-template name="immunization"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='30954-2'"><xsl:call-template name="results"/></xsl:when>
    <xsl:when test="$slot='8716-3'"><xsl:call-template name="vital-signs"/></xsl:when>
    <xsl:when test="$slot='29762-2' or $slot='10162-6'">
      <xsl:call-template name="eps-by-document">
        <xsl:with-param name="statements"
            select="c:entry/c:observation | c:entry/c:organizer/c:component/c:observation"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$slot='18776-5'">
      <xsl:call-template name="care-plan"/>
      <xsl:for-each select="c:entry/c:substanceAdministration[c:templateId/@root=$recommended-vaccine]">
        <xsl:call-template name="immunization-recommendation"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='47420-5'">
      <xsl:for-each select="c:entry/c:organizer | c:entry/c:observation">
        <xsl:call-template name="clinical-impression"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='42348-3'">
      <xsl:call-template name="eps-by-document">
        <xsl:with-param name="statements"
            select="c:entry/c:observation[not(c:entryRelationship/c:observationMedia)]"/>
      </xsl:call-template>
      <xsl:for-each select="c:entry/c:observation/c:entryRelationship/c:observationMedia">
        <xsl:call-template name="media">
          <xsl:with-param name="type" select="../../c:code"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='104605-1'"><xsl:call-template name="alerts"/></xsl:when>
    <xsl:when test="$slot='10157-6'">
      <xsl:for-each select="c:entry/c:organizer">
        <xsl:call-template name="family-history"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='10161-8'"><xsl:call-template name="exposures"/></xsl:when>
    <xsl:when test="$slot='44939-7'">
      <xsl:for-each select="c:entry/c:observation">
        <xsl:call-template name="adverse-event"/>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$slot='55107-7'"><xsl:call-template name="documents"/></xsl:when>
    <xsl:otherwise>
      <xsl:for-each select="c:entry/c:observation | c:entry/c:organizer/c:component/c:observation">
        <xsl:call-template name="observation"/>
      </xsl:for-each>
      <xsl:for-each select="c:entry/c:procedure">
        <xsl:call-template name="procedure"/>
      </xsl:for-each>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="results">
  <xsl:for-each select="c:entry/c:organizer">
    <xsl:call-template name="diagnostic-report">
      <xsl:with-param name="category" select="ehds:lookup('result-category', c:code/@code)"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'exam'"/>
      <xsl:with-param name="profile"
          select="'http://hl7.eu/fhir/base/StructureDefinition/medicalTestResult-eu-core'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- The organizer only holds them together. -->
<xsl:template name="vital-signs">
  <xsl:for-each select="c:entry/c:organizer/c:component/c:observation | c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'vital-signs'"/>
      <xsl:with-param name="profile" select="'http://hl7.org/fhir/StructureDefinition/vitalsigns'"/>
    </xsl:call-template>
  </xsl:for-each>
  <ehds:note as="mapped" select="c:entry/c:organizer"/>
</xsl:template>

<!-- Social history, pregnancies, advance directives. Tobacco, alcohol, pregnancy status, expected date and
  outcomes have profiles, which fix their effective as a point in time. -->
<xsl:template match="c:observation" mode="eps-related">
  <xsl:variable name="code" select="c:code/@code"/>
  <xsl:choose>
    <xsl:when test="$code='72166-2'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="category" select="'social-history'"/>
        <xsl:with-param name="profile"
            select="'http://hl7.org/fhir/uv/ips/StructureDefinition/Observation-tobaccouse-uv-ips'"/>
        <xsl:with-param name="instant" select="true()"/>
        <xsl:with-param name="value-table" select="'smoking-status'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$code='74013-4'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="category" select="'social-history'"/>
        <xsl:with-param name="profile"
            select="'http://hl7.org/fhir/uv/ips/StructureDefinition/Observation-alcoholuse-uv-ips'"/>
        <xsl:with-param name="instant" select="true()"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$code='11449-6' or $code='82810-3'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="profile"
            select="'http://hl7.eu/fhir/eps/StructureDefinition/observation-pregnancy-status-eu-ips'"/>
        <xsl:with-param name="instant" select="true()"/>
        <xsl:with-param name="code-table" select="'pregnancy-code'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$code='11778-8' or $code='11779-6' or $code='11780-4'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="profile"
            select="'http://hl7.eu/fhir/eps/StructureDefinition/observation-pregnancy-edd-eu-eps'"/>
        <xsl:with-param name="instant" select="true()"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="contains(' 11636-8 11637-6 11638-4 11639-2 11640-0 11612-9 11613-7 11614-5 33065-4 ',
            concat(' ', $code, ' '))">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="profile"
            select="'http://hl7.eu/fhir/eps/StructureDefinition/observation-pregnancy-outcome-eu-eps'"/>
        <xsl:with-param name="counted" select="true()"/>
        <xsl:with-param name="instant" select="true()"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="ancestor::c:section[1]/c:code/@code='29762-2'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="category" select="'social-history'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Points of vigilance are text in most documents: one flag for each row, paragraph or item. -->
<xsl:template name="alerts">
  <xsl:for-each select="c:entry/c:observation | c:entry/c:act">
    <xsl:call-template name="flag"/>
  </xsl:for-each>
  <xsl:if test="not(c:entry)">
    <xsl:for-each select="c:text/c:table/c:tbody/c:tr | c:text/c:paragraph | c:text/c:list/c:item |
            c:text[not(*)]">
      <xsl:call-template name="flag-of-text"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- Occupational exposures: coded ones, else the narrative as LOINC 10161-8 (History of occupational
  exposure, a narrative) means it. -->
<xsl:template name="exposures">
  <xsl:for-each select="c:entry/c:observation">
    <xsl:call-template name="observation">
      <xsl:with-param name="category" select="'social-history'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not(c:entry)">
    <xsl:for-each select="c:text/c:table/c:tbody/c:tr | c:text/c:paragraph | c:text/c:list/c:item |
            c:text[not(*)]">
      <xsl:variable name="text" select="normalize-space(ehds:text(.))"/>
      <xsl:if test="$text and not(ehds:lookup('placeholder', translate($text, $upper, $lower)))">
        <ehds:entry name="entry" key="concat('exposure|', $text)">
          <Observation>
            <status value="final"/>
            <category>
              <coding>
                <system value="http://terminology.hl7.org/CodeSystem/observation-category"/>
                <code value="social-history"/>
              </coding>
            </category>
            <ehds:concept name="code" select="ancestor::c:section[1]/c:code" mark="no" absent="unknown"/>
            <ehds:reference name="subject" key="'patient'" type="Patient"/>
            <valueString value="{$text}"/>
          </Observation>
        </ehds:entry>
      </xsl:if>
    </xsl:for-each>
  </xsl:if>
</xsl:template>

<!-- An attached document: its type is an observation beside it. -->
<xsl:template name="documents">
  <xsl:for-each select="c:entry/c:organizer">
    <xsl:variable name="type" select="c:component/c:observation[c:code/@code='69764-9'][1]/c:value"/>
    <xsl:for-each select="c:component/c:observationMedia">
      <xsl:call-template name="media">
        <xsl:with-param name="type" select="$type | ../../c:code[not($type)]"/>
      </xsl:call-template>
    </xsl:for-each>
    <ehds:note as="mapped" select="."/>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:observationMedia">
    <xsl:call-template name="media">
      <xsl:with-param name="type" select="../../c:code"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
