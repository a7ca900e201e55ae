<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Studies, series and images of a DICOM object catalogue (PS3.20, 1.2.840.10008.9.16 to .18), and the dose
  (LOINC 73569-6); part of img-document.xsl.

  * The catalogue says which studies there are. Without one, the identifier of the documented service is that
    of the study (PS3.20, imaging header); without that too, the study has no identifier.
  * A catalogue does not say that the images can be had: status unknown.
  * The link to an image becomes a DocumentReference of its study: R4 gives an instance no address. What the
    link says in its query is not compared with the identifiers.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:variable name="studies" select="$all/c:entry/c:act[c:code/@code='113014'
    or c:templateId/@root='1.2.840.10008.9.16']"/>
<!-- UIDs are OIDs: digits and dots. -->
<xsl:variable name="documented" select="$event[c:id[@root and not(@extension)
    and translate(@root, '0123456789.', '') = '']]"/>

<!-- ==== Studies ================================================================================ -->

<xsl:template name="img-studies">
  <xsl:choose>
    <xsl:when test="$studies">
      <xsl:for-each select="$studies">
        <xsl:call-template name="img-study">
          <xsl:with-param name="key" select="concat('study|', position())"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:when>
    <xsl:when test="$documented">
      <xsl:for-each select="$documented">
        <xsl:call-template name="img-study-of-event">
          <xsl:with-param name="key" select="concat('study|', position())"/>
        </xsl:call-template>
      </xsl:for-each>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="img-study-unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The same, told of by the report. -->
<xsl:template name="img-report-studies">
  <xsl:for-each select="$studies | $documented[not($studies)]">
    <ehds:reference name="imagingStudy" key="concat('study|', position())" type="ImagingStudy"/>
  </xsl:for-each>
  <xsl:if test="not($studies or $documented)">
    <ehds:reference name="imagingStudy" key="'study|unknown'" type="ImagingStudy"/>
  </xsl:if>
</xsl:template>

<!-- Context: act of a study. -->
<xsl:template name="img-study">
  <xsl:param name="key"/>
  <xsl:variable name="id" select="c:id[@root and not(@extension) and translate(@root, '0123456789.', '') = ''][1]"/>
  <xsl:variable name="series" select="c:entryRelationship/c:act"/>
  <xsl:variable name="act" select="(ancestor::c:section/c:entry/c:procedure)[c:id/@root]"/>
  <ehds:entry name="entry" key="$key">
    <ImagingStudy>
      <meta><profile value="{$img-profiles}ImagingStudyEuImaging"/></meta>
      <xsl:call-template name="img-regions">
        <xsl:with-param name="events" select="$event[c:id/@root = $id/@root]"/>
      </xsl:call-template>
      <xsl:call-template name="img-study-identifier">
        <xsl:with-param name="uid" select="string($id/@root)"/>
      </xsl:call-template>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) and (@extension
          or translate(@root, '0123456789.', '') != '')]"/>
      <status value="unknown"/>
      <xsl:for-each select="$series/c:code/c:qualifier[c:name/@code='121139']/c:value">
        <xsl:variable name="modality" select="@code"/>
        <xsl:if test="not(ancestor::c:entryRelationship[1]/preceding-sibling::c:entryRelationship/c:act/c:code
            /c:qualifier[c:name/@code='121139']/c:value[@code=$modality])">
          <ehds:coding name="modality" select="."/>
        </xsl:if>
      </xsl:for-each>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="started" select="c:effectiveTime"/>
      <xsl:if test="count($act) = 1 and not(ehds:identified($act/c:id/@root, $act/c:id/@extension)[2])">
        <ehds:reference name="procedureReference" key="$act/c:id" type="Procedure"/>
      </xsl:if>
      <ehds:string name="description" select="c:text"/>
      <xsl:for-each select="$series"><xsl:call-template name="img-series"/></xsl:for-each>
    </ImagingStudy>
  </ehds:entry>
  <xsl:if test="not($id)">
    <ehds:note rule="img-study-unknown" severity="warning" select="." found="{c:id/@root} {c:id/@extension}"
        text="the study has no DICOM identifier: the ImagingStudy has none either"/>
  </xsl:if>
  <xsl:for-each select="$series/c:entryRelationship/c:observation[c:text/c:reference/@value]">
    <xsl:call-template name="img-link">
      <xsl:with-param name="study" select="$key"/>
      <xsl:with-param name="key" select="concat($key, '|link|', position())"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- Context: act of a series. -->
<xsl:template name="img-series">
  <xsl:variable name="modality" select="c:code/c:qualifier[c:name/@code='121139']/c:value"/>
  <series>
    <ehds:string name="uid" select="c:id[1]/@root" absent="unknown"/>
    <xsl:choose>
      <xsl:when test="$modality/@code"><ehds:coding name="modality" select="$modality[1]"/></xsl:when>
      <xsl:otherwise><ehds:absent name="modality" reason="unknown"/></xsl:otherwise>
    </xsl:choose>
    <ehds:string name="description" select="c:text"/>
    <ehds:datetime name="started" select="c:effectiveTime"/>
    <xsl:for-each select="c:entryRelationship/c:observation">
      <instance>
        <ehds:string name="uid" select="c:id[1]/@root" absent="unknown"/>
        <xsl:choose>
          <xsl:when test="c:code/@code">
            <sopClass>
              <system value="urn:ietf:rfc:3986"/>
              <ehds:string name="code" select="concat('urn:oid:', c:code/@code)"/>
              <ehds:string name="display" select="c:code/@displayName"/>
            </sopClass>
          </xsl:when>
          <xsl:otherwise><ehds:absent name="sopClass" reason="unknown"/></xsl:otherwise>
        </xsl:choose>
      </instance>
      <ehds:note as="mapped" select="."/>
    </xsl:for-each>
    <ehds:note as="mapped" select="."/>
  </series>
