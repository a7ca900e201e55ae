#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""
Mutants of source documents: each has one fault, and what a converter owes for such a fault is known beforehand.

    mutants.py [--driver PROGRAM] [--mappings DIR] [--conformance DIR] [--least N] [--each N] FOLDER...

FOLDER holds documents (*.xml, at any depth); those that convert are mutated, the same ones alike in each run. Without a FOLDER: the
project's own fixtures, in a bounded form (this is the test of `make check`).

For every mutant: the process lives; the answer is conformant output, or a refusal or a hold that names its rule; no value is in the
output that neither the mutated source nor the mappings say (mutants_invented.py); and the kind's own duty (mutants_source.py) is done.
Prints a table of kinds, and what failed. Exit status: 0 when nothing failed and each folder gave N mutants at least.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mutants_invented import Judge, Known, Number, Said                     # noqa: E402
from mutants_source import KINDS, Source, spread                            # noqa: E402

STATES = ('converted', 'held', 'refused')
LARGE = 400000


class Answer:
    def __init__(self, state, pack, document, outcome):
        self.state, self.pack, self.document = STATES[int(state)], pack, document
        self.issues = json.loads(outcome)['issue']
        self.rules = collections.Counter(rule(issue) for issue in self.issues)
        self.told = collections.Counter((rule(issue), issue.get('diagnostics', '')) for issue in self.issues)


def rule(issue):
    return issue.get('details', {}).get('coding', [{}])[0].get('code', '')


class Driver:
    def __init__(self, program, mappings, conformance):
        self.command, self.process = [program, mappings, conformance], None

    def convert(self, data):
        """An Answer; None when the process died of it."""
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.process.stdin.write(b'%d\n' % len(data) + data)
            self.process.stdin.flush()
            head = self.process.stdout.readline().split()
            if len(head) == 4:
                state, pack, first, second = head
                return Answer(state, pack.decode(), self.process.stdout.read(int(first)), self.process.stdout.read(int(second)))
        except BrokenPipeError:
            pass
        self.process.wait()
        self.process = None
        return None

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def shape(document):
    """Without the names of the resources: where a document has no number of its own, they are made of its content."""
    names = {}
    return re.sub(rb'urn:uuid:[0-9a-f-]{36}', lambda found: b'urn:uuid:%d' % names.setdefault(found.group(0), len(names)), document)


def new_findings(answer, baseline):
    return answer.told - baseline.told


def duty_done(kind, answer, baseline):
    """'' or what is wrong."""
    if kind.duty == 'same':
        if answer.state != baseline.state or answer.document != baseline.document:
            return 'the output is another one (%s)' % answer.state
    elif kind.duty == 'refused' and answer.state != 'refused':
        return 'not refused: ' + answer.state
    elif kind.duty == 'told' and answer.state == 'converted' and shape(answer.document) != shape(baseline.document):
        return '' if told(kind, answer, baseline) else 'the output changed and none of %s is told' % ', '.join(kind.rules)
    return ''


def told(kind, answer, baseline):
    new = new_findings(answer, baseline)
    for wanted in kind.rules:
        if wanted[0] == '*' and (wanted[1:].encode() in answer.document or any(wanted[1:] in text for _, text in new)):
            return True
        if wanted[0] == '=' and answer.document.count(wanted[1:].encode()) > baseline.document.count(wanted[1:].encode()):
            return True
        if any(name.startswith(wanted) for name, _ in new):
            return True
    return False


def unexplained(answer):
    """A document that is not converted: what stopped it has a rule and a text."""
    if answer.state == 'converted':
        return ''
    stopping = [issue for issue in answer.issues if issue.get('severity') in ('error', 'fatal')]
    if not stopping:
        return answer.state + ' without an error'
    if not all(rule(issue) and issue['details'].get('text') for issue in stopping):
        return answer.state + ' by an error without rule or text'
    return ''


