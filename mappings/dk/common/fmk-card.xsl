<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  The medication orders of the medicine card as the medication section of a European patient summary.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:f="http://www.dkma.dk/medicinecard/xml.schema/2015/06/01" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds" exclude-result-prefixes="f h">

<xsl:import href="summary.xsl"/>
<xsl:import href="fmk.xsl"/>

<!-- ==== The section; context: the parent of the orders =========================================================== -->

<xsl:template name="medications">
  <xsl:choose>
    <xsl:when test="f:DrugMedication | f:PrivateDrugMedication | f:InvalidDrugMedication"><xsl:call-template name="medication-table"/></xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="no-text">
        <xsl:with-param name="text" select="'Ingen lægemiddelordinationer er registreret på kortet. Det betyder ikke, at patienten ikke får medicin.'"/>
      </xsl:call-template>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:for-each select="f:DrugMedication"><xsl:call-template name="medication-statement"/></xsl:for-each>
  <xsl:for-each select="f:PrivateDrugMedication">
    <xsl:call-template name="bare-statement">
      <xsl:with-param name="status" select="'unknown'"/>
      <xsl:with-param name="reason" select="'masked'"/>
    </xsl:call-template>
    <ehds:note rule="dk-private-order" severity="warning" select="."
        text="an order that the patient has made private: that it exists is said, what it is the service does not tell"/>
  </xsl:for-each>
  <xsl:for-each select="f:InvalidDrugMedication">
    <xsl:call-template name="bare-statement">
      <xsl:with-param name="status" select="'entered-in-error'"/>
      <xsl:with-param name="reason" select="'error'"/>
    </xsl:call-template>
  </xsl:for-each>
</xsl:template>

<xsl:template name="medication-table">
  <text>
    <status value="generated"/>
    <h:div>
      <h:table>
        <h:thead>
          <h:tr><h:th>Lægemiddel</h:th><h:th>Form og styrke</h:th><h:th>Dosering</h:th><h:th>Indikation</h:th><h:th>Periode</h:th></h:tr>
        </h:thead>
        <h:tbody>
          <xsl:for-each select="f:DrugMedication">
            <h:tr>
              <h:td><xsl:value-of select="normalize-space(concat(f:Drug/f:Name, f:Drug/f:DetailedDrugText))"/>
                <xsl:if test="f:Drug/f:ATC/f:Text"> (<xsl:value-of select="normalize-space(f:Drug/f:ATC/f:Text)"/>)</xsl:if></h:td>
              <h:td><xsl:value-of select="normalize-space(concat(f:Drug/f:Form/f:Text, ' ', f:Drug/f:Strength/f:Text))"/></h:td>
              <h:td><xsl:for-each select="f:Dosage"><xsl:call-template name="lines"><xsl:with-param name="text"><xsl:call-template name="dosage-text"/></xsl:with-param></xsl:call-template></xsl:for-each></h:td>
              <h:td><xsl:value-of select="normalize-space(concat(f:Indication/f:Text, ' ', f:Indication/f:FreeText))"/></h:td>
              <h:td><xsl:value-of select="normalize-space(f:BeginEndDate/f:TreatmentStartDate)"/> - <xsl:value-of select="normalize-space(f:BeginEndDate/f:TreatmentEndDate)"/>
                <xsl:if test="f:Withdrawn"> (seponeret)</xsl:if><xsl:if test="f:Paused"> (pauseret)</xsl:if></h:td>
            </h:tr>
          </xsl:for-each>
          <xsl:for-each select="f:PrivateDrugMedication">
            <h:tr><h:td>Privatmarkeret lægemiddelordination</h:td><h:td/><h:td/><h:td/><h:td/></h:tr>
          </xsl:for-each>
          <xsl:for-each select="f:InvalidDrugMedication">
            <h:tr><h:td>Ugyldig lægemiddelordination</h:td><h:td/><h:td/><h:td/><h:td/></h:tr>
          </xsl:for-each>
        </h:tbody>
      </h:table>
    </h:div>
  </text>
</xsl:template>

<!-- ==== One order; context: DrugMedication ======================================================================= -->

<xsl:template name="order-identifiers">
  <ehds:identifier name="identifier" select="f:Identifier" system="{$fmk}DrugMedicationIdentifier"/>
  <ehds:identifier name="identifier" select="f:Version" system="{$fmk}DrugMedicationVersion"/>
