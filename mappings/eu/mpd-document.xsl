<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The frame of European prescriptions and dispensations (HL7 Europe MPD 1.0.0 with IHE MPD). The guide has resources and no
  document: its examples are collections. So a CDA document becomes a collection Bundle: a MedicationRequest for each line,
  a DeviceRequest for each device, a MedicationDispense for each supply; and a DocumentReference that is the source document:
  its header, the narrative of all sections, the files that it carries, and what it says of the patient beside the lines.

  What an entry becomes follows from its class and mood, which all countries share, not from its section. Hooks that a
  country overrides: order-hints (what its documents say of a line or of the whole prescription), dosage-words,
  substitution-check, and the variable dispenser-words. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:c="urn:hl7-org:v3" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="c">

<xsl:variable name="header" select="/descendant::c:ClinicalDocument[1]"/>
<xsl:variable name="mpd" select="'http://hl7.eu/fhir/mpd/StructureDefinition/'"/>
<xsl:variable name="r5" select="'http://hl7.org/fhir/5.0/StructureDefinition/extension-'"/>
<xsl:variable name="dosage-bounds" select="true()"/>
<xsl:variable name="sections" select="$header/c:component/c:structuredBody/descendant::c:section"/>

<!-- The documented act, of which identifier and time are those of the prescription; other events say what kind it is of. -->
<xsl:variable name="events" select="$header/c:documentationOf/c:serviceEvent"/>
<xsl:variable name="act" select="($events[c:id[not(@nullFlavor) or @extension]] | $events[c:code/@code = $header/c:code/@code])[1]"/>
<xsl:variable name="kinds" select="$events[c:code/@code != $header/c:code/@code and not(c:id)]/c:code"/>

<xsl:template match="/">
  <xsl:for-each select="$header">
    <Bundle>
      <ehds:identifier name="identifier" select="c:id" absent="refuse"/>
      <type value="collection"/>
      <ehds:instant name="timestamp" select="c:effectiveTime" absent="refuse"/>
      <xsl:for-each select="$sections/c:entry/c:substanceAdministration[@moodCode != 'EVN']">
        <xsl:call-template name="medication-request">
          <xsl:with-param name="name" select="''"/>
          <xsl:with-param name="profile" select="concat($mpd, 'MedicationRequest-eu-mpd')"/>
          <xsl:with-param name="medication-profile" select="concat($mpd, 'Medication-eu-mpd')"/>
          <xsl:with-param name="order" select="true()"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$sections/c:entry/c:supply[@moodCode != 'EVN'][not(c:product)]">
        <xsl:call-template name="device-request">
          <xsl:with-param name="name" select="''"/>
          <xsl:with-param name="order" select="true()"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="$sections/c:entry/c:supply[@moodCode = 'EVN']">
        <xsl:call-template name="dispense"/>
      </xsl:for-each>
      <xsl:call-template name="source-document"/>
    </Bundle>
    <xsl:if test="not($sections/c:entry/c:substanceAdministration[@moodCode != 'EVN'] | $sections/c:entry/c:supply[@moodCode = 'EVN']
        | $sections/c:entry/c:supply[@moodCode != 'EVN'][not(c:product)])">
      <ehds:note rule="cda-no-line" severity="warning" select="."
          text="the document has no line that is an order or a supply: there is its text only"/>
    </xsl:if>
  </xsl:for-each>
</xsl:template>

<!-- ==== The source document; context: ClinicalDocument ========================================= -->

