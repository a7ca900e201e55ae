<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a European imaging report (HL7 Europe Imaging 1.0.0-ballot): Bundle, one Composition, one
  DiagnosticReport, orders, sections. A CDA document of any country fits in that has the shape of DICOM
  PS3.20, or whose body is a file (CDA level 1). Studies, doses and acts are in img-acts.xsl.

  * A section goes into the slot that the table img-section-slot has for its template, else for its code:
    LOINC 55107-7 marks an addendum and, in service, also attached documents, so that the code alone does
    not do. A slot of the guide is filled once: further sections of it give their text and entries to the
    first. Sections without a slot stay what they are, within the section that holds them.
  * The guide wants entries, an emptyReason or a note in each section. Where a section is text alone, the
    note has the text: it is not empty. A placeholder that a template left there is no text: unavailable.
  * An addendum was added after the report was final: report appended, Composition amended.

  Tables that a pack which imports this must have: img-section-slot, anatomical-region, and those of
  cda-header.xsl and cda-statements.xsl.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ps="urn:dicom-org:ps3-20" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c ps">

<xsl:include href="report-parts.xsl"/>
<xsl:include href="img-parts.xsl"/>
<xsl:include href="img-acts.xsl"/>

<xsl:variable name="event" select="/c:ClinicalDocument/c:documentationOf/c:serviceEvent"/>
<xsl:variable name="orders" select="/c:ClinicalDocument/c:inFulfillmentOf/c:order
    [c:id[not(@nullFlavor)] or ps:accessionNumber[not(@nullFlavor)]]"/>
<xsl:variable name="all"
    select="/c:ClinicalDocument/c:component/c:structuredBody/c:component/c:section/descendant-or-self::c:section"/>
<xsl:variable name="addendum" select="$all[ehds:lookup('img-section-slot', c:templateId/@root) = '55107-7']"/>
<xsl:variable name="profile-procedure" select="concat($img-profiles, 'ProcedureEuImaging')"/>
<!-- The slices of CompositionEuImaging. -->
<xsl:variable name="single" select="' 18726-0 55115-0 11329-0 55111-9 18834-2 59776-5 19005-8 18783-1 73568-8 '"/>

<xsl:template match="/">
  <xsl:apply-templates select="c:ClinicalDocument" mode="img"/>
</xsl:template>

<xsl:template match="c:ClinicalDocument" mode="img">
  <Bundle>
    <meta><profile value="{$img-profiles}BundleReportEuImaging"/></meta>
    <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
    <type value="document"/>
    <ehds:instant name="timestamp" select="c:effectiveTime" absent="refuse"/>
    <ehds:entry key="'composition'">
      <Composition>
        <meta><profile value="{$img-profiles}CompositionEuImaging"/></meta>
        <xsl:call-template name="composition-header"/>
        <xsl:choose>
          <xsl:when test="$addendum"><status value="amended"/></xsl:when>
          <xsl:otherwise><status value="final"/></xsl:otherwise>
        </xsl:choose>
        <ehds:concept name="type" select="c:code" absent="refuse"/>
        <xsl:call-template name="img-categories"/>
        <xsl:call-template name="composition-parties"/>
        <xsl:call-template name="patient">
          <xsl:with-param name="profile"
              select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
        <extension
            url="http://hl7.eu/fhir/extensions/StructureDefinition/composition-diagnosticReportReference">
          <xsl:call-template name="img-report"/>
        </extension>
        <xsl:apply-templates select="c:component/c:structuredBody/c:component/c:section" mode="img-walk"/>
        <xsl:apply-templates select="c:component/c:nonXMLBody" mode="img-file"/>
        <xsl:call-template name="img-missing"/>
        <xsl:apply-templates select="c:authorization/c:consent | c:informationRecipient" mode="report-left"/>
        <xsl:call-template name="referrer-without-order"/>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<!-- ==== The DiagnosticReport; context: ClinicalDocument ======================================== -->

<!-- Organisations among the performers are those among the authors (invariant dr-comp-author-org), so that
  who performed is a person or nobody. -->
