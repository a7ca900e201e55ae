#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The audit trail of a running daemon: what it tells, that it tells nothing clinical, and that whoever touches it is
found out."""
import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from xml.etree import ElementTree

from harness import EHDSCTL, Case, main, note, route, until


class Audit(Case):
    def verify(self, *arguments, status=0):
        result = subprocess.run([EHDSCTL, "audit", "verify", *(arguments or ["--folder", self.folder + "/state"])],
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def path(self, name="audit.log"):
        return os.path.join(self.folder, "state", name)

    def lines(self):
        with open(self.path()) as file:
            return [json.loads(line) for line in file]

    def write(self, lines):
        with open(self.path(), "w") as file:
            file.writelines(lines)

    def worked(self, **options):
        """A daemon that forwarded one document, held one and refused one, and was stopped."""
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer)), **options).start()
        sender = self.sender(daemon, b"clinic")
        for name, body in (("a", note("a")), ("b", note("b", conformant=False)), ("c", b"<note>")):
            self.submit(sender, name, body)
            sender.hear_verb("OUTCOME", name)
        until(lambda: daemon.states()["done"] == 1)
        return daemon, sender

    def test_the_trail_tells_who_did_what_with_which_document(self):
        daemon, sender = self.worked()
        document = {item["message"]: item["id"] for item in daemon.queue()}
        sender.say("FETCH", {"id": document["a"], "want": "result"})
        sender.hear_verb("OUTCOME", "a")
        daemon.ask("drop", id=document["b"], text="a test")
        daemon.show(document["a"])
        daemon.stop()
        told = [(line["event"], line["who"], line.get("document", ""), line.get("verdict", ""), line["detail"])
                for line in self.lines()]
        for name, roads in (("a", [("received", "clinic", "received", ""), ("converted", "ehdsd", "converted", ""),
                                   ("delivered", "hospital", "converted", ""), ("forwarded", "ehdsd", "forwarded", ""),
                                   ("done", "ehdsd", "done", ""), ("fetched", "clinic", "done", "result"),
                                   ("shown", "operator", "done", "")]),
                            ("b", [("received", "clinic", "received", ""), ("held", "ehdsd", "held", "structure-min"),
                                   ("refused", "operator", "refused", "dropped")]),
                            ("c", [("received", "clinic", "received", ""), ("refused", "ehdsd", "refused", "xml-malformed")])):
            self.assertEqual([(event, who, verdict, detail) for event, who, id, verdict, detail in told if id == document[name]],
                             roads)
        events = [event for event, *_ in told]
        self.assertEqual((events[0], events[-1]), ("start", "stop"))
        self.assertIn("generation", events)
        self.assertEqual([line["line"] for line in self.lines()], list(range(1, len(told) + 1)))
        self.assertIn("%d lines, from 1 to %d, 0 problems\n" % (len(told), len(told)), self.verify().stdout)

    def test_a_patient_is_a_keyed_hash_and_nothing_clinical_is_told(self):
        daemon, _ = self.worked()
        with open(os.path.join(daemon.mappings, "xx/note/note.xsl")) as file:
            sheet = file.read()
        with open(os.path.join(daemon.mappings, "xx/note/note.xsl"), "w") as file:
            file.write(sheet.replace("<Patient>", "<Patient><identifier><system value='urn:x'/><value value='{@id}'/></identifier>"))
        self.assertEqual(daemon.ask("reload")[0], {})
        sender = self.sender(daemon)
        for name in "xy":
            self.submit(sender, name, note(name))
            sender.hear_verb("OUTCOME", name)
        daemon.stop()
        patients = [line["patient"] for line in self.lines() if line["event"] == "converted"]
        self.assertEqual(patients[0], "")
        self.assertRegex(patients[1], "^[0-9a-f]{32}$")
        self.assertEqual(patients[1], patients[2])
        with open(self.path()) as file:
            text = file.read()
        for word in ("patient-1", "Example", "fact"):
            self.assertNotIn(word, text)

    def test_a_key_is_the_daemons_own(self):
        self.worked()[0].stop()
        self.assertEqual(os.stat(self.path("audit.key")).st_mode & 0o777, 0o600)
        shutil.copy(self.path("audit.pub"), self.path("copy.pub"))
        with open(self.path("audit.pub"), "w") as file:
            file.write("00" * 32)
        self.assertIn("line 1 was changed: its signature", self.verify(status=1).stderr)
        self.verify("--folder", self.folder + "/state", "--key", self.path("copy.pub"))
        self.assertIn("is not seen", self.verify("--key", self.path("copy.pub"), self.path()).stdout)
        self.verify("--key", self.path("copy.pub"), status=2)
        self.verify("--folder", "/nowhere", status=2)

    def test_whoever_touches_the_trail_is_found_out(self):
        self.worked()[0].stop()
        with open(self.path()) as file:
            lines = file.readlines()
        last = len(lines)
        self.assertGreater(last, 8)

        def changed(number):
            return lines[:number - 1] + [lines[number - 1].replace('"who":"', '"who":"x')] + lines[number:]

        for what, text, count in (
                (changed(4), "audit.log:4: error: line 4 was changed", 1),
                (changed(1), "audit.log:1: error: line 1 was changed", 1),
                (lines[:3] + lines[4:], "audit.log:4: error: line 4 is missing: line 5 follows line 3", 1),
                (lines[:3] + lines[5:], "lines 4 to 5 are missing", 1),
                (lines[1:], "the trail begins with line 2", 1),
                (lines[:3] + [lines[4], lines[3]] + lines[5:], "line 4 stands behind line 5", 3),
                (lines[:4] + [lines[3]] + lines[4:], "line 4 stands behind line 4", 1),
                (lines[:-1], "the trail ends with line %d, and the journal knows of %d" % (last - 1, last), 1),
                (lines[:-1] + [lines[-1][:40]], "the trail ends with line %d" % (last - 1), 2),
                ([], "the trail ends with line 0", 1)):
            self.write(what)
            result = self.verify(status=1)
            self.assertIn(text, result.stderr)
            self.assertEqual(result.stderr.count("error: "), count, result.stderr)
        self.write(lines)
        self.verify()

    def test_a_trail_of_another_journal_with_the_same_key_is_found_out(self):
        daemon, sender = self.worked()
        daemon.stop()
        with open(self.path()) as file:
            lines = file.readlines()
        # Two lives that began at the same place: same key, other journal.
        state, copy = self.folder + "/state", self.folder + "/copy"
        shutil.copytree(state, copy, ignore=shutil.ignore_patterns("control"))
        daemon.start()
        daemon.stop()
        with open(self.path()) as file:
            first = file.readlines()
        shutil.rmtree(state)
        os.rename(copy, state)
        daemon.start()
        daemon.stop()
        with open(self.path()) as file:
            second = file.readlines()
        self.assertEqual((first[:len(lines)], second[:len(lines)], len(first)), (lines, lines, len(second)))
        self.write(first)
        self.assertIn("line %d is not the one that the journal knows" % len(first), self.verify(status=1).stderr)

    def test_a_last_line_that_a_crash_tore_is_written_anew_and_said(self):
        daemon, _ = self.worked()
        os.kill(daemon.process.pid, signal.SIGKILL)
        daemon.wait_end()
        with open(self.path()) as file:
            text = file.read()
        with open(self.path(), "w") as file:
            file.write(text[:-30])
        daemon.start()
        self.assertTrue(daemon.has_logged("audit.repaired"))
        self.assertFalse(daemon.has_logged("audit.truncated"))
        self.verify()
        daemon.stop()
        self.verify()
        with open(self.path()) as file:
            self.assertTrue(file.read().startswith(text))

    def test_an_end_that_was_cut_off_before_a_start_is_said_and_stays_visible(self):
        daemon, _ = self.worked()
        daemon.stop()
        with open(self.path()) as file:
            lines = file.readlines()
        self.write(lines[:-4])
        daemon.start()
        self.assertTrue(daemon.has_logged("audit.truncated"))
        daemon.stop()
        # The last one was in the journal still, and was written again.
        self.assertRegex(self.verify(status=1).stderr, "lines %d to [0-9]+ are missing" % (len(lines) - 3))

    def test_a_trail_in_several_files_is_one(self):
        daemon, sender = self.worked()
        os.rename(self.path(), self.path("audit.1"))
        # The name is looked at when the daemon has a moment; until then lines go into the file that was renamed.
        names = itertools.count()

        def goes_on():
            name = "x%d" % next(names)
            self.submit(sender, name, note(name))
            sender.hear_verb("OUTCOME", name)
            return os.path.exists(self.path()) and os.path.getsize(self.path()) > 0

        until(goes_on)
        daemon.stop()
        self.verify("--folder", self.folder + "/state", self.path("audit.1"), self.path())
        self.assertIn("the trail begins with line", self.verify(status=1).stderr)

    def test_a_running_daemons_trail_can_be_verified(self):
        daemon, sender = self.worked()
        for i in range(200):
            sender.submit("m%d" % i, note("n%d" % i))
        for _ in range(5):
            self.verify()
        for i in range(200):
            self.assertIsNotNone(sender.hear_verb("RECEIPT", "m%d" % i))
        self.verify()


# What DICOM PS3.15, A.5.1 allows: element: (attributes, children in order).
CODED = ({"csd-code", "codeSystemName", "originalText"}, [])
SCHEMA = {
    "AuditMessage": (set(), ["EventIdentification", "ActiveParticipant", "AuditSourceIdentification",
                             "ParticipantObjectIdentification"]),
    "EventIdentification": ({"EventActionCode", "EventDateTime", "EventOutcomeIndicator"},
                            ["EventID", "EventTypeCode", "EventOutcomeDescription"]),
    "EventID": CODED, "EventTypeCode": CODED, "RoleIDCode": CODED, "ParticipantObjectIDTypeCode": CODED,
    "EventOutcomeDescription": (set(), []),
    "ActiveParticipant": ({"UserID", "UserIsRequestor"}, ["RoleIDCode"]),
    "AuditSourceIdentification": ({"AuditSourceID"}, []),
    "ParticipantObjectIdentification": ({"ParticipantObjectID", "ParticipantObjectTypeCode", "ParticipantObjectTypeCodeRole"},
                                        ["ParticipantObjectIDTypeCode", "ParticipantObjectDetail"]),
    "ParticipantObjectDetail": ({"type", "value"}, []),
}
# RFC 5424, 6: priority 10 * 8 + 5 or 4, version, time, host, application, process, message id, no structured data, a
# byte order mark before UTF-8.
HEADER = re.compile(rb"<(85|84)>1 (\S+) (\S+) ehdsd ([0-9]+) IHE\+RFC-3881 - \xef\xbb\xbf(.*)", re.S)


class Atna(Case):
    def check(self, element):
        attributes, children = SCHEMA[element.tag]
        self.assertEqual(set(element.attrib), attributes, element.tag)
        places = [children.index(child.tag) for child in element]
        self.assertEqual(places, sorted(places), element.tag)
        for child in element:
            self.check(child)

    def parse(self, message):
        """(EventID, EventTypeCode, action, outcome, users, {object id: details}, host) of a message that is as it should be."""
        found = HEADER.fullmatch(message)
        self.assertIsNotNone(found, message[:200])
        root = ElementTree.fromstring(found.group(5))
        self.check(root)
        event = root.find("EventIdentification")
        self.assertEqual(event.get("EventDateTime"), found.group(2).decode())
        objects = {item.get("ParticipantObjectID"): {detail.get("type"): base64.b64decode(detail.get("value")).decode()
                                                     for detail in item.findall("ParticipantObjectDetail")}
                   for item in root.findall("ParticipantObjectIdentification")}
        return (event.find("EventID").get("csd-code"), event.find("EventTypeCode").get("csd-code"),
                event.get("EventActionCode"), event.get("EventOutcomeIndicator"),
                [item.get("UserID") for item in root.findall("ActiveParticipant")], objects, found.group(3).decode())

    def judge(self, messages, document):
        told = [self.parse(message) for message in messages]
        mine = [item[:5] for item in told if document in item[5]]
        # DICOM PS3.16, CID 400: 110107 Import, 110110 Patient Record, 110106 Export.
        self.assertEqual(mine, [("110107", "received", "C", "0", ["clinic", "ehdsd"]),
                                ("110110", "converted", "U", "0", ["ehdsd"]),
                                ("110106", "delivered", "R", "0", ["ehdsd", "a&b"]),
                                ("110110", "forwarded", "U", "0", ["ehdsd"]), ("110110", "done", "U", "0", ["ehdsd"])])
        self.assertEqual(told[0][:5], ("110100", "110120", "E", "0", ["ehdsd"]))
        self.assertEqual({item[6] for item in told}, {"gate-1"})
        return told

    def work(self, address, **options):
        peer = self.peer()
        daemon = self.daemon(audit=dict(syslog=address, source="gate-1", **options), **route(("a&b", peer))).start()
        sender = self.sender(daemon, b"clinic")
        document = self.submit(sender, "a", note("a")).header["id"]
        sender.hear_verb("OUTCOME", "a")
        until(lambda: daemon.states()["done"] == 1)
        return daemon, sender, document

    def test_messages_go_into_a_file(self):
        path = os.path.join(self.folder, "atna")
        daemon, _, document = self.work("file://" + path)
        daemon.stop()
        with open(path, "rb") as file:
            messages = file.read().split(b"\n")[:-1]
        told = self.judge(messages, document)
        self.assertEqual(told[-1][:2], ("110100", "110121"))
        with open(os.path.join(self.folder, "state/audit.log")) as file:
            self.assertEqual(len(messages), len(file.readlines()))
        daemon.start()
        daemon.stop()
        with open(path, "rb") as file:
            later = file.read().split(b"\n")[:-1]
        self.assertEqual(later[:len(messages)], messages)
        self.assertEqual([self.parse(message)[1] for message in later[len(messages):]], ["110120", "110131", "110121"])

    def test_messages_go_over_udp(self):
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as collector:
            collector.bind(("127.0.0.1", 0))
            collector.settimeout(10)
            daemon, _, document = self.work("udp://127.0.0.1:%d" % collector.getsockname()[1])
            daemon.stop()
            messages = [collector.recv(65536)]
            while self.parse(messages[-1])[1] != "110121":
                messages.append(collector.recv(65536))
        self.judge(messages, document)

    def certificates(self):
        for name, extra in (("ca", []), ("server", ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]),
                            ("client", ["-CA", "ca.pem", "-CAkey", "ca.key"])):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-keyout", name + ".key", "-out", name + ".pem", "-days", "2", "-subj", "/CN=" + name, *extra],
                           cwd=self.folder, check=True, capture_output=True)
        return {name: os.path.join(self.folder, name) for name in ("ca", "server", "client")}

    def collector(self, files, port=0):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files["server"] + ".pem", files["server"] + ".key")
        context.load_verify_locations(files["ca"] + ".pem")
        context.verify_mode = ssl.CERT_REQUIRED
        listener = socket.create_server(("127.0.0.1", port))
        listener.settimeout(20)
        return listener, context

    def read_frames(self, listener, context, last):
        """Messages up to the one for which last() holds, each behind its length (RFC 5425, 4.3)."""
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) as connection:
            connection.settimeout(20)
            data, messages = b"", []
            while not messages or not last(messages[-1]):
                found = re.match(rb"([1-9][0-9]*) ", data)
                if found is None or len(data) < found.end() + int(found.group(1)):
                    more = connection.recv(65536)
                    self.assertNotEqual(more, b"")
                    data += more
                    continue
                messages.append(data[found.end():found.end() + int(found.group(1))])
                data = data[found.end() + int(found.group(1)):]
            return messages

    def test_messages_go_over_tls_and_a_collector_that_was_away_hears_what_it_missed(self):
        files = self.certificates()
        listener, context = self.collector(files)
        port = listener.getsockname()[1]
        heard = []

        def listen():
            heard.append(self.read_frames(listener, context, lambda message: b'csd-code="done"' in message))
            listener.close()

        thread = threading.Thread(target=listen)
        thread.start()
        daemon, sender, document = self.work("tls://127.0.0.1:%d" % port, ca=files["ca"] + ".pem",
                                             certificate=files["client"] + ".pem", key=files["client"] + ".key")
        thread.join(20)
        self.judge(heard[0], document)
        # Away: what happens meanwhile is heard later, and the daemon works on.
        second = self.submit(sender, "b", note("b")).header["id"]
        sender.hear_verb("OUTCOME", "b")
        until(lambda: daemon.states()["done"] == 2)
        until(lambda: daemon.has_logged("audit.unsent"))
        listener, context = self.collector(files, port)
        again = self.read_frames(listener, context, lambda message: second.encode() in message and b'csd-code="done"' in message)
        listener.close()
        self.assertEqual([self.parse(message)[1] for message in again if second.encode() in message],
                         ["received", "converted", "delivered", "forwarded", "done"])

    def test_a_collector_with_another_certificate_hears_nothing(self):
        files = self.certificates()
        listener, context = self.collector(files)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", "other.key", "-out", "other.pem", "-days", "2", "-subj", "/CN=ca"], cwd=self.folder, check=True,
                       capture_output=True)

        def listen():
            with contextlib.suppress(OSError):
                self.read_frames(listener, context, lambda message: True)
                heard.append(True)

        heard = []
        thread = threading.Thread(target=listen)
        thread.start()
        daemon, _, _ = self.work("tls://127.0.0.1:%d" % listener.getsockname()[1], ca=os.path.join(self.folder, "other.pem"))
        until(lambda: daemon.has_logged("audit.unsent"))
        listener.close()
        thread.join(30)
        self.assertEqual(heard, [])

    def test_an_address_that_is_none_is_wrong_configuration(self):
        daemon = self.daemon(audit={"syslog": "tcp://x"}).start(wait=False)
        self.assertEqual(daemon.wait_end(), 2)
        self.assertRegex(daemon.log(), r"ehdsd\.yaml:[0-9]+:[0-9]+: error: config-address: audit\.syslog: 'tcp://x' is none of "
                         "udp://HOST:PORT")


if __name__ == "__main__":
    main()
