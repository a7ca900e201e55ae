/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A document through a stylesheet that uses every extension element and function. Promises: a
 * result or an error that says why; fullUrls are unique and references lead to them; the ledger's
 * sums are right; a second run gives the same bytes.
 */
#include "base/alloc.h"
#include "convert/source.h"
#include "base/file.h"
#include "fhir/json.h"
#include "format/xml.h"
#include "mapping/mapping.h"
#include "mapping/stylesheet.h"

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char pack[] =
    "pack: zz/t\ntitle: T\ndetect:\n  - { root: '{urn:hl7-org:v3}ClinicalDocument' }\ncategory: "
    "none\nstylesheet: t.xsl\n"
    "statements: 'c:entry//c:observation | c:entry//c:act'\ntables: [ k ]\n";

static const char table[] =
    "table: zz/t/k\nversion: \"1\"\nsource: { system: \"urn:s\" }\ntarget: { system: \"urn:t\" "
    "}\notherwise: keep-source\nwhy: a test\n"
    "rows:\n  - { from: a, to: x, display: X, relation: equivalent }\n  - { from: b, relation: "
    "unmatched, why: other }\n";

static const char stylesheet[] =
    "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' "
    "xmlns:c='urn:hl7-org:v3' xmlns:f='http://hl7.org/fhir'\n"
    " xmlns:ehds='urn:ehds:mapping:1' xmlns='http://hl7.org/fhir' extension-element-prefixes='ehds'>\n"
    "<xsl:variable name='today' select='ehds:today()'/>\n"
    "<xsl:template match='/'><Bundle><type value='document'/><ehds:identifier name='identifier' "
    "select='*/c:id[1]'/>\n"
    "<xsl:apply-templates/></Bundle></xsl:template>\n"
    "<xsl:template match='text()'/>\n"
    "<xsl:template match='c:ClinicalDocument'><ehds:entry key=\"'c'\"><Composition><status "
    "value='final'/>\n"
    "<ehds:string name='title' select='c:title[1]' absent='unknown'/><ehds:concept name='type' "
    "select='c:code[1]' table='k'/>\n"
    "<ehds:datetime name='date' select='c:effectiveTime[1]' absent='unknown'/>\n"
    "<ehds:reference name='subject' key=\"'p'\" type='Patient' display='c:title'/>\n"
    "<xsl:for-each select='c:author'><ehds:entry name='author' shared='yes'><Practitioner><active "
    "value='true'/>\n"
    "<ehds:name name='name' select='.//c:name'/><ehds:telecom name='telecom' select='.//c:telecom'/>\n"
    "<ehds:address name='address' select='.//c:addr'/></Practitioner></ehds:entry></xsl:for-each>\n"
    "<xsl:apply-templates select='c:section'/></Composition></ehds:entry>\n"
    "<ehds:entry key=\"'p'\"><Patient><active value='true'/><ehds:identifier name='identifier' "
    "select='c:patient/c:id'/>\n"
    "<ehds:date name='birthDate' select='c:patient[1]/c:birthTime[1]' absent='unknown'/>\n"
    "<ehds:code name='gender' select='c:patient[1]/c:sex[1]' default='unknown'/></Patient>"
    "</ehds:entry></xsl:template>\n"
    "<xsl:template match='f:Bundle'><xsl:for-each select='f:entry/f:resource/f:Condition'><ehds:entry key='../../f:fullUrl/@value' shared='yes'>"
    "<Condition><ehds:concept name='code' select='f:code' table='k' absent='unknown'/><ehds:copy name='note' select='f:note'/>"
    "<ehds:copy name='onsetPeriod' select='f:onsetPeriod'/><ehds:copy name='recordedDate' select='f:recordedDate'/>"
    "<xsl:for-each select='ehds:target(f:subject/f:reference/@value)/self::f:Patient'><ehds:entry name='subject' key='f:id/@value' shared='yes'>"
    "<Patient><ehds:copy name='name' select='f:name'/><ehds:copy name='identifier' select='f:identifier'/></Patient></ehds:entry></xsl:for-each>"
    "</Condition></ehds:entry></xsl:for-each></xsl:template>\n"
    "<xsl:template match='c:section'><section><ehds:string name='title' select='c:title[1]'/>"
    "<ehds:narrative select='c:text[1]'/>\n"
    "<xsl:apply-templates select='c:entry/*'/><ehds:empty reason='nilknown'/><xsl:apply-templates "
    "select='c:section'/></section></xsl:template>\n"
    "<xsl:template match='c:observation'><ehds:entry name='entry'><Observation><status value='final'/>\n"
    "<ehds:concept name='code' select='c:code[1]' table='k' text='ehds:text(c:code)' absent='unknown'/>\n"
    "<ehds:value name='value' select='c:value[1]' absent='unknown'/><ehds:reference "
    "name='subject' key=\"'p'\"/>\n"
    "<ehds:period name='effectivePeriod' select='c:effectiveTime[1]'/>\n"
    "<xsl:for-each select='c:range'><referenceRange><ehds:quantity name='low' select='c:low[1]'/>\n"
    "<ehds:string name='text' select=\"concat(ehds:decimal(c:text), ehds:split(c:text, ' ', 2), "
    "ehds:slice(c:text, 2, 3))\"/></referenceRange></xsl:for-each>\n"
    "<xsl:if test='not(ehds:null(c:text))'><note><ehds:text name='text' select='c:text[1]'/>"
    "</note></xsl:if>\n"
    "<component><code><text value='x'/></code><ehds:ratio name='valueRatio' select='c:ratio[1]'/>"
    "</component>\n"
    "</Observation></ehds:entry></xsl:template>\n"
    "<xsl:template match='c:act'><xsl:choose><xsl:when test='c:timing'><ehds:entry name='entry'>"
    "<MedicationStatement><status value='unknown'/>\n"
    "<dosage><ehds:timing name='timing' select='c:timing'/><doseAndRate><ehds:range "
    "name='doseRange' select='c:dose[1]'/></doseAndRate></dosage>\n"
    "</MedicationStatement></ehds:entry></xsl:when>\n"
    "<xsl:when test='c:file'><ehds:entry name='entry'><DocumentReference><status value='current'/>"
    "<content>\n"
    "<ehds:attachment name='attachment' select='c:file[1]'/></content></DocumentReference></ehds:entry>\n"
    "<ehds:entry><Binary><ehds:binary select='c:file[1]'/></Binary></ehds:entry></xsl:when>\n"
    "<xsl:otherwise><ehds:note rule='left-out' select='.' as='dropped' why='of no kind' text='an "
    "act' found='{c:code/@code}'/></xsl:otherwise>\n"
    "</xsl:choose><xsl:apply-templates select='c:entry/* | "
    "ehds:target(c:ref/@value)/c:observation | ehds:coded(c:find/@code, .)[1]/c:none'/>\n"
    "<xsl:if test=\"count(ehds:template(c:find/@root)) + count(ehds:identified(c:find/@root, "
    "c:find/@extension)) = -1\">\n"
    "<xsl:message><xsl:value-of select=\"concat(ehds:lookup('k', c:code/@code), ehds:display('k', "
    "'a'), ehds:uri(c:find/@root), $today,\n"
    " ehds:id('p', 'Patient'))\"/></xsl:message></xsl:if></xsl:template>\n"
    "</xsl:stylesheet>\n";

