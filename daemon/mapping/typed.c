/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See typed.h. What is selected comes from the source, so a node may say that it has no value
 * (nullFlavor), or say nothing at all: `absent` decides what then stands in the result. Whatever is
 * written is marked as read and traced, here and nowhere else.
 */
#include "mapping/typed.h"

#include "fhir/facts.h"
#include "mapping/run.h"
#include "mapping/types.h"

#include <string.h>

#define DEPTH 32			/* of elements in a resource, where one looks for their type */
#define ABSENT_SYSTEM "http://terminology.hl7.org/CodeSystem/data-absent-reason"

/* One typed element at work. */
struct work {
	struct run *run;
	const struct plan *plan;
	struct call call;
	xmlNode *parent;
	const char *name;
};

static void
settle(const struct work *work, const struct selected *selected)
{
	struct ledger_book *ledger = work->run->ledger;

	if (!work->plan->mark || selected->item.node == NULL)
		return;
	ledger_read(ledger, selected->item.node, work->parent);
	if ((work->plan->kind->flags & ELEMENT_NARRATIVE) != 0)
		ledger_carry(ledger, selected->item.node);
}

static void
account(struct work *work, const struct selected *selected, const xmlNode *before)
{
	run_trace(work->run, work->parent, before, &work->call, selected->place);
	settle(work, selected);
}

/*
 * A choice has no element of its base name. Observation and its components have dataAbsentReason
 * instead (HL7 FHIR R4, Observation.dataAbsentReason); elsewhere an absent choice is left out.
 */
static xmlNode *
write_absent_choice(const struct work *work, const char *reason)
{
	const char *around = (const char *)work->parent->name;
	xmlNode *element, *coding;

	if (strcmp(around, "Observation") != 0 && strcmp(around, "component") != 0)
		return NULL;
	element = out_element(work->parent, "dataAbsentReason");
	coding = out_element(element, "coding");
	out_value(coding, "system", ABSENT_SYSTEM);
	out_value(coding, "code", reason);
	return element;
}

static void
write_absent(struct work *work, const struct selected *selected, const char *reason)
{
	const xmlNode *before = work->parent->last;

	if ((work->plan->kind->flags & ELEMENT_CHOICE) != 0) {
		if (write_absent_choice(work, reason) == NULL)
			return;
	} else {
		if (work->name == NULL)
			return;
		out_absent(out_element(work->parent, work->name), reason);
	}
	account(work, selected, before);
}

/* Nothing was selected, or it says nothing. null_flavor: that of the source, or NULL. */
static int
handle_absence(struct work *work, const struct selected *selected, const char *null_flavor)
{
	struct run *run = work->run;
	const char *fallback = call_attribute(&work->call, "default"), *absent;
	const xmlNode *before = work->parent->last;

	if (run->failed)
		return -1;
	if (null_flavor != NULL && strcmp(null_flavor, "MSK") == 0) {
		write_absent(work, selected, absent_reason(null_flavor));
		return 0;
	}
	if (fallback != NULL && fallback[0] != '\0') {
		out_value(work->parent, work->name, fallback);
		account(work, selected, before);
		return 0;
	}
	absent = avt_value(run, work->plan->absent, work->call.context);
	if (absent == NULL || absent[0] == '\0')
		return run->failed ? -1 : 0;
	if (strcmp(absent, "refuse") == 0)
		return run_refuse(run, selected->place, "map-required-missing",
		    "'%s' of %s is required and the document does not say it", work->name == NULL ?
		    work->plan->kind->name : work->name, (const char *)work->parent->name);
	write_absent(work, selected, null_flavor != NULL ? absent_reason(null_flavor) : absent);
	return run->failed ? -1 : 0;
}

static const char *
null_flavor_of(const struct selected *selected)
{
	const xmlNode *node = selected->item.node;

	return node == NULL || node->type != XML_ELEMENT_NODE || node->properties == NULL ? NULL :
	    node_attribute(node, "nullFlavor");
}

static int
conclude(struct work *work, enum written written, const struct selected *selected, const xmlNode *before,
    const char *null_flavor)
{
	switch (written) {
	case WRITTEN_DONE:
		account(work, selected, before);
		return 0;
	case WRITTEN_NOTHING:
		return handle_absence(work, selected, null_flavor);
	case WRITTEN_FAILED:
		work->run->failed = true;
		return -1;
	}
	return 0;
}

/* NULL where R4 knows none. */
static const struct fact_type *
type_of(const xmlNode *element, unsigned depth)
{
	const char *name = (const char *)element->name;
	const struct fact_element *fact;
	const struct fact_type *around;

	if (element->type != XML_ELEMENT_NODE || depth == DEPTH)
		return NULL;
	if (name[0] >= 'A' && name[0] <= 'Z')
		return fact_type_find(name);
	around = element->parent != NULL ? type_of(element->parent, depth + 1) : NULL;
	fact = around != NULL ? fact_element_find(around, name, NULL) : NULL;
	return fact != NULL ? fact->type : NULL;
}

