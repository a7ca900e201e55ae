<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of a European laboratory report (HL7 Europe Laboratory 2.0.0): Bundle, one Composition, one
  DiagnosticReport that agree, sections.
  The results themselves are in lab-results.xsl. A CDA document of any country fits in that has IHE XD-LAB's
  shape: sections, two levels deep,
  each with an act that holds observations, batteries and isolates; or a body that is a file (CDA level 1).

  Hooks that a country overrides: lab-section-other (sections that hold no results). Tables that a pack
  which imports this must have:
  lab-document-type, lab-study-type, lab-section-slot, interpretation, specimen-type, technique, and those
  of cda-header.xsl and cda-statements.xsl.

  A result is known by its place: sections and what they hold are numbered, because results have no
  identifiers in most documents. The walk
  through the sections is done twice, for the Composition (mode lab-section) and for the report (lab-
  report-*), with the same numbers.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:lab="urn:oid:1.3.6.1.4.1.19376.1.3.2"
        xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c h lab">

<xsl:include href="report-parts.xsl"/>
<xsl:include href="lab-results.xsl"/>

<xsl:variable name="header" select="/c:ClinicalDocument"/>
<xsl:variable name="event" select="$header/c:documentationOf/c:serviceEvent"/>
<xsl:variable name="sections" select="$header/c:component/c:structuredBody/c:component/c:section"/>
<xsl:variable name="state" select="$event/lab:statusCode/@code
    | $sections/c:entry/c:act/c:statusCode/@code |
    $sections/c:component/c:section/c:entry/c:act/c:statusCode/@code"/>

<xsl:template match="/">
  <xsl:apply-templates select="c:ClinicalDocument" mode="lab"/>
</xsl:template>

<xsl:template match="c:ClinicalDocument" mode="lab">
  <Bundle>
    <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Bundle-eu-lab"/></meta>
    <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
    <type value="document"/>
    <ehds:instant name="timestamp" select="c:effectiveTime" absent="refuse"/>
    <ehds:entry key="'composition'">
      <Composition>
        <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Composition-eu-lab"/></meta>
        <xsl:call-template name="composition-header"/>
        <extension
            url="http://hl7.eu/fhir/extensions/StructureDefinition/composition-diagnosticReportReference">
          <xsl:call-template name="lab-report"/>
        </extension>
        <xsl:choose>
          <xsl:when test="$state='active'"><status value="preliminary"/></xsl:when>
          <xsl:when test="$state='nullified'"><status value="entered-in-error"/></xsl:when>
          <xsl:otherwise><status value="final"/></xsl:otherwise>
        </xsl:choose>
        <ehds:concept name="type" select="c:code" table="lab-document-type" absent="refuse"/>
        <xsl:call-template name="lab-categories"/>
        <xsl:call-template name="composition-parties"/>
        <xsl:call-template name="patient">
          <xsl:with-param name="profile"
              select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
        </xsl:call-template>
        <xsl:apply-templates select="$sections" mode="lab-section"/>
        <xsl:apply-templates select="c:component/c:nonXMLBody" mode="lab-section"/>
        <xsl:apply-templates select="c:authorization/c:consent | c:informationRecipient" mode="report-left"/>
      </Composition>
    </ehds:entry>
  </Bundle>
</xsl:template>

<!-- ==== The DiagnosticReport; context: ClinicalDocument ======================================== -->

