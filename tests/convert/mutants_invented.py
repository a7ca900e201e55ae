# SPDX-License-Identifier: EUPL-1.2
"""
"Nothing invented": every value of a result must be said by its source, or be one that the mappings name themselves.

Known (made once, of the mappings alone) holds what may be in a result although no source says it: literals of the stylesheets, URIs of
the naming, and the targets of tables, each only with a source code that its row is for. Said (made for each document, of the text alone)
holds what the source says. Neither looks at what a conversion gives, so that a value which a fault took out of the source and which is
still in the result is found.

    code        a token of the source; a target of a row whose source codes are in the source; a literal
    date        a moment of the source: the same digits, cut, or filled with zeros; the same instant on the country's clock; the day of birth
                that a Danish personal number says
    number      a number of the source
    identifier  a token of the source, or the end of one (a register's prefix taken off), as it is or as urn:oid:, urn:uuid:
    words       each word of a text or a narrative is one of the source or of the mappings
"""
import base64
import collections
import datetime
import decimal
import functools
import html
import os
import re
import zoneinfo

WORD = re.compile(r'\w+')
NUMBER = re.compile(r'\d+(?:[.,]\d+)?|\.\d+')
SIGNED = re.compile(r'-\d+(?:[.,]\d+)?')
GROUPED = re.compile(r'\d{1,3}(?:\.\d{3})+,\d+')    # of thousands
RUN = re.compile(r'[^<>"\']+')
LONG = re.compile(r'[A-Za-z0-9+/=]{400,}|(?:[A-Za-z0-9+/=]{40,}\s+){10,}')
CARRIED = re.compile(r'[A-Za-z0-9+/=]{60,}(?:\s+[A-Za-z0-9+/=]{1,})*')
DATE = re.compile(r'(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?)?)?$')
ISO = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?')
HL7 = re.compile(r'\d{8}(?:\d{2,6})?(?:\.\d+)?[+-]\d{4}')
UUID5 = re.compile(r'urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5')
ROW = re.compile(r'\{\s*from:\s*(\[[^\]]*\]|"[^"]*"|[^,}\s]+)(.*?)\}\s*(?:#[^\n]*)?$', re.S | re.M)
TEXT_DATE = re.compile(r'\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?)?')
CLOCKS = [zoneinfo.ZoneInfo('Europe/Paris'), zoneinfo.ZoneInfo('Europe/Copenhagen')]

# Codes that the typed elements write by themselves: R4's of the elements that say how a name, an address, a telephone number, a text or a
# quantity is meant, and why something is absent.
OF_THE_TYPES = set('''official usual temp nickname anonymous old maiden home work mobile billing postal physical both phone fax email pager
    url sms other generated extensions additional empty unknown asked-unknown temp-unknown not-asked asked-declined masked
    not-applicable unsupported as-text error not-a-number negative-infinity positive-infinity not-performed not-permitted
    image png jpeg gif pdf media
    < > <= >= mon tue wed thu fri sat sun s min h d wk mo a document searchset text/plain application/octet-stream'''.split())

DATES = re.compile(r'(?:[dD]ate|[tT]ime|start|end|issued|started|authoredOn|recorded|timestamp|created|event|Criterion)$|DateTime|Instant|Date$')
TEXTS = {'text', 'display', 'title', 'description', 'div', 'name', 'family', 'given', 'prefix', 'suffix', 'line', 'city', 'district', 'state',
         'postalCode', 'country', 'unit', 'conclusion', 'patientInstruction', 'series', 'lotNumber', 'valueString', 'modelNumber', 'valueMarkdown',
         'deviceIdentifier', 'comment', 'label', 'additionalInstruction', 'serialNumber', 'doseNumberString', 'version', 'versionId'}
SKIPPED = {'reference', 'fullUrl', 'resourceType', 'profile', 'hash', 'size', 'id', 'type_'}
COUNTS = {'frequency', 'sequence', 'rank', 'count', 'size', 'number', 'valueInteger'}


