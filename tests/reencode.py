#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Writes documents again in other encodings, right and wrong.

    reencode.py INTO FILE...

Each variant is a folder of INTO with a file NUMBER-NAME for each FILE that has it. What an 8-bit encoding has not
is written as a character reference, which XML reads as that character. Wrong variants are made only of documents
with characters over U+007F, of which none looks like UTF-8 when it is written in one byte ("Ã¸"): of the others
nobody could tell.
"""
import codecs
import os
import re
import sys

# folder: declared (None: no declaration), written in, before all
RIGHT = {
    "utf-8": ("UTF-8", "utf-8", b""),
    "utf-8-mark": ("UTF-8", "utf-8", codecs.BOM_UTF8),
    "undeclared": (None, "utf-8", b""),
    "utf-16-le": ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
    "utf-16-be": ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
    "windows-1252": ("windows-1252", "cp1252", b""),
    "iso-8859-1": ("ISO-8859-1", "latin-1", b""),
}
WRONG = {
    "wrong-undeclared": (None, "cp1252", b""),
    "wrong-iso-is-utf-8": ("ISO-8859-1", "utf-8", b""),
    "wrong-utf-8-is-1252": ("UTF-8", "cp1252", b""),
}
DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    for mark, encoding in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark):].decode(encoding)
    declared = re.match(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)", data)
    for encoding in ("utf-8", declared.group(1).decode() if declared else "cp1252", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def main():
    into, names = sys.argv[1], sys.argv[2:]
    for number, name in enumerate(names):
        text = read(name)
        if text is None:
            continue
        declared = DECLARATION.match(text)
        body = text[declared.end():] if declared else "\n" + text
        variants = dict(RIGHT)
        bytes_1252 = body.encode("cp1252", "xmlcharrefreplace")
        if not bytes_1252.isascii() and not re.search(rb"[\xC2-\xF4][\x80-\xBF]", bytes_1252):
            variants.update(WRONG)
        for folder, (label, encoding, mark) in variants.items():
            # The declaration may be gone, its line may not: findings name lines.
            head = f'<?xml version="1.0" encoding="{label}"?>' if label else "<?xml version=\"1.0\"?>"
            os.makedirs(os.path.join(into, folder), exist_ok=True)
            with open(os.path.join(into, folder, f"{number:03d}-{os.path.basename(name)}"), "wb") as file:
                file.write(mark + (head + body).encode(encoding, "xmlcharrefreplace"))


main()