static bool
has_room_for_one(const struct work *work)
{
	const struct fact_type *type = work->name != NULL ? type_of(work->parent, 0) : NULL;
	const struct fact_element *fact = type != NULL ? fact_element_find(type, work->name, NULL) : NULL;

	return fact != NULL && !fact->list;
}

static void
tell_further(struct work *work, const struct selected *selected)
{
	call_finding(&work->call, &selected->item, EHDS_SEVERITY_WARNING, "map-further-value", "multiple-matches",
	    selected->item.text, NULL, "FHIR R4 has room for one '%s': the first is carried, this one is not", work->name);
}

/* One node that made several elements (a name in use beside a name at birth) where R4 has one: the first stays. */
static void
keep_first(struct work *work, const struct selected *selected, const xmlNode *before)
{
	const xmlNode *first = before != NULL ? before->next : work->parent->children;
	xmlNode *further;

	if (first == NULL || first->next == NULL || !has_room_for_one(work))
		return;
	tell_further(work, selected);
	while ((further = first->next) != NULL) {
		xmlUnlinkNode(further);
		xmlFreeNode(further);
	}
}

static int
write_one(struct work *work, const struct selected *selected)
{
	const struct element_kind *kind = work->plan->kind;
	const xmlNode *before = work->parent->last;
	enum written written = WRITTEN_NOTHING;

	/* What is masked is not read, whatever stands beside the nullFlavor; others the writer judges. */
	work->call.row = NULL;
	if (!item_masked(&work->call, &selected->item)) {
		written = kind->write(&work->call, &selected->item, work->parent, work->name);
		if (written == WRITTEN_DONE)
			keep_first(work, selected, before);
	}
	return conclude(work, written, selected, before, null_flavor_of(selected));
}

/* All items make one element; those that are masked are not read. */
static int
write_set(struct work *work, size_t base)
{
	struct run *run = work->run;
	size_t count = run->selected_count - base, said = 0, i;
	struct item *items = run_alloc(run, count * sizeof(*items));
	struct selected first = run->selected[base], one;
	const xmlNode *before = work->parent->last;
	const char *null_flavor = NULL;
	enum written written = WRITTEN_NOTHING;

	if (items == NULL)
		return -1;
	for (i = 0; i < count; i++) {
		one = run->selected[base + i];
		if (null_flavor_of(&one) != NULL)
			null_flavor = null_flavor_of(&one);
		if (!item_masked(&work->call, &one.item))
			items[said++] = one.item;
	}
	if (said > 0)
		written = work->plan->kind->write_set(&work->call, items, said, work->parent, work->name);
	for (i = 1; written == WRITTEN_DONE && i < count; i++)
		settle(work, &run->selected[base + i]);
	return conclude(work, written, &first, before, null_flavor);
}

/* R4 has one element here and the source several: the first that says something stands, the others are told. */
static int
write_first(struct work *work, size_t base)
{
	struct run *run = work->run;
	size_t chosen = base, i;
	struct selected first;

	for (i = base; i < run->selected_count; i++)
		if (null_flavor_of(&run->selected[i]) == NULL) {
			chosen = i;
			break;
		}
	for (i = base; i < run->selected_count; i++)
		if (i != chosen && null_flavor_of(&run->selected[i]) == NULL)
			tell_further(work, &run->selected[i]);
	first = run->selected[chosen];
	return write_one(work, &first);
}

static int
write_all(struct work *work, size_t base)
{
	const struct element_kind *kind = work->plan->kind;
	struct run *run = work->run;
	struct selected nothing = { .place = work->call.context };
	size_t i;

	if (run->selected_count == base)
		return handle_absence(work, &nothing, NULL);
	if (kind->write_set != NULL && (kind->write == NULL || run->selected_count > base + 1))
		return write_set(work, base);
	if (run->selected_count > base + 1 && has_room_for_one(work))
		return write_first(work, base);
	for (i = base; i < run->selected_count; i++) {
		struct selected selected = run->selected[i];

		if (write_one(work, &selected) != 0)
			return -1;
	}
	return 0;
}

int
run_typed(struct run *run, const struct plan *plan, const xmlNode *context)
{
	struct work work = { .run = run, .plan = plan, .call = run_call(run, plan, context) };
	size_t base = run->selected_count;
	int result;

	work.parent = run_parent(run, plan);
	work.name = run_name(run, plan, context);
	if (work.name == NULL && (plan->kind->flags & ELEMENT_NARRATIVE) != 0)
		work.name = "text";
	if (run->failed || expression_select(run, plan->select, context) != 0)
		return -1;
	result = write_all(&work, base);
	run->selected_count = base;
	return result;
}