</xsl:template>

<!-- An order of which the service gives the number only. -->
<xsl:template name="bare-statement">
  <xsl:param name="status"/>
  <xsl:param name="reason"/>
  <ehds:entry name="entry" key="concat('order|', f:Identifier)">
    <MedicationStatement>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/MedicationStatement-eu-eps"/></meta>
      <xsl:call-template name="order-identifiers"/>
      <status value="{$status}"/>
      <ehds:absent name="medicationCodeableConcept" reason="{$reason}"/>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <ehds:absent name="effectiveDateTime" reason="{$reason}"/>
    </MedicationStatement>
  </ehds:entry>
</xsl:template>

<xsl:template name="medication-statement">
  <ehds:entry name="entry" key="concat('order|', f:Identifier)">
    <MedicationStatement>
      <meta><profile value="http://hl7.eu/fhir/eps/StructureDefinition/MedicationStatement-eu-eps"/></meta>
      <xsl:call-template name="order-identifiers"/>
      <xsl:call-template name="order-status"/>
      <xsl:for-each select="f:Drug"><xsl:call-template name="medication"/></xsl:for-each>
      <xsl:if test="not(f:Drug)"><ehds:absent name="medicationCodeableConcept" reason="unknown"/></xsl:if>
      <ehds:reference name="subject" key="'patient'" type="Patient"/>
      <xsl:for-each select="f:BeginEndDate"><xsl:call-template name="treatment-period"/></xsl:for-each>
      <xsl:if test="not(f:BeginEndDate)"><ehds:absent name="effectiveDateTime" reason="unknown"/></xsl:if>
      <ehds:datetime name="dateAsserted" select="(f:Modified/f:DateTime | f:Created/f:DateTime[not(../../f:Modified/f:DateTime)])[1]" zone="Europe/Copenhagen"/>
      <xsl:for-each select="(f:ReportedBy | f:Created/f:By[not(../../f:ReportedBy)])[1]">
        <xsl:call-template name="actor"><xsl:with-param name="name" select="'informationSource'"/></xsl:call-template>
      </xsl:for-each>
      <xsl:for-each select="f:Indication"><xsl:call-template name="indication"/></xsl:for-each>
      <xsl:if test="normalize-space(f:SubstitutionAllowed) = 'false'">
        <note><text value="Substitution er ikke tilladt"/></note>
      </xsl:if>
      <xsl:for-each select="f:Dosage"><xsl:call-template name="dosage"/></xsl:for-each>
    </MedicationStatement>
  </ehds:entry>
</xsl:template>

<!-- The day against which an order is over or still to come: the job's, else that of the last change, which the pack says. -->
<xsl:variable name="last-change" select="''"/>
<xsl:variable name="said" select="translate(ehds:slice(concat(ehds:today(), ehds:local($last-change)), 1, 10), '-', '')"/>

<xsl:template name="order-status">
  <xsl:variable name="end" select="translate(ehds:slice(normalize-space(f:BeginEndDate/f:TreatmentEndDate), 1, 10), '-', '')"/>
  <xsl:variable name="start" select="translate(ehds:slice(normalize-space(f:BeginEndDate/f:TreatmentStartDate), 1, 10), '-', '')"/>
  <xsl:choose>
    <xsl:when test="f:Withdrawn"><status value="stopped"/></xsl:when>
    <xsl:when test="f:Paused"><status value="on-hold"/></xsl:when>
    <xsl:when test="$end and $said and number($end) &lt; number($said)"><status value="completed"/></xsl:when>
    <xsl:when test="$start and $said and number($start) &gt; number($said)"><status value="intended"/></xsl:when>
    <xsl:otherwise><status value="active"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- "Started previously" and "end undetermined" are bounds that nobody knows. -->
<xsl:template name="treatment-period">
  <xsl:choose>
    <xsl:when test="f:TreatmentStartDate[normalize-space()] | f:TreatmentEndDate[normalize-space()]">
      <effectivePeriod>
        <ehds:date name="start" select="f:TreatmentStartDate" absent="unknown"/>
        <ehds:date name="end" select="f:TreatmentEndDate"/>
      </effectivePeriod>
    </xsl:when>
    <xsl:otherwise><ehds:absent name="effectiveDateTime" reason="unknown"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>
</xsl:stylesheet>
