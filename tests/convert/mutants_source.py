# SPDX-License-Identifier: EUPL-1.2
"""
A source document as text with the places of its elements and attributes, and the kinds of single faults that are put into it.

Faults are made in the text, never by writing a tree again: one place changes, and everything else stays as the sender wrote it. Each
kind says what a converter owes for it (`Kind.duty`):

    same      the fault changes nothing that is said: the same bytes come out
    refused   there is no document any more: refused, with a rule
    told      where the output changes, a finding of one of the kind's rules is new
    any       only what holds for all: no crash, an answer that explains itself, nothing invented
"""
import bisect
import re

TAG = re.compile(r'<(/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|\'[^\']*\'))*)\s*(/?)>|<!--.*?-->|<\?.*?\?>'
                 r'|<!\[CDATA\[.*?\]\]>', re.S)
ATTRIBUTE = re.compile(r'([\w.:-]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')
MOMENT = re.compile(r'\d{8}(\d{4,6})?([+-]\d{4})?$')
ISO = re.compile(r'\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$')
NUMBER = re.compile(r'-?\d+([.,]\d+)?$')


class Element:
    def __init__(self, name, start, start_end, parent):
        self.name = name.rsplit(':', 1)[-1]
        self.start, self.start_end, self.parent = start, start_end, parent
        self.inner_end = self.end = start_end
        self.attributes = {}        # name -> (value, start of the value, end of the value, start of the whole, end of the whole)
        self.children = []

    def value(self, name):
        return self.attributes[name][0] if name in self.attributes else None

    def up(self):
        while self.parent is not None:
            self = self.parent
            yield self


class Source:
    """text: without byte order mark, as its declaration says it is encoded."""

    def __init__(self, data):
        self.data = data
        self.bom = data.startswith(b'\xef\xbb\xbf')
        head = data[3 if self.bom else 0:200]
        found = re.match(rb'<\?xml[^>]*encoding=["\']([\w-]+)["\']', head)
        self.encoding = found.group(1).decode().lower() if found else 'utf-8'
        self.text = data[3 if self.bom else 0:].decode(self.encoding)
        self.elements = []
        self.read()

    def read(self):
        stack = [None]
        for match in TAG.finditer(self.text):
            if match.group(2) is None:
                continue
            if match.group(1):
                top = stack.pop()
                top.inner_end, top.end = match.start(), match.end()
                continue
            element = Element(match.group(2), match.start(), match.end(), stack[-1])
            for found in ATTRIBUTE.finditer(match.group(3)):
                group = 2 if found.group(2) is not None else 3
                base = match.start(3)
                element.attributes[found.group(1)] = (found.group(group), base + found.start(group), base + found.end(group),
                                                      base + found.start(), base + found.end())
            element.empty = bool(match.group(4))
            self.elements.append(element)
            if element.parent is not None:
                element.parent.children.append(element)
            if not element.empty:
                stack.append(element)

    def words(self, element):
        return self.text[element.start_end:element.inner_end] if not element.empty else ''

    def leaves(self):
        return [e for e in self.elements if not e.children and not e.empty and self.words(e).strip()]

    def write(self, text, encoding=None, bom=None):
        encoding = encoding or self.encoding
        data = text.encode(encoding)
        return (b'\xef\xbb\xbf' if (self.bom if bom is None else bom) else b'') + data

    def cut(self, start, end, instead=''):
        """What gives the text with one place changed; not yet made, since most places are passed over."""
        return lambda: self.write(self.text[:start] + instead + self.text[end:])


class Kind:
    """make(source) gives (where, bytes or what gives them) for each place; rules: what may tell of it."""

    def __init__(self, name, duty, make, rules=(), each=2):
        self.name, self.duty, self.make, self.rules, self.each = name, duty, make, rules, each


def spread(items, most):
    """At most so many of them, evenly: first, last and between."""
    items = list(items)
    if len(items) <= most:
        return items
    return [items[round(i * (len(items) - 1) / max(1, most - 1))] for i in range(most)]


# ---- what changes nothing ----------------------------------------------------------------------------------------------------------

def with_bom(source):
    if source.encoding == 'utf-8' and not source.bom:
        yield 'whole', source.write(source.text, bom=True)