<xsl:template name="source-document">
  <ehds:entry key="'document'">
    <DocumentReference>
      <ehds:string name="language" select="c:languageCode/@code"/>
      <ehds:narrative select="$sections/c:text[normalize-space() or descendant::c:renderMultiMedia]"/>
      <ehds:identifier name="masterIdentifier" select="c:id" absent="refuse"/>
      <ehds:identifier name="identifier" select="c:setId"/>
      <status value="current"/>
      <docStatus value="final"/>
      <ehds:concept name="type" select="c:code"/>
      <xsl:call-template name="patient">
        <xsl:with-param name="profile" select="'http://hl7.eu/fhir/base/StructureDefinition/patient-eu-core'"/>
      </xsl:call-template>
      <ehds:instant name="date" select="c:effectiveTime" absent="refuse"/>
      <xsl:for-each select="c:author/c:assignedAuthor">
        <xsl:call-template name="party"><xsl:with-param name="name" select="'author'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:legalAuthenticator[1]/c:assignedEntity">
        <xsl:call-template name="role"><xsl:with-param name="name" select="'authenticator'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="(c:custodian/c:assignedCustodian/c:representedCustodianOrganization)[1]">
        <xsl:call-template name="organization"><xsl:with-param name="name" select="'custodian'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="c:relatedDocument[@typeCode='RPLC' or @typeCode='APND' or @typeCode='XFRM']">
        <relatesTo>
          <ehds:code name="code" select="@typeCode" table="document-relationship"/>
          <target><ehds:identifier name="identifier" select="c:parentDocument/c:id[1]" absent="unknown"/></target>
        </relatesTo>
      </xsl:for-each>
      <ehds:string name="description" select="c:title"/>
      <ehds:concept name="securityLabel" select="c:confidentialityCode"/>
      <xsl:call-template name="source-content"/>
      <context>
        <xsl:for-each select="(c:componentOf/c:encompassingEncounter)[1]"><xsl:call-template name="encounter"/></xsl:for-each>
        <ehds:concept name="event" select="$events/c:code"/>
        <ehds:period name="period" select="$act/c:effectiveTime"/>
        <xsl:for-each select="$act/c:performer/c:assignedEntity | c:participant[@typeCode='CON' or @typeCode='PRF']/c:associatedEntity
            | c:authenticator/c:assignedEntity | c:legalAuthenticator[position() &gt; 1]/c:assignedEntity">
          <xsl:call-template name="role"><xsl:with-param name="name" select="'related'"/></xsl:call-template>
        </xsl:for-each>
        <xsl:for-each select="$sections/c:entry/c:observation
            | $sections/c:entry/c:organizer[not(c:component/c:observationMedia)]/c:component/c:observation">
          <xsl:call-template name="source-observation"/>
        </xsl:for-each>
        <ehds:note as="mapped" select="$sections/c:entry/c:organizer[c:component]"/>
      </context>
    </DocumentReference>
  </ehds:entry>
  <xsl:for-each select="$sections/c:entry/descendant::c:observationMedia[not(c:value/c:reference)]">
    <ehds:entry select="." key="concat('file|', position())"><Binary><ehds:binary select="c:value"/></Binary></ehds:entry>
  </xsl:for-each>
</xsl:template>

<!-- The files that the document carries; without any, what the document is. A file's kind is an observation beside it. -->
<xsl:template name="source-content">
  <xsl:variable name="files" select="$sections/c:entry/descendant::c:observationMedia"/>
  <xsl:for-each select="$files">
    <xsl:variable name="before" select="count(preceding::c:observationMedia[not(c:value/c:reference)][ancestor::c:entry]) + 1"/>
    <content>
      <xsl:choose>
        <xsl:when test="c:value/c:reference">
          <ehds:attachment name="attachment" select="c:value" title="{normalize-space(ancestor::c:section[1]/c:title)}"/>
        </xsl:when>
        <xsl:otherwise>
          <ehds:attachment name="attachment" select="c:value" title="{normalize-space(ancestor::c:section[1]/c:title)}"
              url="{ehds:id(concat('file|', $before), 'Binary')}"/>
        </xsl:otherwise>
      </xsl:choose>
    </content>
    <ehds:note as="mapped" select="parent::c:component/parent::c:organizer/c:component/c:observation"/>
  </xsl:for-each>
  <xsl:if test="not($files)">
    <content>
      <attachment>
        <contentType value="text/xml"/>
        <ehds:string name="language" select="c:languageCode/@code"/>
        <ehds:string name="title" select="c:title"/>
        <ehds:datetime name="creation" select="c:effectiveTime"/>
      </attachment>
    </content>
  </xsl:if>
