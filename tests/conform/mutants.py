#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""
Mutants: documents with one fault each, made from good documents, and the rule that must find it.

    mutants.py EHDSCTL CONFORMANCE GUIDE=FILE,FILE... [GUIDE=...] [--least N] [--each N]

FILE is a FHIR document in XML that conforms. Prints how many mutants of each kind were found. Exit status: 0 when no original has an
error, every guide gave N mutants (--least) and 99 % of them were found with the rule that was expected; else 1. The same documents
give the same mutants.
"""
import copy
import json
import os
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree

FHIR = '{http://hl7.org/fhir}'
XHTML = '{http://www.w3.org/1999/xhtml}'
NOWHERE = 'urn:uuid:ffffffff-0000-4000-8000-00000000'
BATCH = 200

tree.register_namespace('', 'http://hl7.org/fhir')

# Elements that R4 requires, by resource type.
REQUIRED = {
    'AllergyIntolerance': ['patient'], 'Composition': ['status', 'type', 'date', 'author', 'title'], 'Condition': ['subject'],
    'DeviceUseStatement': ['status', 'subject', 'device'], 'DiagnosticReport': ['status', 'code'], 'Encounter': ['status', 'class'],
    'Immunization': ['status', 'vaccineCode', 'patient'], 'ImagingStudy': ['status', 'subject'],
    'MedicationRequest': ['status', 'intent', 'subject'], 'MedicationStatement': ['status', 'subject'],
    'Observation': ['status', 'code'], 'Procedure': ['status', 'subject'], 'ServiceRequest': ['status', 'intent', 'subject'],
}
# What may stand before the elements of a resource of its own.
HEAD = ['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension']


def name(element):
    return element.tag.rsplit('}', 1)[-1]


def child(element, *names):
    for one in names:
        element = element.find(FHIR + one) if element is not None else None
    return element


def new(tag, value=None):
    element = tree.Element(FHIR + tag)
    if value is not None:
        element.set('value', value)
    return element


class Document:
    def __init__(self, root):
        self.root = root
        self.entries = root.findall(FHIR + 'entry')
        self.resources = [list(e)[0] for e in (child(e, 'resource') for e in self.entries) if e is not None]
        self.parents = {c: p for p in root.iter() for c in p}

    def all(self, *names):
        return [e for e in self.root.iter() if e.tag.startswith(FHIR) and name(e) in names]

    def is_of_type(self, code):
        return any(e.get('value') == code for e in self.resources[0].findall('%stype/%scoding/%scode' % (3 * (FHIR,))))

    def drop(self, element):
        self.parents[element].remove(element)

    def after(self, element, added):
        parent = self.parents[element]
        parent.insert(list(parent).index(element) + 1, added)

    def into_head(self, resource, added, last):
        """Where R4 wants it: behind all head elements up to `last`."""
        names = HEAD[:HEAD.index(last) + 1]
        at = sum(1 for e in resource if name(e) in names)
        resource.insert(at, added)


# ---- Kinds: each gives the places where it can be applied; a place is a function that makes the fault -----------------------


def required_dropped(doc):
    for resource in doc.resources:
        for wanted in REQUIRED.get(name(resource), []):
            found = resource.findall(FHIR + wanted)
            if len(found) == 1:
                yield lambda e=found[0]: doc.drop(e)


def order_swapped(doc):
    for resource in doc.resources:
        own = [e for e in resource if name(e) not in HEAD]
        for a, b in zip(own, own[1:]):
            if a.tag != b.tag:
                def swap(resource=resource, a=a, b=b):
                    i = list(resource).index(a)
                    resource.remove(b)
                    resource.insert(i, b)
                yield swap


def wrong_type(doc):
    for element in doc.all('effectiveDateTime', 'onsetDateTime', 'performedDateTime', 'occurrenceDateTime', 'effectivePeriod',
                           'performedPeriod', 'effectiveInstant', 'deceasedBoolean', 'valueQuantity', 'valueCodeableConcept'):
        if name(doc.parents[element]) not in ('extension', 'modifierExtension'):
            base = name(element)
            for ending in ('DateTime', 'Period', 'Instant', 'Boolean', 'Quantity', 'CodeableConcept'):
                base = base[:-len(ending)] if base.endswith(ending) else base
            yield lambda e=element, b=base: setattr(e, 'tag', FHIR + b + 'Signature')


def unknown_code(doc):
    for resource in doc.resources:
        for wanted in ('status', 'gender', 'intent'):
            found = child(resource, wanted)
            if found is not None:
                yield lambda e=found: e.set('value', 'no-such-code')
    for element in doc.all('text'):
        status = child(element, 'status')
        if status is not None:
            yield lambda e=status: e.set('value', 'no-such-code')


def dangling_reference(doc):
    urls = {e.get('value') for e in doc.all('fullUrl')}
    for element in doc.all('reference'):
        if element.get('value') in urls:
            yield lambda e=element: e.set('value', NOWHERE + '0001')


def wrong_reference_type(doc):
    types = {}
    for entry in doc.entries:
        if child(entry, 'fullUrl') is not None and child(entry, 'resource') is not None:
            types[child(entry, 'fullUrl').get('value')] = name(list(child(entry, 'resource'))[0])
    for element in doc.all('reference'):
        if types.get(element.get('value'), 'Device') != 'Device' and child(doc.parents[element], 'type') is None:
            yield lambda e=element: doc.after(e, new('type', 'Device'))


def duplicate_full_url(doc):
    for entry in doc.entries[1:]:
        yield lambda e=entry: doc.root.append(copy.deepcopy(e))


def two_compositions(doc):
    entry = copy.deepcopy(doc.entries[0])
    for number in range(4):
        def add(number=number):
            child(entry, 'fullUrl').set('value', NOWHERE + '000%d' % (2 + number))
            doc.root.insert(list(doc.root).index(doc.entries[number % len(doc.entries)]) + 1, entry)
        yield add


def composition_not_first(doc):
    for at in range(1, min(4, len(doc.entries))):
        def move(at=at):
            doc.root.remove(doc.entries[0])
            doc.root.insert(list(doc.root).index(doc.entries[at]) + 1, doc.entries[0])
        yield move


def entry_with_empty_reason(doc):
    for section in doc.all('section'):
        entries = section.findall(FHIR + 'entry')
        if entries and child(section, 'emptyReason') is None:
            def add(last=entries[-1]):
                reason = new('emptyReason')
                reason.append(new('text', 'nothing'))
                doc.after(last, reason)
            yield add


def wrong_document_type(doc):
    """Where the guide fixes it."""
    fixed = any(doc.is_of_type(code) for code in ('60591-5', '34105-7', '11502-2'))
    for coding in doc.resources[0].findall('%stype/%scoding' % (2 * (FHIR,))) if fixed else []:
        if child(coding, 'system').get('value') == 'http://loinc.org':
            for code in ('00000-0', '11111-1', '22222-2'):
                yield lambda c=coding, v=code: child(c, 'code').set('value', v)


def section_twice(doc):
    """In patient summaries and discharge reports; elsewhere sections may repeat."""
    for section in doc.resources[0].findall(FHIR + 'section'):
        codes = [e.get('value') for e in section.findall('%scode/%scoding/%scode' % (3 * (FHIR,)))]
        if doc.is_of_type('60591-5') or (doc.is_of_type('34105-7') and '8648-8' in codes):
            yield lambda s=section: doc.after(s, copy.deepcopy(s))


def bad_date(doc):
    for element in doc.all('birthDate', 'date', 'effectiveDateTime', 'onsetDateTime', 'start', 'end', 'timestamp', 'authoredOn',
                           'recordedDate', 'issued', 'occurrenceDateTime', 'time'):
        if element.get('value', '')[:2] in ('19', '20'):
            for value in ('2023-02-30', '2023-13-01', '23-1-1'):
                rest = element.get('value')[10:] if len(element.get('value')) > 10 else ''
                yield lambda e=element, v=value + rest: e.set('value', v)


def narratives(doc):
    return [e for e in doc.root.iter(XHTML + 'div') if name(doc.parents[e]) == 'text']


def script_in_narrative(doc):
    for div in narratives(doc):
        def script(div=div):
            added = tree.SubElement(div, XHTML + 'script')
            added.text = 'alert(1)'
        yield script
        yield lambda d=div: d.set('onclick', 'alert(1)')
        yield lambda d=div: tree.SubElement(d, XHTML + 'a', href='javascript:alert(1)')


def empty_narrative(doc):
    for div in narratives(doc):
        def clear(div=div):
            for inner in list(div):
                div.remove(inner)
            div.text = ' '
        yield clear


def unknown_extension(doc, tag='extension'):
    for resource in doc.resources:
        if name(resource) not in ('Binary', 'Bundle', 'Parameters'):
            def add(resource=resource):
                extension = tree.Element(FHIR + tag, url='http://example.org/fhir/StructureDefinition/no-such-extension')
                extension.append(new('valueBoolean', 'true'))
                doc.into_head(resource, extension, tag)
            yield add


def unknown_modifier(doc):
    return unknown_extension(doc, 'modifierExtension')


def unknown_element(doc):
    for resource in doc.resources:
        yield lambda r=resource: r.append(new('noSuchElement', 'x'))


def empty_element(doc):
    for element in doc.all('coding', 'identifier', 'name', 'telecom', 'address'):
        if list(element):
            def clear(element=element):
                for inner in list(element):
                    element.remove(inner)
            yield clear


def bad_id(doc):
    for resource in doc.resources:
        found = child(resource, 'id')
        if found is not None:
            yield lambda e=found: e.set('value', 'not_an_id')


def bad_number(doc):
    for element in doc.all('value'):
        if name(doc.parents[element]) in ('valueQuantity', 'doseQuantity', 'numerator', 'denominator', 'low', 'high', 'quantity'):
            yield lambda e=element: e.set('value', '1,5')


def bad_unit(doc):
    for element in doc.all('system'):
        code = child(doc.parents[element], 'code')
        if element.get('value') == 'http://unitsofmeasure.org' and code is not None:
            yield lambda c=code: c.set('value', 'units per something')


def unlinked_entry(doc):
    for number in range(4):
        def add(number=number):
            entry, resource, organization = new('entry'), new('resource'), new('Organization')
            organization.append(new('id', 'nobody-%d' % number))
            organization.append(new('name', 'Example'))
            resource.append(organization)
            entry.append(new('fullUrl', NOWHERE + '001%d' % number))
            entry.append(resource)
            doc.root.insert(list(doc.root).index(doc.entries[-1 - number % len(doc.entries)]) + 1, entry)
        yield add


def no_full_url(doc):
    for entry in doc.entries:
        yield lambda e=child(entry, 'fullUrl'): doc.drop(e)


def no_timestamp(doc):
    if child(doc.root, 'timestamp') is not None:
        yield lambda: doc.drop(child(doc.root, 'timestamp'))


def no_identifier(doc):
    if child(doc.root, 'identifier') is not None:
        yield lambda: doc.drop(child(doc.root, 'identifier'))


def total(doc):
    for value in ('0', '7'):
        yield lambda v=value: doc.root.insert(list(doc.root).index(doc.entries[0]), new('total', v))


def required_section_dropped(doc):
    """Of the patient summaries: problems, allergies, medicines."""
    if doc.is_of_type('60591-5'):
        for section in doc.resources[0].findall(FHIR + 'section'):
            if any(e.get('value') in ('11450-4', '48765-2', '10160-0') for e in section.findall('%scode/%scoding/%scode' % (3 * (FHIR,)))):
                yield lambda s=section: doc.drop(s)


def section_without_anything(doc):
    for section in doc.all('section'):
        def clear(section=section):
            for inner in list(section):
                if name(inner) in ('text', 'entry', 'section', 'emptyReason'):
                    section.remove(inner)
        yield clear


DATES = {'format-date', 'format-dateTime', 'format-instant'}
KINDS = [
    (required_dropped, {'structure-min'}), (order_swapped, {'structure-order'}), (wrong_type, {'structure-unknown'}),
    (unknown_code, {'binding-required'}), (dangling_reference, {'ref-resolve'}), (wrong_reference_type, {'ref-type'}),
    (duplicate_full_url, {'bdl-7'}), (two_compositions, {'bundle-composition'}), (composition_not_first, {'bdl-11'}),
    (entry_with_empty_reason, {'cmp-2'}), (wrong_document_type, {'pattern', 'fixed', 'binding-required', 'dr-comp-type'}),
    (section_twice, {'slice-max'}), (required_section_dropped, {'slice-min'}), (bad_date, DATES), (script_in_narrative, {'txt-1'}), (empty_narrative, {'txt-2'}),
    (unknown_extension, {'extension-unknown'}), (unknown_modifier, {'modifier-extension-unknown', 'structure-unknown'}),
    (unknown_element, {'structure-unknown'}), (empty_element, {'ele-1'}), (bad_id, {'format-id'}), (bad_number, {'format-decimal'}),
    (bad_unit, {'code-form'}), (unlinked_entry, {'link-composition'}), (no_full_url, {'fullurl-missing'}), (no_timestamp, {'bdl-10'}),
    (no_identifier, {'bdl-9'}), (total, {'bdl-1'}), (section_without_anything, {'cmp-1'}),
]


# What only documents must hold to.
OF_DOCUMENTS = {dangling_reference, two_compositions, composition_not_first, wrong_document_type, unlinked_entry, no_full_url,
                no_timestamp, no_identifier, total}


# ---- Running ------------------------------------------------------------------------------------------------------------------


def validate(ehdsctl, conformance, files):
    """The rules of the errors of each file."""
    run = subprocess.run([ehdsctl, 'validate', '--conformance', conformance, '--format', 'json', *files], capture_output=True,
                         check=False)
    if run.returncode > 1:
        sys.exit(run.stderr.decode())
    answers = json.loads(run.stdout)
    outcomes = [a['outcome'] for a in answers] if isinstance(answers, list) else [answers]
    return [{i['details']['coding'][0]['code'] for i in o['issue'] if i['severity'] in ('error', 'fatal') and 'details' in i and
             'coding' in i['details']} for o in outcomes]


def mutants(kind, originals, each, chance):
    """At most `each` single-fault copies, from places all over the documents."""
    originals = [o for o in originals if kind not in OF_DOCUMENTS or child(o, 'type').get('value') == 'document']
    places = [(i, n) for i, root in enumerate(originals) for n, _ in enumerate(kind(Document(root)))]
    for i, n in sorted(chance.sample(places, min(each, len(places)))):
        root = copy.deepcopy(originals[i])
        list(kind(Document(root)))[n]()
        yield root


def run_guide(ehdsctl, conformance, guide, files, each, least):
    failed = False
    good = []
    for path, rules in zip(files, validate(ehdsctl, conformance, files)):
        if rules:
            print('%s: the original %s has errors: %s' % (guide, os.path.basename(path), ' '.join(sorted(rules))))
            failed = True
        else:
            good.append(tree.parse(path).getroot())
    made = found = 0
    for kind, expected in KINDS:
        chance = random.Random('%s %s' % (guide, kind.__name__))
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, root in enumerate(mutants(kind, good, each, chance)):
                paths.append(os.path.join(folder, '%d.xml' % number))
                tree.ElementTree(root).write(paths[-1], encoding='utf-8', xml_declaration=True)
            verdicts = []
            for at in range(0, len(paths), BATCH):
                verdicts += validate(ehdsctl, conformance, paths[at:at + BATCH])
        hits = sum(1 for rules in verdicts if rules & expected)
        made, found = made + len(paths), found + hits
        others = sorted({' '.join(sorted(r)) or 'nothing' for r in verdicts if not r & expected})
        print('%-4s %-26s %4d of %4d%s' % (guide, kind.__name__, hits, len(paths), ' else: ' + '; '.join(others) if others else ''))
    print('%-4s all %d of %d mutants found' % (guide, found, made))
    return not failed and made >= least and made > 0 and found >= 0.99 * made


def main(arguments):
    least, each = 0, 20
    guides = []
    rest = iter(arguments[2:])
    for word in rest:
        if word == '--least':
            least = int(next(rest))
        elif word == '--each':
            each = int(next(rest))
        else:
            guides.append(word.split('=', 1))
    results = [run_guide(arguments[0], arguments[1], guide, files.split(','), each, least) for guide, files in guides]
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
