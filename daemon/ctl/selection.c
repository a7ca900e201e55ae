/* SPDX-License-Identifier: EUPL-1.2 */
/* See selection.h. */
#include "ctl/selection.h"

#include "base/text.h"
#include "ctl/online.h"
#include "ctl/verbs.h"

#include <stdlib.h>
#include <string.h>

bool
selection_given(const struct selection *selection)
{
	return selection->state != NULL || selection->sender != NULL || selection->pack != NULL
	    || selection->rule != NULL;
}

static bool
is_text(const struct json *document, const char *key, const char *expected)
{
	const char *text = json_text(document, key);

	return expected == NULL || (text != NULL && strcmp(text, expected) == 0);
}

static bool
is_meant(const struct selection *selection, const struct json *document)
{
	const char *why = json_text(document, "why");

	return is_text(document, "sender", selection->sender) && is_text(document, "pack", selection->pack)
	    && (selection->rule == NULL || (why != NULL && text_starts_with(why, selection->rule)));
}

/* One page; the number behind which the next one begins in request->after, 0 at the end. */
static int
hear_page(const struct selection *selection, const char *control, struct wire_header *request,
    int (*hear)(void *context, const struct json *document), void *context)
{
	struct control_answer answer;
	const struct json *root, *after, *documents, *item;
	struct arena *arena;
	int status = online_ask(&answer, control, request, 10000);

	if (status != CTL_DONE)
		return status;
	arena = arena_new(0);
	root = online_body(&answer, arena);
	documents = json_get(root, "documents");
	status = root != NULL ? CTL_DONE : CTL_UNREACHABLE;
	for (item = documents != NULL ? documents->children : NULL; item != NULL && status < CTL_USAGE;
	    item = item->next) {
		int one = is_meant(selection, item) ? hear(context, item) : CTL_DONE;

		status = one > status ? one : status;
	}
	after = json_get(root, "after");
	request->after = after != NULL ? strtoll(after->text, NULL, 10) : 0;
	arena_free(&arena);
	control_answer_free(&answer);
	return status;
}

int
selection_each(const struct selection *selection, const char *control,
    int (*hear)(void *context, const struct json *document), void *context)
{
	struct wire_header request = { .request = "queue", .state = selection->state };
	int status = CTL_DONE;

	do {
		int one = hear_page(selection, control, &request, hear, context);

		status = one > status ? one : status;
	} while (status < CTL_USAGE && request.after != 0);
	return status;
}
