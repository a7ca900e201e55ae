<?xml version="1.0" encoding="UTF-8"?>
<!-- Two to the power of sixty steps: no limit but that of time ends it soon. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir">

<xsl:template match="/">
	<Bundle>
		<type value="document"/>
		<xsl:call-template name="twice"><xsl:with-param name="depth" select="60"/></xsl:call-template>
	</Bundle>
</xsl:template>

<xsl:template name="twice">
	<xsl:param name="depth"/>
	<xsl:if test="$depth &gt; 0">
		<xsl:call-template name="twice"><xsl:with-param name="depth" select="$depth - 1"/></xsl:call-template>
		<xsl:call-template name="twice"><xsl:with-param name="depth" select="$depth - 1"/></xsl:call-template>
	</xsl:if>
</xsl:template>

</xsl:stylesheet>