<xsl:template name="img-report">
  <xsl:variable name="impression" select="$all[ehds:lookup('img-section-slot', c:templateId/@root
      | c:code/@code) = '19005-8']"/>
  <ehds:entry name="valueReference" key="'report'">
    <DiagnosticReport>
      <meta><profile value="{$img-profiles}DiagnosticReportEuImaging"/></meta>
      <xsl:call-template name="img-report-link"/>
      <xsl:call-template name="img-regions">
        <xsl:with-param name="events" select="$event"/>
      </xsl:call-template>
      <ehds:identifier name="identifier" select="c:id" mark="no"/>
      <xsl:for-each select="$orders">
        <xsl:call-template name="img-based-on">
          <xsl:with-param name="number" select="position()"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:choose>
        <xsl:when test="$addendum"><status value="appended"/></xsl:when>
        <xsl:otherwise><status value="final"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="img-categories"/>
      <ehds:concept name="code" select="c:code" mark="no"/>
      <subject><reference value="{ehds:id('patient', 'Patient')}"/></subject>
      <xsl:if test="c:componentOf/c:encompassingEncounter">
        <encounter><reference value="{ehds:id('encounter', 'Encounter')}"/></encounter>
      </xsl:if>
      <xsl:variable name="when" select="$event/c:effectiveTime[c:low/@value or c:high/@value]"/>
      <xsl:if test="$when and not($when[c:low/@value != $when[1]/c:low/@value or c:high/@value != $when[1]/c:high/@value])">
        <ehds:period name="effectivePeriod" select="$when[1]" mark="no"/>
      </xsl:if>
      <ehds:instant name="issued" select="c:effectiveTime" mark="no"/>
      <xsl:for-each select="c:author/c:assignedAuthor[not(c:assignedPerson) and not(c:assignedAuthoringDevice)]
          /c:representedOrganization">
        <xsl:call-template name="organization">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$event/c:performer/c:assignedEntity">
        <xsl:call-template name="img-performer"/>
      </xsl:for-each>
      <xsl:for-each select="c:author/c:assignedAuthor[c:assignedPerson]">
        <xsl:call-template name="role">
          <xsl:with-param name="name" select="'resultsInterpreter'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="img-report-studies"/>
      <xsl:if test="count($impression) = 1 and not(string-length(normalize-space($impression/c:text)) &lt; 30
          and ehds:lookup('placeholder', translate(normalize-space($impression/c:text), $upper, $lower)))">
        <ehds:text name="conclusion" select="$impression/c:text" mark="no"/>
      </xsl:if>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- Whoever performed several of the documented acts is named once. Context: assignedEntity. -->
<xsl:template name="img-performer">
  <xsl:variable name="family" select="normalize-space(c:assignedPerson/c:name/c:family)"/>
  <xsl:choose>
    <xsl:when test="../../../preceding-sibling::c:documentationOf/c:serviceEvent/c:performer/c:assignedEntity
        [c:id/@extension = current()/c:id/@extension]
        [normalize-space(c:assignedPerson/c:name/c:family) = $family]"/>
    <xsl:when test="c:assignedPerson or c:id/@extension">
      <xsl:call-template name="role">
        <xsl:with-param name="name" select="'performer'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="c:representedOrganization">
      <ehds:note rule="img-performer-organization" select="." severity="information"
          found="{normalize-space(c:representedOrganization/c:name)}"
          text="the organisation that performed the act is not carried: the guide wants those of the authors only"/>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- ==== Orders; context: order ================================================================= -->

<!-- The guide wants the accession number beside each reference to an order. -->
<xsl:template name="img-based-on">
  <xsl:param name="number"/>
  <xsl:if test="ps:accessionNumber[@extension or @root]">
    <basedOn>
      <reference value="{ehds:id(concat('order|', $number), 'ServiceRequest')}"/>
      <ehds:identifier name="identifier" select="ps:accessionNumber[1]" type="ACSN" mark="no"/>
    </basedOn>
  </xsl:if>
</xsl:template>

<xsl:template name="img-orders">
  <xsl:for-each select="$orders">
    <ehds:entry name="entry" key="concat('order|', position())">
      <ServiceRequest>
        <meta><profile value="{$img-profiles}ServiceRequestOrderEuImaging"/></meta>
        <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root]"/>
        <ehds:identifier name="identifier" select="ps:accessionNumber[not(@nullFlavor)]" type="ACSN"/>
        <category>
          <coding>
            <system value="http://snomed.info/sct"/>
            <code value="363679005"/>
          </coding>
        </category>
        <xsl:call-template name="order-body"/>
      </ServiceRequest>
    </ehds:entry>
  </xsl:for-each>
</xsl:template>

<!-- ==== Sections =============================================================================== -->

