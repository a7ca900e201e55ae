#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A document in an envelope gives the same bytes as alone; what is wrong with envelopes is said in words.
. "${top_srcdir:-.}/tests/ctl/common.sh"
source_folder=$(cd "$top_srcdir" && pwd)
EHDS_MAPPINGS=$source_folder/mappings
cd "$source_folder/tests/fixtures/dk" || exit 2
"$ehdsctl" convert --level error xrpt01-corrected.xml >"$work/alone" 2>/dev/null || complain "the letter alone"

it "inline, in base64, in UTF-16, in two envelopes: the same bytes as alone"
for envelope in sbdh-inline.xml sbdh-other-type.xml vans-xrpt01.xml soap-sbdh.xml; do
	"$ehdsctl" convert --level error $envelope >"$work/enveloped" 2>"$work/err"
	same "$work/enveloped" "$work/alone"
done
"$ehdsctl" convert --level error xrpt01-values.xml >"$work/alone" 2>/dev/null
for envelope in sbdh-latin1-undeclared.xml sbdh-latin1-declared-utf8.xml; do
	"$ehdsctl" convert --level error $envelope >"$work/enveloped" 2>"$work/err"
	same "$work/enveloped" "$work/alone"
done

it "a document in base64 inside CDATA-like text is read as it stands"
{
	echo '<VANSEnvelope><Message><Data><![CDATA['
	cat xrpt01-values.xml
	echo ']]></Data></Message></VANSEnvelope>'
} >"$work/cdata.xml"
"$ehdsctl" convert --level error "$work/cdata.xml" >"$work/enveloped" 2>"$work/err"
same "$work/enveloped" "$work/alone"

it "FHIR JSON in base64 is a document too"
"$ehdsctl" convert --level error condition-list.json >"$work/alone" 2>/dev/null || complain "the list alone"
printf '<VANSEnvelope><Message><MetaInformation><Document><Name>MCM:CONDITIONLIST</Name></Document></MetaInformation><Data>%s</Data></Message></VANSEnvelope>' \
	"$(base64 condition-list.json)" >"$work/fhir.xml"
"$ehdsctl" convert --level error "$work/fhir.xml" >"$work/enveloped" 2>"$work/err"
same "$work/enveloped" "$work/alone"

it "places inside a decoded document name it"
run 0 convert -o "$work/x" sbdh-latin1-undeclared.xml
err_has 'sbdh-latin1-undeclared.xml:3: information: envelope-opened: the document came in an envelope, which is not carried'
err_has 'sbdh-latin1-undeclared.xml#document:'

it "another type than the envelope says is told, and the document believed"
run 0 convert -o "$work/x" sbdh-other-type.xml
err_has "sbdh-other-type.xml#document:2: warning: envelope-type: the envelope names another type of document than the one in it: the document is believed, found 'urn:dk:healthcare:specification##Letter/TypeCode/XDIS01', expected 'XRPT01'"

it "none, several, damaged and too many are refused with their place"
run 1 convert sbdh-none.xml
err 'sbdh-none.xml:16: error: envelope-empty: Standard Business Document (SBDH): there is no document in it'
run 1 convert sbdh-two.xml
err 'sbdh-two.xml:3: error: envelope-several: Standard Business Document (SBDH): it holds several documents: each is to be sent alone, so that each gets an answer'
run 1 convert sbdh-damaged.xml
err 'sbdh-damaged.xml:16: error: envelope-base64: Standard Business Document (SBDH): what it holds is neither XML nor base64 (RFC 4648, 4)'
run 1 convert soap-deep.xml
err 'soap-deep.xml: error: envelope-depth: more than 4 envelopes in each other'

it "what stands in a decoded document is bounded and refused as anywhere"
printf '<VANSEnvelope><Message><Data>%s</Data></Message></VANSEnvelope>' \
	"$(printf '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' | base64)" >"$work/doctype.xml"
run 1 convert "$work/doctype.xml"
err_has "doctype.xml#document:1"
err_has "error: xml-doctype:"
printf '<VANSEnvelope><Message><Data>%s</Data></Message></VANSEnvelope>' "$(printf 'UNA:+.? UNB+' | base64)" >"$work/edifact.xml"
run 1 convert "$work/edifact.xml"
err_has 'this is no XML, it looks like EDIFACT'

it "a stylesheet without a document, or with two, carries none"
printf '<s:stylesheet xmlns:s="http://www.w3.org/1999/XSL/Transform"><s:template match="/"/></s:stylesheet>' >"$work/a.xml"
run 1 convert "$work/a.xml"
err_has 'envelope-empty: stylesheet around a document'
printf '<s:stylesheet xmlns:s="http://www.w3.org/1999/XSL/Transform"><a xmlns="urn:a"/><b xmlns="urn:b"/></s:stylesheet>' >"$work/b.xml"
run 1 convert "$work/b.xml"
err_has 'envelope-several: stylesheet around a document'

it "a pack that is named gets the document, not the envelope"
run 0 convert --from dk/medcom-lab-report -o "$work/x" soap-sbdh.xml
run 1 convert --from eu/envelope-sbdh soap-sbdh.xml
err_has 'map-no-stylesheet: the pack eu/envelope-sbdh opens envelopes: it maps no document'

it "detect looks into envelopes"
run 0 detect -q soap-sbdh.xml
out 'soap-sbdh.xml#document: dk/medcom-lab-report: MedCom letters: laboratory report (XRPT01)'

finish
