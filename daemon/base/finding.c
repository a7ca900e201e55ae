/* SPDX-License-Identifier: EUPL-1.2 */
/* See finding.h. */
#include "base/finding.h"

#include <string.h>

#define FINDINGS_LIMIT 10000

struct ehds_findings
findings_new(struct arena *arena)
{
	return (struct ehds_findings){ .arena = arena, .limit = FINDINGS_LIMIT };
}

static void
append(struct ehds_findings *findings, const struct ehds_finding *finding)
{
	struct arena *arena = findings->arena;
	struct ehds_finding *copy = arena_alloc(arena, sizeof(*copy));

	if (copy == NULL)
		return;
	*copy = *finding;
	copy->rule = arena_strdup(arena, finding->rule);
	copy->code = arena_strdup(arena, finding->code);
	copy->text = arena_strdup(arena, finding->text);
	copy->found = arena_strdup(arena, finding->found);
	copy->expected = arena_strdup(arena, finding->expected);
	copy->expression = arena_strdup(arena, finding->expression);
	copy->profile = arena_strdup(arena, finding->profile);
	copy->file = arena_strdup(arena, finding->file);
	copy->stylesheet = arena_strdup(arena, finding->stylesheet);
	copy->table = arena_strdup(arena, finding->table);
	copy->next = NULL;
	if (findings->last != NULL)
		findings->last->next = copy;
	else
		findings->first = copy;
	findings->last = copy;
}

void
findings_add(struct ehds_findings *findings, const struct ehds_finding *finding)
{
	size_t total = 0, i;

	findings->counts[finding->severity]++;
	for (i = 0; i < EHDS_SEVERITY_COUNT; i++)
		total += findings->counts[i];
	if (total <= findings->limit) {
		append(findings, finding);
	} else if (total == findings->limit + 1) {
		append(findings, &(struct ehds_finding){ .severity = finding->severity,
		    .rule = "findings-limit", .code = "too-costly",
		    .text = "too many findings: the rest is counted but not listed" });
	}
}

const char *
severity_name(enum ehds_severity severity)
{
	static const char *const names[] = { "information", "warning", "error" };

	return names[severity < EHDS_SEVERITY_COUNT ? severity : EHDS_SEVERITY_ERROR];
}