</xsl:template>

<xsl:template name="source-observation">
  <xsl:choose>
    <xsl:when test="ancestor::c:section[1]/c:code/@code='8716-3'">
      <xsl:call-template name="observation">
        <xsl:with-param name="name" select="'related'"/>
        <xsl:with-param name="category" select="'vital-signs'"/>
        <xsl:with-param name="profile" select="'http://hl7.org/fhir/StructureDefinition/vitalsigns'"/>
      </xsl:call-template>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="observation"><xsl:with-param name="name" select="'related'"/></xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== What orders of medicines and of devices have; context: substanceAdministration, supply ==== -->

<!-- A line of this document has its author, time and number of prescription. One that a dispensation quotes is of
  another document: it has what it says itself, or what refers to it. -->
<xsl:template name="order-common">
  <xsl:variable name="quoted" select="ancestor::c:supply[1]"/>
  <xsl:variable name="item" select="ancestor::c:substanceAdministration[parent::c:entryRelationship/parent::c:supply][1]"/>
  <xsl:variable name="group" select="(c:reference | $item/c:reference)/c:externalDocument/c:id
      | $header[$quoted]/c:inFulfillmentOf/c:order/c:id | $act[not($quoted)]/c:id"/>
  <intent value="order"/>
  <xsl:if test="not($quoted) and $header/c:componentOf/c:encompassingEncounter">
    <ehds:reference name="encounter" key="'encounter'" type="Encounter"/>
  </xsl:if>
  <ehds:identifier name="identifier" select="$item/c:id[not(@nullFlavor) or @extension]"/>
  <xsl:choose>
    <xsl:when test="$quoted">
      <ehds:datetime name="authoredOn" select="((c:author | $item/c:author)/c:time)[@value][1]" absent="unknown"/>
      <xsl:variable name="by" select="((c:author | $item/c:author)/c:assignedAuthor)[c:id/@extension
          or c:assignedPerson or c:representedOrganization][1]"/>
      <xsl:for-each select="$by">
        <xsl:call-template name="party"><xsl:with-param name="name" select="'requester'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:if test="not($by)"><ehds:absent name="requester" reason="unknown"/></xsl:if>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="written"><xsl:with-param name="name" select="'authoredOn'"/></xsl:call-template>
      <xsl:call-template name="author-of"><xsl:with-param name="name" select="'requester'"/></xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:choose>
    <xsl:when test="$group[not(@nullFlavor) or @extension]">
      <ehds:identifier name="groupIdentifier" select="$group[not(@nullFlavor) or @extension][1]" mark="no"/>
    </xsl:when>
    <xsl:when test="not($quoted)"><ehds:identifier name="groupIdentifier" select="$header/c:id" mark="no"/></xsl:when>
  </xsl:choose>
  <xsl:for-each select="c:entryRelationship/c:act[c:code/@code='FINSTRUCT']">
    <xsl:call-template name="dispenser-note"><xsl:with-param name="words" select="$dispenser-words"/></xsl:call-template>
  </xsl:for-each>
</xsl:template>

<!-- When it was written: the time of its author, else of the document's, else that of the document. -->
<xsl:template name="written">
  <xsl:param name="name"/>
  <xsl:variable name="own" select="c:author/c:time[@value]"/>
  <xsl:variable name="whole" select="$header[not($own)]/c:author/c:time[@value]"/>
  <ehds:datetime name="{$name}" absent="unknown" mark="no" select="($own | $whole | $header[not($own | $whole)]/c:effectiveTime)[1]"/>
</xsl:template>

<!-- Who wrote the line, else who wrote the document. Of nobody it is said that nobody is known. -->
<xsl:template name="author-of">
  <xsl:param name="name"/>
  <xsl:variable name="own" select="c:author/c:assignedAuthor[c:id/@extension or c:assignedPerson or c:representedOrganization]"/>
  <xsl:variable name="by" select="($own | $header[not($own)]/c:author/c:assignedAuthor[c:id/@extension or c:assignedPerson/c:name
      or c:assignedAuthoringDevice or c:representedOrganization])[1]"/>
  <xsl:for-each select="$by">
    <xsl:call-template name="party"><xsl:with-param name="name" select="$name"/></xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not($by)"><ehds:absent name="{$name}" reason="unknown"/></xsl:if>
