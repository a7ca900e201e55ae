<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="http://hl7.org/fhir"
    xmlns:n="urn:example:note" xmlns:ehds="urn:ehds:mapping:1" extension-element-prefixes="ehds"
    exclude-result-prefixes="n">

<xsl:template match="/">
	<Bundle>
		<identifier><system value="urn:ietf:rfc:3986"/><value value="{ehds:id(n:note/@id, 'Bundle')}"/></identifier>
		<type value="document"/>
		<timestamp value="{n:note/@date}"/>
		<xsl:apply-templates select="n:note"/>
	</Bundle>
</xsl:template>

<xsl:template match="n:note">
	<ehds:entry select="." key="@id">
		<Composition>
			<xsl:if test="not(@status = 'none')"><status value="final"/></xsl:if>
			<type><text value="Note"/></type>
			<ehds:entry name="subject" select="n:patient" key="@id">
				<Patient><name><family value="{n:family}"/></name></Patient>
			</ehds:entry>
			<date value="{@date}"/>
			<ehds:entry name="author" select="n:patient" key="'author'">
				<Organization><name value="Example"/></Organization>
			</ehds:entry>
			<title value="Note"/>
			<section>
				<title value="Facts"/>
				<xsl:apply-templates select="n:fact"/>
			</section>
		</Composition>
	</ehds:entry>
</xsl:template>

<xsl:template match="n:fact">
	<ehds:entry name="entry" select="." key="@id">
		<Basic>
			<ehds:concept name="code" select="@code" system="urn:example:kind" table="kind"/>
			<ehds:reference name="subject" key="../n:patient/@id" type="Patient"/>
		</Basic>
	</ehds:entry>
</xsl:template>

</xsl:stylesheet>