<xsl:template match="c:section" mode="img-walk">
  <xsl:param name="within" select="false()"/>
  <xsl:variable name="slot" select="ehds:lookup('img-section-slot', c:templateId/@root | c:code/@code)"/>
  <xsl:choose>
    <xsl:when test="$slot and contains($single, concat(' ', $slot, ' '))">
      <xsl:variable name="same" select="$all[ehds:lookup('img-section-slot', c:templateId/@root
          | c:code/@code) = $slot]"/>
      <xsl:if test="count(. | $same[1]) = 1">
        <xsl:call-template name="img-section">
          <xsl:with-param name="slot" select="$slot"/>
          <xsl:with-param name="parts" select="$same"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:when>
    <xsl:when test="$slot or (not($within) and (normalize-space(c:text) or c:entry or not(c:component)))">
      <xsl:call-template name="img-section">
        <xsl:with-param name="slot" select="$slot"/>
      </xsl:call-template>
    </xsl:when>
  </xsl:choose>
  <xsl:apply-templates select="c:component/c:section" mode="img-walk">
    <xsl:with-param name="within" select="$within or string($slot) != ''"/>
  </xsl:apply-templates>
</xsl:template>

<!-- A section within one that has a slot. -->
<xsl:template match="c:section" mode="img-nested">
  <xsl:if test="not(ehds:lookup('img-section-slot', c:templateId/@root | c:code/@code))">
    <xsl:call-template name="img-section"/>
  </xsl:if>
</xsl:template>

<!-- parts: all sections that this one is made of, the first is the context. A document that hangs on a
  section of code 55107-7 makes it no addendum, unless its template says so. -->
<xsl:template name="img-section">
  <xsl:param name="slot"/>
  <xsl:param name="parts" select="."/>
  <xsl:variable name="code">
    <xsl:choose>
      <xsl:when test="$slot='55107-7' and c:entry//c:observationMedia and count(. | $addendum) != count($addendum)"
          >77599-9</xsl:when>
      <xsl:otherwise><xsl:value-of select="$slot"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="texts" select="$parts/c:text[normalize-space() or descendant::c:renderMultiMedia]"/>
  <section>
    <xsl:choose>
      <xsl:when test="normalize-space(c:title)"><ehds:string name="title" select="c:title"/></xsl:when>
      <xsl:otherwise><ehds:string name="title" select="c:code/@displayName" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="string($code)">
        <code>
          <xsl:call-template name="img-code">
            <xsl:with-param name="code" select="$code"/>
          </xsl:call-template>
          <xsl:if test="c:code/@code != $code and not(ehds:lookup('img-section-slot', c:code/@code))">
            <ehds:coding name="coding" select="c:code"/>
          </xsl:if>
          <ehds:string name="text" select="c:code/@displayName"/>
        </code>
      </xsl:when>
      <xsl:otherwise><ehds:concept name="code" select="c:code" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:for-each select="$parts/c:author/c:assignedAuthor">
      <xsl:call-template name="party">
        <xsl:with-param name="name" select="'author'"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:choose>
      <xsl:when test="$texts"><ehds:narrative select="$texts | $parts[position() &gt; 1]/c:title"/></xsl:when>
      <xsl:otherwise><xsl:call-template name="img-no-text"/></xsl:otherwise>
    </xsl:choose>
    <xsl:variable name="said" select="$texts[not(string-length(normalize-space()) &lt; 30
        and ehds:lookup('placeholder', translate(normalize-space(), $upper, $lower)))]"/>
    <xsl:variable name="alone" select="$said and not($parts/c:entry or $parts/c:component or $code='18726-0'
        or ($code='55115-0' and $orders))"/>
    <xsl:if test="$alone">
      <xsl:for-each select="$said">
        <extension url="http://hl7.org/fhir/StructureDefinition/note">
          <valueAnnotation>
            <ehds:datetime name="time" select="../c:author[1]/c:time"/>
            <ehds:text name="text" select="." mark="no"/>
          </valueAnnotation>
        </extension>
      </xsl:for-each>
    </xsl:if>
    <xsl:choose>
      <xsl:when test="$code='18726-0'"><xsl:call-template name="img-studies"/></xsl:when>
      <xsl:when test="$code='55115-0'">
        <xsl:call-template name="img-orders"/>
        <xsl:call-template name="img-entries">
          <xsl:with-param name="entries" select="$parts/c:entry"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="c:code/@code='73569-6'"><xsl:call-template name="img-dose"/></xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="img-entries">
          <xsl:with-param name="entries" select="$parts/c:entry"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:if test="string($slot)">
      <xsl:apply-templates select="$parts/c:component/c:section" mode="img-nested"/>
    </xsl:if>
    <xsl:if test="not($alone)"><ehds:empty reason="unavailable"/></xsl:if>
  </section>
