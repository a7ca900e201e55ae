/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The verbs of ehdsctl: one function, one file, one row in the table of main.c. A verb gets its own
 * name as argv[0], describes its options in a struct command (command.h) and returns an exit
 * status.
 */
#ifndef EHDS_CTL_VERBS_H
#define EHDS_CTL_VERBS_H

/* Exit status, the same everywhere: ehdsctl(1), EXIT STATUS. */
enum ctl_exit {
	CTL_DONE = 0,		/* done, and conformant */
	CTL_NOT_CONFORMANT = 1,	/* a document was refused, held or does not conform: findings say why */
	CTL_USAGE = 2,		/* wrong usage, configuration or mappings */
	CTL_UNREACHABLE = 3,	/* the daemon cannot be reached */
};

/* Offline: files and the same library that the daemon runs. */
int verb_convert(int argc, char **argv);
int verb_validate(int argc, char **argv);
int verb_detect(int argc, char **argv);
int verb_explain(int argc, char **argv);
int verb_lint(int argc, char **argv);
int verb_test(int argc, char **argv);
int verb_import(int argc, char **argv);
int verb_export(int argc, char **argv);
int verb_package(int argc, char **argv);

/* Online: sender, peer, and the operator at the control socket. */
int verb_send(int argc, char **argv);
int verb_receive(int argc, char **argv);
int verb_keygen(int argc, char **argv);
int verb_status(int argc, char **argv);
int verb_queue(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_retry(int argc, char **argv);
int verb_release(int argc, char **argv);
int verb_drop(int argc, char **argv);
int verb_hold(int argc, char **argv);
int verb_audit(int argc, char **argv);
int verb_fsck(int argc, char **argv);
int verb_backup(int argc, char **argv);
int verb_reload(int argc, char **argv);
int verb_stop(int argc, char **argv);

#endif
