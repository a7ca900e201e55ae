<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Laboratory results of CDA R2 as IHE XD-LAB shapes them: observations, batteries, isolates, specimens; part
  of lab-document.xsl.

  * A battery or an isolate is an Observation with its parts as hasMember.
  * A previous result (REFR) is an Observation of its own with its own date, told of by workflow-
    supportingInfo; it is no member and no result of
    this report.
  * A time is the statement's own, else that of the battery around it, else that which all its parts share,
    else that of the only
    collection; a previous result takes no other's time.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds" exclude-result-prefixes="c xsi">

<!-- specimen: key of the specimen of the act; kits, performers, collections (their times), time: what is
  around the result, handed down; previous: a result of another day. A battery may have a specimen of its
  own (component/procedure). -->
<xsl:template match="c:observation | c:organizer" mode="lab-result">
  <xsl:param name="name" select="'hasMember'"/>
  <xsl:param name="place"/>
  <xsl:param name="specimen"/>
  <xsl:param name="kits" select="/.."/>
  <xsl:param name="performers" select="/.."/>
  <xsl:param name="collections" select="/.."/>
  <xsl:param name="time" select="/.."/>
  <xsl:param name="previous" select="false()"/>
  <xsl:variable name="isolate" select="c:specimen/c:specimenRole"/>
  <xsl:variable name="collection" select="c:component/c:procedure"/>
  <xsl:variable name="performer" select="c:performer/c:assignedEntity[c:assignedPerson or c:id/@extension
      or c:representedOrganization]"/>
  <xsl:variable name="nearest" select="$performer | $performers[not($performer)]"/>
  <xsl:variable name="collected" select="$collection/c:effectiveTime | $collections[not($collection)]"/>
  <xsl:variable name="told" select="self::c:organizer/c:effectiveTime[@value or c:low/@value
      or c:high/@value][1]"/>
  <xsl:variable name="kit" select="$kits | c:participant[@typeCode='DEV']/c:participantRole"/>
  <xsl:variable name="own">
    <xsl:choose>
      <xsl:when test="count($collection)=1">specimen|<xsl:value-of select="$place"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$specimen"/></xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <ehds:entry name="{$name}" key="concat('result|', $place)">
    <Observation>
      <meta><profile
          value="http://hl7.eu/fhir/laboratory/StructureDefinition/Observation-resultslab-eu-lab"/></meta>
      <xsl:for-each select="$kit"><xsl:call-template name="lab-kit"/></xsl:for-each>
      <xsl:for-each select="c:entryRelationship[@typeCode='REFR']/c:observation[not(@negationInd='true')]">
        <extension url="http://hl7.org/fhir/StructureDefinition/workflow-supportingInfo">
          <xsl:apply-templates select="." mode="lab-result">
            <xsl:with-param name="name" select="'valueReference'"/>
            <xsl:with-param name="place" select="concat($place, '.r', position())"/>
            <xsl:with-param name="previous" select="true()"/>
          </xsl:apply-templates>
        </extension>
      </xsl:for-each>
      <xsl:call-template name="identifier"/>
      <ehds:code name="status" select="c:statusCode" table="observation-status" default="unknown"/>
      <category>
        <coding>
          <system value="http://terminology.hl7.org/CodeSystem/observation-category"/>
          <code value="laboratory"/>
        </coding>
      </category>
      <xsl:call-template name="lab-code"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:call-template name="lab-effective">
        <xsl:with-param name="around" select="$time"/>
        <xsl:with-param name="collection" select="$collected"/>
        <xsl:with-param name="previous" select="$previous"/>
      </xsl:call-template>
      <xsl:call-template name="lab-performers">
        <xsl:with-param name="who" select="$nearest | $laboratory[not($nearest) and not($previous)]"/>
      </xsl:call-template>
      <xsl:call-template name="lab-value"/>
      <ehds:concept name="interpretation" select="c:interpretationCode" table="interpretation"/>
      <xsl:call-template name="comments"/>
      <xsl:for-each select="c:component/c:act[c:code/@code='48767-8']">
        <note><ehds:text name="text" select="c:text"/></note>
        <ehds:note as="mapped" select="."/>
      </xsl:for-each>
      <ehds:concept name="bodySite" select="c:targetSiteCode[1]"/>
      <ehds:concept name="method" select="c:methodCode[1]" table="technique"/>
      <xsl:if test="c:methodCode[2]">
        <ehds:note rule="cda-method-second" severity="warning" select="c:methodCode[2]"
            found="{ehds:text(c:methodCode[2])}"
            text="a second method: FHIR has room for one"/>
      </xsl:if>
      <xsl:if test="string($own)"><ehds:reference name="specimen" key="string($own)"
          type="Specimen"/></xsl:if>
      <xsl:apply-templates select="c:referenceRange/c:observationRange" mode="lab-range"/>
      <xsl:for-each select="c:component/*[self::c:observation
          or self::c:organizer][not(@negationInd='true')] |
          c:entryRelationship[@typeCode='COMP']/c:observation[not(@negationInd='true')]">
        <xsl:apply-templates select="." mode="lab-result">
          <xsl:with-param name="place" select="concat($place, '.', position())"/>
          <xsl:with-param name="specimen">
            <xsl:choose>
              <xsl:when test="$isolate">isolate|<xsl:value-of select="$place"/></xsl:when>
              <xsl:otherwise><xsl:value-of select="$own"/></xsl:otherwise>
            </xsl:choose>
          </xsl:with-param>
          <xsl:with-param name="kits" select="$kit"/>
          <xsl:with-param name="performers" select="$nearest"/>
          <xsl:with-param name="collections" select="$collected"/>
          <xsl:with-param name="time" select="$told | $time[not($told)]"/>
        </xsl:apply-templates>
      </xsl:for-each>
    </Observation>
  </ehds:entry>
  <xsl:apply-templates select="$isolate" mode="lab-isolate">
    <xsl:with-param name="key" select="concat('isolate|', $place)"/>
    <xsl:with-param name="parent" select="$own"/>
  </xsl:apply-templates>
  <xsl:if test="count($collection)=1">
    <xsl:apply-templates select="$collection" mode="lab-specimen">
      <xsl:with-param name="key" select="string($own)"/>
    </xsl:apply-templates>
  </xsl:if>
  <xsl:apply-templates select="(c:component | c:entryRelationship)/c:observation[@negationInd='true']"
      mode="lab-negated"/>
  <xsl:call-template name="lab-check"/>
