<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  What clinical MedCom letters share beside their header: the entries of Diagnose and Referral as conditions and procedures, and what they refer to. An
  entry is what its description says, not what its code type says: operations and examinations are labelled as diagnosis codes too.

  A pack has the variables letter and cancelled and makes an Encounter of the key 'encounter'. Tables that it must have: diagnosis-kind, sks-icd10,
  sks-side, and those of letter.xsl.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:m="http://rep.oio.dk/medcom.dk/xml/schemas/" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="m h">

<xsl:import href="letter.xsl"/>

<xsl:variable name="profile-procedure" select="'http://hl7.eu/fhir/base/StructureDefinition/procedure-eu-core'"/>
<xsl:variable name="letter" select="/m:Emessage/*[m:Letter][1]"/>
<xsl:variable name="cancelled" select="normalize-space($letter/m:Letter/m:StatusCode) = 'annulleretbrev'"/>
<xsl:variable name="authorised"><xsl:for-each select="$letter/m:Letter/m:Authorisation"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
<xsl:variable name="others" select="$letter/m:Diagnose/m:Other"/>

<!-- The entries of Diagnose, and the diagnoses of the referral. -->
<xsl:variable name="operations" select="$others[ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)) = 'procedure']"/>
<xsl:variable name="referred" select="$letter/m:Referral/m:Refer | $letter/m:Referral/m:ReferalAdditional[starts-with(normalize-space(m:DiagnoseCode), 'D') or
        normalize-space(m:DiagnoseTypeCode) = 'ICPCkode'] |
    $others[ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)) = 'referral']"/>
<xsl:variable name="diagnoses" select="$letter/m:Diagnose/m:Main | $letter/m:Diagnose/m:MainAdditional[starts-with(normalize-space(m:DiagnoseCode), 'D')] |
    $others[ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)) != 'procedure' and
        ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)) != 'referral']"/>

<!-- Contexts: the letter. -->
<xsl:template name="recipients">
  <xsl:for-each select="m:Receiver | m:CCReceiver">
    <extension url="http://hl7.eu/fhir/StructureDefinition/information-recipient">
      <xsl:call-template name="letter-party"><xsl:with-param name="name" select="'valueReference'"/></xsl:call-template>
    </extension>
  </xsl:for-each>
</xsl:template>

<xsl:template name="letter-state">
  <xsl:choose>
    <xsl:when test="m:Letter/m:StatusCode[normalize-space()]">
      <ehds:code name="status" select="normalize-space(m:Letter/m:StatusCode)" table="letter-status" default="preliminary"/>
    </xsl:when>
    <xsl:otherwise>
      <status value="final"/>
      <ehds:note rule="dk-letter-status" text="the letter does not say whether it is new, corrected or cancelled: one that was authorised is taken for final"/>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="referral-text">
  <text>
    <status value="generated"/>
    <h:div>
      <xsl:if test="m:Referral/m:Identifier[normalize-space()]">
        <h:p><xsl:text>Henvisning </xsl:text><xsl:value-of select="normalize-space(m:Referral/m:Identifier)"/></h:p>
      </xsl:if>
      <xsl:for-each select="m:Referral/m:Received">
        <h:p><xsl:text>Modtaget </xsl:text><xsl:call-template name="moment-words"/></h:p>
      </xsl:for-each>
      <xsl:if test="$referred">
        <xsl:call-template name="diagnosis-rows"><xsl:with-param name="rows" select="$referred | m:Referral/m:ReferalAdditional"/></xsl:call-template>
      </xsl:if>
      <xsl:if test="not($referred or m:Referral/m:Identifier[normalize-space()] or m:Referral/m:Received)"><h:p>Henvist</h:p></xsl:if>
    </h:div>
  </text>
</xsl:template>

<xsl:template name="section-head">
  <xsl:param name="code"/>
  <xsl:param name="display"/>
  <xsl:param name="title"/>
  <title value="{$title}"/>
  <code>
    <coding>
      <system value="http://loinc.org"/>
      <code value="{$code}"/>
      <xsl:if test="$display"><display value="{$display}"/></xsl:if>
    </coding>
  </code>
</xsl:template>