<xsl:template name="lab-report">
  <ehds:entry name="valueReference" key="'report'">
    <DiagnosticReport>
      <meta><profile
          value="http://hl7.eu/fhir/laboratory/StructureDefinition/DiagnosticReport-eu-lab"/></meta>
      <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition">
        <valueReference><reference value="{ehds:id('composition', 'Composition')}"/></valueReference>
      </extension>
      <xsl:apply-templates select="$sections" mode="lab-report-notes"/>
      <ehds:identifier name="identifier" select="c:id" mark="no"/>
      <xsl:call-template name="lab-orders"/>
      <ehds:code name="status" select="($state[.!='completed'] | $state[not($state!='completed')])[1]"
          table="report-status" default="final"/>
      <xsl:call-template name="lab-categories"/>
      <ehds:concept name="code" select="c:code" table="lab-document-type" absent="refuse"/>
      <subject><reference value="{ehds:id('patient', 'Patient')}"/></subject>
      <xsl:if test="c:componentOf/c:encompassingEncounter">
        <encounter><reference value="{ehds:id('encounter', 'Encounter')}"/></encounter>
      </xsl:if>
      <ehds:period name="effectivePeriod" select="$event[c:effectiveTime[c:low/@value
          or c:high/@value]][1]/c:effectiveTime" mark="no"/>
      <ehds:instant name="issued" select="c:effectiveTime" mark="no"/>
      <xsl:for-each select="$event/c:performer/c:assignedEntity">
        <xsl:call-template name="party">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:apply-templates select="$sections" mode="lab-report-validators"/>
      <xsl:apply-templates select="$sections" mode="lab-report-specimens"/>
      <xsl:apply-templates select="$sections" mode="lab-report-results"/>
    </DiagnosticReport>
  </ehds:entry>
</xsl:template>

<!-- Study types: those of the chapters and of the documented services, each once; a chapter whose type is
  not in the value set is a laboratory study of no named type, and so is a report without any. -->
<xsl:template name="lab-categories">
  <xsl:variable name="codes" select="$event/c:code
      | $sections[not(ehds:lookup('lab-section-slot', c:templateId/@root | c:code/@code))]/c:code |
      $sections/c:component/c:section/c:code"/>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18717-9'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18719-5'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18722-9'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18723-7'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18725-2'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:for-each select="$codes[ehds:lookup('lab-study-type', @code)='18728-6'][1]"><xsl:call-template
      name="lab-category"/></xsl:for-each>
  <xsl:if test="not($codes[ehds:lookup('lab-study-type', @code)])">
    <ehds:concept name="category" select="'26436-6'" table="lab-study-type"/>
  </xsl:if>
</xsl:template>

<xsl:template name="lab-category">
  <ehds:concept name="category" select="." table="lab-study-type" mark="no"/>
</xsl:template>

<!-- What was ordered. An order without an identifier is none that a receiver could find (ServiceRequest-eu-
  lab asks for one); who referred the patient belongs to the order. CDA does not say how far an order has
  got. -->
<xsl:template name="lab-orders">
  <xsl:for-each select="c:inFulfillmentOf/c:order[c:id[not(@nullFlavor)]]">
    <ehds:entry name="basedOn" key="concat('order|', position())">
      <ServiceRequest>
        <meta><profile
            value="http://hl7.eu/fhir/laboratory/StructureDefinition/ServiceRequest-eu-lab"/></meta>
        <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root]"/>
        <xsl:call-template name="order-body"/>
      </ServiceRequest>
    </ehds:entry>
  </xsl:for-each>
  <xsl:call-template name="referrer-without-order"/>
</xsl:template>

<!-- ==== What the report takes from the sections; context: section ============================== -->

<!-- The walk; the numbers must be those of mode lab-section. -->
<xsl:template match="c:section" mode="lab-report-results">
  <xsl:param name="place" select="position()"/>
  <xsl:for-each select="c:entry">
    <xsl:variable name="entry" select="concat($place, '.', position())"/>
    <xsl:for-each select="c:act/c:entryRelationship/*[self::c:organizer
        or self::c:observation][not(@negationInd='true')]">
      <ehds:reference name="result" key="concat('result|', $entry, '.', position())" type="Observation"/>
    </xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="c:component/c:section">
    <xsl:apply-templates select="." mode="lab-report-results">
      <xsl:with-param name="place" select="concat($place, '.s', position())"/>
    </xsl:apply-templates>
  </xsl:for-each>
</xsl:template>

