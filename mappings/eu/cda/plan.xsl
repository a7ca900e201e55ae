<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What is planned. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<!-- ==== CarePlan; context: section =========================================================== -->

<!-- Recommended vaccines stand beside the plan (immunization-recommendation), everything else is its
  activity or goal. -->
<xsl:template name="care-plan">
  <xsl:param name="name" select="'entry'"/>
  <xsl:variable name="parts" select="c:entry/*[not(c:templateId/@root=$recommended-vaccine)]"/>
  <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
  <xsl:if test="$parts or ($text and not(c:entry) and
          not(ehds:lookup('placeholder', translate($text, $upper, $lower))))">
    <ehds:entry name="{$name}" key="'care-plan'">
      <CarePlan>
        <xsl:if test="$profile-care-plan"><meta><profile value="{$profile-care-plan}"/></meta></xsl:if>
        <status value="active"/>
        <intent value="plan"/>
        <ehds:string name="title" select="c:title" mark="no"/>
        <xsl:if test="not(c:entry)"><ehds:string name="description" select="c:text" mark="no"/></xsl:if>
        <ehds:reference name="subject" key="'patient'" type="Patient"/>
        <ehds:datetime name="created" select="/c:ClinicalDocument/c:effectiveTime" mark="no"/>
        <xsl:for-each select="$parts">
          <xsl:call-template name="planned"/>
        </xsl:for-each>
      </CarePlan>
    </ehds:entry>
  </xsl:if>
</xsl:template>

<!-- What was done is no activity to come; everything else in a plan is planned, also where the mood says
  EVN but the act still runs. -->
<xsl:template name="planned">
  <xsl:choose>
    <xsl:when test="self::c:procedure and @moodCode='EVN' and c:statusCode/@code='completed'">
      <activity>
        <xsl:call-template name="procedure">
          <xsl:with-param name="name" select="'outcomeReference'"/>
        </xsl:call-template>
      </activity>
    </xsl:when>
    <xsl:when test="@moodCode='GOL'"><xsl:call-template name="goal"/></xsl:when>
    <xsl:when test="self::c:substanceAdministration">
      <activity><xsl:call-template name="medication-request"/></activity>
    </xsl:when>
    <xsl:when test="self::c:encounter">
      <activity><xsl:call-template name="appointment"/></activity>
    </xsl:when>
    <xsl:when test="self::c:supply">
      <activity><xsl:call-template name="device-request"/></activity>
    </xsl:when>
    <xsl:when test="self::c:observation or self::c:procedure or self::c:act">
      <activity><xsl:call-template name="service-request"/></activity>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<!-- status and intent of a request; context: the planned act. -->
<xsl:template name="request-state">
  <ehds:code name="status" select="c:statusCode" table="request-status" default="active"/>
  <xsl:choose>
    <xsl:when test="@moodCode='EVN'">
      <intent value="plan"/>
      <ehds:note rule="cda-plan-mood" severity="warning" select="." found="EVN" expected="INT"
          text="an act of the plan that has not been done says that it happened: it is carried as planned"/>
    </xsl:when>
    <xsl:otherwise>
      <ehds:code name="intent" select="@moodCode" table="request-intent" default="plan"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="service-request">
  <ehds:entry name="reference">
    <ServiceRequest>
      <xsl:call-template name="identifier"/>
      <xsl:call-template name="request-state"/>
      <xsl:if test="c:priorityCode/@code">
        <ehds:code name="priority" select="c:priorityCode" table="request-priority"/>
      </xsl:if>
      <xsl:call-template name="code-or-text"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="occurrencePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
      </xsl:choose>
      <ehds:datetime name="authoredOn" select="c:author[1]/c:time"/>
      <xsl:for-each select="c:author[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'requester'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:performer[1]">
        <xsl:call-template name="actor">
          <xsl:with-param name="name" select="'performer'"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:call-template name="reasons"/>
      <ehds:concept name="bodySite" select="c:targetSiteCode"/>
      <xsl:call-template name="comments"/>
    </ServiceRequest>
  </ehds:entry>
</xsl:template>

<!-- Hooks of a prescription: order, device-order (context: the request), which write what only an order has; then nothing
  is said of it here. -->
<xsl:template name="order"/>
<xsl:template name="device-order"/>