</xsl:template>

<!-- R4 has no negated observation, and the value alone would say the opposite. -->
<xsl:template match="c:observation" mode="lab-negated">
  <ehds:note rule="cda-negated" select="." as="text" why="FHIR R4 has no negated observation"
      severity="warning"
      text="a negated observation: carried in the narrative only"/>
</xsl:template>

<!-- ==== Parts of a result ====================================================================== -->

<!-- A battery without a code: its name is the chapter's, as text only. An isolate without one answers which
  organism was found (LOINC 41852-5, of no method and no kind of specimen). -->
<xsl:template name="lab-code">
  <xsl:variable name="section" select="ancestor::c:section[1]"/>
  <xsl:choose>
    <xsl:when test="self::c:observation or c:code[@code or c:translation/@code or @displayName
        or ehds:text(.) != '']">
      <xsl:call-template name="code-or-text"/>
    </xsl:when>
    <xsl:when test="c:specimen/c:specimenRole/c:specimenPlayingEntity/c:code">
      <code>
        <coding>
          <system value="http://loinc.org"/>
          <code value="41852-5"/>
          <display value="Microorganism or agent identified in Specimen"/>
        </coding>
      </code>
    </xsl:when>
    <xsl:otherwise>
      <code>
        <extension url="http://hl7.org/fhir/StructureDefinition/data-absent-reason"><valueCode
            value="unknown"/></extension>
        <ehds:string name="text" select="$section/c:title | $section[not(c:title)]/c:code/@displayName"
            mark="no"/>
      </code>
      <ehds:note rule="cda-battery-without-code" severity="warning" select="." as="mapped"
          text="a battery without a code: it is called as its chapter is, without a coding"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="lab-effective">
  <xsl:param name="around"/>
  <xsl:param name="collection"/>
  <xsl:param name="previous"/>
  <xsl:variable name="parts" select=".//c:observation[parent::c:component]/c:effectiveTime/@value"/>
  <xsl:choose>
    <xsl:when test="c:effectiveTime[c:low/@value or c:high/@value]">
      <ehds:period name="effectivePeriod" select="c:effectiveTime[1]"/>
    </xsl:when>
    <xsl:when test="c:effectiveTime or $previous">
      <ehds:datetime name="effectiveDateTime" select="c:effectiveTime[1]" absent="unknown"/>
    </xsl:when>
    <xsl:when test="$around/@value"><ehds:datetime name="effectiveDateTime" select="$around[1]"
        mark="no"/></xsl:when>
    <xsl:when test="$around"><ehds:period name="effectivePeriod" select="$around[1]" mark="no"/></xsl:when>
    <xsl:when test="$parts and not($parts != $parts[1])"><ehds:datetime name="effectiveDateTime"
        select="$parts[1]" mark="no"/></xsl:when>
    <xsl:when test="not($parts) and count($collection)=1 and $collection/@value">
      <ehds:datetime name="effectiveDateTime" select="$collection" mark="no"/>
    </xsl:when>
    <xsl:when test="not($parts) and count($collection)=1 and $collection[c:low/@value or c:high/@value]">
      <ehds:period name="effectivePeriod" select="$collection" mark="no"/>
    </xsl:when>
    <xsl:otherwise><ehds:absent name="effectiveDateTime" reason="unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The nearest performer; else the laboratory that the header names for the service. Nobody is said to
  have made a previous result. -->