</xsl:template>

<!-- A placeholder says nothing. $words: what stands before a text that is not for everybody. Context: act. -->
<xsl:template name="dispenser-note">
  <xsl:param name="words"/>
  <xsl:variable name="text" select="normalize-space(ehds:text(c:text))"/>
  <xsl:if test="$text and not(string-length($text) &lt; 30 and ehds:lookup('placeholder', translate($text, $upper, $lower)))">
    <note>
      <text value="{concat($words, $text)}"/>
    </note>
  </xsl:if>
</xsl:template>
<xsl:variable name="dispenser-words" select="''"/>

<xsl:template name="order-hints"/>

<!-- Context: act; for a country that knows how its narrative says yes and no. -->
<xsl:template name="substitution-check"/>

<!-- ==== A line of a prescription; context: substanceAdministration =============================== -->

<xsl:template name="order">
  <xsl:variable name="quoted" select="ancestor::c:supply[1]"/>
  <xsl:call-template name="order-common"/>
  <xsl:call-template name="order-hints"/>
  <xsl:if test="c:effectiveTime[1][c:low/@value or c:high/@value]">
    <extension url="{$r5}MedicationRequest.effectiveDosePeriod">
      <ehds:period name="valuePeriod" select="c:effectiveTime[1]"/>
    </extension>
  </xsl:if>
  <xsl:call-template name="rendered-dosage"/>
  <xsl:if test="not($quoted)"><ehds:reference name="supportingInformation" key="'document'" type="DocumentReference"/></xsl:if>
  <xsl:if test="not(c:doseQuantity | c:effectiveTime[c:comp or c:period or c:event] | c:entryRelationship/c:substanceAdministration)">
    <xsl:variable name="words"><xsl:call-template name="dosage-words"/></xsl:variable>
    <xsl:if test="not(normalize-space($words))">
      <ehds:note rule="cda-dosage-narrative" severity="warning" select="."
          text="no dosage is coded, and none stands where the narrative has it: the text of the document alone can say it"/>
    </xsl:if>
  </xsl:if>
  <dispenseRequest>
    <ehds:period name="validityPeriod" select="$act[not($quoted)]/c:effectiveTime" mark="no"/>
    <xsl:choose>
      <xsl:when test="c:repeatNumber/@value = floor(c:repeatNumber/@value) and c:repeatNumber/@value &gt;= 0">
        <numberOfRepeatsAllowed value="{number(c:repeatNumber/@value)}"/>
      </xsl:when>
      <xsl:when test="c:repeatNumber[not(@nullFlavor)]">
        <ehds:note rule="cda-repeat-number" severity="warning" select="c:repeatNumber" found="{c:repeatNumber/@value}"
            text="a number of repeats that is none: how often the prescription may be repeated is not carried"/>
      </xsl:when>
    </xsl:choose>
    <xsl:for-each select="(c:entryRelationship/c:supply)[1]">
      <ehds:quantity name="quantity" select="c:quantity" table="edqm-unit"/>
      <ehds:note as="mapped" select="."/>
    </xsl:for-each>
    <xsl:for-each select="$header[not($quoted)]/c:participant[@typeCode='PRF'][1]/c:associatedEntity/c:scopingOrganization">
      <xsl:call-template name="organization"><xsl:with-param name="name" select="'performer'"/></xsl:call-template>
    </xsl:for-each>
  </dispenseRequest>
  <xsl:for-each select="(c:entryRelationship/c:act[c:code/@codeSystem=$substitution])[1]">
    <substitution>
      <xsl:choose>
        <xsl:when test="c:code/@code='N'"><allowedBoolean value="false"/></xsl:when>
        <xsl:otherwise><ehds:concept name="allowedCodeableConcept" select="c:code" absent="unknown"/></xsl:otherwise>
      </xsl:choose>
      <xsl:variable name="words" select="normalize-space(ehds:text(c:code/c:originalText))"/>
      <xsl:if test="$words"><reason><text value="{$words}"/></reason></xsl:if>
    </substitution>
    <xsl:call-template name="substitution-check"/>
    <ehds:note as="mapped" select="."/>
  </xsl:for-each>
