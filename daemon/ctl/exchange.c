/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * ehdsctl import and export: terminology as others publish it to tables and sets, and back. One file, because they are each other's
 * test: what one writes the other reads.
 */
#include "convert/source.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"

#include "base/digest.h"
#include "base/file.h"
#include "fhir/json.h"
#include "mapping/exchange.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { OPTION_LICENCE = 1300, OPTION_EXTENDS, OPTION_PRETTY = 'p' };

/* ---- import -------------------------------------------------------------------------------------------- */

static const struct command_option import_options[] = {
	{ 'n', "name", "FOLDER/NAME", "what the table or set is called; it says where the file belongs" },
	{ 'o', "output", "FILE", "where it goes (default: standard output)" },
	{ OPTION_EXTENDS, "extends", "TABLE", "lay the rows over this table (of the same name: a site's over a\nnation's)" },
	{ OPTION_LICENCE, "licence", "TEXT", "the licence, where the resource does not say it" },
	{ 'l', "level", "LEVEL", "least severity to show: information (default), warning, error" },
	WORKBENCH_OPTIONS,
	{ 0, NULL, NULL, NULL },
};

static const struct command import_command = {
	"import", "--name FOLDER/NAME FILE", "Makes a table or a value set of published terminology.",
	"FILE is a FHIR ConceptMap (a table), ValueSet or CodeSystem (a set), XML or JSON, or an\n"
	"IHE SVS RetrieveValueSetResponse (a set); '-' is standard input. What the YAML cannot say\n"
	"is left out and listed. OIDs become URIs by the naming of FOLDER's country. The file\n"
	"belongs in FOLDER/tables/NAME.yaml or FOLDER/sets/NAME.yaml: `ehdsctl lint` checks it there.\n"
	"Exit status: 0 done; 1 the file is nothing of that kind; 2 wrong usage or mappings.",
	import_options,
};

static int
write_out(const char *path, const struct buffer *bytes)
{
	struct ehds_error error = { 0 };

	if (path == NULL) {
		fwrite(bytes->data, 1, bytes->length, stdout);
		return fflush(stdout) == 0 ? CTL_DONE : CTL_USAGE;
	}
	if (file_write(path, bytes->data, bytes->length, 0644, &error) == 0)
		return CTL_DONE;
	console_error(&error);
	return CTL_USAGE;
}

struct importing {
	struct workbench workbench;
	struct exchange_import import;
	const char *out;
	enum ehds_severity least;
};

static int
import_bytes(struct importing *importing, const struct buffer *bytes)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	struct xml_source *source = NULL;
	struct buffer yaml = { 0 };
	char sha256[DIGEST_HEX];
	const char *kind = NULL;
	int result = CTL_NOT_CONFORMANT;

	digest_sha256(sha256, bytes->data, bytes->length);
	importing->import.sha256 = sha256;
	importing->import.mappings = importing->workbench.mappings;
	if (source_read(&source, bytes->data, bytes->length, importing->import.file, &importing->workbench.converter.limits, arena,
	    &findings, &error) == 0
	    && exchange_import(&yaml, &kind, xml_source_doc(source), &importing->import, arena, &findings, &error) == 0)
		result = write_out(importing->out, &yaml);
	console_findings(&findings, importing->least);
	if (error.kind != EHDS_ERROR_NONE)
		console_error(&error);
	buffer_free(&yaml);
	xml_source_free(&source);
	arena_free(&arena);
	return result;
}

static int
take_import_option(struct importing *importing, int letter)
{
	switch (letter) {
	case 'n':
		importing->import.name = optarg;
		return 0;
	case 'o':
		importing->out = optarg;
		return 0;
	case OPTION_EXTENDS:
		importing->import.extends = optarg;
		return 0;
	case OPTION_LICENCE:
		importing->import.licence = optarg;
		return 0;
	case 'l':
		return command_level(&import_command, &importing->least, optarg);
	default:
		return workbench_option(&importing->workbench, &import_command, letter);
	}
}

/* "FOLDER/NAME" of letters, digits, '-', '_' and '.', which is no beginning: it becomes the name of a file. */
static bool
is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t folder = strspn(name, letters);

	while (name[folder] == '/' && folder > 0 && name[0] != '.' && name[folder + 1] != '/') {
		size_t length = strspn(name + folder + 1, letters);

		if (length == 0 || name[folder + 1] == '.')
			return false;
		if (name[folder + 1 + length] == '\0')
			return true;
		folder += 1 + length;
	}
	return false;
}

