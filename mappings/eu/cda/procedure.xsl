<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Procedures and devices. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== Procedure; context: procedure ======================================================== -->

<!-- function: SNOMED CT code of what a performer is, where a profile asks for it. -->
<xsl:template name="procedure">
  <xsl:param name="name" select="'entry'"/>
  <xsl:param name="function"/>
  <ehds:entry name="{$name}">
    <Procedure>
      <meta><profile value="{$profile-procedure}"/></meta>
      <xsl:for-each select="c:methodCode[@code or c:translation/@code or ehds:text(.) != '']">
        <extension url="http://hl7.org/fhir/StructureDefinition/procedure-method">
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'valueCodeableConcept'"/>
            <xsl:with-param name="node" select="."/>
          </xsl:call-template>
        </extension>
      </xsl:for-each>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="c:code/@codeSystem=$absent-unknown"><status value="unknown"/></xsl:when>
        <xsl:when test="@negationInd='true'"><status value="not-done"/></xsl:when>
        <xsl:otherwise>
          <ehds:code name="status" select="c:statusCode" table="procedure-status" default="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="code-or-text"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="performedPeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="performedDateTime" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:for-each select="c:author[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:performer/c:assignedEntity[c:id/@extension or c:assignedPerson/c:name]">
        <performer>
          <xsl:if test="$function">
            <xsl:call-template name="coded">
              <xsl:with-param name="name" select="'function'"/>
              <xsl:with-param name="system" select="'http://snomed.info/sct'"/>
              <xsl:with-param name="code" select="$function"/>
            </xsl:call-template>
          </xsl:if>
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <xsl:for-each select="c:participant[@typeCode='RESP']/c:participantRole[c:id/@extension or c:playingEntity/c:name]">
        <performer>
          <ehds:concept name="function" select="c:code" absent="unknown"/>
          <xsl:call-template name="playing-person">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
        </performer>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode"/>
      <xsl:if test="c:approachSiteCode/@code">
        <note>
          <text value="{concat($approach, normalize-space(concat(c:approachSiteCode/@displayName, ' (',
                  c:approachSiteCode/@code, ')')))}"/>
        </note>
      </xsl:if>
      <xsl:call-template name="comments"/>
      <xsl:for-each select="c:participant[@typeCode='DEV']/c:participantRole">
        <xsl:call-template name="device">
          <xsl:with-param name="name" select="'usedReference'"/>
        </xsl:call-template>
      </xsl:for-each>
    </Procedure>
  </ehds:entry>
</xsl:template>

<xsl:variable name="approach" select="'Approach: '"/>

<!-- ==== DeviceUseStatement; context: supply ================================================== -->

<xsl:template name="device-use">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="end" select="c:effectiveTime/c:high/@value"/>
  <ehds:entry name="{$name}">
    <DeviceUseStatement>
      <meta><profile value="{$profile-device-use}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="@moodCode!='EVN'"><status value="intended"/></xsl:when>
        <xsl:when test="$end and number(substring(concat($end, '1231'), 1, 8)) &lt; number($today)">
          <status value="completed"/>
        </xsl:when>
        <xsl:otherwise><status value="active"/></xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="timingPeriod" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:datetime name="timingDateTime" select="c:effectiveTime[1]" absent="unknown"/>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="recordedOn" select="c:author[1]/c:time"/>
      <xsl:choose>
        <xsl:when test="c:participant[@typeCode='DEV']/c:participantRole">
          <xsl:for-each select="c:participant[@typeCode='DEV'][1]/c:participantRole[1]">
            <xsl:call-template name="device">
              <xsl:with-param name="name" select="'device'"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise>
          <ehds:entry name="device">
            <Device>
              <meta><profile value="{$profile-device}"/></meta>
              <ehds:concept name="type" select="c:code" absent="unknown"/>
              <ehds:reference name="patient" key="'patient'" type="Patient"/>
            </Device>
          </ehds:entry>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode[1]"/>
      <xsl:call-template name="comments"/>
    </DeviceUseStatement>
  </ehds:entry>
</xsl:template>

<!-- Context: participantRole of a device. -->
<xsl:template name="device">
  <xsl:param name="name"/>
  <ehds:entry name="{$name}">
    <Device>
      <meta><profile value="{$profile-device}"/></meta>
      <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root]"/>
      <xsl:for-each select="c:id[@root='2.51.1.1']">
        <udiCarrier>
          <ehds:string name="deviceIdentifier" select="@extension"/>
          <issuer value="http://hl7.org/fhir/NamingSystem/gs1-di"/>
        </udiCarrier>
      </xsl:for-each>
      <xsl:for-each select="c:playingDevice[1]">
        <ehds:string name="modelNumber" select="c:manufacturerModelName"/>
        <xsl:call-template name="concept">
          <xsl:with-param name="name" select="'type'"/>
        </xsl:call-template>
      </xsl:for-each>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
    </Device>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
