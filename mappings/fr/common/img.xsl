<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: EUPL-1.2
  French imaging reports (CR-IMG, structured or with a file as body) as European ones.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<!-- The frame after what all documents share: it names the profiles. -->
<xsl:import href="ci-sis.xsl"/>
<xsl:import href="../../eu/img-document.xsl"/>

<xsl:variable name="img-nothing" select="'Aucune information disponible'"/>
<xsl:variable name="title-studies" select="'Examens d’imagerie'"/>
<xsl:variable name="title-order" select="'Demande d’examen'"/>
<xsl:variable name="title-history" select="'Historique médical'"/>
<xsl:variable name="title-procedure" select="'Acte d’imagerie'"/>
</xsl:stylesheet>