int
verb_import(int argc, char **argv)
{
	struct importing importing = { 0 };
	struct buffer bytes = { 0 };
	int letter, result;

	while ((letter = command_next(&import_command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG || take_import_option(&importing, letter) != 0)
			return CTL_USAGE;
	}
	if (optind + 1 != argc)
		return command_wrong(&import_command, "one FILE is imported at a time");
	if (importing.import.name == NULL || !is_name(importing.import.name))
		return command_wrong(&import_command, "how is it to be called? --name FOLDER/NAME, of letters, digits, '-', '_' and '.'");
	importing.import.file = argv[optind];
	result = workbench_open(&importing.workbench, EHDS_SEVERITY_ERROR);
	if (result == CTL_DONE)
		result = workbench_read(&importing.workbench, &bytes, argv[optind]);
	if (result == CTL_DONE)
		result = import_bytes(&importing, &bytes);
	buffer_free(&bytes);
	workbench_close(&importing.workbench);
	return result;
}

/* ---- export -------------------------------------------------------------------------------------------- */

static const struct command_option export_options[] = {
	{ 'a', "as", "FORMAT", "fhir-json (default), fhir-xml, or svs (IHE SVS, for a set)" },
	{ OPTION_PRETTY, "pretty", NULL, "indented, for people" },
	{ 'o', "output", "FILE", "where it goes (default: standard output)" },
	{ 'l', "level", "LEVEL", "least severity to show: information (default), warning, error" },
	{ 0, NULL, NULL, NULL },
};

static const struct command export_command = {
	"export", "FILE.yaml", "Makes a FHIR ConceptMap of a table, a ValueSet or SVS of a set.",
	"Rows of a TSV file and of the table that is extended come along. What the resource cannot\n"
	"say is left out and listed.\n"
	"Exit status: 0 done; 2 wrong usage, or the file has mistakes.",
	export_options,
};

struct exporting {
	const char *out;
	int form;			/* index of forms */
	bool pretty;
	enum ehds_severity least;
};

static const char *const forms[] = { "fhir-json", "fhir-xml", "svs", NULL };

enum { FORM_JSON, FORM_XML, FORM_SVS };

static int
take_export_option(struct exporting *exporting, int letter)
{
	switch (letter) {
	case 'a':
		exporting->form = command_choice(&export_command, "--as", optarg, forms);
		return exporting->form < 0 ? -1 : 0;
	case OPTION_PRETTY:
		exporting->pretty = true;
		return 0;
	case 'o':
		exporting->out = optarg;
		return 0;
	default:
		return command_level(&export_command, &exporting->least, optarg);
	}
}

static int
write_resource(const struct exporting *exporting, xmlDoc *doc, struct ehds_error *error)
{
	struct buffer bytes = { 0 };
	xmlChar *text = NULL;
	int length = 0, result = 0;

	if (exporting->form == FORM_SVS) {
		xmlDocDumpFormatMemoryEnc(doc, &text, &length, "UTF-8", exporting->pretty);
		buffer_append(&bytes, text, (size_t)length);
		xmlFree(text);
	} else if (exporting->form == FORM_XML) {
		result = fhir_xml_write(&bytes, doc, exporting->pretty, error);
	} else {
		result = fhir_json_write(&bytes, doc, exporting->pretty, error);
	}
	if (result == 0 && bytes.length > 0 && bytes.data[bytes.length - 1] != '\n')
		buffer_putc(&bytes, '\n');
	result = result == 0 ? write_out(exporting->out, &bytes) : CTL_USAGE;
	buffer_free(&bytes);
	return result;
}

static int
export_file(const struct exporting *exporting, const char *path)
{
	struct arena *arena = arena_new(0);
	struct ehds_findings findings = findings_new(arena);
	struct ehds_error error = { 0 };
	xmlDoc *doc;
	int result = CTL_USAGE;

	if (exchange_export(&doc, path, exporting->form == FORM_SVS ? EXCHANGE_SVS : EXCHANGE_FHIR, arena, &findings, &error) == 0)
		result = write_resource(exporting, doc, &error);
	console_findings(&findings, exporting->least);
	if (error.kind != EHDS_ERROR_NONE)
		console_error(&error);
	xmlFreeDoc(doc);
	arena_free(&arena);
	return result;
}

int
verb_export(int argc, char **argv)
{
	struct exporting exporting = { 0 };
	int letter;

	while ((letter = command_next(&export_command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == COMMAND_WRONG || take_export_option(&exporting, letter) != 0)
			return CTL_USAGE;
	}
	if (optind + 1 != argc)
		return command_wrong(&export_command, "one FILE is exported at a time");
	xml_open();
	return export_file(&exporting, argv[optind]);
}
