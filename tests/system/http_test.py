#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Peers that are FHIR servers: what each answer means for a document, and that a repetition is one document there too."""
import http.server
import os
import shutil
import ssl
import subprocess
import threading
import time
import unittest
import urllib.parse

from harness import Case, main, note, until


class Server(threading.Thread):
    """A FHIR server of one resource type with conditional create. answers: statuses, the last one for ever."""

    def __init__(self, *answers, context=None, retry_after=None):
        super().__init__(daemon=True)
        server = self
        self.answers, self.retry_after = list(answers) or [201], retry_after
        self.requests, self.bundles, self.times = [], {}, []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                server.times.append(time.monotonic())
                server.requests.append((self.path, dict(self.headers), body))
                if status == "drop":
                    self.close_connection = True
                    return
                if status == 201:
                    query = urllib.parse.parse_qs(self.headers["If-None-Exist"])["identifier"][0]
                    status = 200 if query in server.bundles else 201
                    server.bundles.setdefault(query, body)
                answer = b'{"resourceType":"OperationOutcome","issue":[{"diagnostics":"secret of a patient"}]}'
                self.send_response(status)
                if server.retry_after is not None and status >= 400:
                    self.send_header("Retry-After", str(server.retry_after))
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if context is not None:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = "%s://localhost:%d/fhir/Bundle" % ("http" if context is None else "https", self.http.server_port)
        self.start()

    def run(self):
        self.http.serve_forever(0.05)

    def stop(self):
        self.http.shutdown()
        self.http.server_close()


class Http(Case):
    def server(self, *answers, **options):
        server = Server(*answers, **options)
        self.things.append(server.stop)
        return server

    def start(self, server, **settings):
        peer = dict({"post": server.url, "retry": {"first": "20ms", "max": "100ms"}, "acknowledge": "5s"}, **settings)
        self.ehdsd = self.daemon(peers={"fhir": peer}, routes=[{"to": "fhir"}]).start()
        return self.sender(self.ehdsd)

    def outcome(self, sender, name, state):
        receipt = self.submit(sender, name, note(name))
        outcome = sender.hear_verb("OUTCOME", name)
        self.assertIsNotNone(outcome, self.ehdsd.log()[-3000:])
        self.assertEqual(outcome.header["state"], state)
        return receipt.header["id"]

    def test_a_document_is_posted_under_the_condition_that_it_is_not_there(self):
        server = self.server()
        sender = self.start(server)
        self.outcome(sender, "n1", "forwarded")
        path, headers, body = server.requests[0]
        self.assertEqual(path, "/fhir/Bundle")
        self.assertEqual(headers["Content-Type"], "application/fhir+json")
        self.assertTrue(headers["If-None-Exist"].startswith("identifier="))
        identifier = urllib.parse.parse_qs(headers["If-None-Exist"])["identifier"][0]
        self.assertIn('"value":"%s"' % identifier.split("|")[1], body.decode().replace('": "', '":"'))
        self.assertNotIn("Expect", headers)
        self.assertEqual(len(server.bundles), 1)

    def test_as_xml(self):
        server = self.server()
        self.outcome(self.start(server, **{"as": "fhir-xml"}), "n1", "forwarded")
        self.assertEqual(server.requests[0][1]["Content-Type"], "application/fhir+xml")
        self.assertIn(b"<Bundle", server.requests[0][2])
        self.assertEqual(len(server.bundles), 1)

    def test_trouble_of_the_server_is_tried_again(self):
        server = self.server(500, 503, 408, 425, 429, 302, "drop", 201)
        sender = self.start(server)
        document = self.outcome(sender, "n1", "forwarded")
        self.assertEqual(len(server.requests), 8)
        self.assertEqual(len({body for _, _, body in server.requests}), 1)
        # libcurl itself tries again at once when a connection that was kept turns out to be dead.
        self.assertGreaterEqual(self.ehdsd.show(document)["deliveries"][0]["attempts"], 7)

    def test_a_document_that_the_server_does_not_want_is_held_and_says_why(self):
        for status in (400, 404, 412, 422):
            with self.subTest(status):
                server = self.server(status)
                sender = self.start(server)
                document = self.outcome(sender, "n%d" % status, "held")
                self.assertEqual(len(server.requests), 1)
                self.assertIn("the server answers %d" % status, self.ehdsd.show(document)["why"])
                self.assertNotIn("secret of a patient", self.ehdsd.log())
                self.assertEqual(self.ehdsd.stop(), 0)

    def test_retry_after_is_honoured(self):
        server = self.server(503, 201, retry_after=1)
        self.outcome(self.start(server), "n1", "forwarded")
        self.assertGreaterEqual(server.times[1] - server.times[0], 0.9)

    def test_a_repetition_is_one_document_there(self):
        """The answer to the first POST is lost: the server has the document, and says so the second time."""
        server = self.server("drop", 201)
        sender = self.start(server)
        self.outcome(sender, "n1", "forwarded")
        first = server.requests[0]
        self.assertEqual(first[1]["If-None-Exist"], server.requests[1][1]["If-None-Exist"])
        self.assertEqual(first[2], server.requests[1][2])

    def test_a_server_that_is_down_is_probed_and_holds_up_nobody(self):
        server, other = self.server("drop"), self.peer()
        peers = {"fhir": {"post": server.url, "retry": {"first": "50ms", "max": "400ms"}, "in-flight": 4},
                 "up": {"connect": other.endpoint}}
        self.ehdsd = self.daemon(peers=peers, routes=[{"to": ["fhir", "up"]}]).start()
        sender = self.sender(self.ehdsd)
        for number in range(40):
            self.submit(sender, "n%d" % number, note("n%d" % number))
        until(lambda: len(other.ids()) == 40, what="the other peer has all")
        until(lambda: self.ehdsd.has_logged("peer.down"), what="down")
        before = len(server.requests)
        time.sleep(1)
        # Every 200 to 400 ms one, and not one of each document.
        self.assertLess(len(server.requests) - before, 8)
        server.answers = [201]
        until(lambda: len(server.bundles) == 40, 20, "all are there")
        until(lambda: self.ehdsd.states()["done"] == 40)
        self.assertTrue(self.ehdsd.has_logged("peer.up"))

    def test_a_slow_server_delays_no_other_document_of_its_own(self):
        server = self.server()
        sender = self.start(server)
        with server.http.socket:        # nobody accepts any more: connections wait, and time out
            server.http.shutdown()
            receipt = self.submit(sender, "n1", note("n1"))
            self.assertEqual(receipt.verb, "RECEIPT")
            until(lambda: self.ehdsd.states()["converted"] == 1)
            sender.say("PING", {})
            self.assertIsNotNone(sender.hear_verb("PONG", seconds=2))