static char folder[] = "/tmp/ehds.run_fuzz.XXXXXX";

static void
remove_folder(void)
{
	static const char *const names[] = { "zz/t/tables/k.yaml", "zz/t/tables", "zz/t/pack.yaml",
	    "zz/t/t.xsl", "zz/t",
	    "zz/country.yaml", "zz", "" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = must_printf("%s/%s", folder, names[i]);

		remove(path);
		free(path);
	}
}

static void
put(const char *name, const char *text)
{
	char *path = must_printf("%s/%s", folder, name);

	must(file_write(path, text, strlen(text), 0644, NULL) == 0);
	free(path);
}

/*
 * Once: the pack is loaded from a folder of its own, which is gone again before the first document
 * comes.
 */
static const struct mappings *
load_once(void)
{
	static struct mappings *mappings;
	const char *folders[] = { folder };
	struct arena *arena;
	struct ehds_findings lint;
	char *path;

	if (mappings != NULL)
		return mappings;
	xml_open();
	stylesheet_open();
	must(mkdtemp(folder) != NULL);
	path = must_printf("%s/zz/t/tables", folder);
	must(folder_make(path, 0755, NULL) == 0);
	free(path);
	put("zz/country.yaml", "country: zz\ntimezone: Europe/Paris\nlanguage: en\n");
	put("zz/t/pack.yaml", pack);
	put("zz/t/t.xsl", stylesheet);
	put("zz/t/tables/k.yaml", table);
	arena = arena_new(0);
	lint = findings_new(arena);
	must(mappings_load(&mappings, folders, 1, &lint, NULL) == 0);
	arena_free(&arena);
	remove_folder();
	return mappings;
}