class Run:
    def __init__(self, driver, judge, each):
        self.driver, self.judge, self.each, self.known_faults = driver, judge, each, set()
        self.table = {kind.name: collections.Counter() for kind in KINDS}
        self.failures, self.mutants = [], 0

    def document(self, path):
        with open(path, 'rb') as file:
            data = file.read()
        baseline = self.driver.convert(data)
        if baseline is None:
            return self.fail(path, 'original', '-', 'the process died')
        if baseline.state != 'converted':
            return None
        try:
            source = Source(data)
        except (UnicodeDecodeError, LookupError):
            return None
        said = Said(source.text)
        self.known_faults = set()
        self.known_faults = {(at.rsplit('.', 1)[-1], value) for at, value in self.invention(path, 'original', '-', baseline, said)}
        for kind in KINDS:
            most = min(kind.each, self.each) if len(data) < LARGE else 1
            for where, mutant in spread(kind.make(source), most):
                self.mutant(path, kind, where if isinstance(where, str) else place(where),
                            mutant() if callable(mutant) else mutant, source, baseline, said)
        return None

    def mutant(self, path, kind, where, data, source, baseline, said):
        self.mutants += 1
        answer = self.driver.convert(data)
        if answer is None:
            self.table[kind.name]['died'] += 1
            self.fail(path, kind.name, where, 'the process died')
            return
        self.table[kind.name][answer.state] += 1
        wrong = unexplained(answer) or duty_done(kind, answer, baseline)
        if wrong:
            self.fail(path, kind.name, where, wrong)
        elif answer.document and kind.duty != 'same':
            text = data[3 if data.startswith(b'\xef\xbb\xbf') else 0:].decode(source.encoding, 'replace')
            self.invention(path, kind.name, where, answer, said.changed(text))

    def invention(self, path, kind, where, answer, said):
        document = json.loads(answer.document, parse_float=Number, parse_int=Number)
        found = [(at, value) for at, value in self.judge.invented(document, said, answer.rules)
                 if (at.rsplit('.', 1)[-1], value) not in self.known_faults]
        if found:
            self.fail(path, kind, where, 'invented: ' + '; '.join('%s = %s' % (at, str(value)[:60]) for at, value in found[:3]))
        return found

    def fail(self, path, kind, where, text):
        self.failures.append(kind)
        if kind in self.table:
            self.table[kind]['failed'] += 1
        print('FAIL %s: %s at %s: %s' % (os.path.basename(path), kind, where, text))

    def show(self):
        print('%-32s %8s %9s %6s %7s %6s' % ('fault', 'mutants', 'converted', 'held', 'refused', 'failed'))
        for kind in KINDS:
            row = self.table[kind.name]
            number = sum(row[state] for state in STATES + ('died',))
            if number:
                print('%-32s %8d %9d %6d %7d %6d' % (kind.name, number, row['converted'], row['held'], row['refused'], row['failed']))


def place(element):
    names = [element.name] + [up.name for up in element.up()]
    return '/'.join(reversed(names[:4])) + ' (character %d)' % element.start


def documents(folder):
    if os.path.isfile(folder):
        return [folder]
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names if name.endswith('.xml'))


def main():
    top, build = os.environ.get('top_srcdir', '.'), os.environ.get('top_builddir', '.')
    parser = argparse.ArgumentParser()
    parser.add_argument('--driver', default=os.path.join(build, 'tests/convert/mutant_driver'))
    parser.add_argument('--mappings', default=os.path.join(top, 'mappings'))
    parser.add_argument('--conformance', default=os.path.join(top, 'conformance'))
    parser.add_argument('--least', type=int, default=0)
    parser.add_argument('--each', type=int, default=100)
    parser.add_argument('folder', nargs='*')
    arguments = parser.parse_args()
    judge = Judge(Known(arguments.mappings))
    driver = Driver(arguments.driver, arguments.mappings, arguments.conformance)
    fixtures = [os.path.join(top, 'tests/fixtures', country) for country in ('fr', 'dk')]
    failed = mutants = few = 0
    for folder in arguments.folder or fixtures:
        run = Run(driver, judge, arguments.each if arguments.folder else 1)
        for path in documents(folder):
            run.document(path)
        print('\n%s: %d mutants' % (folder, run.mutants))
        run.show()
        few += run.mutants < arguments.least
        failed, mutants = failed + len(run.failures), mutants + run.mutants
    driver.close()
    if few:
        print('too few mutants of %d folders: at least %d were wanted' % (few, arguments.least))
    print('mutants: %d passed, %d failed' % (mutants - failed, failed))
    return 1 if failed or few else 0


if __name__ == '__main__':
    sys.exit(main())
