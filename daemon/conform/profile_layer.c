/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The gate's layer of profiles: what the packages of the conformance folder say. It joins the layers that need no
 * package (structure, document, references) and gives FHIRPath its view of the document.
 */
#include "conform/check.h"
#include "conform/walk.h"

#define SCRATCH_LIMIT ((size_t)256 * 1024 * 1024)

static const xmlNode *
resolve(void *user, const xmlNode *from, const char *reference)
{
	const struct walk *walk = user;
	xmlNode *found;

	return bundle_resolve(walk->bundle, from, reference, &found) == BUNDLE_FOUND ? found : NULL;
}

static int
member_of(void *user, const char *canonical, const char *system, const char *code)
{
	const struct walk *walk = user;
	const struct value_set *set = profiles_value_set(walk->profiles, canonical);

	if (set == NULL || code == NULL)
		return -1;
	switch (value_set_member(set, system, code)) {
	case MEMBER_YES:
		return 1;
	case MEMBER_NO:
		return 0;
	case MEMBER_UNDECIDED:
		break;
	}
	return -1;
}

/* txt-1 and txt-2 are checked by the narrative's own layer, which names the place inside the div. */
static bool
html_checks(void *user, const xmlNode *div)
{
	(void)user;
	(void)div;
	return true;
}

void
profile_check(struct check *check, const struct profiles *profiles, const char *wanted)
{
	const xmlNode *root = xmlDocGetRootElement(check->doc);
	struct arena *scratch = arena_new(SCRATCH_LIMIT);
	struct answers answers = { .arena = check->arena };
	struct walk walk = { .profiles = profiles, .bundle = check->bundle, .arena = check->arena, .scratch = scratch,
		.findings = check->findings, .answers = &answers };
	const struct profile *profile = wanted != NULL ? profile_find(profiles, wanted) : NULL;

	walk.fhirpath = (struct fhirpath_context){ .arena = scratch, .user = &walk, .resolve = resolve,
		.member_of = member_of, .html_checks = html_checks };
	walk.fhirpath.root_resource = fhirpath_node(root, NULL);
	walk_heard(&walk, check->findings);
	if (wanted != NULL && profile == NULL)
		walk_say(&walk, EHDS_SEVERITY_WARNING, "profile-unknown", "not-found", root, "meta.profile", wanted, NULL,
		    "no loaded package has the profile that is wanted: not checked");
	if (profile != NULL)
		walk_resource(&walk, root, profile);
	walk_claims(&walk, root);
	arena_free(&scratch);
}