<!-- What the letter refers to: a page of the web, an object sent beside the letter, or more material that can be asked for. -->
<xsl:template name="reference-section">
  <section>
    <xsl:call-template name="section-head">
      <xsl:with-param name="code" select="'77599-9'"/>
      <xsl:with-param name="title" select="'Referencer'"/>
    </xsl:call-template>
    <text>
      <status value="generated"/>
      <h:div>
        <xsl:for-each select="m:Reference">
          <h:p><xsl:value-of select="normalize-space(concat(m:RefDescription, ' ', m:URL, ' ', m:BIN/m:ObjectIdentifier))"/></h:p>
        </xsl:for-each>
      </h:div>
    </text>
    <xsl:for-each select="m:Reference">
      <xsl:choose>
        <xsl:when test="m:URL[normalize-space()] or m:BIN">
          <ehds:entry name="entry" key="concat('reference|', position())">
            <DocumentReference>
              <xsl:if test="m:BIN/m:ObjectIdentifier[normalize-space()]">
                <identifier><ehds:string name="value" select="m:BIN/m:ObjectIdentifier"/></identifier>
              </xsl:if>
              <status value="current"/>
              <ehds:reference name="subject" key="'patient'" type="Patient"/>
              <ehds:string name="description" select="m:RefDescription"/>
              <content>
                <attachment>
                  <ehds:string name="url" select="m:URL"/>
                  <ehds:string name="title" select="m:RefDescription" absent="unknown"/>
                </attachment>
              </content>
            </DocumentReference>
          </ehds:entry>
        </xsl:when>
        <xsl:otherwise>
          <ehds:note as="text" select="." rule="dk-letter-reference" why="material that can be asked for: there is nothing to refer to but its description"/>
        </xsl:otherwise>
      </xsl:choose>
    </xsl:for-each>
  </section>
</xsl:template>

<!-- ==== Narrative ============================================================================= -->

<!-- Context: an element with Date and Time. -->
<xsl:template name="moment-words">
  <xsl:variable name="moment"><xsl:call-template name="moment"/></xsl:variable>
  <xsl:value-of select="translate($moment, 'T', ' ')"/>
</xsl:template>

<xsl:template name="diagnosis-table">
  <xsl:param name="rows"/>
  <text>
    <status value="generated"/>
    <h:div><xsl:call-template name="diagnosis-rows"><xsl:with-param name="rows" select="$rows"/></xsl:call-template></h:div>
  </text>
</xsl:template>

<xsl:template name="diagnosis-rows">
  <xsl:param name="rows"/>
  <h:table>
    <h:thead><h:tr><h:th>Art</h:th><h:th>Kode</h:th><h:th>Tekst</h:th><h:th>Dato</h:th></h:tr></h:thead>
    <h:tbody>
      <xsl:for-each select="$rows">
        <h:tr>
          <h:td><xsl:call-template name="diagnosis-words"/></h:td>
          <h:td><xsl:value-of select="normalize-space(m:DiagnoseCode)"/></h:td>
          <h:td><xsl:value-of select="normalize-space(m:DiagnoseText)"/></h:td>
          <h:td><xsl:for-each select="m:DiagnoseDateTime"><xsl:call-template name="moment-words"/></xsl:for-each></h:td>
        </h:tr>
      </xsl:for-each>
    </h:tbody>
  </h:table>
</xsl:template>

<!-- Context: an entry of Diagnose or Referral. -->
<xsl:template name="diagnosis-words">
  <xsl:variable name="description" select="normalize-space(m:DiagnoseDescriptionCode)"/>
  <xsl:choose>
    <xsl:when test="self::m:Main">Hoveddiagnose</xsl:when>
    <xsl:when test="self::m:MainAdditional or self::m:ReferalAdditional">Tillægskode</xsl:when>
    <xsl:when test="self::m:Refer">Henvisningsdiagnose</xsl:when>
    <xsl:when test="ehds:display('diagnosis-kind', $description)"><xsl:value-of select="ehds:display('diagnosis-kind', $description)"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="$description"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- ==== Condition; context: Main, MainAdditional, Other, Refer, ReferalAdditional ============= -->

