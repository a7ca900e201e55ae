/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking a pack. Reading one is pack_load.c. */
#include "mapping/pack.h"

#include "base/text.h"

#include <string.h>

const char *
pack_name(const struct pack *pack)
{
	return pack->name;
}

const char *
pack_title(const struct pack *pack)
{
	return pack->title;
}

const char *
pack_country(const struct pack *pack)
{
	return pack->country;
}

const char *
pack_category(const struct pack *pack)
{
	return pack->category;
}

const char *
pack_profile(const struct pack *pack)
{
	return pack->profile;
}

const char *
pack_refusal(const struct pack *pack)
{
	return pack->refusal;
}

bool
pack_is_envelope(const struct pack *pack)
{
	return pack->envelope != NULL;
}

bool
pack_composable(const struct pack *pack)
{
	return pack->composable;
}

bool
pack_header_only(const struct pack *pack)
{
	return pack->header_only;
}

bool
pack_knows_section(const struct pack *pack, const char *code)
{
	size_t i;

	for (i = 0; i < pack->section_count; i++)
		if (strcmp(pack->sections[i], code) == 0)
			return true;
	return false;
}

const char *
pack_summary_title(const struct pack *pack)
{
	return pack->summary_title;
}

const char *
pack_folder(const struct pack *pack)
{
	return pack->folder;
}

const struct table *
pack_table_named(const struct pack *pack, const char *name)
{
	size_t i;

	for (i = 0; i < pack->table_count; i++)
		if (text_is(pack->tables[i].name, name))
			return pack->tables[i].table;
	return NULL;
}
