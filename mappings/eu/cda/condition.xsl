<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Problems and documents that they refer to. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== Condition; context: problem observation ============================================== -->

<xsl:template name="condition">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="category"/>
  <ehds:entry name="{$name}" key="concat(c:id/@root, '|', c:id/@extension, '|', c:value/@code)">
    <Condition>
      <meta><profile value="{$profile-condition}"/></meta>
      <xsl:call-template name="identifier"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:value/@codeSystem=$absent-unknown">
          <ehds:concept name="code" select="c:value"/>
        </xsl:when>
        <xsl:when test="c:code/@codeSystem=$absent-unknown">
          <ehds:concept name="code" select="c:code"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="condition-status">
            <xsl:with-param name="category" select="$category"/>
          </xsl:call-template>
          <ehds:concept name="severity"
              select="c:entryRelationship/c:observation[c:code/@code='SEV']/c:value[1]"/>
          <xsl:call-template name="code-or-text">
            <xsl:with-param name="node" select="c:value[1]"/>
          </xsl:call-template>
          <ehds:concept name="bodySite" select="c:targetSiteCode"/>
          <ehds:datetime name="onsetDateTime" select="c:effectiveTime[1]"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="recordedDate" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:if test="c:reference or c:entryRelationship/c:observation[c:code/@code='11323-3']">
        <evidence>
          <xsl:for-each select="c:entryRelationship/c:observation[c:code/@code='11323-3']">
            <xsl:call-template name="observation">
              <xsl:with-param name="name" select="'detail'"/>
            </xsl:call-template>
          </xsl:for-each>
          <xsl:for-each select="c:reference/c:externalDocument">
            <xsl:call-template name="external-document">
              <xsl:with-param name="name" select="'detail'"/>
            </xsl:call-template>
          </xsl:for-each>
        </evidence>
      </xsl:if>
      <xsl:call-template name="comments"/>
    </Condition>
  </ehds:entry>
</xsl:template>

<!-- The status as it is said; else a problem that has an end is resolved, and one whose concern is active
  is active. An end beside a status that says active cannot stand (FHIR R4, con-4). -->
<xsl:template name="condition-status">
  <xsl:param name="category"/>
  <xsl:variable name="status"
      select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value/@code"/>
  <xsl:variable name="end" select="c:effectiveTime/c:high/@value"/>
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'verificationStatus'"/>
        <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-ver-status'"/>
        <xsl:with-param name="code" select="'refuted'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:choose>
        <xsl:when test="$status">
          <ehds:concept name="clinicalStatus"
              select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value"
              table="condition-clinical"/>
        </xsl:when>
        <xsl:when test="$end">
          <xsl:call-template name="coded">
            <xsl:with-param name="name" select="'clinicalStatus'"/>
            <xsl:with-param name="system"
                select="'http://terminology.hl7.org/CodeSystem/condition-clinical'"/>
            <xsl:with-param name="code" select="'resolved'"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:when test="../../c:statusCode/@code='active'">
          <xsl:call-template name="coded">
            <xsl:with-param name="name" select="'clinicalStatus'"/>
            <xsl:with-param name="system"
                select="'http://terminology.hl7.org/CodeSystem/condition-clinical'"/>
            <xsl:with-param name="code" select="'active'"/>
          </xsl:call-template>
        </xsl:when>
      </xsl:choose>
      <ehds:concept name="verificationStatus"
          select="c:entryRelationship/c:observation[c:code/@code='66455-7']/c:value"
          table="condition-verification"/>
      <xsl:if test="$category">
        <xsl:call-template name="coded">
          <xsl:with-param name="name" select="'category'"/>
          <xsl:with-param name="system" select="'http://terminology.hl7.org/CodeSystem/condition-category'"/>
          <xsl:with-param name="code" select="$category"/>
        </xsl:call-template>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="$end">
    <xsl:choose>
      <xsl:when test="contains(' active recurrence relapse 55561003 255227004 ', concat(' ', $status,
              ' ')) and $status">
        <ehds:note rule="cda-status-against-end" severity="warning" select="c:effectiveTime/c:high"
            found="{$end}"
            text="a problem with an end is said to be active: the end is not carried (FHIR R4, con-4)"/>
      </xsl:when>
      <xsl:otherwise><ehds:datetime name="abatementDateTime" select="c:effectiveTime/c:high"/></xsl:otherwise>
    </xsl:choose>
  </xsl:if>
</xsl:template>

<!-- A document elsewhere; context: externalDocument. -->
<xsl:template name="external-document">
  <xsl:param name="name"/>
  <xsl:variable name="url" select="c:text/c:reference/@value"/>
  <xsl:if test="$url">
    <xsl:if test="substring($url, string-length($url) - 3) = '.pdf' and
            c:text/@mediaType != 'application/pdf'">
      <ehds:note rule="cda-media-type" severity="warning" select="c:text" found="{c:text/@mediaType}"
          expected="application/pdf" text="the media type does not fit the name of the document"/>
    </xsl:if>
    <ehds:entry name="{$name}" key="concat('external|', $url)" shared="yes">
      <DocumentReference>
        <status value="current"/>
        <ehds:identifier name="masterIdentifier" select="c:id[not(@nullFlavor)][1]"/>
        <ehds:concept name="type" select="c:code"/>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <content><ehds:attachment name="attachment" select="c:text"/></content>
      </DocumentReference>
    </ehds:entry>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