</xsl:template>

<!-- The whole dosage in the words of the source, one line for each part; only where every part has words. -->
<xsl:template name="rendered-dosage">
  <xsl:variable name="parts" select="c:entryRelationship[@typeCode='COMP']/c:substanceAdministration"/>
  <xsl:variable name="lines">
    <xsl:for-each select="$parts | self::*[not($parts)]">
      <xsl:variable name="said"><xsl:call-template name="dosage-said"/></xsl:variable>
      <xsl:if test="position() &gt; 1"><xsl:text>&#10;</xsl:text></xsl:if>
      <xsl:choose>
        <xsl:when test="normalize-space($said)"><xsl:value-of select="normalize-space($said)"/></xsl:when>
        <xsl:otherwise>&#9;</xsl:otherwise>
      </xsl:choose>
    </xsl:for-each>
    <xsl:for-each select="c:entryRelationship/c:act[c:code/@code='PINSTRUCT']/c:text">
      <xsl:value-of select="concat('&#10;', normalize-space(ehds:text(.)))"/>
    </xsl:for-each>
  </xsl:variable>
  <xsl:if test="not(contains($lines, '&#9;'))">
    <extension url="{$r5}MedicationRequest.renderedDosageInstruction">
      <ehds:text name="valueMarkdown" select="string($lines)"/>
    </extension>
  </xsl:if>
</xsl:template>

<!-- HL7 v3 SubstanceAdminSubstitution. -->
<xsl:variable name="substitution" select="'2.16.840.1.113883.5.1070'"/>

<!-- ==== A device; context: supply ================================================================= -->

<!-- R4 has no amount, no repeats and no time of use of a device that is ordered: they are parameters. -->
<xsl:template name="device-order">
  <ehds:code name="status" select="c:statusCode" table="request-status" default="active"/>
  <xsl:call-template name="order-common"/>
  <xsl:call-template name="order-hints"/>
  <xsl:if test="c:quantity/@value">
    <parameter>
      <code><text value="quantity"/></code>
      <ehds:quantity name="valueQuantity" select="c:quantity" table="edqm-unit"/>
    </parameter>
  </xsl:if>
  <xsl:if test="c:repeatNumber/@value">
    <parameter>
      <code><text value="number of repeats allowed"/></code>
      <ehds:quantity name="valueQuantity" select="c:repeatNumber/@value"/>
    </parameter>
  </xsl:if>
  <xsl:if test="c:expectedUseTime/c:width/@value">
    <parameter>
      <code><text value="expected time of use"/></code>
      <ehds:quantity name="valueQuantity" select="c:expectedUseTime/c:width"/>
    </parameter>
  </xsl:if>
</xsl:template>

<!-- ==== A dispensation; context: supply ========================================================== -->

