/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The gate is a table of layers, each of which adds its findings; none stops another, so that a sender
 * sees all that is wrong at once. What a layer knows stands in its own file.
 */
#include "conform/gate.h"
#include "conform/check.h"
#include "conform/guide.h"
#include "conform/profile.h"
#include "conform/walk.h"

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/text.h"
#include "fhir/tree.h"

#include <stdlib.h>
#include <string.h>

static void (*const layers[])(struct check *) = {
	structure_check,
	document_check,
	searchset_check,
	reachability_check,
};

struct conformance {
	char *packages;			/* owns */
	struct profiles *profiles;	/* owns; NULL: no folder, the built-in rules alone */
	struct asked asked;
};

static char *
built_in_packages(void)
{
	struct buffer names = { 0 };
	const struct guide *guide;
	size_t i;

	buffer_puts(&names, "hl7.fhir.r4.core#4.0.1");
	for (i = 0; (guide = guide_at(i)) != NULL; i++)
		buffer_printf(&names, " %s", guide->package);
	return buffer_take(&names, NULL);
}

/* The packages of a conformance folder lie in packages/; without it the built-in rules serve. */
static int
load_packages(struct conformance *conformance, const char *folder, struct ehds_error *error)
{
	char *packages = path_join(folder, "packages");
	int result = 0;

	if (folder_exists(packages))
		result = profiles_load(&conformance->profiles, packages, error);
	free(packages);
	return result;
}

int
conformance_load(struct conformance **out, const char *folder, struct ehds_error *error)
{
	*out = NULL;
	if (folder != NULL && !folder_exists(folder))
		return error_set(error, EHDS_ERROR_CONFIG, "conformance-folder", folder, 0, 0,
		    "the conformance folder does not exist");
	*out = must_alloc(sizeof(**out));
	if (folder != NULL && load_packages(*out, folder, error) != 0) {
		conformance_free(out);
		return -1;
	}
	(*out)->packages = (*out)->profiles != NULL && *profiles_packages((*out)->profiles) != '\0' ?
	    must_strdup(profiles_packages((*out)->profiles)) : built_in_packages();
	return 0;
}

int
conformance_also(struct conformance *conformance, const char *rule)
{
	if (strcmp(rule, "markdown-html") == 0)
		conformance->asked.markdown_html = true;
	else if (strcmp(rule, "url-example") == 0)
		conformance->asked.url_example = true;
	else
		return -1;
	return 0;
}

void
conformance_free(struct conformance **conformance)
{
	if (*conformance == NULL)
		return;
	profiles_free(&(*conformance)->profiles);
	free((*conformance)->packages);
	free(*conformance);
	*conformance = NULL;
}

const char *
conformance_packages(const struct conformance *conformance)
{
	return conformance->packages;
}

/* ---- Which guide -------------------------------------------------------------------------------------------- */

static const struct guide *
claimed_guide(const xmlNode *resource)
{
	const xmlNode *profile = fhir_child(fhir_child(resource, "meta"), "profile");
	const struct guide *guide = NULL;

	for (; profile != NULL && guide == NULL; profile = fhir_next(profile))
		if (fhir_value(profile) != NULL)
			guide = guide_find(fhir_value(profile));
	return guide;
}

/* What was asked for, else what the document or its Composition claims. */
static const struct guide *
guide_of(struct check *check, const char *profile)
{
	const xmlNode *root = xmlDocGetRootElement(check->doc);
	const struct place place = { NULL, (const char *)root->name, false, 0 };
	const struct guide *guide;

	if (profile != NULL) {
		guide = guide_find(profile);
		if (guide == NULL)
			check_report(check, &place, NULL,
			    &(struct breach) { .severity = EHDS_SEVERITY_WARNING,
				.rule = "profile-unknown",
				.code = "not-supported",
				.text = "the profile is not known here, so only the rules of FHIR R4 "
					"were checked",
				.found = profile });
		return guide;
	}
	guide = claimed_guide(root);
	if (guide == NULL && check->document && check->entry_count > 0)
		guide = claimed_guide(check->entries[0].resource);
	return guide;
}

bool
gate_check(const struct conformance *conformance, const xmlDoc *doc, const char *profile, struct arena *arena,
    struct ehds_findings *findings)
{
	struct check check = { .conformance = conformance, .asked = conformance->asked, .doc = doc, .arena = arena, .findings = findings };
	struct seen read = { 0 };
	const struct ehds_finding *finding;
	const xmlNode *root = xmlDocGetRootElement(doc);
	size_t before = findings->counts[EHDS_SEVERITY_ERROR], i;
	const char *type;

	check.read = &read;
	for (finding = findings->first; finding != NULL; finding = finding->next)
		if (finding->expression != NULL)
			places_add(&read, arena, finding->expression);
	check.bundle = bundle_new(doc, arena);
	if (check.bundle != NULL) {
		check.entries = bundle_entries(check.bundle, &check.entry_count);
		check.links = links_new(check.entry_count, arena);
	}
	if (check.bundle == NULL || check.links == NULL) {
		findings_add(findings,
		    &(struct ehds_finding) { .severity = EHDS_SEVERITY_ERROR,
			.rule = "gate-document",
			.code = "incomplete",
			.text = root == NULL ? "the document is empty"
					     : "the document is too large to check" });
		return false;
	}
	type = fhir_child_value(root, "type");
	check.document = strcmp((const char *)root->name, "Bundle") == 0 && type != NULL
	    && strcmp(type, "document") == 0;
	for (i = 0; i < check.entry_count && !check.server_urls; i++)
		check.server_urls = check.entries[i].full_url != NULL
		    && text_starts_with(check.entries[i].full_url, "http");
	check.reference = fact_type_find("Reference");
	check.extension = fact_type_find("Extension");
	check.attachment = fact_type_find("Attachment");
	/* The built-in rules of a guide stand in where no package says them. */
	if (conformance->profiles == NULL)
		check.guide = guide_of(&check, profile);
	for (i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
		layers[i](&check);
	if (conformance->profiles != NULL) {
		profile_check(&check, conformance->profiles, profile);
		search_check(&check, conformance->profiles);
	}
	return findings->counts[EHDS_SEVERITY_ERROR] == before;
}
