/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A small pack of the test's own, a document, and a run: stylesheets are given as what stands
 * between the tags of <Bundle>, or as templates of their own.
 */
#ifndef EHDS_TESTS_MAPPING_STAGE_H
#define EHDS_TESTS_MAPPING_STAGE_H

#include "base/buffer.h"
#include "format/xml.h"
#include "mapping/mapping.h"

#include "generation.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#define STYLE_HEAD \
	"<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform' xmlns:c='urn:hl7-org:v3'\n" \
	"    xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:ehds='urn:ehds:mapping:1'\n" \
	"    xmlns='http://hl7.org/fhir' extension-element-prefixes='ehds'>\n"
#define STYLE_TAIL "</xsl:stylesheet>\n"

/* The content of <Bundle> begins on line 5. */
#define BUNDLE(content) \
	STYLE_HEAD "<xsl:template match='/'><Bundle><xsl:for-each select='c:ClinicalDocument'>\n" content \
	"\n</xsl:for-each></Bundle></xsl:template>\n" STYLE_TAIL

/* The content of a Basic resource in an entry; begins on line 5. */
#define BASIC(content) BUNDLE("<ehds:entry key=\"'basic'\"><Basic>" content "</Basic></ehds:entry>")

/* The content of a document, which begins on line 2. */
#define DOCUMENT(content) \
	"<ClinicalDocument xmlns='urn:hl7-org:v3' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>\n" content \
	"\n</ClinicalDocument>"

struct stage {
	struct generation generation;
	struct arena *arena;
	struct xml_source *source;
	struct mapping_job job;
	struct mapping_result result;
	struct ehds_findings findings;
	struct ehds_error error;
	int returned;
	char *text;		/* of the last question */
};

static inline struct stage
stage_new(void)
{
	struct stage stage = { .generation = generation_new(), .arena = arena_new(0) };

	stage.job.name = "doc.xml";
	stage.findings = findings_new(stage.arena);
	site_put(&stage.generation.site, "aa/country.yaml",
	    "country: aa\ntimezone: Europe/Paris\nlanguage: en\n");
	return stage;
}

static inline void
stage_free(struct stage *stage)
{
	mapping_result_free(&stage->result);
	xml_source_free(&stage->source);
	arena_free(&stage->arena);
	generation_free(&stage->generation);
	free(stage->text);
}

/* Further lines of pack.yaml; "" for none. */
static inline void
stage_put_pack(struct stage *stage, const char *lines, const char *stylesheet)
{
	char *pack = NULL;

	ck_assert_int_gt(asprintf(&pack,
	    "pack: aa/t\ntitle: T\ndetect:\n  - { root: '{*}ClinicalDocument' }\n"
	    "category: none\nstylesheet: t.xsl\n%s", lines), 0);
	site_put(&stage->generation.site, "aa/t/pack.yaml", pack);
	site_put(&stage->generation.site, "aa/t/t.xsl", stylesheet);
	free(pack);
}

static inline void
stage_load(struct stage *stage)
{
	expect_errors(&stage->generation, "");
}

/* The loaded pack on a document. */
static inline int
stage_run(struct stage *stage, const char *document)
{
	const struct pack *pack = mappings_pack(stage->generation.mappings, 0);

	ck_assert_ptr_nonnull(pack);
	mapping_result_free(&stage->result);
	xml_source_free(&stage->source);
	stage->findings = findings_new(stage->arena);
	error_clear(&stage->error);
	ck_assert_int_eq(xml_parse(&stage->source, document, strlen(document), "doc.xml",
	    &xml_limits_default, stage->arena, &stage->findings, &stage->error), 0);
	stage->returned = mapping_run(&stage->result, pack, stage->source, &stage->job,
	    stage->arena, &stage->findings, &stage->error);
	ck_assert((stage->result.bundle != NULL) == (stage->returned == 0));
	return stage->returned;
}

/* A pack without more lines, on a document, without an error. */
static inline void
stage_show(struct stage *stage, const char *stylesheet, const char *document)
{
	char line[900];

	stage_put_pack(stage, "", stylesheet);
	stage_load(stage);
	ck_assert_msg(stage_run(stage, document) == 0, "%s",
	    error_format(&stage->error, line, sizeof(line)));
}

static inline const char *
stage_keep(struct stage *stage, char *text)
{
	free(stage->text);
	stage->text = text;
	return text;
}

static inline xmlXPathObject *
stage_find(const struct stage *stage, const char *xpath)
{
	xmlXPathContext *context = xmlXPathNewContext(stage->result.bundle);
	xmlXPathObject *found;

	xmlXPathRegisterNs(context, (const xmlChar *)"f", (const xmlChar *)"http://hl7.org/fhir");
	xmlXPathRegisterNs(context, (const xmlChar *)"h",
	    (const xmlChar *)"http://www.w3.org/1999/xhtml");
	found = xmlXPathEval((const xmlChar *)xpath, context);
	xmlXPathFreeContext(context);
	ck_assert_ptr_nonnull(found);
	return found;
}

/* What the XPath selects in the result (prefix f), as XML, one after the other. */
static inline const char *
written(struct stage *stage, const char *xpath)
{
	xmlXPathObject *found = stage_find(stage, xpath);
	xmlBuffer *buffer = xmlBufferCreate();
	char *text;
	int i;

	for (i = 0; found->nodesetval != NULL && i < found->nodesetval->nodeNr; i++)
		xmlNodeDump(buffer, stage->result.bundle, found->nodesetval->nodeTab[i], 0, 0);
	text = strdup((const char *)xmlBufferContent(buffer));
	xmlBufferFree(buffer);
	xmlXPathFreeObject(found);
	return stage_keep(stage, text);
}

/* The string value of an XPath over the result. */
static inline const char *
told(struct stage *stage, const char *xpath)
{
	xmlXPathObject *found = stage_find(stage, xpath);
	xmlChar *text = xmlXPathCastToString(found);
	char *copy = strdup((const char *)text);

	xmlFree(text);
	xmlXPathFreeObject(found);
	return stage_keep(stage, copy);
}

/* The findings as "LINE: severity RULE: TEXT (found)", one a line. */
static inline const char *
said(struct stage *stage)
{
	const struct ehds_finding *finding;
	struct buffer lines = { 0 };

	for (finding = stage->findings.first; finding != NULL; finding = finding->next) {
		buffer_printf(&lines, "%s%d: %s %s: %s", lines.length > 0 ? "\n" : "", finding->line,
		    severity_name(finding->severity), finding->rule, finding->text);
		if (finding->found != NULL)
			buffer_printf(&lines, " (%s)", finding->found);
	}
	return stage_keep(stage, lines.data == NULL ? strdup("") : buffer_take(&lines, NULL));
}

/* The error as "FILE:LINE:COLUMN: error: RULE: TEXT" of a run that fails. */
static inline const char *
refused(struct stage *stage, const char *stylesheet, const char *document)
{
	char *line = malloc(900);

	stage_put_pack(stage, "", stylesheet);
	stage_load(stage);
	ck_assert_int_eq(stage_run(stage, document), -1);
	return stage_keep(stage, error_format(&stage->error, line, 900));
}

#endif
