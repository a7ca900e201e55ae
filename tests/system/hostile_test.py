#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Malformed messages and bad documents: each gets an answer at once, and the daemon goes on."""
import socket

from ehds_zmq import DEALER, Message, Socket, frames_of
from harness import Case, main, note

HEADER = b'{"message": "m"}'
MALFORMED = {
    "an empty frame": [b""],
    "one frame": [b"EHDS/1"],
    "two frames": [b"EHDS/1", b"PING"],
    "a hundred frames": [b"EHDS/1"] * 100,
    "another protocol": [b"HTTP/1.1", b"SUBMIT", HEADER, b"x"],
    "an unknown verb": [b"EHDS/1", b"EXPLODE", HEADER],
    "a verb of the daemon": [b"EHDS/1", b"RECEIPT", b'{"message":"m","id":"6ba7b810-9dad-51d1-80b4-00c04fd430c8","duplicate":true}'],
    "a verb of the control socket": [b"EHDS/1", b"CONTROL", b'{"request":"stop"}'],
    "a header that is no JSON": [b"EHDS/1", b"SUBMIT", b"{", b"x"],
    "a header that is no object": [b"EHDS/1", b"SUBMIT", b"[]", b"x"],
    "a header of a megabyte": [b"EHDS/1", b"SUBMIT", b'{"message":"' + b"m" * 1048576 + b'"}', b"x"],
    "a header nested a thousand deep": [b"EHDS/1", b"SUBMIT", b"[" * 1000, b"x"],
    "a header with invalid UTF-8": [b"EHDS/1", b"SUBMIT", b'{"message":"\xff"}', b"x"],
    "a header twice the same key": [b"EHDS/1", b"SUBMIT", b'{"message":"a","message":"b"}', b"x"],
    "no message id": [b"EHDS/1", b"SUBMIT", b"{}", b"x"],
    "no document": [b"EHDS/1", b"SUBMIT", HEADER],
    "seventeen documents": [b"EHDS/1", b"SUBMIT", HEADER] + [b"x"] * 17,
    "a FETCH without an id": [b"EHDS/1", b"FETCH", b'{"want":"result"}'],
    "a FETCH of a path": [b"EHDS/1", b"FETCH", b'{"want":"result","id":"../../../etc/passwd"}'],
}

TEXT = note("n1").decode()
LAUGHS = "<!DOCTYPE note [<!ENTITY a 'ha'>%s]>" % "".join(
    "<!ENTITY %s '%s'>" % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10) for i in range(20))