<xsl:variable name="laboratory" select="$event/c:performer/c:assignedEntity[c:assignedPerson
    or c:id/@extension
    or c:representedOrganization]"/>
<xsl:template name="lab-performers">
  <xsl:param name="who"/>
  <xsl:for-each select="$who">
    <xsl:call-template name="party">
      <xsl:with-param name="name" select="'performer'"/>
    </xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not($who)"><ehds:absent name="performer" reason="unknown"/></xsl:if>
</xsl:template>

<!-- LAB closes value[x]: no integer, no boolean. -->
<xsl:template name="lab-value">
  <xsl:variable name="organism" select="c:specimen/c:specimenRole/c:specimenPlayingEntity/c:code"/>
  <xsl:variable name="xsi" select="c:value[1]/@xsi:type"/>
  <xsl:variable name="after" select="substring-after($xsi, ':')"/>
  <xsl:variable name="type" select="concat($after, substring($xsi, 1, string-length($xsi) * not($after)))"/>
  <xsl:choose>
    <xsl:when test="self::c:organizer and $organism">
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="'valueCodeableConcept'"/>
        <xsl:with-param name="node" select="$organism[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="self::c:organizer and c:component/*[self::c:observation
        or self::c:organizer][not(@negationInd='true')]"/>
    <xsl:when test="($type='CD' or $type='CE' or $type='CV' or $type='CO') and c:value[1][@code
        or c:translation/@code or ehds:text(.) != '']">
      <xsl:call-template name="concept">
        <xsl:with-param name="name" select="'valueCodeableConcept'"/>
        <xsl:with-param name="node" select="c:value[1]"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:when test="($type='INT' or $type='REAL') and c:value[1]/@value">
      <ehds:quantity name="valueQuantity" select="c:value[1]" unit="1"/>
    </xsl:when>
    <xsl:when test="$type='BL' and c:value[1]/@value"><ehds:string name="valueString"
        select="c:value[1]/@value"/></xsl:when>
    <xsl:when test="starts-with($type, 'RTO') and c:value[1][c:numerator/@value and c:denominator/@value]">
      <valueRatio>
        <ehds:quantity name="numerator" select="c:value[1]/c:numerator" unit="1"/>
        <ehds:quantity name="denominator" select="c:value[1]/c:denominator" unit="1"/>
      </valueRatio>
    </xsl:when>
    <xsl:when test="$type='PQ' and c:value[1]/@value and ehds:decimal(c:value[1]/@value) = ''">
      <ehds:string name="valueString" select="concat(c:value[1]/@value, ' ', c:value[1]/@unit)"/>
      <ehds:note rule="cda-value-no-number" severity="warning" select="." as="mapped"
          found="{c:value[1]/@value}"
          text="a quantity whose value is no number: carried as text"/>
    </xsl:when>
    <xsl:when test="c:value[1][@value or c:low or c:high or c:center or c:numerator or normalize-space()
        or c:reference]">
      <ehds:value name="value" select="c:value[1]"/>
    </xsl:when>
    <xsl:when test="c:value/@nullFlavor">
      <ehds:concept name="dataAbsentReason" select="c:value[1]/@nullFlavor" table="data-absent"/>
    </xsl:when>
    <xsl:otherwise><ehds:concept name="dataAbsentReason" select="'UNK'"
        table="data-absent"/></xsl:otherwise>
  </xsl:choose>
  <xsl:if test="c:value[2]">
    <ehds:note rule="cda-value-second" severity="warning" select="c:value[2]"
        found="{c:value[2]/@value}{c:value[2]/@code} {c:value[2]/@unit}"
        text="a second value of one result: carried in the narrative only"/>
  </xsl:if>
</xsl:template>

<!-- A limit that does not belong to the range itself cannot be told by low and high, which do: the text
  says it. -->
<xsl:template match="c:observationRange" mode="lab-range">
  <referenceRange>
    <ehds:quantity name="low" select="c:value/c:low[@value]"/>
    <ehds:quantity name="high" select="c:value/c:high[@value]"/>
    <xsl:choose>
      <xsl:when test="c:interpretationCode/@code='N'">
        <type>
          <coding>
            <system value="http://terminology.hl7.org/CodeSystem/referencerange-meaning"/>
            <code value="normal"/>
          </coding>
        </type>
      </xsl:when>
      <xsl:otherwise><ehds:concept name="type" select="c:interpretationCode"
          table="interpretation"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="ehds:text(c:text) != ''"><ehds:string name="text" select="c:text"/></xsl:when>
      <xsl:when test="c:value/*[@inclusive='false']">
        <text>
          <xsl:attribute name="value">
            <xsl:for-each select="c:value/c:low[@value]">
              <xsl:choose><xsl:when
                  test="@inclusive='false'">&gt; </xsl:when><xsl:otherwise>&gt;= </xsl:otherwise></xsl:choose>
              <xsl:value-of select="concat(@value, ' ', @unit)"/>
            </xsl:for-each>
            <xsl:if test="c:value/c:low/@value and c:value/c:high/@value">, </xsl:if>
            <xsl:for-each select="c:value/c:high[@value]">
              <xsl:choose><xsl:when
                  test="@inclusive='false'">&lt; </xsl:when><xsl:otherwise>&lt;= </xsl:otherwise></xsl:choose>
              <xsl:value-of select="concat(@value, ' ', @unit)"/>
            </xsl:for-each>
          </xsl:attribute>
        </text>
      </xsl:when>
      <xsl:when test="not(c:value/c:low/@value or c:value/c:high/@value)"><ehds:string name="text"
          select="c:value"/></xsl:when>
    </xsl:choose>
  </referenceRange>
</xsl:template>

<!-- The test kit, told of by the result or by the act around it; context: participantRole. A GS1 carrier
  names its parts: (01) device, (10) lot. -->
<xsl:template name="lab-kit">
  <xsl:variable name="carrier" select="c:id[@root='2.51.1.1'][1]/@extension"/>
  <extension url="http://hl7.eu/fhir/laboratory/StructureDefinition/observation-deviceLabTestKit">
    <ehds:entry name="valueReference"
        key="concat('kit|', c:id/@root, '|', c:id/@extension, '|', ehds:text(c:playingDevice/c:code), '|',
        c:playingDevice/c:manufacturerModelName)" shared="yes">
      <Device>
        <ehds:identifier name="identifier" select="c:id[not(@nullFlavor) and @root!='2.51.1.1']"/>
        <xsl:if test="$carrier">
          <udiCarrier>
            <xsl:choose>
              <xsl:when test="starts-with($carrier, '(01)')">
                <deviceIdentifier
                    value="{substring-before(concat(substring-after($carrier, '(01)'), '('), '(')}"/>
                <carrierHRF value="{$carrier}"/>
              </xsl:when>
              <xsl:otherwise><deviceIdentifier value="{$carrier}"/></xsl:otherwise>
            </xsl:choose>
            <issuer value="http://hl7.org/fhir/NamingSystem/gs1-di"/>
          </udiCarrier>
        </xsl:if>
        <xsl:if test="contains($carrier, ')') and contains($carrier, '(10)')">
          <lotNumber value="{substring-before(concat(substring-after($carrier, '(10)'), '('), '(')}"/>
        </xsl:if>
        <ehds:string name="modelNumber" select="c:playingDevice/c:manufacturerModelName"/>
        <xsl:for-each select="c:playingDevice/c:code">
          <xsl:call-template name="concept">
            <xsl:with-param name="name" select="'type'"/>
            <xsl:with-param name="node" select="."/>
          </xsl:call-template>
        </xsl:for-each>
      </Device>
    </ehds:entry>
  </extension>
</xsl:template>

<!-- ==== Specimens ============================================================================== -->

<!-- Context: procedure that took a specimen. -->
<xsl:template match="c:procedure" mode="lab-specimen">
  <xsl:param name="key"/>
  <xsl:variable name="role" select="c:participant[@typeCode='PRD']/c:participantRole"/>
  <xsl:variable name="collectors"
      select="$header/c:participant[c:functionCode/@code=$collector-code]/c:associatedEntity"/>
  <ehds:entry key="$key">
    <Specimen>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Specimen-eu-lab"/></meta>
      <xsl:for-each select="$role/c:id[not(@nullFlavor) or @root]"><xsl:call-template
          name="specimen-identifier"/></xsl:for-each>
      <ehds:concept name="type" select="$role/c:playingEntity/c:code" table="specimen-type"
          absent="unknown"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:datetime name="receivedTime"
          select="c:entryRelationship/c:act[c:code/@code='SPRECEIVE'][1]/c:effectiveTime"/>
      <collection>
        <xsl:choose>
          <xsl:when test="c:performer/c:assignedEntity">
            <xsl:for-each select="c:performer[1]/c:assignedEntity">
              <xsl:call-template name="role">
                <xsl:with-param name="name" select="'collector'"/>
              </xsl:call-template>
            </xsl:for-each>
          </xsl:when>
          <xsl:when test="count($collectors)=1">
            <xsl:for-each select="$collectors">
              <xsl:call-template name="role">
                <xsl:with-param name="name" select="'collector'"/>
              </xsl:call-template>
            </xsl:for-each>
          </xsl:when>
        </xsl:choose>
        <xsl:choose>
          <xsl:when test="c:effectiveTime[c:low/@value or c:high/@value]">
            <ehds:period name="collectedPeriod" select="c:effectiveTime[1]"/>
          </xsl:when>
          <xsl:otherwise><ehds:datetime name="collectedDateTime"
              select="c:effectiveTime[1]"/></xsl:otherwise>
        </xsl:choose>
        <xsl:if test="not(c:code/@code='SPECCOLLECT')"><ehds:concept name="method"
            select="c:code"/></xsl:if>
        <ehds:concept name="bodySite" select="(c:targetSiteCode | c:approachSiteCode)[1]"/>
      </collection>
      <xsl:call-template name="comments"/>
    </Specimen>
  </ehds:entry>
  <xsl:call-template name="acts-unread"/>
</xsl:template>

<!-- Hooks: an identifier of a specimen; the function code of who took the specimen. -->
<xsl:template name="specimen-identifier"><ehds:identifier name="identifier" select="."/></xsl:template>
<xsl:variable name="collector-code" select="''"/>

<!-- What was grown from a specimen; context: specimenRole of a cluster. -->
<xsl:template match="c:specimenRole" mode="lab-isolate">
  <xsl:param name="key"/>
  <xsl:param name="parent"/>
  <ehds:entry key="$key">
    <Specimen>
      <meta><profile value="http://hl7.eu/fhir/laboratory/StructureDefinition/Specimen-eu-lab"/></meta>
      <xsl:for-each select="c:id[not(@nullFlavor) or @root]"><xsl:call-template
          name="specimen-identifier"/></xsl:for-each>
      <type>
        <coding>
          <system value="http://snomed.info/sct"/>
          <code value="119303007"/>
          <display value="Microbial isolate"/>
        </coding>
      </type>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:if test="string($parent)"><ehds:reference name="parent" key="string($parent)"
          type="Specimen"/></xsl:if>
    </Specimen>
  </ehds:entry>
</xsl:template>

<!-- ==== A source that contradicts itself ======================================================= -->

<!-- What is coded stands; a row of the narrative that does not have the coded number is reported, never
  read. -->
<xsl:template name="lab-check">
  <xsl:variable name="row"
      select="ehds:target(c:code/c:originalText/c:reference/@value)/ancestor-or-self::c:tr[1]"/>
  <xsl:variable name="said" select="translate(normalize-space($row), ', &#160;', '.')"/>
  <xsl:variable name="coded" select="c:value[1]/@value | c:value[1]/c:low/@value
      | c:value[1]/c:high/@value"/>
  <xsl:if test="self::c:observation and translate($said, translate($said, '0123456789', ''), '') != ''">
    <xsl:for-each select="$coded[not(contains($said, .))][1]">
      <ehds:note rule="cda-value-narrative" severity="warning" select=".." found="{.}"
          expected="{normalize-space($row)}"
          text="the narrative gives another number than the code: kept as coded"/>
    </xsl:for-each>
    <xsl:for-each select="c:referenceRange/c:observationRange/c:value[c:low/@value
        and c:low/@value = c:high/@value]">
      <ehds:note rule="cda-range-narrative" severity="warning" select="."
          found="{c:low/@value} - {c:high/@value}" expected="{normalize-space($row)}"
          text="a reference range of one point; the narrative may know better: kept as coded"/>
    </xsl:for-each>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
