<?xml version="1.0" encoding="UTF-8"?>
<!-- Looks every letter of a long text up in another long text: little memory, one instruction, and much time. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:n="urn:example:note" exclude-result-prefixes="n">

<xsl:template match="/">
	<Bundle>
		<type value="document"/>
		<total value="{string-length(translate(n:slow/n:text, n:slow/n:letters, ''))}"/>
	</Bundle>
</xsl:template>

</xsl:stylesheet>
