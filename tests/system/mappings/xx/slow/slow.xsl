<?xml version="1.0" encoding="UTF-8"?>
<!-- Every element against every pair of others, again and again: no limit but that of time ends it soon. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:n="urn:example:note" exclude-result-prefixes="n">

<xsl:template match="/">
	<Bundle>
		<type value="document"/>
		<xsl:for-each select="n:slow/n:a">
			<xsl:if test="count(../n:a[count(../n:a[count(../n:a) = 1]) = 1]) = 1"><total value="1"/></xsl:if>
		</xsl:for-each>
	</Bundle>
</xsl:template>

</xsl:stylesheet>
