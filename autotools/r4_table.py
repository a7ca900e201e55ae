#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Writes daemon/fhir/r4_table.inc: the facts of FHIR R4 that reading, writing, ordering and checking need.

    autotools/r4_table.py hl7.fhir.r4.core-4.0.1.tgz [XSD-FOLDER] > daemon/fhir/r4_table.inc

The result is committed, so the build needs neither Python nor the package. Run it again only when R4 itself or
struct fact_element changes. With the folder of the R4 XML schemas (fhir-base.xsd and one file a resource) the script
compares every type with them, element by element, and takes from there the resources that a package left out; any
other difference stops it.
"""
import json
import os
import sys
import tarfile
import xml.etree.ElementTree as ElementTree

ATTRIBUTE, BOOLEAN, COMPLEX, NUMBER, RESOURCE, STRING, XHTML = "abcnrsx"
KINDS = {"boolean": BOOLEAN, "decimal": NUMBER, "integer": NUMBER, "positiveInt": NUMBER, "unsignedInt": NUMBER,
         "xhtml": XHTML}
SYSTEM_TYPE = "http://hl7.org/fhirpath/System."
HASH_SIZE = 2048     # a power of two, about three times the types
XS = "{http://www.w3.org/2001/XMLSchema}"


class Element:
    def __init__(self, base, types, low, many, attribute=False, choice=False):
        self.base, self.types, self.low, self.many = base, types, low, many
        self.attribute, self.choice = attribute, choice

    def names(self):
        return [self.base + t[0].upper() + t[1:] for t in self.types] if self.choice else [self.base]


class Type:
    def __init__(self, name, kind, abstract=False):
        self.name, self.abstract, self.elements = name, abstract, []
        self.primitive, self.resource = kind == "primitive-type", kind == "resource"


# ---- the package ---------------------------------------------------------------------------------------------

def definitions(path):
    """The package's description and its definitions of types, without profiles and logical models."""
    found = []
    with tarfile.open(path) as package:
        for member in package:
            if not member.name.endswith(".json"):
                continue
            content = json.load(package.extractfile(member))
            if member.name == "package/package.json":
                description = content
            if content.get("resourceType") == "StructureDefinition" and content["kind"] != "logical" \
                    and content.get("derivation") != "constraint":
                found.append(content)
    return description, sorted(found, key=lambda d: d["name"])


def types_of(definition, known):
    """The type of a definition and of each backbone element in it."""
    elements = definition["snapshot"]["element"]
    parents = {e["path"].rsplit(".", 1)[0] for e in elements[1:]}
    types = {definition["name"]: Type(definition["name"], definition["kind"], definition["abstract"])}
    for element in elements[1:]:
        path = element["path"]
        parent, base = path.rsplit(".", 1)
        attribute = "xmlAttr" in element.get("representation", [])
        if types[definition["name"]].primitive and (base == "value" or element["max"] == "0"):
            continue
        if path in parents:
            types[path] = Type(path, "complex-type")
            codes = [path]
        elif "contentReference" in element:
            codes = [element["contentReference"].split("#")[1]]
        else:
            codes = [t["code"] for t in element["type"]]
            codes = [("uri" if base == "url" else "id" if not attribute else "string") if c.startswith(SYSTEM_TYPE) else c
                     for c in codes]
            # An element that holds a resource may hold any: which one is a matter of profiles.
            codes = ["Resource" if known.get(c) == "resource" else c for c in codes]
        types[parent].elements.append(Element(base.replace("[x]", ""), codes, element["min"], element["max"] != "1",
                                              attribute, base.endswith("[x]")))
    return types


# ---- the schemas ---------------------------------------------------------------------------------------------