<xsl:template match="c:section" mode="lab-report-specimens">
  <xsl:param name="place" select="position()"/>
  <xsl:for-each select="c:entry">
    <xsl:variable name="entry" select="concat($place, '.', position())"/>
    <xsl:for-each select="c:act/c:entryRelationship/c:procedure">
      <ehds:reference name="specimen" key="concat('specimen|', $entry, '.', position())" type="Specimen"/>
    </xsl:for-each>
  </xsl:for-each>
  <xsl:for-each select="c:component/c:section">
    <xsl:apply-templates select="." mode="lab-report-specimens">
      <xsl:with-param name="place" select="concat($place, '.s', position())"/>
    </xsl:apply-templates>
  </xsl:for-each>
</xsl:template>

<!-- Who validated the results (IHE: participant AUTHEN of the act). -->
<xsl:template match="c:section" mode="lab-report-validators">
  <xsl:for-each select="c:entry/c:act/c:participant[@typeCode='AUTHEN']/c:participantRole[c:id/@extension
      or c:playingEntity/c:name]">
    <xsl:call-template name="playing-person">
      <xsl:with-param name="name" select="'resultsInterpreter'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:apply-templates select="c:component/c:section" mode="lab-report-validators"/>
</xsl:template>

<!-- A comment on a whole chapter. -->
<xsl:template match="c:section" mode="lab-report-notes">
  <xsl:for-each
      select="c:entry/c:act/c:entryRelationship/c:act[c:code/@code='48767-8'][ehds:text(c:text) != '']">
    <extension url="http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note">
      <valueAnnotation><ehds:text name="text" select="c:text"/></valueAnnotation>
    </extension>
  </xsl:for-each>
  <xsl:apply-templates select="c:component/c:section" mode="lab-report-notes"/>
</xsl:template>

<!-- ==== Sections =============================================================================== -->

<xsl:template match="c:section" mode="lab-section">
  <xsl:param name="place" select="position()"/>
  <xsl:variable name="found" select="ehds:lookup('lab-section-slot', c:templateId/@root | c:code/@code)"/>
  <xsl:variable name="slot">
    <xsl:if test="($found='77599-9' and c:entry//c:observationMedia) or ($found='48767-8'
        and not(c:entry))"><xsl:value-of select="$found"/></xsl:if>
  </xsl:variable>
  <section>
    <xsl:choose>
      <xsl:when test="normalize-space(c:title)"><ehds:string name="title" select="c:title"/></xsl:when>
      <xsl:otherwise><ehds:string name="title" select="c:code/@displayName"
          absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="string($slot)">
        <code>
          <coding>
            <system value="http://loinc.org"/>
            <code value="{$slot}"/>
          </coding>
          <xsl:if test="c:code/@code != $slot"><ehds:coding name="coding" select="c:code"/></xsl:if>
          <ehds:string name="text" select="c:code/@displayName"/>
        </code>
      </xsl:when>
      <xsl:otherwise><ehds:concept name="code" select="c:code" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="c:text"><ehds:narrative select="c:text"/></xsl:when>
      <xsl:otherwise>
        <text>
          <status value="generated"/>
          <h:div><h:p><xsl:value-of select="(c:title[normalize-space()] | c:code/@displayName | c:code/@code
              | c:templateId/@root)[last()]"/></h:p></h:div>
        </text>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="$slot='77599-9'">
        <xsl:call-template name="lab-attachments">
          <xsl:with-param name="place" select="$place"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="c:entry/c:act/c:entryRelationship/*[self::c:observation or self::c:organizer]">
        <xsl:for-each select="c:entry">
          <xsl:apply-templates select="c:act" mode="lab-act">
            <xsl:with-param name="place" select="concat($place, '.', position())"/>
          </xsl:apply-templates>
        </xsl:for-each>
        <xsl:call-template name="lab-attachments">
          <xsl:with-param name="place" select="$place"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="c:entry">
        <xsl:call-template name="lab-section-other"/>
        <xsl:call-template name="lab-attachments">
          <xsl:with-param name="place" select="$place"/>
        </xsl:call-template>
      </xsl:when>
    </xsl:choose>
    <xsl:for-each select="c:component/c:section">
      <xsl:apply-templates select="." mode="lab-section">
        <xsl:with-param name="place" select="concat($place, '.s', position())"/>
      </xsl:apply-templates>
    </xsl:for-each>
  </section>
