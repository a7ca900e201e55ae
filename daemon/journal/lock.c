/* SPDX-License-Identifier: EUPL-1.2 */
/* One process for one state folder: the daemon, or ehdsctl while there is none. */
#include "journal/store.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int
store_lock(int *descriptor, const char *folder, struct ehds_error *error)
{
	char *path = path_join(folder, "lock");
	int result = folder_make(folder, 0700, error);

	*descriptor = -1;
	if (result == 0) {
		*descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (*descriptor < 0)
			result = error_set(error, EHDS_ERROR_CONFIG, "state-folder", path, 0, 0,
			    "cannot open: %s", strerror(errno));
		else if (flock(*descriptor, LOCK_EX | LOCK_NB) != 0)
			result = error_set(error, EHDS_ERROR_CONFIG, "state-locked", path, 0, 0,
			    "another ehdsd works in this state folder");
	}
	if (result != 0 && *descriptor >= 0) {
		close(*descriptor);
		*descriptor = -1;
	}
	free(path);
	return result;
}