BAD = {
    "empty": b"",
    "white space": b"   \n",
    "not XML": b"Dear colleague,",
    "truncated": note("n1")[:150],
    "a DOCTYPE": b"<!DOCTYPE note>" + TEXT.split("?>", 1)[1].encode(),
    "a billion laughs": (LAUGHS + '<note xmlns="urn:example:note">&u;</note>').encode(),
    "an external entity": b'<!DOCTYPE note [<!ENTITY x SYSTEM "file:///etc/passwd">]><note>&x;</note>',
    "an external DTD": b'<!DOCTYPE note SYSTEM "http://127.0.0.1:9/x.dtd"><note/>',
    "60,000 attributes": b"<note " + b" ".join(b"a%d='1'" % i for i in range(60000)) + b"/>",
    "100,000 levels": b"<a>" * 100000 + b"</a>" * 100000,
    "100,000 open levels": b"<a>" * 100000,
    "a NUL": note("n1").replace(b"Example", b"Ex\0ample"),
    "invalid UTF-8": note("n1").replace(b"Example", b"Ex\x81ample"),
    "an overlong form": note("n1").replace(b"Example", b"Ex\xc0\x81ample"),
    "UTF-16 without an end": TEXT.replace("UTF-8", "UTF-16").encode("utf-16")[:101],
    "an unknown encoding": note("n1").replace(b"UTF-8", b"EBCDIC"),
    "an unknown template": b'<ClinicalDocument xmlns="urn:hl7-org:v3"><templateId root="1.2.3"/></ClinicalDocument>',
    "another country's document": b'<note xmlns="urn:example:of-another-country"/>',
    "a million empty elements": b"<note>" + b"<a/>" * 1000000 + b"</note>",
    "a name of a megabyte": b"<" + b"n" * 1048576 + b"/>",
    "an attribute of two megabytes": b"<note a='" + b"x" * 2097152 + b"'/>",
    "JSON": b'{"resourceType": "Bundle"}',
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "a ZIP": b"PK\x03\x04" + bytes(100),
}
GOOD = {
    "a byte order mark": b"\xef\xbb\xbf" + note("bom"),
    "UTF-16": TEXT.replace("n1", "u16").replace("UTF-8", "UTF-16").encode("utf-16"),
    "windows line ends": note("crlf").replace(b"\n", b"\r\n"),
}


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.ehdsd = self.daemon().start()

    def goes_on(self):
        self.assertIsNone(self.ehdsd.process.poll(), self.ehdsd.log())
        sender = self.sender(self.ehdsd, None)
        sender.say("PING", {})
        self.assertIsNotNone(sender.hear_verb("PONG", seconds=5))
        self.assertNotIn("worker.ended", self.ehdsd.log())

    def test_malformed_messages_get_an_error(self):
        for what, frames in MALFORMED.items():
            with self.subTest(what):
                raw = Socket(DEALER)
                raw.connect(self.ehdsd.endpoint)
                raw.send(frames)
                answer = raw.receive(5)
                raw.close()
                self.assertIsNotNone(answer, "no answer")
                message = Message(answer)
                self.assertEqual((message.verb, message.header["code"]), ("ERROR", "malformed"))
                self.assertTrue(message.header["text"])
        self.goes_on()
        self.assertEqual(sum(self.ehdsd.states().values()), 0)

    def test_a_flood_of_rubbish_does_not_keep_others_out(self):
        rubbish = Socket(DEALER)
        rubbish.connect(self.ehdsd.endpoint)
        for _ in range(500):
            rubbish.send([b"x"])
        self.goes_on()
        rubbish.close()

    def test_a_sender_that_reconnects_under_its_name_is_heard(self):
        for _ in range(30):
            sender = self.sender(self.ehdsd, b"hospital")
            sender.say("PING", {})
            self.assertIsNotNone(sender.hear_verb("PONG", seconds=5))
            sender.close()

    def test_bytes_that_are_no_zeromq_at_all(self):
        host, port = self.ehdsd.endpoint[len("tcp://"):].split(":")
        for bytes_ in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 10000, b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(48), b""):
            with socket.create_connection((host, int(port))) as raw:
                raw.sendall(bytes_)
        self.goes_on()

    def test_bad_documents_are_refused_at_once(self):
        sender = self.sender(self.ehdsd)
        for what, document in BAD.items():
            with self.subTest(what):
                self.assertEqual(self.submit(sender, what, document).verb, "RECEIPT")
                outcome = sender.hear_verb("OUTCOME", what, 5)
                self.assertIsNotNone(outcome, "no outcome")
                self.assertEqual(outcome.header["state"], "refused")
                self.assertIn(b'"severity": "fatal"', outcome.bodies[0])
                self.assertNotIn(b"root:", outcome.bodies[0])
        self.goes_on()

    def test_unusual_documents_are_converted(self):
        sender = self.sender(self.ehdsd)
        for what, document in GOOD.items():
            with self.subTest(what):
                self.submit(sender, what, document)
                self.assertEqual(sender.hear_verb("OUTCOME", what).header["state"], "converted")
        self.goes_on()

    def test_a_document_over_the_limit_is_an_error_and_one_far_over_it_ends_the_connection(self):
        sender = self.sender(self.ehdsd)
        document = bytes(40 << 20)
        answer = self.submit(sender, "large", document)
        self.assertEqual((answer.verb, answer.header["code"]), ("ERROR", "too-large"))
        raw = Socket(DEALER)
        raw.connect(self.ehdsd.endpoint)
        raw.send(frames_of("SUBMIT", {"message": "huge"}, bytes(70 << 20)))
        self.assertIsNone(raw.receive(0.5))
        raw.close()
        self.goes_on()

    def test_the_control_socket_takes_nothing_malformed_either(self):
        for frames in ([b""], [b"EHDS/1", b"CONTROL", b"{}"], [b"EHDS/1", b"PING", b"{}"],
                       [b"EHDS/1", b"CONTROL", b'{"request":"explode"}'],
                       [b"EHDS/1", b"CONTROL", b'{"request":"show"}'],
                       [b"EHDS/1", b"CONTROL", b'{"request":"queue","state":"lost"}']):
            with self.subTest(frames):
                raw = Socket(DEALER)
                raw.connect(self.ehdsd.control)
                raw.send(frames)
                message = Message(raw.receive(5))
                raw.close()
                self.assertEqual((message.verb, message.header["code"]), ("ANSWER", "malformed"))
        self.goes_on()


if __name__ == "__main__":
    main()
