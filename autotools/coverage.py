#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Line coverage of daemon/ from the .gcda files below a build folder: a line per folder, then one figure.

    coverage.py BUILD-FOLDER

A line of a source file counts once, however many objects were made of it; it is covered when any of them ran it. Needs
nothing but gcov, which comes with gcc.
"""

import collections
import json
import os
import subprocess
import sys


def data_files(build):
    for folder, _, names in os.walk(build):
        for name in names:
            # Objects of tests are not what is measured; .gcno is there for what never ran as well.
            if name.endswith(".gcno"):
                yield os.path.join(folder, name)


def project_file(path, folder):
    path = os.path.normpath(path if os.path.isabs(path) else os.path.join(folder, path))
    at = path.rfind("/daemon/")
    return path[at + 1:] if at >= 0 and path.endswith(".c") else None


def main():
    build = os.path.abspath(sys.argv[1])
    lines = collections.defaultdict(dict)
    for path in data_files(build):
        run = subprocess.run(["gcov", "--json-format", "--stdout", path], cwd=build, capture_output=True, text=True)
        for answer in filter(None, run.stdout.splitlines()):
            report = json.loads(answer)
            for source in report["files"]:
                name = project_file(source["file"], report["current_working_directory"])
                if name is None:
                    continue
                for line in source["lines"]:
                    known = lines[name].get(line["line_number"], 0)
                    lines[name][line["line_number"]] = max(known, line["count"])
    if not lines:
        sys.exit("coverage: no data below " + build)
    folders = collections.defaultdict(lambda: [0, 0])
    for name, counts in sorted(lines.items()):
        covered = sum(1 for count in counts.values() if count > 0)
        print("%6.1f %%  %5d / %5d  %s" % (100 * covered / len(counts), covered, len(counts), name))
        for key in (os.path.dirname(name), "daemon"):
            folders[key][0] += covered
            folders[key][1] += len(counts)
    print()
    for folder, (covered, total) in sorted(folders.items(), key=lambda item: (item[0] == "daemon", item[0])):
        print("%6.1f %%  %5d / %5d  %s" % (100 * covered / total, covered, total, folder))
    covered, total = folders["daemon"]
    print("line coverage of daemon/: %.1f %%" % (100 * covered / total))


main()
