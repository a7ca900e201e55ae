/* SPDX-License-Identifier: EUPL-1.2 */
/* What becomes of a converted document: the first route that matches, and its policy. */
#ifndef EHDS_SERVER_ROUTE_H
#define EHDS_SERVER_ROUTE_H

#include "server/configuration.h"

struct route_question {
	const char *route;		/* that the sender asked for, "" for none */
	const char *country, *category;	/* of the pack */
	bool conformant;		/* no finding is an error */
	bool unmapped;			/* a code or a statement was not mapped */
};

struct route_decision {
	enum policy policy;
	const struct texts *peers;	/* borrows from the configuration; NULL: no route takes it */
	const char *why;		/* of hold and refuse; a constant */
	const char *route;		/* name of the route that takes it, perhaps ""; NULL: none does */
};

/*
 * Decides. A document that no route takes is converted and kept for whoever fetches it, if it is
 * conformant.
 */
struct route_decision
route_decide(const struct configuration *configuration, const struct route_question *question);

/* Whether there is a route of that name. */
bool
route_exists(const struct configuration *configuration, const char *name);

#endif