<xsl:template name="medication-request">
  <xsl:param name="name" select="'reference'"/>
  <xsl:param name="profile" select="$profile-medication-request"/>
  <xsl:param name="medication-profile" select="'http://hl7.eu/fhir/base/StructureDefinition/medication-eu-core'"/>
  <xsl:param name="order" select="false()"/>
  <ehds:entry name="{$name}">
    <MedicationRequest>
      <meta><profile value="{$profile}"/></meta>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="c:statusCode/@code='nullified'"><status value="entered-in-error"/></xsl:when>
        <xsl:when test="c:statusCode/@code='aborted' or c:statusCode/@code='cancelled'">
          <status value="cancelled"/>
        </xsl:when>
        <xsl:when test="c:statusCode/@code='suspended' or c:statusCode/@code='held'">
          <status value="on-hold"/>
        </xsl:when>
        <xsl:otherwise><status value="active"/></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="@negationInd='true'"><doNotPerform value="true"/></xsl:if>
      <xsl:call-template name="medication">
        <xsl:with-param name="profile" select="$medication-profile"/>
      </xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="$order"><xsl:call-template name="order"/></xsl:when>
        <xsl:otherwise>
          <ehds:code name="intent" select="@moodCode" table="request-intent" default="plan"/>
          <ehds:datetime name="authoredOn" select="c:author[1]/c:time"/>
          <xsl:for-each select="c:author[1]">
            <xsl:call-template name="actor">
              <xsl:with-param name="name" select="'requester'"/>
            </xsl:call-template>
          </xsl:for-each>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
      <xsl:if test="c:effectiveTime or c:routeCode or c:doseQuantity or
              c:entryRelationship/c:substanceAdministration">
        <xsl:call-template name="dosages">
          <xsl:with-param name="name" select="'dosageInstruction'"/>
        </xsl:call-template>
      </xsl:if>
    </MedicationRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="device-request">
  <xsl:param name="name" select="'reference'"/>
  <xsl:param name="order" select="false()"/>
  <ehds:entry name="{$name}">
    <DeviceRequest>
      <xsl:call-template name="identifier"/>
      <xsl:choose>
        <xsl:when test="$order"><xsl:call-template name="device-order"/></xsl:when>
        <xsl:otherwise><xsl:call-template name="request-state"/></xsl:otherwise>
      </xsl:choose>
      <xsl:choose>
        <xsl:when test="c:participant[@typeCode='DEV']/c:participantRole/c:playingDevice/c:code">
          <xsl:call-template name="code-or-text">
            <xsl:with-param name="name" select="'codeCodeableConcept'"/>
            <xsl:with-param name="node"
                select="c:participant[@typeCode='DEV'][1]/c:participantRole/c:playingDevice/c:code[1]"/>
          </xsl:call-template>
        </xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="code-or-text">
            <xsl:with-param name="name" select="'codeCodeableConcept'"/>
          </xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:choose>
        <xsl:when test="c:effectiveTime/c:low/@value or c:effectiveTime/c:high/@value">
          <ehds:period name="occurrencePeriod" select="c:effectiveTime[1]"/>
        </xsl:when>
        <xsl:otherwise><ehds:datetime name="occurrenceDateTime" select="c:effectiveTime[1]"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="reasons"/>
      <xsl:call-template name="comments"/>
    </DeviceRequest>
  </ehds:entry>
</xsl:template>

<xsl:template name="goal">
  <ehds:entry name="goal">
    <Goal>
      <xsl:call-template name="identifier"/>
      <lifecycleStatus value="proposed"/>
      <xsl:call-template name="code-or-text">
        <xsl:with-param name="name" select="'description'"/>
      </xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <target><ehds:date name="dueDate" select="c:effectiveTime"/></target>
      <xsl:call-template name="comments"/>
    </Goal>
  </ehds:entry>
</xsl:template>

<!-- A meeting that is planned. R4 lets only proposed ones go without start and end (app-3), and CDA gives
  days. -->
<xsl:template name="appointment">
  <ehds:entry name="reference">
    <Appointment>
      <xsl:call-template name="identifier"/>
      <status value="proposed"/>
      <ehds:concept name="serviceType" select="c:code"/>
      <xsl:call-template name="comments">
        <xsl:with-param name="place" select="'comment'"/>
      </xsl:call-template>
      <participant>
        <ehds:reference name="actor" key="'patient'" type="Patient"/>
        <status value="needs-action"/>
      </participant>
      <xsl:for-each select="c:performer/c:assignedEntity[c:id/@extension or c:assignedPerson/c:name]">
        <participant>
          <xsl:call-template name="role">
            <xsl:with-param name="name" select="'actor'"/>
          </xsl:call-template>
          <status value="needs-action"/>
        </participant>
      </xsl:for-each>
      <xsl:for-each select="c:participant[@typeCode='LOC']/c:participantRole[c:playingEntity/c:name or
              c:addr[not(@nullFlavor)]]">
        <participant>
          <ehds:entry name="actor"
              key="concat('place|', c:id/@root, '|', c:id/@extension, '|', c:playingEntity/c:name)"
              shared="yes">
            <Location>
              <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/location-eu-core"/></meta>
              <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) or @root]"/>
              <ehds:orgname name="name" select="c:playingEntity/c:name[1]"/>
              <ehds:concept name="type" select="c:code"/>
              <ehds:telecom name="telecom" select="c:telecom"/>
              <ehds:address name="address" select="c:addr[1]"/>
            </Location>
          </ehds:entry>
          <status value="needs-action"/>
        </participant>
      </xsl:for-each>
      <xsl:if test="c:effectiveTime[@value or c:low/@value or c:high/@value]">
        <requestedPeriod>
          <ehds:datetime name="start" select="c:effectiveTime[1]"/>
          <xsl:choose>
            <xsl:when test="c:effectiveTime/@value">
              <ehds:datetime name="end" select="c:effectiveTime/@value"/>
            </xsl:when>
            <xsl:otherwise><ehds:datetime name="end" select="c:effectiveTime/c:high"/></xsl:otherwise>
          </xsl:choose>
        </requestedPeriod>
      </xsl:if>
    </Appointment>
  </ehds:entry>
</xsl:template>
</xsl:stylesheet>
