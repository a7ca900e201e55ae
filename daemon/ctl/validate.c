/* SPDX-License-Identifier: EUPL-1.2 */
/* ehdsctl validate: FHIR documents, XML or JSON, before the gate that the daemon's results pass. */
#include "convert/validate.h"
#include "base/text.h"
#include "conform/report.h"
#include "conform/rules.h"
#include "ctl/command.h"
#include "ctl/console.h"
#include "ctl/overlay.h"
#include "ctl/verbs.h"
#include "ctl/workbench.h"
#include "format/json.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { PACKAGES_MAX = 64, ALSO_MAX = 8 };

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT };

static const struct command_option options[] = {
	{ 'p', "profile", "URL", "canonical of the profile of the document (default: what it claims)" },
	{ 'P', "package", "FILE.tgz", "check against this FHIR package too; may be given again" },
	{ 'a', "also", "RULE", "check this rule too; may be given again: markdown-html (no HTML in markdown),\n"
	    "url-example (no url of a name that is reserved for examples)" },
	{ 'R', "rules", NULL, "list the rules, their severity and what they demand, and end" },
	{ 'F', "format", "FORMAT", "text (default; standard error), json or junit (standard output)" },
	{ 'l', "level", "LEVEL", "least severity to show as text: information (default), warning, error" },
	{ OPTION_CONFORMANCE, "conformance", "DIR",
	    "folder of conformance facts (default: EHDS_CONFORMANCE,\nelse the installed ones)" },
	{ 0, NULL, NULL, NULL },
};

static const struct command command = {
	"validate", "FILE...", "Checks FHIR R4 documents, XML or JSON, against R4 and the HL7 Europe guides.",
	"FILE '-' is standard input. As text, one line a finding goes to standard error:\n"
	"  FILE:LINE: error: RULE: what is wrong, found 'x', expected 'y' (at FHIRPATH)\n"
	"json is one OperationOutcome, or for several files a list of { \"file\", \"outcome\" }.\n"
	"Exit status: 0 all conform; 1 some do not; 2 wrong usage or packages.",
	options,
};

struct validate {
	struct workbench workbench;
	const char *profile;
	enum format format;
	enum ehds_severity least;
	char *packages[PACKAGES_MAX];	/* borrows */
	size_t package_count;
	const char *also[ALSO_MAX];	/* rules on request */
	size_t also_count;
	struct overlay overlay;		/* owns; of the packages */
	size_t files;			/* on the command line */
	size_t valid, invalid, unread;
	struct buffer report;		/* owns: entries of json and junit, printed at the end */
};

/*
 * Character data of XML 1.0: markup escaped, characters that may not stand in XML at all replaced.
 */
static void
put_xml(struct buffer *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		switch (text[i]) {
		case '<':
			buffer_puts(out, "&lt;");
			break;
		case '&':
			buffer_puts(out, "&amp;");
			break;
		case '"':
			buffer_puts(out, "&quot;");
			break;
		default:
			buffer_putc(out,
			    (unsigned char)text[i] >= 0x20 || text_is_space(text[i]) ? text[i] : '?');
		}
}

static void
report_json(struct validate *validate, const char *name, const struct validation *validation)
{
	struct buffer *out = &validate->report;

	if (validate->files > 1) {
		buffer_puts(out, out->length == 0 ? "[\n{\"file\": " : ",\n{\"file\": ");
		json_write_string(out, name, strlen(name));
		buffer_puts(out, ", \"outcome\": ");
	}
	buffer_append(out, validation->outcome.data, validation->outcome.length);
	if (validate->files > 1)
		buffer_putc(out, '}');
}

/* A document is a test case; its errors are one failure, its other findings are output. */
static void
report_junit(struct validate *validate, const char *name, const struct validation *validation)
{
	struct buffer *out = &validate->report, errors = { 0 }, others = { 0 };
	size_t count = validation->findings.counts[EHDS_SEVERITY_ERROR] +
	    (validation->error.kind != EHDS_ERROR_NONE);
	const struct ehds_finding *finding;
	char line[1024];

	if (validation->error.kind != EHDS_ERROR_NONE)
		buffer_printf(&errors, "%s\n", error_format(&validation->error, line, sizeof(line)));
	for (finding = validation->findings.first; finding != NULL; finding = finding->next)
		report_text(finding->severity == EHDS_SEVERITY_ERROR ? &errors : &others, finding);
	buffer_puts(out, "  <testcase classname=\"validate\" name=\"");
	put_xml(out, name, strlen(name));
	buffer_puts(out, "\">\n");
	if (!validation->conformant) {
		buffer_printf(out, "    <failure message=\"%zu errors\">", count);
		put_xml(out, errors.data, errors.length);
		buffer_puts(out, "</failure>\n");
	}
	if (others.length > 0) {
		buffer_puts(out, "    <system-out>");
		put_xml(out, others.data, others.length);
		buffer_puts(out, "</system-out>\n");
	}
	buffer_puts(out, "  </testcase>\n");
	buffer_free(&errors);
	buffer_free(&others);
}

static void
report(struct validate *validate, const char *name, const struct validation *validation,
    const struct progress *progress)
{
	switch (validate->format) {
	case FORMAT_TEXT:
		progress_clear(progress);
		console_findings(&validation->findings, validate->least);
		if (validation->error.kind != EHDS_ERROR_NONE)
			console_error(&validation->error);
		break;
	case FORMAT_JSON:
		report_json(validate, name, validation);
		break;
	case FORMAT_JUNIT:
		report_junit(validate, name, validation);
		break;
	}
}