class Known:
    def __init__(self, mappings):
        self.literals, self.words, self.targets = set(OF_THE_TYPES), set(), collections.defaultdict(list)
        self.uris = set()
        for folder, _, files in os.walk(mappings):
            if os.path.basename(folder) == 'cases':
                continue
            for name in files:
                path = os.path.join(folder, name)
                if name.endswith('.xsl'):
                    self.read_stylesheet(open(path, encoding='utf-8').read())
                elif name.endswith('.yaml') and os.path.basename(folder) == 'tables':
                    self.read_table(open(path, encoding='utf-8').read())
                elif name.endswith('.tsv'):
                    self.read_tsv(open(path, encoding='utf-8').read())
                elif name.endswith('.yaml'):
                    self.read_names(open(path, encoding='utf-8').read())
        self.bases = {uri for uri in self.uris | self.literals if uri.startswith(('http', 'urn:')) and len(uri) > 10}
        self.words |= {word.lower() for literal in self.literals for word in WORD.findall(literal)}

    def read_stylesheet(self, text):
        text = re.sub(r'<!--.*?-->', ' ', text, flags=re.S)
        for literal in re.findall(r'"([^"]*)"', text) + re.findall(r"'([^']*)'", text) + re.findall(r'>([^<]+)<', text):
            literal = html.unescape(literal).strip()
            self.literals.add(literal)
            self.literals.update(re.findall(r"'([^']*)'", literal))
            self.literals.update(part.strip() for part in re.split(r'\{[^}]*\}', literal))
            if literal.startswith(('http', 'urn:')):
                self.uris.add(literal)
        self.literals.update(uri for uri in re.findall(r'(?:https?|urn):[^\s"\'<>{}|]+', text))

    def read_table(self, text):
        self.uris.update(re.findall(r'"((?:http|urn:)[^"]*)"', text))
        for keys, rest in ROW.findall(text):
            sources = re.findall(r'"([^"]*)"', keys) or [keys.strip()]
            to = re.search(r'\bto:\s*(?:"([^"]*)"|([^,}\s]+))', rest)
            if to:
                self.targets[to.group(1) or to.group(2)].append(sources)
            display = re.search(r'\bdisplay:\s*"([^"]*)"', rest)
            if display:
                self.words.update(word.lower() for word in WORD.findall(display.group(1)))

    def read_tsv(self, text):
        lines = [line for line in text.splitlines() if line and not line.startswith('#')]
        columns = lines[0].split('\t') if lines else []
        for line in lines[1:]:
            row = dict(zip(columns, line.split('\t')))
            if row.get('to'):
                self.targets[row['to']].append([row[key] for key in ('from', 'from2') if row.get(key)])
            self.words.update(word.lower() for word in WORD.findall(row.get('display', '')))

    def read_names(self, text):
        self.uris.update(re.findall(r'"((?:http|urn:)[^"]*)"', text))
        for value in re.findall(r'(?:code|display|name|language|title):\s*"?([^",}\n]+)', text):
            self.literals.add(value.strip())


def tokens(text):
    """What a piece of source says: whole values and texts, words, numbers; what an envelope holds as base64, too."""
    inside = [found for part in CARRIED.findall(text) for found in [carried(part)] if found]
    if inside:
        return tokens(CARRIED.sub(' ', text)) + tokens(' '.join(inside))
    text = html.unescape(LONG.sub(' ', text))
    found = collections.Counter()
    for run in RUN.findall(text):
        run = ' '.join(run.split())
        if run:
            found[run] += 1
            found['~' + folded(run)] += 1
    for word in WORD.findall(text):
        found[word.lower()] += 1
        for part in word.lower().split('_') if '_' in word else ():
            found[part] += 1
    for number in NUMBER.findall(text) + SIGNED.findall(text):
        found['#' + plain(number)] += 1
    for number in GROUPED.findall(text):
        found['#' + plain(number.replace('.', ''))] += 1
    for moment in ISO.findall(text) + HL7.findall(text):
        found['@' + moment] += 1
    return found


def carried(part):
    """The document that base64 holds; None."""
    try:
        data = base64.b64decode(''.join(part.split()), validate=True)
    except ValueError:
        return None
    if data[:2] in (b'\xff\xfe', b'\xfe\xff'):
        return data.decode('utf-16', 'replace')
    if b'<' not in data[:4]:
        return None
    try:
        return data.decode('utf-8')
    except UnicodeDecodeError:
        return data.decode('windows-1252', 'replace')


def folded(text):
    """As tables are asked: both micro signs and 'u' are one, and so are capitals and blanks."""
    return re.sub('[µμ]', 'u', text.lower()).replace(' ', '')


@functools.lru_cache(100000)
def plain(number):
    try:
        value = decimal.Decimal(number.replace(',', '.'))
    except decimal.InvalidOperation:
        return number
    return format(value.normalize(), 'f')


