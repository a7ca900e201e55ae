<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Clinical statements of CDA R2 as IHE PCC shapes them: one template for each, named for the resource
  that it makes. Each is called with the statement as its context, makes a Bundle entry, and writes a
  reference to it, called $name, where it is called.

  Parts of a statement are told apart by their codes (SEV, 33999-4 ...), which all countries share, not
  by template ids. Hooks that a country overrides: concept (which table for which code system),
  medication-detail, dosage-check. Tables that a pack which imports this must have: see the `table`
  attributes and lookups; `placeholder`, `no-substance` and `none-word` are the country's. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:include href="cda/parts.xsl"/>
<xsl:include href="cda/condition.xsl"/>
<xsl:include href="cda/allergy.xsl"/>
<xsl:include href="cda/medication.xsl"/>
<xsl:include href="cda/administration.xsl"/>
<xsl:include href="cda/procedure.xsl"/>
<xsl:include href="cda/immunization.xsl"/>
<xsl:include href="cda/observation.xsl"/>
<xsl:include href="cda/history.xsl"/>
<xsl:include href="cda/plan.xsl"/>
<xsl:include href="cda/contradiction.xsl"/>
</xsl:stylesheet>