<xsl:template name="dispense">
  <xsl:variable name="prescribed" select="(c:entryRelationship[@typeCode='REFR']/c:substanceAdministration)[1]"/>
  <xsl:variable name="full" select="$prescribed[c:consumable/c:manufacturedProduct/*[not(@nullFlavor)]]
      | $prescribed/c:entryRelationship[@typeCode='REFR']/c:substanceAdministration"/>
  <ehds:entry>
    <MedicationDispense>
      <meta><profile value="{$mpd}MedicationDispense-eu-mpd"/></meta>
      <extension url="{$r5}MedicationDispense.recorded">
        <xsl:call-template name="written"><xsl:with-param name="name" select="'valueDateTime'"/></xsl:call-template>
      </extension>
      <xsl:call-template name="identifier"/>
      <ehds:code name="status" select="c:statusCode" table="dispense-status" default="completed"/>
      <xsl:call-template name="medication">
        <xsl:with-param name="profile" select="concat($mpd, 'Medication-eu-mpd')"/>
      </xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:reference name="supportingInformation" key="'document'" type="DocumentReference"/>
      <performer><xsl:call-template name="dispenser"/></performer>
      <xsl:choose>
        <xsl:when test="$full">
          <xsl:for-each select="$full[1]">
            <xsl:call-template name="medication-request">
              <xsl:with-param name="name" select="'authorizingPrescription'"/>
              <xsl:with-param name="profile" select="concat($mpd, 'MedicationRequest-eu-mpd')"/>
              <xsl:with-param name="medication-profile" select="concat($mpd, 'Medication-eu-mpd')"/>
              <xsl:with-param name="order" select="true()"/>
            </xsl:call-template>
          </xsl:for-each>
          <ehds:note as="mapped" select="$prescribed"/>
        </xsl:when>
        <xsl:otherwise>
          <xsl:for-each select="$prescribed/c:id[not(@nullFlavor) or @extension]">
            <authorizingPrescription>
              <type value="MedicationRequest"/>
              <ehds:identifier name="identifier" select="."/>
            </authorizingPrescription>
          </xsl:for-each>
          <ehds:note as="mapped" select="$prescribed"/>
          <xsl:for-each select="($prescribed/c:reference/c:externalDocument/c:id
              | $header/c:inFulfillmentOf/c:order/c:id[not($prescribed/c:reference/c:externalDocument/c:id)])[not(@nullFlavor) or @extension]">
            <supportingInformation><ehds:identifier name="identifier" select="." mark="no"/></supportingInformation>
          </xsl:for-each>
        </xsl:otherwise>
      </xsl:choose>
      <ehds:concept name="type" select="c:code"/>
      <ehds:quantity name="quantity" select="c:quantity[1]" table="edqm-unit" absent="unknown"/>
      <ehds:datetime name="whenHandedOver" select="c:effectiveTime"/>
      <xsl:for-each select="c:entryRelationship/c:act[c:code/@code='FINSTRUCT']"><xsl:call-template name="dispenser-note"/></xsl:for-each>
      <xsl:call-template name="comments"/>
      <xsl:call-template name="dispensed-dosage"/>
      <xsl:for-each select="(c:entryRelationship/c:act[c:code/@codeSystem=$substitution])[1]">
        <substitution>
          <wasSubstituted value="{not(@negationInd='true') and c:code/@code != 'N'}"/>
          <xsl:if test="not(@negationInd='true')"><ehds:concept name="type" select="c:code"/></xsl:if>
        </substitution>
        <ehds:note as="mapped" select="."/>
      </xsl:for-each>
    </MedicationDispense>
  </ehds:entry>
</xsl:template>

<!-- Who handed it over: of the supply, else of the documented act, else the author. -->
<xsl:template name="dispenser">
  <xsl:variable name="by" select="(c:performer/c:assignedEntity
      | $act[not(current()/c:performer/c:assignedEntity)]/c:performer/c:assignedEntity)
      [c:id/@extension or c:assignedPerson/c:name or c:representedOrganization][1]"/>
  <xsl:for-each select="$by">
    <xsl:call-template name="party"><xsl:with-param name="name" select="'actor'"/></xsl:call-template>
  </xsl:for-each>
  <xsl:if test="not($by)">
    <xsl:call-template name="author-of"><xsl:with-param name="name" select="'actor'"/></xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- What the dispenser says of the dosage; without it, instructions for the patient alone. -->
<xsl:template name="dispensed-dosage">
  <xsl:variable name="said" select="c:entryRelationship[@typeCode='COMP']/c:substanceAdministration"/>
  <xsl:for-each select="$said">
    <xsl:call-template name="dosages"><xsl:with-param name="name" select="'dosageInstruction'"/></xsl:call-template>
    <ehds:note as="mapped" select="."/>
  </xsl:for-each>
  <xsl:variable name="words" select="c:entryRelationship/c:act[c:code/@code='PINSTRUCT']/c:text"/>
  <xsl:if test="$words">
    <dosageInstruction><ehds:string name="patientInstruction" select="$words"/></dosageInstruction>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
