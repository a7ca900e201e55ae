#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every century of the Danish personal number, at its borders.

    tests/personal_numbers.py EHDSCTL MAPPINGS LETTER.xml

LETTER is a laboratory letter that gives the number and neither day of birth nor sex. Its number is replaced, for each seventh digit and each
year at which a century begins or ends, and what comes out is compared with the rule of CPR-kontoret (Personnummeret i CPR), written down
here a second time: 0 to 3 is the 1900s; 4 and 9 the 2000s until 36, else the 1900s; 5 to 8 the 2000s until 57, else the 1800s. An odd last
digit is a man's. A leap day counts only in a leap year.
"""
import calendar
import json
import os
import re
import subprocess
import sys
import tempfile

YEARS = (0, 1, 36, 37, 57, 58, 99)


def century(digit, year):
    if digit <= 3:
        return 1900
    if digit in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def main():
    ehdsctl, mappings, letter = sys.argv[1:]
    with open(letter, encoding="utf-8") as file:
        text = file.read()
    wanted = {}
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(work + "/in")
        for digit in range(10):
            for year in YEARS:
                for day, month in ((1, 2), (29, 2)):
                    last = (digit + year) % 10
                    number = "%02d%02d%02d%d00%d" % (day, month, year, digit, last)
                    full = century(digit, year) + year
                    born = "%04d-%02d-%02d" % (full, month, day)
                    wanted[number] = (born if day == 1 or calendar.isleap(full) else None, "male" if last % 2 else "female")
                    with open("%s/in/%s.xml" % (work, number), "w", encoding="utf-8") as file:
                        file.write(re.sub("(<CivilRegistrationNumber>)[^<]*", r"\g<1>" + number, text))
        subprocess.run([ehdsctl, "convert", "--mappings", mappings, "--level", "error", "-o", work + "/out"] +
                       ["%s/in/%s.xml" % (work, number) for number in wanted], check=False, stderr=subprocess.DEVNULL)
        failed = 0
        for number, expected in wanted.items():
            with open("%s/out/%s.json" % (work, number), encoding="utf-8") as file:
                bundle = json.load(file)
            patient = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
            found = (patient.get("birthDate"), patient.get("gender"))
            if found != expected:
                print("FAIL %s: %s, expected %s" % (number, found, expected))
                failed += 1
    print("personal numbers: %d, %d failed" % (len(wanted), failed))
    sys.exit(1 if failed else 0)


main()