</xsl:template>

<!-- Hook: a section with entries that holds no results; context: section. -->
<xsl:template name="lab-section-other">
  <xsl:for-each select="c:entry/c:observation">
    <xsl:call-template name="observation"/>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:procedure">
    <xsl:call-template name="procedure"/>
  </xsl:for-each>
  <xsl:for-each select="c:entry/c:substanceAdministration">
    <xsl:call-template name="immunization"/>
  </xsl:for-each>
</xsl:template>

<!-- The act holds a chapter's results and specimens together. -->
<xsl:template match="c:act" mode="lab-act">
  <xsl:param name="place"/>
  <xsl:variable name="collections" select="c:entryRelationship/c:procedure"/>
  <xsl:variable name="kits" select="c:participant[@typeCode='DEV']/c:participantRole"/>
  <xsl:variable name="performers" select="c:performer/c:assignedEntity[c:assignedPerson or c:id/@extension
      or c:representedOrganization]"/>
  <xsl:variable name="specimen">
    <xsl:if test="count($collections)=1">specimen|<xsl:value-of select="$place"/>.1</xsl:if>
  </xsl:variable>
  <xsl:for-each select="c:entryRelationship/*[self::c:organizer
      or self::c:observation][not(@negationInd='true')]">
    <xsl:apply-templates select="." mode="lab-result">
      <xsl:with-param name="name" select="'entry'"/>
      <xsl:with-param name="place" select="concat($place, '.', position())"/>
      <xsl:with-param name="specimen" select="string($specimen)"/>
      <xsl:with-param name="kits" select="$kits"/>
      <xsl:with-param name="performers" select="$performers"/>
      <xsl:with-param name="collections" select="$collections/c:effectiveTime"/>
    </xsl:apply-templates>
  </xsl:for-each>
  <xsl:for-each select="$collections">
    <xsl:apply-templates select="." mode="lab-specimen">
      <xsl:with-param name="key" select="concat('specimen|', $place, '.', position())"/>
    </xsl:apply-templates>
  </xsl:for-each>
  <xsl:apply-templates select="c:entryRelationship/c:observation[@negationInd='true']" mode="lab-negated"/>
  <xsl:if test="count($collections) &gt; 1">
    <ehds:note rule="cda-specimen-unclear" select="$collections" found="{count($collections)}"
        text="several specimens in one chapter: the report has them all, no single result is said to be from one"/>
  </xsl:if>
  <ehds:note as="mapped" select="."/>
</xsl:template>

<!-- ==== Files
  =======================================================================================================
  -->

<!-- Attached files; the type of one is an observation beside it. Context: section. -->
<xsl:template name="lab-attachments">
  <xsl:param name="place"/>
  <xsl:for-each select="c:entry//c:observationMedia">
    <xsl:variable name="kind" select="../../c:component/c:observation[c:code/@code='69764-9'][1]"/>
    <xsl:call-template name="report-file">
      <xsl:with-param name="key" select="concat('file|', $place, '.', position())"/>
      <xsl:with-param name="id" select="../../c:id[not(@nullFlavor)] | c:id[not(@nullFlavor)]"/>
      <xsl:with-param name="type" select="$kind/c:value | ancestor::c:section[1][not($kind)]/c:code"/>
      <xsl:with-param name="title" select="ancestor::c:section[1]/c:title"/>
      <xsl:with-param name="data" select="c:value"/>
    </xsl:call-template>
    <ehds:note as="mapped" select="parent::c:component/parent::c:organizer[$kind] | $kind | ."/>
  </xsl:for-each>
</xsl:template>

<!-- A body that is a file is the report's only section. -->
<xsl:template match="c:nonXMLBody" mode="lab-section">
  <xsl:call-template name="file-section"/>
</xsl:template>
</xsl:stylesheet>