def other_line_ends(source):
    if '\r' in source.text:
        yield 'whole', source.write(source.text.replace('\r\n', '\n'))
    elif '\n' in source.text:
        yield 'whole', source.write(source.text.replace('\n', '\r\n'))


def in_encoding(encoding):
    def make(source):
        text = re.sub(r'^<\?xml[^>]*\?>', '', source.text)
        if source.encoding == encoding:
            return
        try:
            yield encoding, ('<?xml version="1.0" encoding="%s"?>' % encoding + text).encode(encoding)
        except UnicodeEncodeError:
            return
    return make


def with_comment(source):
    for element in spread([e for e in source.elements if e.children], 8):
        yield element, source.cut(element.start_end, element.start_end, '<!-- between -->')


def with_instruction(source):
    for element in spread([e for e in source.elements if e.children], 8):
        yield element, source.cut(element.start_end, element.start_end, '<?between us?>')


def other_quotes(source):
    for element in spread([e for e in source.elements if e.attributes], 8):
        for value, start, end, _, _ in list(element.attributes.values())[:1]:
            if '"' not in value and "'" not in value:
                yield element, source.cut(start - 1, end + 1, "'" + value + "'" if source.text[start - 1] == '"' else '"' + value + '"')


def by_character_number(source):
    for element in spread([e for e in source.leaves() if re.search(r'[A-Za-z]', source.words(e)) and '<' not in source.words(e)
                           and not source.words(e).startswith('JVBER')], 8):
        place = element.start_end + re.search(r'[A-Za-z]', source.words(element)).start()
        if '&' not in source.words(element):
            yield element, source.cut(place, place + 1, '&#%d;' % ord(source.text[place]))


def without_hash(source):
    """A reference to an ID without its '#': seen in service; the ID is found all the same."""
    for element in source.elements:
        value = element.value('value') or ''
        if element.name == 'reference' and value.startswith('#') and len(value) > 1:
            start = element.attributes['value'][1]
            yield element, source.cut(start, start + 1)


def other_template_version(source):
    for element in source.elements:
        if element.name == 'templateId' and element.value('extension') and element.parent is not None and element.parent.parent is None:
            _, start, end, _, _ = element.attributes['extension']
            yield element, source.cut(start, end, '2099.01')


# ---- what leaves no document -------------------------------------------------------------------------------------------------------

def truncated(source):
    for share in (0.2, 0.5, 0.8, 0.99):
        yield '%d %%' % (share * 100), source.data[:int(len(source.data) * share)]


def end_tag_lost(source):
    for element in spread([e for e in source.elements if e.children and e.parent is not None], 4):
        yield element, source.cut(element.inner_end, element.end)


def attribute_twice(source):
    for element in spread([e for e in source.elements if e.attributes], 4):
        whole = list(element.attributes.values())[0]
        yield element, source.cut(whole[4], whole[4], ' ' + source.text[whole[3]:whole[4]])


def with_doctype(source):
    root = source.elements[0]
    yield root, source.cut(root.start, root.start, '<!DOCTYPE %s [<!ENTITY a "b">]>' % root.name)


def control_character(source):
    for element in spread(source.leaves(), 4):
        yield element, source.cut(element.start_end, element.start_end, '&#1;')


def too_deep(source):
    for element in spread([e for e in source.elements if e.children], 2):
        yield element, source.cut(element.start_end, element.start_end, '<d>' * 400 + '</d>' * 400)


def another_root(source):
    root = source.elements[0]
    if root.name in ('ClinicalDocument', 'Emessage') or root.name.endswith('Response'):
        yield root, source.write(source.text.replace(root.name, 'Other' + root.name))


def nothing(source):
    yield 'whole', b''
    yield 'whole', b'  \n'
    yield 'whole', b'\x00\x01\x02'


def header_lost(*names):
    def make(source):
        for element in source.elements if source.elements[0].name == 'ClinicalDocument' else ():
            if element.name in names and element.parent is not None and element.parent.parent is None:
                yield element, source.cut(element.start, element.end)
                return
    return make


def two_patients(source):
    """Danish: a second person in the same message."""
    for element in source.elements:
        if element.name == 'Patient' and any(c.name == 'CivilRegistrationNumber' for c in element.children):
            copy = source.text[element.start:element.end]
            yield element, source.cut(element.end, element.end, re.sub(r'(CivilRegistrationNumber>)\d{6}', r'\g<1>010203', copy))
            return


