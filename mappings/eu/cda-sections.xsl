<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The sections of a CDA document in the slots of a European one, for every guide that keeps them flat. A
  section that only holds sections is opened. The frame that includes this says with variables

    slot-table        name of the country's table: section template or LOINC code to the guide's LOINC code
    narrative-alone   whether the guide lets a section be narrative only; else an emptyReason says that
                      there are no entries

  and the country writes what the entries of a section become (template section-entries). A section of
  which nothing is told is "unavailable": nothing that is missing may be called known to be absent. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ehds="urn:ehds:mapping:1"
    extension-element-prefixes="ehds"
    exclude-result-prefixes="c h">

<!-- All that say something themselves, in the order of the document. -->
<xsl:variable name="sections"
    select="/c:ClinicalDocument/c:component/c:structuredBody/c:component/c:section/descendant-or-self::c:section
        [c:text or c:entry or not(c:component)]"/>

<!-- |11450-4||48765-2| ...: the slots of all of them. -->
<xsl:variable name="slots">
  <xsl:for-each select="$sections">
    <xsl:value-of select="concat('|', ehds:lookup($slot-table, c:templateId/@root | c:code/@code), '|')"/>
  </xsl:for-each>
</xsl:variable>

<!-- The country's table knows section templates and LOINC codes; templates stand first in a section and win.
  A slot is filled once: further sections of it give their title, text and entries to the first. -->
<xsl:template name="sections">
  <xsl:for-each select="$sections">
    <xsl:variable name="slot" select="ehds:lookup($slot-table, c:templateId/@root | c:code/@code)"/>
    <xsl:variable name="mark" select="concat('|', $slot, '|')"/>
    <xsl:choose>
      <xsl:when test="$slot and contains(substring-after($slots, $mark), $mark)">
        <xsl:variable name="same"
            select="$sections[ehds:lookup($slot-table, c:templateId/@root | c:code/@code) = $slot]"/>
        <xsl:if test="count(. | $same[1]) = 1">
          <xsl:call-template name="section">
            <xsl:with-param name="slot" select="$slot"/>
            <xsl:with-param name="also" select="$same[position() &gt; 1]"/>
          </xsl:call-template>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise>
        <xsl:call-template name="section">
          <xsl:with-param name="slot" select="$slot"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
</xsl:template>

<!-- slot: the LOINC code that the section gets; '' keeps the source's. The source's code stays beside it,
  unless it is that of another slot: a section is in one slot only. -->
<xsl:template name="section">
  <xsl:param name="slot"/>
  <xsl:param name="also" select="/.."/>
  <section>
    <xsl:choose>
      <xsl:when test="c:title"><ehds:string name="title" select="c:title" absent="unknown"/></xsl:when>
      <xsl:otherwise><ehds:string name="title" select="c:code/@displayName" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="$slot">
        <code>
          <coding>
            <system value="http://loinc.org"/>
            <code value="{$slot}"/>
            <ehds:string name="display" select="ehds:display($slot-table, $slot)"/>
          </coding>
          <xsl:if test="c:code/@code != $slot and ehds:lookup($slot-table, c:code/@code) != c:code/@code">
            <ehds:coding name="coding" select="c:code"/>
          </xsl:if>
          <ehds:string name="text" select="c:code/@displayName"/>
        </code>
      </xsl:when>
      <xsl:otherwise><ehds:concept name="code" select="c:code" absent="unknown"/></xsl:otherwise>
    </xsl:choose>
    <xsl:variable name="texts"
        select="(c:text | $also/c:text)[normalize-space() or descendant::c:renderMultiMedia]"/>
    <xsl:choose>
      <xsl:when test="$texts">
        <ehds:narrative select="$texts | $also/c:title"/>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="no-text-said"/></xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="section-entries">
      <xsl:with-param name="slot" select="$slot"/>
    </xsl:call-template>
    <xsl:for-each select="$also">
      <xsl:call-template name="section-entries">
        <xsl:with-param name="slot" select="$slot"/>
      </xsl:call-template>
    </xsl:for-each>
    <xsl:if test="not($narrative-alone and $texts)"><ehds:empty reason="unavailable"/></xsl:if>
    <xsl:for-each select="c:entry | $also/c:entry">
      <xsl:for-each select="c:observation | c:procedure | c:substanceAdministration | c:supply | c:encounter
          | c:act/c:entryRelationship/c:observation | c:organizer/c:component/*">
        <xsl:call-template name="date-check"/>
      </xsl:for-each>
    </xsl:for-each>
  </section>
</xsl:template>

<!-- Hook; context: section. -->
<xsl:template name="section-entries">
  <xsl:param name="slot"/>
</xsl:template>

<!-- A mandatory section, if the source does not have it. Context: ClinicalDocument. -->
<xsl:template name="section-missing">
  <xsl:param name="slot"/>
  <xsl:param name="title"/>
  <xsl:if test="not(contains($slots, concat('|', $slot, '|')))">
    <section>
      <title value="{$title}"/>
      <code>
        <coding>
          <system value="http://loinc.org"/>
          <code value="{$slot}"/>
          <ehds:string name="display" select="ehds:display($slot-table, $slot)"/>
        </coding>
      </code>
      <xsl:call-template name="no-text-said"/>
      <ehds:empty reason="unavailable"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:variable name="no-text" select="'No information available'"/>
<xsl:template name="no-text-said">
  <text>
    <status value="empty"/>
    <h:div><h:p><xsl:value-of select="$no-text"/></h:p></h:div>
  </text>
</xsl:template>
</xsl:stylesheet>
