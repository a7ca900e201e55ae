/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * See command.h. The messages are ours because those of getopt(3) do not help anybody who mistyped
 * a word.
 */
#include "ctl/command.h"
#include "base/text.h"
#include "ctl/verbs.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 32, HELP_COLUMN = 27 };

static const struct command_option help_option = { 'h', "help", NULL, "this text" };

/* The option at index, the help option behind the last; NULL past that. */
static const struct command_option *
option_at(const struct command *command, size_t index)
{
	size_t i;

	for (i = 0; command->options != NULL && command->options[i].name != NULL; i++)
		if (i == index)
			return &command->options[i];
	return i == index ? &help_option : NULL;
}

static bool
is_short(int letter)
{
	return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
	    (letter >= '0' && letter <= '9');
}

static void
print_option(const struct command_option *option)
{
	int width;

	width = is_short(option->letter) ? printf("  -%c, ", option->letter) : printf("      ");
	width += printf("--%s%s%s", option->name, option->argument != NULL ? " " : "",
	    option->argument != NULL ? option->argument : "");
	if (width >= HELP_COLUMN)
		width = printf("\n") - 1;
	printf("%*s", HELP_COLUMN - width, "");
	for (const char *at = option->help; *at != '\0'; at++)
		if (*at == '\n')
			printf("\n%*s", HELP_COLUMN, "");
		else
			putchar(*at);
	putchar('\n');
}

void
command_help(const struct command *command)
{
	const struct command_option *option;

	printf("Usage: ehdsctl %s [OPTIONS]%s%s\n\n%s\n\n", command->name,
	    command->arguments[0] != '\0' ? " " : "", command->arguments, command->summary);
	for (size_t i = 0; (option = option_at(command, i)) != NULL; i++)
		print_option(option);
	if (command->text != NULL)
		printf("\n%s\n", command->text);
}

int
command_wrong(const struct command *command, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "ehdsctl %s: ", command->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nTry 'ehdsctl %s --help'.\n", command->name);
	return CTL_USAGE;
}

static int
unknown_option(const struct command *command, const char *word)
{
	const char *names[OPTIONS_MAX] = { NULL }, *near;
	char bare[64];
	size_t count = 0;

	if (word == NULL || strncmp(word, "--", 2) != 0) {
		command_wrong(command, "unknown option '-%c'", optopt);
		return COMMAND_WRONG;
	}
	for (; count < OPTIONS_MAX && option_at(command, count) != NULL; count++)
		names[count] = option_at(command, count)->name;
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = text_nearest(bare, names, count);
	if (near != NULL)
		command_wrong(command, "unknown option '--%s', did you mean '--%s'?", bare, near);
	else
		command_wrong(command, "unknown option '--%s'", bare);
	return COMMAND_WRONG;
}

/* getopt answers '?' for four different mistakes; what it leaves in optopt tells which. */
static int
explain_question(const struct command *command, char **argv)
{
	const struct command_option *option;

	for (size_t i = 0; optopt != 0 && (option = option_at(command, i)) != NULL; i++) {
		if (option->letter != optopt)
			continue;
		command_wrong(command, "option '--%s' takes no value", option->name);
		return COMMAND_WRONG;
	}
	return unknown_option(command, argv[optind - 1]);
}

static int
missing_value(const struct command *command)
{
	const struct command_option *option;

	for (size_t i = 0; (option = option_at(command, i)) != NULL; i++)
		if (option->letter == optopt) {
			command_wrong(command, "option '--%s' needs %s", option->name, option->argument);
			break;
		}
	return COMMAND_WRONG;
}

int
command_next(const struct command *command, int argc, char **argv)
{
	struct option table[OPTIONS_MAX + 1] = { { NULL, 0, NULL, 0 } };
	char letters[2 * OPTIONS_MAX + 2] = ":";
	const struct command_option *option;
	size_t used = 1;
	int got;

	for (size_t i = 0; i < OPTIONS_MAX && (option = option_at(command, i)) != NULL; i++) {
		table[i].name = option->name;
		table[i].has_arg = option->argument != NULL ? required_argument : no_argument;
		table[i].val = option->letter;
		if (!is_short(option->letter))
			continue;
		letters[used++] = (char)option->letter;
		if (option->argument != NULL)
			letters[used++] = ':';
	}
	opterr = 0;
	got = getopt_long(argc, argv, letters, table, NULL);
	switch (got) {
	case -1:
		return COMMAND_END;
	case 'h':
		command_help(command);
		return COMMAND_HELP;
	case ':':
		return missing_value(command);
	case '?':
		return explain_question(command, argv);
	default:
		return got;
	}
}

int
command_choice(const struct command *command, const char *option, const char *word, const char *const *names)
{
	const char *near;
	size_t count = 0;

	for (; names[count] != NULL; count++)
		if (strcmp(names[count], word) == 0)
			return (int)count;
	near = text_nearest(word, names, count);
	if (near != NULL) {
		command_wrong(command, "%s '%s' is unknown, did you mean '%s'?", option, word, near);
		return -1;
	}
	fprintf(stderr, "ehdsctl %s: %s '%s' is unknown, expected one of", command->name, option, word);
	for (size_t i = 0; i < count; i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", names[i]);
	fputc('\n', stderr);
	return -1;
}

int
command_level(const struct command *command, enum ehds_severity *level, const char *word)
{
	static const char *const names[] = { "information", "warning", "error", NULL };
	int choice = command_choice(command, "--level", word, names);

	if (choice >= 0)
		*level = (enum ehds_severity)choice;
	return choice >= 0 ? 0 : -1;
}
