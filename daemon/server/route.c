/* SPDX-License-Identifier: EUPL-1.2 */
/* See route.h. */
#include "server/route.h"

#include <string.h>

static bool
texts_match(const struct texts *texts, const char *word)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->items[i], word) == 0)
			return true;
	return texts->count == 0;
}

static const struct route_settings *
find_route(const struct configuration *configuration, const struct route_question *question)
{
	for (size_t i = 0; i < configuration->route_count; i++) {
		const struct route_settings *route = &configuration->routes[i];

		if (question->route[0] != '\0' && strcmp(question->route, route->name) != 0)
			continue;
		if (texts_match(&route->country, question->country)
		    && texts_match(&route->category, question->category))
			return route;
	}
	return NULL;
}

struct route_decision
route_decide(const struct configuration *configuration, const struct route_question *question)
{
	const struct route_settings *route = find_route(configuration, question);
	const char *name = route != NULL ? route->name : NULL;
	enum policy nonconformant = POLICY_HOLD, unmapped = POLICY_FORWARD;

	if (route == NULL && question->route[0] != '\0')
		return (struct route_decision){ POLICY_HOLD, NULL,
		    "the route that the sender asked for does not take it", NULL };
	if (route != NULL) {
		nonconformant = (enum policy)route->nonconformant;
		unmapped = (enum policy)route->unmapped;
	}
	if (!question->conformant && nonconformant != POLICY_FORWARD)
		return (struct route_decision){ nonconformant, NULL, "the result is not conformant",
		    name };
	if (question->unmapped && unmapped != POLICY_FORWARD)
		return (struct route_decision){ unmapped, NULL, "not everything could be mapped", name };
	return (struct route_decision){ POLICY_FORWARD, route != NULL ? &route->to : NULL, "",
	    name };
}

bool
route_exists(const struct configuration *configuration, const char *name)
{
	for (size_t i = 0; i < configuration->route_count; i++)
		if (strcmp(configuration->routes[i].name, name) == 0)
			return true;
	return false;
}