</xsl:template>

<!-- What stands in any section; entries: entry elements. -->
<xsl:template name="img-entries">
  <xsl:param name="entries"/>
  <xsl:for-each select="$entries/c:procedure">
    <xsl:call-template name="procedure">
      <xsl:with-param name="function" select="'223366009'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:for-each select="$entries/c:observation | $entries/c:organizer/c:component/c:observation
      [not(../../c:component/c:observationMedia)]">
    <xsl:call-template name="observation"/>
  </xsl:for-each>
  <xsl:for-each select="$entries/c:act/c:entryRelationship/c:observation[not(ancestor::c:act[1]/c:code/@code='113014')]">
    <xsl:call-template name="condition"/>
    <ehds:note as="mapped" select="ancestor::c:act[1]"/>
  </xsl:for-each>
  <xsl:for-each select="$entries/c:substanceAdministration">
    <xsl:call-template name="medication-administration"/>
  </xsl:for-each>
  <xsl:for-each select="$entries/c:supply">
    <xsl:call-template name="device-use"/>
  </xsl:for-each>
  <xsl:for-each select="$entries//c:observationMedia">
    <xsl:variable name="kind" select="../../c:component/c:observation[c:code/@code='69764-9'][1]"/>
    <xsl:call-template name="report-file">
      <xsl:with-param name="key" select="concat('file|', ancestor::c:section[1]/c:id/@root, '|', position())"/>
      <xsl:with-param name="id" select="../../c:id[not(@nullFlavor)] | c:id[not(@nullFlavor)]"/>
      <xsl:with-param name="type" select="$kind/c:value | ancestor::c:section[1][not($kind)]/c:code"/>
      <xsl:with-param name="title" select="ancestor::c:section[1]/c:title"/>
      <xsl:with-param name="data" select="c:value"/>
    </xsl:call-template>
    <ehds:note as="mapped" select="parent::c:component/parent::c:organizer[$kind] | $kind | ."/>
  </xsl:for-each>
</xsl:template>

<!-- A body that is a file: the guide's section for a report as a whole. -->
<xsl:template match="c:nonXMLBody" mode="img-file">
  <xsl:call-template name="file-section">
    <xsl:with-param name="code" select="'LP173421-1'"/>
  </xsl:call-template>
</xsl:template>

<!-- ==== Mandatory sections that the source does not have ======================================= -->

<xsl:template name="img-missing">
  <xsl:variable name="slots">
    <xsl:for-each select="$all">
      <xsl:value-of select="concat('|', ehds:lookup('img-section-slot', c:templateId/@root | c:code/@code), '|')"/>
    </xsl:for-each>
  </xsl:variable>
  <xsl:if test="not(contains($slots, '|18726-0|'))">
    <section>
      <title value="{$title-studies}"/>
      <code>
        <xsl:call-template name="img-code">
          <xsl:with-param name="code" select="'18726-0'"/>
        </xsl:call-template>
      </code>
      <xsl:call-template name="img-studies"/>
    </section>
  </xsl:if>
  <xsl:if test="not(contains($slots, '|55115-0|'))">
    <section>
      <title value="{$title-order}"/>
      <code>
        <xsl:call-template name="img-code">
          <xsl:with-param name="code" select="'55115-0'"/>
        </xsl:call-template>
      </code>
      <xsl:if test="not($orders)"><xsl:call-template name="img-no-text"/></xsl:if>
      <xsl:call-template name="img-orders"/>
      <ehds:empty reason="unavailable"/>
    </section>
  </xsl:if>
  <xsl:if test="not(contains($slots, '|11329-0|'))">
    <xsl:call-template name="img-section-missing">
      <xsl:with-param name="slot" select="'11329-0'"/>
      <xsl:with-param name="title" select="$title-history"/>
    </xsl:call-template>
  </xsl:if>
  <xsl:if test="not(contains($slots, '|55111-9|'))">
    <xsl:call-template name="img-section-missing">
      <xsl:with-param name="slot" select="'55111-9'"/>
      <xsl:with-param name="title" select="$title-procedure"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- Titles of sections that the source does not have; a country overrides them in its language. -->
<xsl:variable name="title-studies" select="'Imaging studies'"/>
<xsl:variable name="title-order" select="'Order'"/>
<xsl:variable name="title-history" select="'History'"/>
<xsl:variable name="title-procedure" select="'Procedure'"/>
</xsl:stylesheet>