def instant(text):
    """A moment with a zone, HL7 or ISO, as UTC; None."""
    match = re.match(r'(\d{4})-?(\d\d)-?(\d\d)T?(\d\d)?:?(\d\d)?:?(\d\d)?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$', text)
    if not match:
        return None
    zone = match.group(7).replace(':', '')
    minutes = 0 if zone == 'Z' else int(zone[0] + '1') * (int(zone[1:3]) * 60 + int(zone[3:5]))
    try:
        return datetime.datetime(*(int(part or 0) for part in match.groups()[:6]),
                                 tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)))
    except ValueError:
        return None


class Said:
    """What the text says; changed(...) gives what a text with one place changed says."""

    def __init__(self, text):
        self.text, self.base = text, tokens(text)
        self.gone, self.new = set(), {}

    def changed(self, text):
        """Only the changed place is read again, from the nearest mark before it to the nearest behind."""
        other = Said.__new__(Said)
        low, high = 0, min(len(text), len(self.text))
        while low < high:
            middle = (low + high + 1) // 2
            if text[:middle] == self.text[:middle]:
                low = middle
            else:
                high = middle - 1
        front, low, high = low, 0, min(len(text), len(self.text)) - low
        while low < high:
            middle = (low + high + 1) // 2
            if text[len(text) - middle:] == self.text[len(self.text) - middle:]:
                low = middle
            else:
                high = middle - 1
        start = max(self.text.rfind('<', 0, front), self.text.rfind('>', 0, front), 0)
        tail = len(self.text) - low
        end = min([place for place in (self.text.find('<', tail), self.text.find('>', tail)) if place >= 0] + [len(self.text)])
        removed = tokens(self.text[start:end])
        other.text, other.base = text, self.base
        other.new = tokens(text[start:len(text) - (len(self.text) - end)])
        other.gone = {token for token, count in removed.items() if self.base[token] <= count and token not in other.new}
        return other

    def __contains__(self, token):
        return token in self.new or (token in self.base and token not in self.gone)

    def every(self):
        yield from self.new
        for token in self.base:
            if token not in self.gone:
                yield token

    @functools.cached_property
    def moments(self):
        return {moment for token in self.every() if token.startswith('@') for moment in [instant(token[1:])] if moment}

    @functools.cached_property
    def digits(self):
        """Digits of every token that can be a moment or a part of one."""
        return {re.sub(r'\D', '', re.sub(r'([.].*)?([+-]\d{4}|Z)?$', '', token, count=1)) for token in self.every()
                if token[:1] not in '@#' and re.match(r'\d{4}', token) and len(token) < 40} \
            | {token for token in self.every() if token.isdigit()}

    @functools.cached_property
    def clock(self):
        """Times that stand apart from their day."""
        return {token.replace(':', '') for token in self.every() if re.match(r'\d\d:\d\d(:\d\d)?$', token)}

    @functools.cached_property
    def birthdays(self):
        found = set()
        for token in self.every():
            match = re.match(r'(\d\d)(\d\d)(\d\d)-?(\d)\d{3}(?:\^.*)?$', token)
            if match:
                day, month, year, seventh = match.groups()
                span = int(year)
                century = {'0': 19, '1': 19, '2': 19, '3': 19}.get(seventh) or (
                    (20 if span <= 36 else 19) if seventh in '49' else (20 if span <= 57 else 18))
                found.add('%d%s%s%s' % (century, year, month, day))
        return found

    @functools.cached_property
    def joined(self):
        return {number.replace('-', '') for token in self.every() for number in re.findall(r'\d{6}-\w{4}', token)}

    @functools.cached_property
    def tails(self):
        return [token for token in self.every() if re.match(r'[0-9][0-9A-Za-z-]{5,}$', token)]