@unittest.skipIf(shutil.which("openssl") is None, "no openssl to make certificates with")
class Tls(Http):
    """Mutual TLS: each knows the other by a certificate."""

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def certificate(self, name, host="localhost"):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                     "-keyout", name + ".key", "-out", name + ".pem", "-subj", "/CN=" + host, "-addext",
                     "subjectAltName=DNS:" + host)
        return os.path.join(self.folder, name)

    def server(self, *answers, **options):
        if not os.path.exists(os.path.join(self.folder, "server.pem")):
            self.certificate("server")
            self.certificate("daemon", "ehdsd")
            self.certificate("stranger")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(self.folder, "server.pem"), os.path.join(self.folder, "server.key"))
        context.load_verify_locations(os.path.join(self.folder, "daemon.pem"))
        context.verify_mode = ssl.CERT_REQUIRED
        return super().server(*answers, context=context, **options)

    def start(self, server, **settings):
        return super().start(server, **dict({"ca": "server.pem", "certificate": "daemon.pem",
                                             "certificate-key": "daemon.key"}, **settings))

    def expect_nothing(self, **settings):
        server = self.server()
        sender = self.start(server, **settings)
        self.submit(sender, "n1", note("n1"))
        until(lambda: self.ehdsd.has_logged("delivery.later", 3), what="three attempts")
        self.assertEqual(server.requests, [])
        self.assertEqual(self.ehdsd.states()["converted"], 1)

    def test_a_server_with_another_certificate_gets_nothing(self):
        self.expect_nothing(ca="stranger.pem")

    def test_a_server_that_does_not_know_this_daemon_takes_nothing(self):
        self.expect_nothing(certificate="stranger.pem", **{"certificate-key": "stranger.key"})

    # Of the rest once in the clear is enough.
    test_trouble_of_the_server_is_tried_again = test_as_xml = test_retry_after_is_honoured = None
    test_a_document_that_the_server_does_not_want_is_held_and_says_why = None
    test_a_server_that_is_down_is_probed_and_holds_up_nobody = None
    test_a_slow_server_delays_no_other_document_of_its_own = None


if __name__ == "__main__":
    main()
