#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Makes a manual page of the Markdown of this project: headings, paragraphs, lists, tables, code.

    manpage.py NAME SECTION "ONE LINE" FILE.md >PAGE

One text serves the reader of the repository and the reader of man(1), so they cannot disagree.
"""

import re
import sys


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in ".'" else text


def inline(text):
    """`code` is bold, *emphasis* italic, [text](link) its text."""
    out = []
    for part in re.split(r"(`[^`]*`|\*\*[^*]+\*\*|\*[^* ][^*]*\*|\[[^\]]*\]\([^)]*\))", text.replace("\\|", "|")):
        if len(part) > 2 and part[0] == "`":
            out.append("\\fB" + escape(part[1:-1]).removeprefix("\\&") + "\\fR")
        elif part.startswith("**"):
            out.append("\\fB" + escape(part[2:-2]).removeprefix("\\&") + "\\fR")
        elif len(part) > 2 and part[0] == "*" and part[-1] == "*":
            out.append("\\fI" + escape(part[1:-1]).removeprefix("\\&") + "\\fR")
        elif part[:1] == "[" and "](" in part:
            out.append(escape(part[1:part.index("](")]).removeprefix("\\&"))
        else:
            out.append(part.replace("\\", "\\e").replace("-", "\\-"))
    line = "".join(out)
    return "\\&" + line if line[:1] in ".'" else line


def cells(row):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])]


def table(rows, out):
    """A table with two columns or more becomes a list of terms: man(1) has no width for columns of prose."""
    head = cells(rows[0])
    for row in rows[2:]:
        values = cells(row)
        out.append(".TP")
        out.append(inline(values[0]))
        rest = [value if len(head) == 2 or not value else "%s: %s" % (name, value)
                for name, value in zip(head[1:], values[1:])]
        out.append(".br\n".join(inline(value) + "\n" for value in rest if value).rstrip() or "\\&")


def convert(lines, out):
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.startswith("    ") or line.startswith("```"):
            fenced = line.startswith("```")
            i += fenced
            out.append(".PP\n.RS 4\n.nf")
            while i < len(lines) and (not lines[i].startswith("```") if fenced
                                      else lines[i].startswith("    ") or not lines[i].strip()):
                out.append(escape(lines[i] if fenced else lines[i][4:]))
                i += 1
            while not fenced and out[-1] == "":
                out.pop()
            i += fenced
            out.append(".fi\n.RE")
            continue
        if line.startswith("|"):
            start = i
            while i < len(lines) and lines[i].startswith("|"):
                i += 1
            table(lines[start:i], out)
            continue
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            text = line.lstrip("# ")
            out.append((".SH " + escape(text.upper())) if level <= 2 else ".SS " + escape(text))
        elif re.match(r"[*-] ", line):
            out.append(".IP \\(bu 2")
            out.append(inline(line[2:]))
        elif line.strip():
            out.append(inline(line.strip()))
        elif out and not out[-1].startswith(".S"):
            out.append(".PP")
        i += 1


def main():
    name, section, summary, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    # The title of the Markdown becomes the description of the page.
    title = lines.pop(0).lstrip("# ") if lines and lines[0].startswith("# ") else summary
    out = ['.\\" Made from %s by autotools/manpage.py' % path.split("/", 1)[-1].split("../")[-1],
           '.TH %s %s "" "ehdsd" ""' % (name.upper(), section), ".nh\n.ad l", ".SH NAME",
           "%s \\- %s" % (escape(name), escape(summary)), ".SH DESCRIPTION", inline(title) + "."]
    convert(lines, out)
    text = "\n".join(out)
    text = re.sub(r"(\.PP\n)+(?=\.(PP|SH|SS|TP|IP))", "", text)
    sys.stdout.write(text.rstrip() + "\n")


main()