class Judge:
    def __init__(self, known):
        self.known = known

    def invented(self, document, said, rules):
        """(path, value) of each value that neither the source nor the mappings say."""
        found = []
        self.walk(document, '', '', said, rules, found)
        return found

    def walk(self, node, path, key, said, rules, found):
        if isinstance(node, dict):
            for name, value in node.items():
                self.walk(value, path + '.' + name if path else name, name, said, rules, found)
        elif isinstance(node, list):
            for place, value in enumerate(node):
                self.walk(value, '%s[%d]' % (path, place), key, said, rules, found)
        elif not self.explained(node, key, path, said, rules):
            found.append((path, node if isinstance(node, str) else node.text))

    def explained(self, value, key, path, said, rules):
        if isinstance(value, bool) or value is None or key in SKIPPED or key.startswith('_'):
            return True
        if isinstance(value, Number):
            return self.number(value.text, key, said, rules)
        if key == 'data':
            return True
        if path.endswith('attachment.url'):
            return value.startswith('urn:uuid:') or value in re.sub(r'\s', '', html.unescape(said.text))
        if key in ('url', 'system', 'valueUri', 'valueUrl', 'valueCanonical'):
            return self.uri(value, said)
        if DATE.match(value) and (DATES.search(key) or '-' in value) and self.date(value, key, said, rules):
            return True
        if DATE.match(value) and DATES.search(key):
            return False
        if key == 'value' and 'dentifier' in path or key == 'value' and 'elecom' in path:
            return self.identifier(value, said)
        if key in TEXTS:
            return self.text(value, said)
        if key == 'contentType' and ('map-media-type' in rules or 'map-media-compressed' in rules):
            return True
        if key in ('uid',):
            return self.identifier(value, said)
        return self.code(value, said) or (' ' in value and self.text(value, said))

    def number(self, value, key, said, rules):
        if key in COUNTS or '#' + plain(value) in said:
            return True
        if 'cda-unit-converted' in rules:
            return '#' + plain(format(decimal.Decimal(value) / 100, 'f')) in said
        return plain(value) in ('0', '1')

    def uri(self, value, said):
        if value in self.known.uris or value in self.known.literals or value in said:
            return True
        if value.startswith('urn:oid:') and value[8:] in said or value.startswith('urn:uuid:'):
            return True
        for base in self.known.bases:
            if value.startswith(base) and value[len(base):].strip('/#') in self.known.literals \
                    or value.startswith(base) and value[len(base):].strip('/#').lower() in said:
                return True
        return any(value.startswith(base) for base in ('http://hl7.org/fhir/', 'http://terminology.hl7.org/', 'http://hl7.eu/fhir/',
                                                       'https://profiles.ihe.net/PHARM/', 'urn:ietf:', 'urn:ehds:'))

    def date(self, value, key, said, rules):
        year, month, day, hour, minute, second, zone = DATE.match(value).groups()
        wanted = ''.join(part or '' for part in (year, month, day, hour, minute, second))
        for digits in (wanted, wanted[:12] if second == '00' else wanted, wanted[:10] if minute == second == '00' else wanted,
                       wanted[:8] if hour == minute == second == '00' else wanted):
            if digits in said.digits:
                return True
        if any(digits.startswith(wanted) for digits in said.digits) or wanted in said.birthdays:
            return True
        if hour and wanted[:8] in said.digits and (wanted[8:12] in said.clock or wanted[8:] in said.clock):
            return True
        moment = instant(value) if zone else None
        if moment and (moment in said.moments):
            return True
        if not hour and any(wanted == moment.astimezone(clock).strftime('%Y%m%d')[:len(wanted)] for moment in said.moments for clock in CLOCKS):
            return True
        return 'map-period-computed' in rules and key in ('end', 'start')

    def identifier(self, value, said):
        if value in said or value.lower() in said or UUID5.match(value) or value in self.known.literals:
            return True
        for scheme in ('urn:oid:', 'urn:uuid:', 'tel:', 'mailto:', 'fax:'):
            rest = value[len(scheme):] if value.startswith(scheme) else None
            if rest and (rest in said or rest.lower() in said or rest.upper() in said):
                return True
            if scheme + value in said:
                return True
        bare = value.replace('-', '')
        return any(token.endswith(value) or token.replace('-', '') == bare for token in said.tails) or self.text(value, said)

    def code(self, value, said):
        if value in said or value in self.known.literals or value.lower() in said:
            return True
        if value.isdigit() and value.lstrip('0') in said:
            return True
        if value.startswith('urn:oid:') and value[8:] in said:
            return True
        for sources in self.known.targets.get(value, ()):
            if all(source in said or source.lower() in said or '~' + folded(source) in said or not WORD.search(source) for source in sources):
                return True
        return self.text(value, said) if re.search(r'[./{}\[\]*%^]', value) else False

    def text(self, value, said):
        if '<div' in value:
            value = html.unescape(re.sub(r'<[^>]*>', ' ', LONG.sub(' ', value)))
        value = TEXT_DATE.sub(lambda date: ' ' if self.date(date.group(0), '', said, ()) else date.group(0), value)
        return all(word.lower() in said or word.lower() in self.known.words or '#' + plain(word) in said or self.glued(word, said)
                   or word in said.joined
                   for word in WORD.findall(value))

    def glued(self, word, said):
        """A number that stood glued to its unit, or parted from it."""
        parts = re.findall(r'\d+|\D+', word.lower())
        return len(parts) > 1 and all(part in said or part in self.known.words or '#' + plain(part) in said for part in parts)


class Number:
    """A JSON number with its digits."""

    def __init__(self, text):
        self.text = text