</xsl:template>

<!-- Where an image can be had; context: observation of an image. -->
<xsl:template name="img-link">
  <xsl:param name="study"/>
  <xsl:param name="key"/>
  <ehds:entry name="entry" key="$key">
    <DocumentReference>
      <xsl:if test="c:id/@root">
        <identifier>
          <type>
            <coding>
              <system value="http://hl7.eu/fhir/imaging/CodeSystem/codesystem-missing-dicom-terminology"/>
              <code value="00080018"/>
            </coding>
          </type>
          <system value="urn:dicom:uid"/>
          <ehds:string name="value" select="concat('urn:oid:', c:id[1]/@root)" mark="no"/>
        </identifier>
      </xsl:if>
      <status value="current"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <content>
        <ehds:attachment name="attachment" select="c:text" mark="no"/>
      </content>
      <context>
        <ehds:reference name="related" key="$study" type="ImagingStudy"/>
      </context>
    </DocumentReference>
  </ehds:entry>
</xsl:template>

<!-- No catalogue: the documented service is the study. Context: serviceEvent. -->
<xsl:template name="img-study-of-event">
  <xsl:param name="key"/>
  <ehds:entry name="entry" key="$key">
    <ImagingStudy>
      <meta><profile value="{$img-profiles}ImagingStudyEuImaging"/></meta>
      <xsl:call-template name="img-regions">
        <xsl:with-param name="events" select="."/>
      </xsl:call-template>
      <xsl:call-template name="img-study-identifier">
        <xsl:with-param name="uid" select="string(c:id[@root and not(@extension)][1]/@root)"/>
      </xsl:call-template>
      <status value="unknown"/>
      <ehds:coding name="modality" select="c:code/c:translation[c:qualifier/c:name/@code='121139'][1]" mark="no"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="started" select="c:effectiveTime/c:low" mark="no"/>
    </ImagingStudy>
  </ehds:entry>
  <ehds:note rule="img-study-from-header" select="c:id[1]" severity="information" found="{c:id[1]/@root}"
      text="there is no catalogue of images: the study is the one that the header documents"/>
</xsl:template>

<!-- Regions that the header's service codes name (a translation with LOINC 39111-0, body site), each once;
  the guide knows ten. -->
<xsl:template name="img-regions">
  <xsl:param name="events"/>
  <xsl:variable name="named" select="$events/c:code/c:translation[c:qualifier/c:name/@code='39111-0']
      [ehds:lookup('anatomical-region', @code) != '']"/>
  <xsl:for-each select="$named">
    <xsl:variable name="code" select="@code"/>
    <xsl:if test="count(. | $named[@code=$code][1]) = 1">
      <extension url="{$img-profiles}AnatomicalRegionExtension">
        <valueCodeableConcept>
          <ehds:coding name="coding" select="." table="anatomical-region" mark="no"/>
        </valueCodeableConcept>
      </extension>
    </xsl:if>
  </xsl:for-each>
</xsl:template>

<!-- ==== Dose; context: section ================================================================= -->

<!-- The guide's dose is one text of one study (ObservationRadiationDoseEuImaging); what is measured in numbers
  stands beside it, as its members. The study is that of the act which the section belongs to, else the only
  one; where neither is told, there is no such text, and the measurements stand alone. -->
<xsl:template name="img-dose">
  <xsl:variable name="own" select="ancestor::c:section[1]//c:act[count(. | $studies) = count($studies)]"/>
  <xsl:variable name="study" select="$own[count($own) = 1] | $studies[not($own) and count($studies) = 1]"/>
  <xsl:variable name="place" select="count(preceding::c:section[c:code/@code='73569-6'])"/>
  <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
  <xsl:variable name="key">
    <xsl:for-each select="$studies">
      <xsl:if test="count(. | $study) = 1">study|<xsl:value-of select="position()"/></xsl:if>
    </xsl:for-each>
    <xsl:if test="not($studies) and count($documented) = 1">study|1</xsl:if>
    <xsl:if test="not($studies or $documented)">study|unknown</xsl:if>
  </xsl:variable>
  <xsl:if test="$text and string($key)">
    <ehds:entry name="entry" key="concat('dose|', $place)">
      <Observation>
        <meta><profile value="{$img-profiles}ObservationRadiationDoseEuImaging"/></meta>
        <status value="final"/>
        <code>
          <xsl:call-template name="img-code">
            <xsl:with-param name="code" select="'73569-6'"/>
          </xsl:call-template>
        </code>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <valueString value="{$text}"/>
        <xsl:for-each select="c:entry/c:observation">
          <xsl:call-template name="observation">
            <xsl:with-param name="name" select="'hasMember'"/>
          </xsl:call-template>
        </xsl:for-each>
        <ehds:reference name="derivedFrom" key="string($key)" type="ImagingStudy"/>
      </Observation>
    </ehds:entry>
  </xsl:if>
  <xsl:call-template name="img-entries">
    <xsl:with-param name="entries" select="c:entry[not($text and string($key) and c:observation)]"/>
  </xsl:call-template>
</xsl:template>
</xsl:stylesheet>