<xsl:template name="condition">
  <xsl:param name="key"/>
  <xsl:variable name="additional" select="../m:MainAdditional[current()/self::m:Main] | ../m:ReferalAdditional[current()/self::m:Refer]"/>
  <ehds:entry name="entry" key="$key">
    <Condition>
      <meta><profile value="http://hl7.eu/fhir/base/StructureDefinition/condition-eu-core"/></meta>
      <xsl:if test="m:DiagnoseDateTime">
        <xsl:variable name="when"><xsl:for-each select="m:DiagnoseDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
        <extension url="http://hl7.org/fhir/StructureDefinition/condition-assertedDate">
          <ehds:datetime name="valueDateTime" select="string($when)"/>
        </extension>
      </xsl:if>
      <xsl:choose>
        <xsl:when test="$cancelled"><xsl:call-template name="verification"><xsl:with-param name="code" select="'entered-in-error'"/></xsl:call-template></xsl:when>
        <xsl:when test="normalize-space(m:DiagnoseDescriptionCode) = 'midlertidig_diagnose'">
          <xsl:call-template name="verification"><xsl:with-param name="code" select="'provisional'"/></xsl:call-template>
        </xsl:when>
      </xsl:choose>
      <xsl:if test="self::m:Other and not(ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)))">
        <ehds:note rule="dk-diagnosis-kind" severity="warning" select="m:DiagnoseDescriptionCode" found="{m:DiagnoseDescriptionCode}"
            text="a description that MedCom does not list: the entry is carried as a diagnosis"/>
      </xsl:if>
      <category>
        <coding>
          <system value="http://terminology.hl7.org/CodeSystem/condition-category"/>
          <code value="encounter-diagnosis"/>
        </coding>
      </category>
      <xsl:call-template name="sks"/>
      <xsl:call-template name="sides"><xsl:with-param name="additional" select="$additional"/></xsl:call-template>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:reference name="encounter" key="'encounter'" type="Encounter"/>
      <!-- Additional codes that are neither a side nor a diagnosis. -->
      <xsl:for-each select="$additional[not(starts-with(normalize-space(m:DiagnoseCode), 'D') or normalize-space(m:DiagnoseTypeCode) = 'ICPCkode')]
          [not(ehds:lookup('sks-side', normalize-space(m:DiagnoseCode)))]">
        <note><text value="{normalize-space(concat('Tillægskode ', m:DiagnoseCode, ' ', m:DiagnoseText))}"/></note>
        <ehds:note as="mapped" select="."/>
      </xsl:for-each>
    </Condition>
  </ehds:entry>
</xsl:template>

<xsl:template name="verification">
  <xsl:param name="code"/>
  <verificationStatus>
    <coding>
      <system value="http://terminology.hl7.org/CodeSystem/condition-ver-status"/>
      <code value="{$code}"/>
    </coding>
  </verificationStatus>
</xsl:template>

<!-- ==== Procedure; context: Other ============================================================== -->

<xsl:template name="procedure">
  <xsl:variable name="when"><xsl:for-each select="m:DiagnoseDateTime"><xsl:call-template name="moment"/></xsl:for-each></xsl:variable>
  <ehds:entry name="entry" key="concat('operation|', position())">
    <Procedure>
      <meta><profile value="{$profile-procedure}"/></meta>
      <status>
        <xsl:attribute name="value">
          <xsl:choose>
            <xsl:when test="$cancelled">entered-in-error</xsl:when>
            <xsl:otherwise>completed</xsl:otherwise>
          </xsl:choose>
        </xsl:attribute>
      </status>
      <category><text><xsl:attribute name="value"><xsl:call-template name="diagnosis-words"/></xsl:attribute></text></category>
      <xsl:call-template name="sks"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:reference name="encounter" key="'encounter'" type="Encounter"/>
      <ehds:datetime name="performedDateTime" select="string($when)" absent="unknown"/>
      <xsl:call-template name="sides"/>
    </Procedure>
  </ehds:entry>
</xsl:template>

<!-- ==== Codes; context: an entry of Diagnose or Referral ======================================= -->