/* ---- Promises -------------------------------------------------------------------------------- */

static const char *
value_of(const xmlNode *element)
{
	const xmlAttr *value = xmlHasProp(element, (const xmlChar *)"value");

	return value == NULL || value->children == NULL ? "" : (const char *)value->children->content;
}

static bool
is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static size_t
count_urls(const xmlNode *bundle, const char *url)
{
	const xmlNode *entry, *child;
	size_t count = 0;

	for (entry = bundle->children; entry != NULL; entry = entry->next)
		for (child = entry->children; is_named(entry, "entry") &&
		    child != NULL; child = child->next)
			count += is_named(child, "fullUrl") && strcmp(value_of(child), url) == 0;
	return count;
}

static void
check_urls(const xmlNode *bundle, const xmlNode *node, unsigned depth)
{
	must(depth < 1000);
	for (; node != NULL; node = node->next) {
		if (is_named(node, "fullUrl"))
			must(count_urls(bundle, value_of(node)) == 1);
		if (is_named(node, "reference") && strncmp(value_of(node), "urn:uuid:", 9) == 0)
			must(count_urls(bundle, value_of(node)) == 1);
		if (node->type == XML_ELEMENT_NODE)
			check_urls(bundle, node->children, depth + 1);
	}
}

static void
check_ledger(const struct ledger *ledger)
{
	size_t i, coded = 0;

	must(ledger->mapped + ledger->text + ledger->dropped == ledger->count);
	for (i = 0; i < ledger->count; i++) {
		must(ledger->statements[i].fate != LEDGER_UNREAD && ledger->statements[i].label != NULL);
		must(ledger->statements[i].fate == LEDGER_MAPPED || ledger->statements[i].why != NULL);
		coded += ledger->statements[i].coded;
	}
	must(coded == ledger->coded && ledger->coded_mapped <= coded);
}

static void
check_findings(const struct ehds_findings *findings)
{
	const struct ehds_finding *finding;

	for (finding = findings->first; finding != NULL; finding = finding->next)
		must(finding->rule != NULL && finding->text != NULL && finding->text[0] != '\0');
}

static void
check_traces(const struct mapping_result *result, const xmlNode *node)
{
	for (; node != NULL; node = node->next) {
		mapping_trace(result, node);
		if (node->type == XML_ELEMENT_NODE)
			check_traces(result, node->children);
	}
}

/* The result as FHIR XML; NULL when it was refused. */
static char *
run_once(const struct xml_source *source, bool explain, struct arena *arena)
{
	const struct pack *only = mappings_pack(load_once(), 0);
	struct mapping_job job = { .name = "document.xml", .explain = explain, .operations = 20000 };
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { .kind = EHDS_ERROR_NONE };
	struct mapping_result result;
	struct buffer out = { 0 };

	if (mapping_run(&result, only, source, &job, arena, &findings, &error) != 0) {
		must(result.bundle == NULL && error.kind != EHDS_ERROR_NONE &&
		    error.rule[0] != '\0' && error.text[0] != '\0');
		return NULL;
	}
	check_findings(&findings);
	check_ledger(&result.ledger);
	check_urls(xmlDocGetRootElement(result.bundle), xmlDocGetRootElement(result.bundle), 0);
	check_traces(&result, xmlDocGetRootElement(result.bundle));
	must(fhir_xml_write(&out, result.bundle, false, NULL) == 0);
	mapping_result_free(&result);
	return buffer_take(&out, NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_new(64 * 1024 * 1024);
	struct ehds_findings findings = findings_new(arena);
	struct xml_source *source;
	char *first, *second;

	load_once();
	if (source_read(&source, (const char *)bytes, length, "document", &xml_limits_default,
	    arena, &findings, NULL) == 0) {
		first = run_once(source, false, arena);
		second = run_once(source, true, arena);
		must((first == NULL) == (second == NULL));
		must(first == NULL || strcmp(first, second) == 0);
		free(first);
		free(second);
		xml_source_free(&source);
	}
	arena_free(&arena);
	return 0;
}
