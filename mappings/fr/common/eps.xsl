<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French patient summaries (volet de synthèse médicale, IPS-FR, emergency liaison document) as European
  ones: which section of the CI-SIS goes where, and what its entries become. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c h">

<xsl:import href="../../eu/eps-document.xsl"/>
<xsl:import href="ci-sis.xsl"/>
<xsl:import href="sections.xsl"/>

<xsl:variable name="no-text" select="'Aucune information disponible'"/>

<xsl:template name="eps-missing">
  <xsl:call-template name="section-missing">
    <xsl:with-param name="slot" select="'11450-4'"/>
    <xsl:with-param name="title" select="'Problèmes actifs'"/>
  </xsl:call-template>
  <xsl:call-template name="section-missing">
    <xsl:with-param name="slot" select="'48765-2'"/>
    <xsl:with-param name="title" select="'Allergies et hypersensibilités'"/>
  </xsl:call-template>
  <xsl:call-template name="section-missing">
    <xsl:with-param name="slot" select="'10160-0'"/>
    <xsl:with-param name="title" select="'Traitements'"/>
  </xsl:call-template>
  <xsl:call-template name="section-missing">
    <xsl:with-param name="slot" select="'47519-4'"/>
    <xsl:with-param name="title" select="'Historique des actes'"/>
  </xsl:call-template>
  <xsl:call-template name="section-missing">
    <xsl:with-param name="slot" select="'46264-8'"/>
    <xsl:with-param name="title" select="'Dispositifs médicaux'"/>
  </xsl:call-template>
  <xsl:call-template name="recommended-section"/>
</xsl:template>

<!-- Vaccines that are planned or recommended, although they stand among those that were given: they belong to
  the plan of care, which is there for them if the source has none. -->
<xsl:variable name="plans" select="$sections[ehds:lookup('section-slot', c:templateId/@root | c:code/@code) = '18776-5']"/>
<xsl:variable name="recommended" select="$sections[ehds:lookup('section-slot', c:templateId/@root | c:code/@code)
    = '11369-6']/c:entry/c:substanceAdministration[(@moodCode and @moodCode != 'EVN')
    or c:templateId/@root=$recommended-vaccine]"/>

<xsl:template name="vaccines-of-other-sections">
  <xsl:if test="count(. | $plans[1]) = 1"><xsl:call-template name="recommended-vaccines"/></xsl:if>
</xsl:template>

<xsl:template name="recommended-vaccines">
  <xsl:for-each select="$recommended">
    <xsl:call-template name="immunization-recommendation"/>
  </xsl:for-each>
</xsl:template>

<xsl:template name="recommended-section">
  <xsl:if test="$recommended and not($plans)">
    <section>
      <title value="Vaccinations recommandées"/>
      <code>
        <coding>
          <system value="http://loinc.org"/>
          <code value="18776-5"/>
          <ehds:string name="display" select="ehds:display('section-slot', '18776-5')"/>
        </coding>
      </code>
      <text>
        <status value="generated"/>
        <h:div>
          <xsl:for-each select="$recommended/c:consumable/c:manufacturedProduct/c:manufacturedMaterial">
            <h:p><xsl:value-of select="normalize-space((c:name[normalize-space()] | c:code/@displayName
                | c:code/c:translation/@displayName | c:code/@code)[1])"/></h:p>
          </xsl:for-each>
        </h:div>
      </text>
      <xsl:call-template name="recommended-vaccines"/>
    </section>
  </xsl:if>
</xsl:template>

<!-- ==== What the entries of a section become ================================================= -->

<xsl:template name="section-entries">
  <xsl:param name="slot"/>
  <xsl:choose>
    <xsl:when test="$slot='29762-2' or $slot='10162-6'">
      <xsl:call-template name="eps-by-document">
        <xsl:with-param name="statements"
            select="c:entry/c:observation | c:entry/c:organizer/c:component/c:observation"/>
      </xsl:call-template>
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
    <xsl:otherwise>
      <xsl:call-template name="clinical-entries">
        <xsl:with-param name="slot" select="$slot"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
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

</xsl:stylesheet>