# ---- what must be told -------------------------------------------------------------------------------------------------------------

def impossible_date(source):
    for element in source.elements:
        value = element.value('value') or ''
        if MOMENT.match(value) and '1900' <= value[:4] <= '2100':
            start = element.attributes['value'][1]
            yield element, source.cut(start + 4, start + 8, '1345')
    for element in source.leaves():
        if ISO.match(source.words(element).strip()):
            at = element.start_end + source.words(element).index('-')
            yield element, source.cut(at + 1, at + 6, '13-45')


def zone_lost(source):
    for element in source.elements:
        value = element.value('value') or ''
        if MOMENT.match(value) and value[-5:-4] in ('+', '-') and len(value) > 13:
            _, start, end, _, _ = element.attributes['value']
            yield element, source.cut(end - 5, end)


def unknown_code(source):
    for element in source.elements:
        if element.value('code') and element.name not in ('typeId', 'realmCode', 'signatureCode', 'languageCode', 'confidentialityCode'):
            _, start, end, _, _ = element.attributes['code']
            yield element, source.cut(start, end, 'QQZ998')
    for element in source.leaves():
        if re.search(r'(Code|ATC)$', element.name) and element.name not in ('VersionCode', 'TypeCode', 'StatisticalCode'):
            yield element, source.cut(element.start_end, element.inner_end, 'QQZ998')


def unknown_unit(source):
    for element in source.elements:
        if element.value('unit'):
            _, start, end, _, _ = element.attributes['unit']
            yield element, source.cut(start, end, 'zorkmid')
    for element in source.leaves():
        if element.name in ('Unit', 'UnitText', 'UnitCode'):
            yield element, source.cut(element.start_end, element.inner_end, 'zorkmid')


def no_number(source):
    for element in source.elements:
        if element.value('unit') and NUMBER.match(element.value('value') or ''):
            _, start, end, _, _ = element.attributes['value']
            yield element, source.cut(start, end, '1x2')


def decimal_comma(source):
    for element in source.elements:
        value = element.value('value') or ''
        if element.value('unit') and re.match(r'\d+\.\d+$', value):
            _, start, end, _, _ = element.attributes['value']
            yield element, source.cut(start, end, value.replace('.', ','))


def dangling(source):
    for element in source.elements:
        if element.name == 'reference' and (element.value('value') or '').startswith('#'):
            _, start, end, _, _ = element.attributes['value']
            yield element, source.cut(start, end, '#nowhere-at-all')


def system_lost(source):
    for element in source.elements:
        if element.value('code') and element.value('codeSystem'):
            whole = element.attributes['codeSystem']
            yield element, source.cut(whole[3], whole[4])


def system_broken(source):
    for element in source.elements:
        if element.value('code') and element.value('codeSystem'):
            _, start, end, _, _ = element.attributes['codeSystem']
            yield element, source.cut(start, end, '1.2.x.4')


def negated(source):
    for element in source.elements:
        if element.name in ('observation', 'procedure', 'substanceAdministration') and element.value('negationInd') != 'true' \
                and any(up.name == 'entry' for up in element.up()):
            if element.value('negationInd') is not None:
                _, start, end, _, _ = element.attributes['negationInd']
                yield element, source.cut(start, end, 'true')
            else:
                at = element.start + len(re.match(r'<[\w.:-]+', source.text[element.start:]).group(0))
                yield element, source.cut(at, at, ' negationInd="true"')


def with_null(flavor):
    def make(source):
        for element in source.elements:
            if element.name in ('code', 'value', 'effectiveTime', 'birthTime', 'id', 'telecom', 'low', 'doseQuantity', 'name') \
                    and element.attributes.keys() & {'code', 'value', 'root'} and element.value('nullFlavor') is None:
                at = element.start + len(re.match(r'<[\w.:-]+', source.text[element.start:]).group(0))
                yield element, source.cut(at, at, ' nullFlavor="%s"' % flavor)
    return make


def wrong_media_type(source):
    for element in source.elements:
        if element.value('mediaType') and element.value('representation') == 'B64' and len(source.words(element)) > 20:
            _, start, end, _, _ = element.attributes['mediaType']
            yield element, source.cut(start, end, 'image/gif')


