#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# ehdsctl package, and validate --package over a conformance folder that has packages already.
. "${top_srcdir:-.}/tests/ctl/common.sh"

# new_package FOLDER NAME ELEMENT TYPE: a package with one profile of Bundle that wants ELEMENT.
new_package() {
	mkdir -p "$1"
	cat >"$1/package.json" <<-END
	{ "name": "$2", "version": "1.0.0", "license": "EUPL-1.2", "fhirVersions": ["4.0.1"] }
	END
	cat >"$1/StructureDefinition-one.json" <<-END
	{ "resourceType": "StructureDefinition", "url": "http://example.org/StructureDefinition/$2", "version": "1.0.0",
	  "name": "One", "status": "active", "kind": "resource", "abstract": false, "type": "Bundle",
	  "derivation": "constraint", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Bundle",
	  "snapshot": { "element": [ { "id": "Bundle", "path": "Bundle", "min": 0, "max": "*" },
	    { "id": "Bundle.$3", "path": "Bundle.$3", "min": 1, "max": "1", "type": [ { "code": "$4" } ] } ] } }
	END
}
new_package "$work/a" example.a total unsignedInt
new_package "$work/b" example.b total unsignedInt
conformance=$work/conformance
mkdir "$conformance"

it "packages are added, listed and removed"
run 0 package --conformance "$conformance" add "$work/a" "$work/b"
out_has 'example.a#1.0.0: 1 resources, '
there "$conformance/packages/example.a-1.0.0.facts"
run 0 package --conformance "$conformance" list
out "$(printf 'example.a\t1.0.0\tEUPL-1.2')"
out "$(printf 'example.b\t1.0.0\tEUPL-1.2')"
run 0 package --conformance "$conformance" remove example.b#1.0.0
gone "$conformance/packages/example.b-1.0.0.facts"

it "what is not there cannot be removed"
run 2 package --conformance "$conformance" remove example.b#1.0.0
err 'ehdsctl package: example.b#1.0.0 is not there'
run 2 package --conformance "$conformance" remove example.b
err "ehdsctl package: 'example.b' is no NAME#VERSION"
run 2 package --conformance "$conformance" remove ../../x#1

it "all packages are read before the first is written"
run 2 package --conformance "$conformance" add "$work/b" "$work/nowhere"
err_has 'package-read'
gone "$conformance/packages/example.b-1.0.0.facts"

it "wrong words are wrong usage"
run 2 package
err 'ehdsctl package: add, list or remove is wanted'
run 2 package --conformance "$conformance" add
err 'ehdsctl package: add FILE..., list, or remove NAME#VERSION... is wanted'
run 2 package --conformance "$work/nowhere" list

"$ehdsctl" convert -o "$work/note.json" documents/note.xml 2>/dev/null

it "a package of the command line joins those of the folder, which stays as it was"
cp "$conformance/packages/example.a-1.0.0.facts" "$work/before"
run 1 validate --conformance "$conformance" --package "$work/b" \
	--profile http://example.org/StructureDefinition/example.b "$work/note.json"
err_has 'Bundle.total'
run 1 validate --conformance "$conformance" --package "$work/b" \
	--profile http://example.org/StructureDefinition/example.a "$work/note.json"
err_has 'Bundle.total'
same "$work/before" "$conformance/packages/example.a-1.0.0.facts"
gone "$conformance/packages/example.b-1.0.0.facts"

it "one of the same name and version is taken in place of the folder's"
new_package "$work/a" example.a type code
run 0 validate --level error --conformance "$conformance" --package "$work/a" \
	--profile http://example.org/StructureDefinition/example.a "$work/note.json"
same "$work/before" "$conformance/packages/example.a-1.0.0.facts"

it "the folder for temporary files must be there"
TMPDIR=$work/nowhere
export TMPDIR
run 2 validate --package "$work/a" "$work/note.json"
err_has "ehdsctl: $work/nowhere/ehdsctl-"
unset TMPDIR

finish
