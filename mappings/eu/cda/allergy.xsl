<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Allergies, and that none is known. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== AllergyIntolerance; context: allergy observation ===================================== -->

<!-- Never an allergy out of nothing: without substance and without a coded or written value there is nobody
  to warn of. -->
<xsl:template name="allergy">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="agent" select="c:participant[@typeCode='CSM']/c:participantRole/c:playingEntity"/>
  <xsl:variable name="words" select="normalize-space(($agent/c:code/@displayName | $agent/c:name |
      c:value[not($agent)]/@displayName)[1])"/>
  <xsl:choose>
    <xsl:when test="c:value/@codeSystem=$absent-unknown">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:value"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="c:code/@codeSystem=$absent-unknown">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:code"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="@negationInd='true' and not($agent) and not(c:value/@code) and
            ehds:lookup('no-known-allergy', c:code/@code)">
      <xsl:call-template name="allergy-absence">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:code"/>
        <xsl:with-param name="table" select="'no-known-allergy'"/>
      </xsl:call-template>
      <ehds:note rule="cda-allergy-denied" select="c:code" found="{c:code/@code}"
          text="a negated allergy without a substance: the kind of allergy that its code names is not known"/>
    </xsl:when>
    <!-- What is named "none" is none, whatever its code. -->
    <xsl:when test="ehds:lookup('none-word', translate($words, $upper, $lower))">
      <xsl:call-template name="allergy-to-nothing"/>
    </xsl:when>
    <xsl:when test="$agent/c:code[@code or c:translation/@code or ehds:text(.) != '']">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="$agent[1]/c:code[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="$agent/c:name[normalize-space()]">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="$agent[1]/c:name[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="c:value[@code or
            c:translation/@code][ehds:lookup('no-substance', @codeSystem, @code) = '']">
      <xsl:call-template name="allergy-to">
        <xsl:with-param name="name" select="$name"/>
        <xsl:with-param name="code" select="c:value[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="allergy-to-nothing"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="allergy-to-nothing">
  <ehds:note rule="cda-allergy-without-substance" severity="warning" select="." as="text"
      why="an allergy to nothing: no substance, no value" found="{c:value/@displayName}"
      text="an allergy without a substance is not carried as one; the narrative says what is meant"/>
</xsl:template>

<!-- The source says that no allergy is known, or that nothing is known of allergies. -->
<xsl:template name="allergy-absence">
  <xsl:param name="name"/>
  <xsl:param name="code"/>
  <xsl:param name="table"/>
  <ehds:entry name="{$name}">
    <AllergyIntolerance>
      <meta><profile value="{$profile-allergy}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'clinicalStatus'"/>
        <xsl:with-param name="system"
            select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'"/>
        <xsl:with-param name="code" select="'active'"/>
      </xsl:call-template>
      <ehds:concept name="code" select="$code" table="{$table}"/>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
    </AllergyIntolerance>
  </ehds:entry>
</xsl:template>

<xsl:template name="allergy-to">
  <xsl:param name="name"/>
  <xsl:param name="code"/>
  <ehds:entry name="{$name}">
    <AllergyIntolerance>
      <meta><profile value="{$profile-allergy}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="allergy-status"/>
      <xsl:if test="ehds:lookup('allergy-type', c:code/@code)">
        <ehds:code name="type" select="c:code" table="allergy-type"/>
      </xsl:if>
      <xsl:if test="ehds:lookup('allergy-category', c:code/@code)">
        <ehds:code name="category" select="c:code" table="allergy-category"/>
      </xsl:if>
      <ehds:code name="criticality" select="c:entryRelationship/c:observation[c:code/@code='82606-5']/c:value"
          table="allergy-criticality"/>
      <xsl:call-template name="concept">
        <xsl:with-param name="node" select="$code"/>
        <xsl:with-param name="absent" select="'unknown'"/>
      </xsl:call-template>
      <ehds:reference name="patient" key="'patient'" type="Patient"/>
      <ehds:datetime name="onsetDateTime" select="c:effectiveTime[1]"/>
      <xsl:for-each select="c:author[1]">
        <ehds:datetime name="recordedDate" select="c:time"/>
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'recorder'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:entryRelationship[@typeCode='MFST']/c:observation">
        <xsl:call-template name="reaction"/>
      </xsl:for-each>
      <xsl:call-template name="comments"/>
    </AllergyIntolerance>
  </ehds:entry>
</xsl:template>

<xsl:template name="allergy-status">
  <xsl:choose>
    <xsl:when test="ehds:lookup('allergy-clinical',
            c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value/@code)">
      <ehds:concept name="clinicalStatus"
          select="c:entryRelationship/c:observation[c:code/@code='33999-4']/c:value"
          table="allergy-clinical"/>
    </xsl:when>
    <xsl:when test="../../c:statusCode/@code='active'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'clinicalStatus'"/>
        <xsl:with-param name="system"
            select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical'"/>
        <xsl:with-param name="code" select="'active'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise><ehds:absent name="clinicalStatus" reason="unknown"/></xsl:otherwise>
  </xsl:choose>
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <xsl:call-template name="coded">
        <xsl:with-param name="name" select="'verificationStatus'"/>
        <xsl:with-param name="system"
            select="'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification'"/>
        <xsl:with-param name="code" select="'refuted'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <ehds:concept name="verificationStatus"
          select="c:entryRelationship/c:observation[c:code/@code='66455-7']/c:value/@code"
          table="allergy-verification"/>
      <ehds:note as="mapped" select="c:entryRelationship/c:observation[c:code/@code='66455-7']"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Context: the observation of a reaction. One that is negated did not happen. -->
<xsl:template name="reaction">
  <xsl:choose>
    <xsl:when test="@negationInd='true'">
      <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no reaction that did not happen"
          severity="warning" text="a negated reaction: carried in the narrative only"/>
    </xsl:when>
    <xsl:otherwise>
      <reaction>
        <xsl:call-template name="code-or-text">
          <xsl:with-param name="name" select="'manifestation'"/>
          <xsl:with-param name="node" select="c:value[1]"/>
        </xsl:call-template>
        <ehds:datetime name="onset" select="c:effectiveTime[1]"/>
        <ehds:code name="severity" select="c:entryRelationship/c:observation[c:code/@code='SEV']/c:value"
            table="reaction-severity"/>
      </reaction>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