def damaged_base64(source):
    for element in source.elements:
        if element.value('representation') == 'B64' and len(source.words(element)) > 20:
            at = element.start_end + len(source.words(element)) // 2
            yield element, source.cut(at, at, '*')


def second_ins(source):
    """Another national number beside the first: two people, or one with two numbers; the converter may not choose."""
    for element in source.elements:
        if element.name == 'id' and element.parent.name == 'patientRole' and element.value('extension') \
                and (element.value('root') or '').startswith('1.2.250.1.213.1.4.'):
            copy = source.text[element.start:element.end]
            yield element, source.cut(element.end, element.end, copy.replace(element.value('extension'), '199990000000175'))


# ---- what may end in any way that explains itself ----------------------------------------------------------------------------------

def doubled(source):
    for element in spread([e for e in source.elements if e.parent is not None and e.end - e.start < 60000], 400):
        yield element, source.cut(element.end, element.end, source.text[element.start:element.end])


def lost(source):
    for element in spread([e for e in source.elements if e.parent is not None], 400):
        yield element, source.cut(element.start, element.end)


def emptied(source):
    for element in source.elements:
        for name, (value, start, end, _, _) in element.attributes.items():
            if value and name in ('value', 'code', 'extension', 'root', 'unit', 'displayName', 'codeSystem'):
                yield '%s/@%s' % (element.name, name), source.cut(start, end)
    for element in source.leaves():
        yield element, source.cut(element.start_end, element.inner_end)


def attribute_lost(source):
    for element in source.elements:
        for name, (_, _, _, start, end) in element.attributes.items():
            if not name.startswith('xmlns'):
                yield '%s/@%s' % (element.name, name), source.cut(start, end)


def swapped(source):
    """Two neighbours of the same name change places: sections, entries, results."""
    for element in source.elements:
        for one, two in zip(element.children, element.children[1:]):
            if one.name == two.name and one.name in ('component', 'entry', 'Result', 'Other', 'DrugMedication', 'entryRelationship'):
                yield one, source.cut(one.start, two.end, source.text[two.start:two.end] + source.text[one.end:two.start]
                                      + source.text[one.start:one.end])


def other_type(source):
    for element in source.elements:
        name = 'xsi:type' if 'xsi:type' in element.attributes else None
        if name:
            value, start, end, _, _ = element.attributes[name]
            yield element, source.cut(start, end, 'ST' if value != 'ST' else 'PQ')


def long_text(source):
    for element in spread(source.leaves(), 6):
        yield element, source.cut(element.start_end, element.start_end, 'mot ' * 30000)


def status(word):
    def make(source):
        for element in source.elements:
            if element.name == 'statusCode' and element.value('code') and element.value('code') != word:
                _, start, end, _, _ = element.attributes['code']
                yield element, source.cut(start, end, word)
    return make


def other_template(source):
    for element in source.elements:
        if element.name == 'templateId' and element.value('root'):
            _, start, end, _, _ = element.attributes['root']
            yield element, source.cut(start, end, '2.25.999')


def markup_in_text(source):
    for element in spread([e for e in source.leaves() if '<' not in source.words(e)], 40):
        yield element, source.cut(element.start_end, element.start_end, '&lt;script&gt;x&lt;/script&gt; ')


def author_lost(source):
    for element in source.elements:
        if element.name in ('author', 'Sender', 'Created') and len(list(element.up())) < 4:
            yield element, source.cut(element.start, element.end)


def letters_in_number(source):
    """Danish: a replacement number says neither day of birth nor sex."""
    for element in source.leaves():
        words = source.words(element).strip()
        if re.match(r'\d{6}-?\d{4}$', words) and element.name in ('CivilRegistrationNumber', 'PersonIdentifier'):
            yield element, source.cut(element.inner_end - 3, element.inner_end, 'AG1')


def date_in_number(source):
    """Danish: a number whose day no calendar has."""
    for element in source.leaves():
        if re.match(r'\d{6}-?\d{4}$', source.words(element).strip()) and element.name in ('CivilRegistrationNumber', 'PersonIdentifier'):
            yield element, source.cut(element.start_end + 2, element.start_end + 4, '22')


