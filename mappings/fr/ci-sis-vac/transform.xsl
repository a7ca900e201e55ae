<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  Vaccination history (VAC) and note (VAC-NOTE): a patient summary that knows little but vaccinations.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:import href="../common/eps.xsl"/>
</xsl:stylesheet>