static void
print_report(const struct validate *validate)
{
	const char *text = validate->report.data != NULL ? validate->report.data : "";
	bool list = validate->files > 1;

	switch (validate->format) {
	case FORMAT_TEXT:
		if (list)
			fprintf(stderr, "%zu conformant, %zu not conformant%s\n", validate->valid,
			    validate->invalid, validate->unread > 0 ? ", some not read" : "");
		break;
	case FORMAT_JSON:
		printf("%s%s\n", list && *text == '\0' ? "[" : text, list ? "\n]" : "");
		break;
	case FORMAT_JUNIT:
		printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<testsuite name=\"ehdsctl validate\" tests=\"%zu\" failures=\"%zu\">\n%s</testsuite>\n",
		    validate->valid + validate->invalid, validate->invalid, text);
		break;
	}
}

static int
validate_file(struct validate *validate, const char *name, struct progress *progress)
{
	struct validation validation = { 0 };
	struct buffer bytes = { 0 };
	int result;

	progress_step(progress, name);
	result = workbench_read(&validate->workbench, &bytes, name);
	if (result != CTL_DONE) {
		validate->unread++;
		buffer_free(&bytes);
		return result;
	}
	validate_document(&validation, &validate->workbench.converter, name, validate->profile, bytes.data,
	    bytes.length);
	report(validate, name, &validation, progress);
	result = validation.conformant ? CTL_DONE : CTL_NOT_CONFORMANT;
	if (validation.conformant)
		validate->valid++;
	else
		validate->invalid++;
	validation_free(&validation);
	buffer_free(&bytes);
	return result;
}

static int
validate_files(struct validate *validate, char *const *names)
{
	struct progress progress = progress_new(validate->files);
	int result = CTL_DONE;

	for (size_t i = 0; i < validate->files; i++) {
		int one = validate_file(validate, names[i], &progress);

		if (one > result)
			result = one;
	}
	progress_clear(&progress);
	print_report(validate);
	buffer_free(&validate->report);
	return result;
}

static int
take_format(struct validate *validate, const char *word)
{
	static const char *const names[] = { "text", "json", "junit", NULL };
	int choice = command_choice(&command, "--format", word, names);

	if (choice >= 0)
		validate->format = (enum format)choice;
	return choice >= 0 ? 0 : -1;
}

static int
take_package(struct validate *validate, char *path)
{
	if (validate->package_count == PACKAGES_MAX) {
		command_wrong(&command, "more than %d packages", PACKAGES_MAX);
		return -1;
	}
	validate->packages[validate->package_count++] = path;
	return 0;
}

static int
take_rule(struct validate *validate, const char *id)
{
	const struct rule_fact *rule = rules_find(id);

	if (rule == NULL || rule->where != RULE_ON_REQUEST || validate->also_count == ALSO_MAX) {
		command_wrong(&command, "'%s' is no rule that is checked on request: see --rules", id);
		return -1;
	}
	validate->also[validate->also_count++] = id;
	return 0;
}

static void
print_rules(void)
{
	static const char *const severities[] = {
		[EHDS_SEVERITY_INFORMATION] = "information", [EHDS_SEVERITY_WARNING] = "warning", [EHDS_SEVERITY_ERROR] = "error",
	};
	static const char *const where[] = {
		[RULE_BUILT_IN] = " (where no package of the guide is loaded)", [RULE_ON_REQUEST] = " (with --also)",
		[RULE_NOT_IN_DOCUMENT] = "", [RULE_ALWAYS] = "",
	};
	size_t count;
	const struct rule_fact *rules = rules_all(&count);

	for (size_t i = 0; i < count; i++)
		printf("%-28s %-12s %s%s\n", rules[i].id, severities[rules[i].severity], rules[i].text, where[rules[i].where]);
}

static int
take_option(struct validate *validate, int letter)
{
	switch (letter) {
	case 'a':
		return take_rule(validate, optarg);
	case 'P':
		return take_package(validate, optarg);
	case 'p':
		validate->profile = optarg;
		return 0;
	case 'F':
		return take_format(validate, optarg);
	case 'l':
		return command_level(&command, &validate->least, optarg);
	default:
		return workbench_option(&validate->workbench, &command, letter);
	}
}

static int
open_conformance(struct validate *validate)
{
	const char *folder = workbench_conformance_folder(&validate->workbench);

	if (validate->package_count > 0) {
		if (overlay_open(&validate->overlay, folder, validate->packages, validate->package_count) != CTL_DONE)
			return CTL_USAGE;
		validate->workbench.conformance_folder = validate->overlay.folder;
	}
	if (workbench_open_conformance(&validate->workbench) != CTL_DONE)
		return CTL_USAGE;
	for (size_t i = 0; i < validate->also_count; i++)
		conformance_also(validate->workbench.conformance, validate->also[i]);
	return CTL_DONE;
}

int
verb_validate(int argc, char **argv)
{
	struct validate validate = { 0 };
	int letter, result;

	while ((letter = command_next(&command, argc, argv)) != COMMAND_END) {
		if (letter == COMMAND_HELP)
			return CTL_DONE;
		if (letter == 'R') {
			print_rules();
			return CTL_DONE;
		}
		if (letter == COMMAND_WRONG || take_option(&validate, letter) != 0)
			return CTL_USAGE;
	}
	if (optind == argc)
		return command_wrong(&command, "no FILE given");
	validate.files = (size_t)(argc - optind);
	result = open_conformance(&validate);
	if (result == CTL_DONE)
		result = validate_files(&validate, argv + optind);
	workbench_close(&validate.workbench);
	overlay_close(&validate.overlay);
	return result;
}