KINDS = [
    Kind('byte order mark', 'same', with_bom), Kind('other line ends', 'same', other_line_ends),
    Kind('ISO-8859-1', 'same', in_encoding('iso-8859-1')), Kind('windows-1252', 'same', in_encoding('windows-1252')),
    Kind('UTF-16', 'same', in_encoding('utf-16')), Kind('UTF-8', 'same', in_encoding('utf-8')),
    Kind('comment', 'same', with_comment), Kind('processing instruction', 'same', with_instruction),
    Kind('other quotes', 'same', other_quotes), Kind('character by number', 'same', by_character_number),
    Kind("'#' lost", 'same', without_hash), Kind('other template version', 'same', other_template_version),

    Kind('truncated', 'refused', truncated, each=2), Kind('end tag lost', 'refused', end_tag_lost, each=1),
    Kind('attribute twice', 'refused', attribute_twice, each=1), Kind('document type', 'refused', with_doctype),
    Kind('control character', 'refused', control_character, each=1), Kind('too deep', 'refused', too_deep, each=1),
    Kind('another root', 'refused', another_root), Kind('no document', 'refused', nothing, each=1),
    Kind('patient lost', 'refused', header_lost('recordTarget')), Kind('time of document lost', 'refused', header_lost('effectiveTime')),
    Kind('id of document lost', 'refused', header_lost('id')), Kind('two patients', 'refused', two_patients),

    Kind('impossible date', 'told', impossible_date, ('map-date-invalid', 'map-instant-', 'map-refused', 'map-absent', 'dk-', 'cda-', '*1345', '*13-45'), 4),
    Kind('zone lost', 'told', zone_lost, ('map-zone-', 'map-instant-', 'map-time-hour', 'fr-time-no-zone'), 3),
    Kind('unknown code', 'told', unknown_code, ('*QQZ998', 'cda-', 'dk-', 'ledger-'), 5), Kind('unknown unit', 'told', unknown_unit, ('map-unit-', '*zorkmid'), 3),
    Kind('no number', 'told', no_number, ('map-number-invalid', 'cda-value-no-number', 'map-text-quantity', 'map-type-', '*1x2'), 2),
    Kind('decimal comma', 'told', decimal_comma, ('map-decimal-comma', 'map-number-invalid', 'cda-value-no-number'), 2),
    Kind('dangling reference', 'told', dangling, ('map-reference-dangling', 'fr-dosage-row'), 3),
    Kind('code system lost', 'told', system_lost, ('cda-', 'map-code-system-missing', 'map-code-unmapped', 'map-code-refused', 'map-refused'), 3),
    Kind('code system broken', 'told', system_broken, ('map-oid-invalid', 'map-code-', 'map-refused'), 2),
    Kind('negated', 'told', negated, ('cda-negated', 'cda-', 'ledger-', '=not-done', '=not-taken', '=refuted', '=doNotPerform'), 5),
    Kind('nullFlavor UNK beside a value', 'told', with_null('UNK'), ('map-null-with-value', 'map-', 'cda-', '=data-absent-reason'), 3),
    Kind('nullFlavor MSK beside a value', 'told', with_null('MSK'), ('map-masked-content', 'map-', 'cda-', '=masked'), 2),
    Kind('wrong media type', 'told', wrong_media_type, ('map-media-type',)),
    Kind('damaged base64', 'told', damaged_base64, ('map-base64-invalid',)),
    Kind('second national number', 'told', second_ins, ('fr-ins-several', 'map-refused')),
    Kind('replacement number', 'told', letters_in_number, ('dk-cpr-', 'map-', '*AG1')),
    Kind('number without a day', 'told', date_in_number, ('map-date-invalid', 'dk-cpr-')),

    Kind('element twice', 'any', doubled, each=6), Kind('element lost', 'any', lost, each=8), Kind('value empty', 'any', emptied, each=8),
    Kind('attribute lost', 'any', attribute_lost, each=6), Kind('neighbours swapped', 'any', swapped, each=4),
    Kind('other data type', 'any', other_type, each=3), Kind('very long text', 'any', long_text, each=1),
    Kind('nullified', 'any', status('nullified'), each=2), Kind('aborted', 'any', status('aborted'), each=2),
    Kind('other template', 'any', other_template, each=3), Kind('markup in text', 'any', markup_in_text, each=2),
    Kind('no author', 'any', author_lost, each=2),
]
