<?xml version="1.0" encoding="UTF-8"?>
<!-- A long text is searched for every pair of elements: no limit but that of time ends it soon. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:n="urn:example:note" exclude-result-prefixes="n">

<xsl:template match="/">
	<Bundle>
		<type value="document"/>
		<xsl:for-each select="n:slow/n:a">
			<xsl:for-each select="../n:a">
				<xsl:if test="contains(../n:t, 'ab')"><total value="1"/></xsl:if>
			</xsl:for-each>
		</xsl:for-each>
	</Bundle>
</xsl:template>

</xsl:stylesheet>