<!-- A code of letters and digits; it may carry its additional codes: DS525+TUL2. -->
<xsl:variable name="sks-signs" select="'ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅabcdefghijklmnopqrstuvwxyzæøå0123456789+ '"/>
<xsl:template name="sks">
  <xsl:variable name="whole" select="normalize-space(m:DiagnoseCode)"/>
  <xsl:variable name="code" select="substring-before(concat(translate($whole, ' ', '+'), '+'), '+')"/>
  <xsl:variable name="type" select="normalize-space(m:DiagnoseTypeCode)"/>
  <xsl:variable name="words" select="normalize-space(m:DiagnoseText)"/>
  <xsl:variable name="operation" select="ehds:lookup('diagnosis-kind', normalize-space(m:DiagnoseDescriptionCode)) = 'procedure'"/>
  <xsl:choose>
    <xsl:when test="not($code)"><ehds:concept name="code" select="m:DiagnoseText" absent="unknown"/></xsl:when>
    <xsl:when test="translate($whole, $sks-signs, '') != ''">
      <code><text value="{normalize-space(concat($words, ' (', $whole, ')'))}"/></code>
      <ehds:note rule="dk-code-form" severity="warning" select="m:DiagnoseCode" found="{$whole}" expected="letters and digits"
          text="what stands for a code is none: it is carried as text"/>
    </xsl:when>
    <xsl:when test="$type = 'ICPCkode'">
      <ehds:concept name="code" select="$code" system="urn:oid:1.2.208.176.2.31" text="$words"/>
    </xsl:when>
    <xsl:when test="$type = 'uspecificeretkode'">
      <code>
        <coding><code value="{$code}"/></coding>
        <ehds:string name="text" select="m:DiagnoseText"/>
      </code>
      <ehds:note rule="dk-code-system" select="m:DiagnoseCode" found="{$code}" text="a code of no said system: it is carried without one, with its words"/>
    </xsl:when>
    <xsl:when test="starts-with($code, 'D')">
      <ehds:concept name="code" select="$code" system="urn:oid:1.2.208.176.2.4.12" table="sks-icd10" text="$words"/>
      <xsl:if test="$operation">
        <ehds:note rule="dk-code-kind" severity="warning" select="m:DiagnoseCode" found="{$code}" expected="{m:DiagnoseDescriptionCode}"
            text="a diagnosis code is called an operation or examination: it is carried as what it is called"/>
      </xsl:if>
    </xsl:when>
    <xsl:otherwise>
      <ehds:concept name="code" select="$code" system="urn:oid:1.2.208.176.2.4" text="$words"/>
      <xsl:if test="not($operation)">
        <ehds:note rule="dk-code-kind" severity="warning" select="m:DiagnoseCode" found="{$code}" expected="{m:DiagnoseDescriptionCode}"
            text="a code that is no diagnosis code is called a diagnosis: it is carried as what it is called"/>
      </xsl:if>
      <xsl:if test="starts-with($code, 'K') and translate(substring($code, 5, 1), '0123456789', '') != ''">
        <ehds:note rule="dk-code-form" severity="warning" select="m:DiagnoseCode" found="{$code}" expected="K, three letters, a digit"
            text="an operation code that has not the form of SKS: it is carried as it is written"/>
      </xsl:if>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- The side: an additional code, or a part of the code. $additional: the additional codes of the entry. -->
<xsl:template name="sides">
  <xsl:param name="additional" select="/.."/>
  <xsl:for-each select="$additional[ehds:lookup('sks-side', normalize-space(m:DiagnoseCode))]">
    <xsl:variable name="words" select="normalize-space(m:DiagnoseText)"/>
    <ehds:concept name="bodySite" select="normalize-space(m:DiagnoseCode)" system="urn:oid:1.2.208.176.2.4" table="sks-side" text="$words"/>
    <ehds:note as="mapped" select="."/>
  </xsl:for-each>
  <xsl:if test="translate(normalize-space(m:DiagnoseCode), $sks-signs, '') = ''">
    <xsl:call-template name="parts">
      <xsl:with-param name="rest" select="substring-after(translate(normalize-space(m:DiagnoseCode), ' ', '+'), '+')"/>
    </xsl:call-template>
  </xsl:if>
</xsl:template>

<!-- What a code carries behind itself: TUL2+ALCC01. A side, else a note. -->
<xsl:template name="parts">
  <xsl:param name="rest"/>
  <xsl:variable name="part" select="substring-before(concat($rest, '+'), '+')"/>
  <xsl:choose>
    <xsl:when test="ehds:lookup('sks-side', $part)">
      <ehds:concept name="bodySite" select="$part" system="urn:oid:1.2.208.176.2.4" table="sks-side"/>
    </xsl:when>
    <xsl:when test="$part"><note><text value="Tillægskode {$part}"/></note></xsl:when>
  </xsl:choose>
  <xsl:if test="contains($rest, '+')">
    <xsl:call-template name="parts"><xsl:with-param name="rest" select="substring-after($rest, '+')"/></xsl:call-template>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
