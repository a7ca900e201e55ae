#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Makes mappings/eu/sets/*.yaml, the value sets that tables' targets are checked against, from hl7.fhir.r4.core.

    autotools/value_sets.py hl7.fhir.r4.core-4.0.1.tgz mappings/eu/sets NAME...

NAME is the id of a value set of the package that takes whole code systems of the package, or lists codes. HL7 publishes FHIR R4
under CC0; value sets of other publishers (SNOMED CT, LOINC, the eHDSI catalogues) have their own licences and are not made here.
"""
import json
import os
import sys
import tarfile


def resources(path):
    """The value sets by id and the code systems by URL."""
    sets, systems = {}, {}
    with tarfile.open(path) as package:
        for member in package:
            leaf = os.path.basename(member.name)
            if not leaf.startswith(("ValueSet-", "CodeSystem-")):
                continue
            resource = json.load(package.extractfile(member))
            if resource["resourceType"] == "ValueSet":
                sets[resource["id"]] = resource
            else:
                systems[resource["url"]] = resource
    return sets, systems


def all_codes(concepts):
    for concept in concepts:
        yield concept["code"]
        yield from all_codes(concept.get("concept", []))


def below(concepts, code):
    """The concept of that code with all below it."""
    for concept in concepts:
        if concept["code"] == code:
            yield from all_codes([concept])
        yield from below(concept.get("concept", []), code)


def codes_of(part, systems):
    """The codes that an include or exclude names, in the order of their system."""
    if "valueSet" in part:
        raise ValueError("value sets inside value sets are not read")
    if "concept" in part:
        return [concept["code"] for concept in part["concept"]]
    concepts = systems[part["system"]]["concept"]
    codes = list(all_codes(concepts))
    for condition in part.get("filter", []):
        under = set(below(concepts, condition["value"]))
        if condition["property"] != "concept":
            raise ValueError("filter " + str(condition))
        if condition["op"] == "is-a":
            codes = [code for code in codes if code in under]
        elif condition["op"] == "is-not-a":
            codes = [code for code in codes if code not in under]
        else:
            raise ValueError("filter " + str(condition))
    return codes


def lines(name, value_set, systems):
    yield "# Made by autotools/value_sets.py from hl7.fhir.r4.core 4.0.1 (HL7 International, CC0)."
    yield "set: eu/%s" % name
    yield "url: \"%s\"" % value_set["url"]
    yield "version: \"%s\"" % value_set["version"]
    yield "codes:"
    compose = value_set["compose"]
    excluded = {(part["system"], code) for part in compose.get("exclude", []) for code in codes_of(part, systems)}
    for part in compose["include"]:
        for code in codes_of(part, systems):
            if (part["system"], code) not in excluded:
                yield "  - { code: \"%s\", system: \"%s\" }" % (code, part["system"])


def write(folder, name, value_set, systems):
    text = "".join(line + "\n" for line in lines(name, value_set, systems))
    with open(os.path.join(folder, name + ".yaml"), "w", encoding="utf-8") as out:
        out.write(text)


def main():
    sets, systems = resources(sys.argv[1])
    for name in sys.argv[3:]:
        write(sys.argv[2], name, sets[name], systems)


main()