class Schemas:
    def __init__(self, folder):
        self.types, self.simple = {}, set()
        for name in sorted(os.listdir(folder)):
            if name.endswith(".xsd") and name not in ("fhir-single.xsd", "fhir-all.xsd", "fhir-xhtml.xsd", "xml.xsd"):
                root = ElementTree.parse(os.path.join(folder, name)).getroot()
                self.types.update((t.get("name"), t) for t in root.iter(XS + "complexType"))
                self.simple.update(t.get("name") for t in root.iter(XS + "simpleType"))

    def base_of(self, name):
        extension = self.types[name].find("%scomplexContent/%sextension" % (XS, XS))
        return None if extension is None else extension.get("base")

    def particles(self, name):
        """(names and types of one element or choice, min, many) in order, inherited ones first."""
        content = self.types[name]
        base = self.base_of(name)
        found = self.particles(base) if base in self.types else []
        sequence = content.find(".//%ssequence" % XS)
        for particle in ([] if sequence is None else sequence):
            low, many = int(particle.get("minOccurs", 1)), particle.get("maxOccurs", "1") != "1"
            alternatives = [particle] if particle.tag == XS + "element" else list(particle.iter(XS + "element"))
            if alternatives:
                found.append(([(e.get("name") or e.get("ref").split(":")[1], e.get("type")) for e in alternatives],
                              low, many))
        return found

    def type_named(self, name):
        return "code" if name + "-list" in self.simple else name

    def resource(self, name, domain):
        """Types of a resource that the package does not have; domain: DomainResource of the package."""
        types = {}

        def add(schema_name, path):
            kind = "resource" if path == name else "complex-type"
            types[path] = Type(path, kind)
            if path == name:
                types[path].elements += domain.elements
            else:
                types[path].elements.append(Element("id", ["string"], 0, False, True))
            inherited = {e.base for e in domain.elements} if path == name else set()
            for alternatives, low, many in self.particles(schema_name):
                names = [n for n, _ in alternatives]
                if names[0] in inherited:
                    continue
                if len(names) > 1:
                    base = os.path.commonprefix(names)
                    codes = [self.type_named(t) for _, t in alternatives]
                    types[path].elements.append(Element(base, codes, low, many, choice=True))
                    continue
                below = path + "." + names[0]
                if "." in alternatives[0][1]:
                    add(alternatives[0][1], below)
                    codes = [below]
                else:
                    codes = [self.type_named(alternatives[0][1])]
                types[path].elements.append(Element(names[0], codes, low, many))
        add(name, name)
        return types

    def compare(self, types):
        """Every difference in names, order and cardinality, as lines."""
        differences = []

        def walk(type, schema_name):
            wanted = [([n for n, _ in a], low, many) for a, low, many in self.particles(schema_name)]
            got = [(e.names(), e.low, e.many) for e in type.elements if not e.attribute]
            # The schemas allow modifierExtension within data types, which the definitions do not.
            if all(n != ["modifierExtension"] for n, _, _ in got):
                wanted = [w for w in wanted if w[0] != ["modifierExtension"]]
            if [(sorted(n), low, many) for n, low, many in wanted] != [(sorted(n), low, many) for n, low, many in got]:
                differences.append("%s: package %s, schema %s" % (type.name, got, wanted))
            for alternatives, _, _ in self.particles(schema_name):
                path = type.name + "." + alternatives[0][0]
                if "." in (alternatives[0][1] or "") and path in types:
                    walk(types[path], alternatives[0][1])
        for type in types.values():
            if "." in type.name or type.primitive:
                continue
            if type.name in self.types:
                walk(type, type.name)
            else:
                differences.append("%s: not in the schemas" % type.name)
        return differences


# ---- the table -----------------------------------------------------------------------------------------------

def token(name):
    return name.replace(".", "_")


def lines_of(words):
    line = ""
    for word in words:
        if len(line) + len(word) > 110:
            yield line
            line = ""
        line += word
    if line:
        yield line


def hashed(names):
    """A table of open addressing: the same function and the same steps as in facts.c."""
    table = [0] * HASH_SIZE
    for place, name in enumerate(names):
        value = 5381
        for byte in name.encode():
            value = (value * 33 ^ byte) & 0xFFFFFFFF
        while table[value % HASH_SIZE]:
            value += 1
        table[value % HASH_SIZE] = place + 1
    return table


def required(type):
    return sum(1 << order for order, element in enumerate(type.elements) if element.low > 0)


