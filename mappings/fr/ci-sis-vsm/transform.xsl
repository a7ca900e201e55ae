<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Volet de synthèse médicale: nested sections, which the frame flattens; all else is common to French summaries.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="../common/eps.xsl"/>
</xsl:stylesheet>
