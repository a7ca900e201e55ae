/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One document of several sources. In some countries no service knows a whole patient summary: one register has the medicines,
 * another the vaccinations, the practice has the problems. Each source is converted by its own pack as far as the
 * mapped tree; then the trees become one (merge.h), which is checked and written as any result. Which packs may be
 * sources, and of which sections, they say themselves (`compose` in pack.yaml).
 *
 * The order in which the sources come does not matter: they are put into an order of their own (who the patient is
 * first, then by pack and content). A source that comes twice is taken once.
 */
#ifndef EHDS_CONVERT_COMPOSE_H
#define EHDS_CONVERT_COMPOSE_H

#include "convert/convert.h"

/*
 * convert_documents for two sources or more. When one cannot be mapped there is no document: the job has that source's error. Further
 * errors, all DOCUMENT: compose-pack (a kind of document that is no source, or of another category than the others), compose-empty (no
 * source knows a section), and those of merge.h.
 */
void
convert_composed(struct conversion *out, const struct converter *converter, const struct convert_job *job,
    const struct convert_input *inputs, size_t count);

#endif