def element_words(type, kind_of):
    for order, element in enumerate(type.elements):
        for code in element.types:
            kind = ATTRIBUTE if element.attribute else kind_of(code)
            tail = "%s,%s,%d,%d)" % (token(code), kind, order, element.low)
            if element.choice:
                yield "V(%s,%s,%s" % (element.base, code[0].upper() + code[1:], tail)
            else:
                yield "%s(%s,%s" % ("L" if element.many else "E", element.base, tail)


def write(out, description, types, missing):
    names = sorted(types)
    holders = {"Resource"}

    def kind_of(code):
        if code in holders:
            return RESOURCE
        return KINDS.get(code, STRING) if types[code].primitive else COMPLEX

    out.write("/* SPDX-License-Identifier: CC0-1.0 */\n"
              "/*\n * Generated by autotools/r4_table.py from %s %s (HL7 FHIR R4; licence: %s); not to be edited.\n"
              % (description["name"], description["version"], description["license"]))
    if missing:
        out.write(" * Not in that package, taken from the XML schemas of FHIR 4.0.1: %s.\n" % ", ".join(missing))
    out.write(" * E: element, L: list, V: alternative of a choice (base, suffix, type, kind, order, min).\n */\n")
    out.write("enum r4_type {\n%s\nR4_COUNT\n};\n\n" % "\n".join(lines_of("R4_%s," % token(n) for n in names)))
    out.write("static const struct fact_type r4_types[R4_COUNT];\n\n")
    out.write("static const struct fact_element r4_elements[] = {\n")
    for name in names:
        if types[name].elements:
            out.write('#define T "%s"\n' % name)
            out.write("\n".join(lines_of(element_words(types[name], kind_of))) + "\n#undef T\n")
    out.write("};\n\n/* Positions in each type, by name: what a search without a hint needs. */\n"
              "static const uint16_t r4_sorted[] = {\n")
    start, offsets, counts = 0, {}, {}
    for name in names:
        flat = [n for e in types[name].elements for n in e.names()]
        offsets[name], counts[name] = start, len(flat)
        start += len(flat)
        if len(set(flat)) != len(flat):
            sys.exit("%s: a name occurs twice" % name)
        if flat:
            positions = sorted(range(len(flat)), key=lambda i: flat[i].encode())
            out.write("\n".join(lines_of("%d," % p for p in positions)) + "\n")
    out.write("};\n\n/* In order of name. */\nstatic const struct fact_type r4_types[R4_COUNT] = {\n")
    out.write("\n".join(lines_of(
        "Y%s(%s,%d,%d,%#x)" % ("P" if types[n].primitive else "R" if types[n].resource and not types[n].abstract else "C",
                               n if types[n].primitive else '"%s"' % n, offsets[n], counts[n], required(types[n]))
        for n in names)))
    out.write("\n};\n\n/* Places in r4_types plus one, by hash_name() of facts.c; 0: none. */\n"
              "static const uint16_t r4_hashed[%d] = {\n" % HASH_SIZE)
    out.write("\n".join(lines_of("%d," % place for place in hashed(names))))
    resources = [n for n in names if types[n].resource and not types[n].abstract]
    out.write("\n};\n\nstatic const struct fact_type *const r4_resources[] = {\n")
    out.write("\n".join(lines_of("Z(%s)" % n for n in resources)) + "\n};\n")
    sys.stderr.write("%d types, %d resources, %d elements\n" % (len(names), len(resources), start))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    description, found = definitions(sys.argv[1])
    known = {d["name"]: d["kind"] for d in found}
    types, missing = {}, []
    for definition in found:
        types.update(types_of(definition, known))
    if len(sys.argv) == 3:
        schemas = Schemas(sys.argv[2])
        for name in sorted(schemas.types):
            if name not in types and schemas.base_of(name) == "DomainResource":
                types.update(schemas.resource(name, types["DomainResource"]))
                missing.append(name)
        differences = schemas.compare(types)
        if differences:
            sys.exit("\n".join(differences))
    write(sys.stdout, description, types, missing)


main()
