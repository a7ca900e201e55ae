<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What European reports made of CDA documents share (laboratory, imaging, discharge): files, orders, and what of the
  header a report has no place for.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c h">

<!-- A file: DocumentReference, and the bytes once, in a Binary; data: ED. -->
<xsl:template name="report-file">
  <xsl:param name="key"/>
  <xsl:param name="id"/>
  <xsl:param name="type"/>
  <xsl:param name="title"/>
  <xsl:param name="data"/>
  <ehds:entry name="entry" key="$key">
    <DocumentReference>
      <ehds:identifier name="identifier" select="$id" mark="no"/>
      <status value="current"/>
      <ehds:concept name="type" select="$type" mark="no"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <content>
        <xsl:choose>
          <xsl:when test="$data/c:reference">
            <ehds:attachment name="attachment" select="$data" title="{normalize-space($title)}"/>
          </xsl:when>
          <xsl:otherwise>
            <ehds:attachment name="attachment" select="$data" title="{normalize-space($title)}"
                url="{ehds:id(concat($key, '|data'), 'Binary')}"/>
          </xsl:otherwise>
        </xsl:choose>
      </content>
    </DocumentReference>
  </ehds:entry>
  <xsl:if test="not($data/c:reference)">
    <ehds:entry key="concat($key, '|data')">
      <Binary><ehds:binary select="$data"/></Binary>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- A body that is a file, as a section; code: LOINC, by default that of additional documentation. Context:
  nonXMLBody. -->
<xsl:template name="file-section">
  <xsl:param name="code" select="'77599-9'"/>
  <xsl:variable name="document" select="/c:ClinicalDocument"/>
  <section>
    <ehds:string name="title" select="$document/c:title" absent="unknown" mark="no"/>
    <code>
      <coding>
        <system value="http://loinc.org"/>
        <code value="{$code}"/>
      </coding>
    </code>
    <text>
      <status value="generated"/>
      <h:div><h:p><xsl:value-of select="($document/c:title[normalize-space()] | $document/c:code/@code)[last()]"/></h:p></h:div>
    </text>
    <xsl:call-template name="report-file">
      <xsl:with-param name="key" select="'file|body'"/>
      <xsl:with-param name="id" select="$document/c:id"/>
      <xsl:with-param name="type" select="$document/c:code"/>
      <xsl:with-param name="title" select="$document/c:title"/>
      <xsl:with-param name="data" select="c:text"/>
    </xsl:call-template>
  </section>
</xsl:template>

<!-- ==== Orders ================================================================================= -->

<!-- Who referred the patient belongs to the order. -->
<xsl:variable name="referrer" select="/c:ClinicalDocument/c:participant[@typeCode='REF']
    [c:associatedEntity/c:associatedPerson or c:associatedEntity/c:id/@extension][1]"/>

<!-- What an order says beside its identifiers; context: order. CDA does not say how far it has got. -->
<xsl:template name="order-body">
  <status value="unknown"/>
  <intent value="order"/>
  <xsl:if test="c:priorityCode/@code"><ehds:code name="priority" select="c:priorityCode"
      table="request-priority"/></xsl:if>
  <ehds:concept name="code" select="c:code"/>
  <ehds:reference name="subject" key="'patient'" type="Patient"/>
  <xsl:for-each select="$referrer/c:associatedEntity">
    <xsl:call-template name="role">
      <xsl:with-param name="name" select="'requester'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="referrer-without-order">
  <xsl:if test="$referrer and not(/c:ClinicalDocument/c:inFulfillmentOf/c:order[c:id[not(@nullFlavor)]])">
    <ehds:note rule="cda-referrer-without-order" select="$referrer" severity="information"
        text="who referred the patient is not carried: there is no order to tell it of"/>
  </xsl:if>
</xsl:template>

<!-- ==== What has no place; contexts: consent, informationRecipient ============================= -->

<!-- R4 gives the Composition no place for a consent. -->
<xsl:template match="c:consent" mode="report-left">
  <ehds:note rule="cda-consent" severity="information" select="."
      found="{c:code/@code} {c:code/@displayName}"
      text="a consent that the header tells of is not carried: a report has no place for it"/>
</xsl:template>

<!-- To whom the source was sent is not to whom the result goes. -->
<xsl:template match="c:informationRecipient" mode="report-left">
  <ehds:note rule="cda-recipient" severity="information" select="."
      found="{c:intendedRecipient/c:id/@extension}"
      text="a recipient of the source document is not carried"/>
</xsl:template>
</xsl:stylesheet>
