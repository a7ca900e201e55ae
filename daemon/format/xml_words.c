/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See xml_words.h. The table holds the mistakes that senders make; what is not in it keeps
 * libxml2's own words. In a text of the table {1}, {2} are libxml2's strings and {n} its number,
 * which for tags is a line.
 */
#include "format/xml_words.h"

#include <stdio.h>
#include <string.h>

static const struct words {
	int code;
	const char *rule, *text;
} table[] = {
	{ XML_ERR_TAG_NAME_MISMATCH, "xml-malformed",
	    "the end tag </{2}> does not close <{1}>, which was opened on line {n}" },
	{ XML_ERR_UNDECLARED_ENTITY, "xml-entity",
	    "the entity &{1}; is not known; XML itself knows &amp; &lt; &gt; &quot; &apos; and &#...; only" },
	{ XML_ERR_NAME_REQUIRED, "xml-malformed",
	    "a name is missing here; a bare '&' in text is written &amp; and a bare '<' &lt;" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "xml-malformed",
	    "a reference without ';'; a bare '&' in text is written &amp;" },
	{ XML_ERR_INVALID_CHAR, "xml-malformed",
	    "a character that XML does not allow, such as a control character" },
	{ XML_NS_ERR_ATTRIBUTE_REDEFINED, "xml-malformed",
	    "the attribute {1} of the name space {2} stands twice on one element" },
	{ XML_NS_ERR_UNDEFINED_NAMESPACE, "xml-malformed", "the name space prefix {1} is not declared" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "xml-malformed", "'<' in the value of an attribute: it is written &lt;" },
	{ XML_ERR_HYPHEN_IN_COMMENT, "xml-malformed", "'--' inside a comment" },
	{ XML_ERR_MISPLACED_CDATA_END, "xml-malformed", "']]>' in text: it is written ]]&gt;" },
	{ XML_ERR_DOCUMENT_END, "xml-malformed", "something stands behind the end of the root element" },
	{ XML_ERR_DOCUMENT_EMPTY, "xml-malformed", "no element where the root element should begin" },
	{ XML_ERR_RESERVED_XML_NAME, "xml-malformed",
	    "the XML declaration must be the very first thing of a document: nothing may stand before it" },
	{ XML_ERR_SPACE_REQUIRED, "xml-malformed", "a space is missing between two attributes" },
	{ XML_ERR_NO_MEMORY, "xml-too-large", "the document needs more memory than the parser may take" },
};

/* Replaces the marks of a table text. Names come from the document: they are cut at 60 bytes. */
static void
fill(char *out, size_t size, const char *text, const xmlError *said)
{
	char number[24];
	size_t length = 0;
	const char *with;

	snprintf(number, sizeof(number), "%d", said->int1);
	out[0] = '\0';
	while (*text != '\0' && length + 1 < size) {
		if (text[0] != '{') {
			out[length++] = *text++;
			out[length] = '\0';
			continue;
		}
		with = text[1] == '1' ? said->str1 : text[1] == '2' ? said->str2 : number;
		snprintf(out + length, size - length, "%.60s", with != NULL ? with : "?");
		length += strlen(out + length);
		text += 3;
	}
}

/* libxml2 ends its messages with a newline. */
static void
as_said(char *out, size_t size, const char *message)
{
	snprintf(out, size, "%.400s", message != NULL ? message : "not well-formed");
	out[strcspn(out, "\r\n")] = '\0';
}

const char *
xml_words(char *out, size_t size, const xmlError *said)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].code != said->code)
			continue;
		fill(out, size, table[i].text, said);
		return table[i].rule;
	}
	as_said(out, size, said->message);
	return "xml-malformed";
}
