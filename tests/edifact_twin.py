#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Whether every word that an EDIFACT message writes as free text is in the narrative of a converted document.

    tests/edifact_twin.py [--segments FTX,CIN] MESSAGE.edi RESULT.json [MESSAGE.edi RESULT.json]...

MESSAGE is the EDIFACT form of the letter that RESULT (a FHIR document, JSON) was made of. The words of its segments (FTX unless others
are named) are counted, and so are those of all narratives of RESULT; each word must be there as often. What is missing is
printed, one line a word, and the exit status is 1. ISO 9735 service characters; MedCom's sign for a line that goes on (a backslash at the
end of a component) joins nothing: it stands between two words. A component of one full stop is MedCom's empty line.
"""
import collections
import html
import json
import re
import sys


def segments(text):
    """The segments of an interchange as lists of elements, which are lists of components."""
    component, element, _decimal, release, _reserved, end = ":+.? '"
    if text.startswith("UNA"):
        component, element, _decimal, release, _reserved, end = text[3:9]
        text = text[9:]
    segment, current, word, at = [], [], "", 0
    while at < len(text):
        sign = text[at]
        if sign == release and at + 1 < len(text):
            at += 1
            word += text[at]
        elif sign == component:
            current.append(word)
            word = ""
        elif sign in (element, end):
            current.append(word)
            segment.append(current)
            current, word = [], ""
            if sign == end:
                segment[0][0] = segment[0][0].strip()
                yield segment
                segment = []
        else:
            word += sign
        at += 1


def free_text(message, wanted):
    for segment in segments(message):
        if segment[0][0] not in wanted:
            continue
        for part in segment[-1]:
            part = part[:-1] if part.endswith("\\") else part
            if part.strip() != ".":
                yield part


def narratives(value):
    """The narratives of a FHIR document without their tags."""
    if isinstance(value, list):
        for part in value:
            yield from narratives(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "div" and isinstance(part, str):
                yield html.unescape(re.sub(r"<[^>]*>", " ", part))
            else:
                yield from narratives(part)


def words(texts):
    return collections.Counter(word for text in texts for word in text.split())


def decoded(path):
    with open(path, "rb") as file:
        data = file.read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def main():
    arguments = sys.argv[1:]
    wanted = {"FTX"}
    if arguments[:1] == ["--segments"]:
        wanted = set(arguments[1].split(","))
        arguments = arguments[2:]
    if not arguments or len(arguments) % 2:
        sys.exit(__doc__)
    missing = 0
    for message, result in zip(arguments[::2], arguments[1::2]):
        said = words(free_text(decoded(message), wanted))
        with open(result, encoding="utf-8") as file:
            left = said - words(narratives(json.load(file)))
        if not said:
            print("%s: no free text in %s" % (message, ", ".join(sorted(wanted))))
            missing += 1
        for word in sorted(left):
            print("%s: %s: %d times less than in %s" % (result, word, left[word], message))
        missing += len(left)
    sys.exit(1 if missing else 0)


main()
