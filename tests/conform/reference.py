#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The gate's verdicts against those of others, over documents that are no part of the project:

    tests/conform/reference.py BUILD-FOLDER SAMPLES-FOLDER [PACKAGES-FOLDER]

SAMPLES-FOLDER is the European one (eps-valid, eps-invalid, hdr-invalid, lab-2.0.0, ig-examples, fhir-test-cases, fhirpath).
What is expected, and why where we differ, stands in conformance/AGREEMENT.md. The last line counts the checks.
"""
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CONFORMANCE = os.path.join(SOURCE, "conformance")
# Options of the reference validator in its test cases that have a counterpart here.
OPTIONS = {"noHtmlInMarkdown": ["--also", "markdown-html"], "examples": ["--also", "url-example"]}
# The examples of the guides that the independent validator refuses, with the rule that is broken.
BROKEN_EXAMPLES = {
    "Bundle-Instance-Bundle-1a24e60d-9b12-4109-a50a-07249a4f21c3.json": "min",
    "Bundle-HDR-Paolo-Marcheschi-Example.json": "ele-1",
}

counts = {True: 0, False: 0}


def check(what, good, said=""):
    counts[bool(good)] += 1
    print("%s %s%s" % ("ok  " if good else "FAIL", what, "" if good or not said else ": " + str(said)[:600]))


class Gate:
    def __init__(self, build):
        self.ehdsctl = os.path.join(build, "ehdsctl")

    def validate(self, files, conformance=CONFORMANCE, options=()):
        """For each file its issues of severity error or fatal: a list of (rule, expression)."""
        run = subprocess.run([self.ehdsctl, "validate", "--conformance", conformance, "--format", "json", *options, *files],
                             capture_output=True, text=True)
        assert run.returncode in (0, 1), run.stderr[-2000:]
        outcomes = json.loads(run.stdout)
        if len(files) == 1:
            outcomes = [{"file": files[0], "outcome": outcomes}]
        found = {}
        for entry in outcomes:
            issues = [issue for issue in entry["outcome"]["issue"] if issue["severity"] in ("error", "fatal")]
            found[entry["file"]] = [(rule_of(issue), (issue.get("expression") or [""])[0]) for issue in issues]
        return found


def rule_of(issue):
    codings = issue.get("details", {}).get("coding", [])
    return codings[0]["code"] if codings else issue.get("details", {}).get("text", "").split(":")[0]


def folder(samples, name):
    return sorted(glob.glob(os.path.join(samples, name, "*.*")))


def check_valid(gate, samples):
    found = gate.validate(folder(samples, "eps-valid"))
    others = [(name, issue) for name, issues in found.items() for issue in issues
              if issue[0] != "ele-1" or not re.search(r"\.udiCarrier(\[\d+\])?$", issue[1])]
    check("valid patient summaries (%d) have no error but ele-1 on Device.udiCarrier" % len(found), found and not others, others[:5])


def check_invalid(gate, samples):
    for name in ("eps-invalid", "hdr-invalid", "lab-2.0.0"):
        found = gate.validate(folder(samples, name))
        passed = [file for file, issues in found.items() if not issues]
        check("%s: all %d are refused" % (name, len(found)), found and not passed, passed)
        if name == "hdr-invalid":
            without = [file for file, issues in found.items()
                       if not any(rule == "min" and "encounter" in place.lower() for rule, place in issues)]
            check("hdr-invalid: each lacks Composition.encounter", not without, without)
        if name == "lab-2.0.0":
            without = [file for file, issues in found.items()
                       if not any(rule == "min" and place.endswith(".text") for rule, place in issues)]
            check("lab-2.0.0: each lacks Composition.section.text", not without, without)


def check_examples(gate, samples):
    files = sorted(glob.glob(os.path.join(samples, "ig-examples", "*", "*.json")))
    found = gate.validate(files)
    for file, issues in found.items():
        rule = BROKEN_EXAMPLES.get(os.path.basename(file))
        check("example %s %s" % (os.path.basename(file), "breaks " + rule if rule else "conforms"),
              any(issue[0] == rule for issue in issues) if rule else not issues, issues[:5])


def check_verdicts(gate, samples):
    """The has-error verdicts of the reference validator: 97 of 100."""
    agreed, differ = 0, []
    with open(os.path.join(samples, "fhir-test-cases", "verdicts.tsv"), newline="") as file:
        cases = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for case in cases:
        options = [word for option in (case["options"] or "").split(",") for word in OPTIONS.get(option, [])]
        path = os.path.join(samples, "fhir-test-cases", case["file"])
        try:
            ours = any(gate.validate([path], options=options).values())
        except AssertionError as error:
            differ.append((case["case"], str(error)[-100:]))
            continue
        if ours == (case["has_error"] == "yes"):
            agreed += 1
        else:
            differ.append(case["case"])
    check("verdicts of the reference validator: %d of %d agree (97 wanted)" % (agreed, len(cases)), agreed >= 97, differ)
    print("     they differ in: %s" % ", ".join(map(str, differ)))


def check_fhirpath(build, samples):
    suite = os.path.join(samples, "fhirpath")
    run = subprocess.run([os.path.join(build, "tests/conform/fhirpath_suite"), os.path.join(suite, "tests-fhir-r4.xml"),
                          os.path.join(suite, "input")], capture_output=True, text=True)
    check("FHIRPath suite: " + (run.stdout.strip().splitlines() or ["nothing"])[-1], run.returncode == 0, run.stderr)


def older(path):
    """One StructureDefinition as the guide's older version had it, as far as its documents tell: text of sections was optional,
    and the extension that links the report had another url."""
    with open(path) as file:
        definition = json.load(file)
    for part in ("snapshot", "differential"):
        for element in definition.get(part, {}).get("element", []):
            if element["path"] == "Composition.section.text" and element.get("min") == 1:
                element["min"] = 0
    name = "/StructureDefinition/composition-diagnosticReportReference"
    text = json.dumps(definition).replace("http://hl7.eu/fhir/extensions" + name, "http://hl7.eu/fhir/laboratory" + name)
    with open(path, "w") as file:
        file.write(text)


def check_older_guide(gate, samples, packages):
    """The package of that older version is not to be had; undoing its two changes in today's shows that they alone decide."""
    with tempfile.TemporaryDirectory() as work:
        names = []
        for path in glob.glob(os.path.join(packages, "*.tgz")):
            if re.search(r"hl7\.fhir\.eu\.(hdr|imaging|mpd|eps)|ihe\.", path):
                continue
            name = os.path.join(work, os.path.basename(path)[:-4])
            with tarfile.open(path) as archive:
                archive.extractall(name)
            names.append(os.path.join(name, "package"))
        for path in glob.glob(os.path.join(work, "hl7.fhir.eu.*", "package", "StructureDefinition-*.json")):
            older(path)
        conformance = os.path.join(work, "conformance")
        os.mkdir(conformance)
        subprocess.run([gate.ehdsctl, "package", "--conformance", conformance, "add", *names], check=True, capture_output=True)
        found = gate.validate(folder(samples, "lab-2.0.0"), conformance)
        refused = {file: issues[:2] for file, issues in found.items() if issues}
        check("lab-2.0.0: all %d conform to the guide with those two changes undone" % len(found), found and not refused, refused)


def main():
    build, samples = sys.argv[1:3]
    gate = Gate(build)
    check_valid(gate, samples)
    check_invalid(gate, samples)
    check_examples(gate, samples)
    check_verdicts(gate, samples)
    check_fhirpath(build, samples)
    if len(sys.argv) > 3 and os.path.isdir(sys.argv[3]):
        check_older_guide(gate, samples, sys.argv[3])
    print("reference: %d passed, %d failed" % (counts[True], counts[False]))
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
