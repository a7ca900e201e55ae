#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What a monitoring system sees: the numbers are those of what was done, nothing says anything of a patient, and what
dashboard and alert rules ask for exists."""
import http.client
import json
import os
import re
import signal
import threading

from harness import SOURCE, Case, main, note, route, until

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*)\})? (-?[0-9.e+-]+|\+Inf|NaN)$')


class Metrics(Case):
    def watched(self, **options):
        daemon = self.daemon(metrics="127.0.0.1:0", **options).start()
        self.port = int(daemon.log().split("metrics.listen port=")[1].split()[0])
        return daemon

    def get(self, path="/metrics", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
        return response.status, body

    def numbers(self):
        """{name or name{labels}: value}; every line must be one that Prometheus reads."""
        out, types = {}, {}
        for line in self.get()[1].splitlines():
            if line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
            if line.startswith("#"):
                continue
            found = LINE.match(line)
            self.assertIsNotNone(found, line)
            base = re.sub("_(bucket|sum|count)$", "", found.group(1))
            self.assertTrue(found.group(1) in types or types.get(base) == "histogram", line)
            key = found.group(1) + ("{%s}" % found.group(2) if found.group(2) else "")
            self.assertNotIn(key, out)
            out[key] = float(found.group(3))
        return out

    def test_the_numbers_are_those_of_what_was_done(self):
        peer = self.peer()
        daemon = self.watched(**route(("hospital", peer)))
        sender = self.sender(daemon, b"clinic")
        for name, body in (("a", note("a")), ("b", note("b", conformant=False)), ("c", b"<note>"), ("d", note("d", mapped=False))):
            self.submit(sender, name, body)
            sender.hear_verb("OUTCOME", name)
        self.submit(sender, "a", note("a"))
        until(lambda: daemon.states()["done"] == 2)
        numbers = until(lambda: (lambda n: n if n.get('ehdsd_documents{state="done"}') == 2 else None)(self.numbers()))
        for key, value in (('ehdsd_received_total{sender="clinic"}', 4), ('ehdsd_duplicates_total{sender="clinic"}', 1),
                           ('ehdsd_stored_total{pack="xx/note",state="converted"}', 2),
                           ('ehdsd_stored_total{pack="xx/note",state="held"}', 1),
                           ('ehdsd_stored_total{pack="none",state="refused"}', 1),
                           ('ehdsd_documents{state="held"}', 1), ('ehdsd_documents{state="refused"}', 1),
                           ('ehdsd_unmapped_codes_total{table="xx/note/kind"}', 1),
                           ('ehdsd_delivered_total{peer="hospital"}', 2), ('ehdsd_peer_connected{peer="hospital"}', 1),
                           ('ehdsd_peer_waiting{peer="hospital"}', 0), ('ehdsd_queue_documents', 0), ('ehdsd_ready', 1),
                           ('ehdsd_conversion_seconds_count', 4), ('ehdsd_journal_seconds_count', 5),
                           ('ehdsd_forward_seconds_count', 2), ('ehdsd_conversion_seconds_bucket{le="+Inf"}', 4),
                           ('ehdsd_workers', 2), ('ehdsd_generations_total{end="served"}', 1)):
            self.assertEqual(numbers.get(key), value, key)
        size = len(note("a")) + len(note("b", conformant=False)) + len(b"<note>") + len(note("d", mapped=False))
        self.assertEqual(numbers['ehdsd_received_bytes_total{sender="clinic"}'], size)
        self.assertGreater(numbers["process_resident_memory_bytes"], 1 << 20)

    def test_a_worker_that_dies_is_counted(self):
        daemon = self.watched()
        engine = daemon.status()["engine"]
        os.kill(engine, signal.SIGKILL)
        until(lambda: daemon.has_logged("engine.serving", 2))
        until(lambda: self.numbers().get('ehdsd_generations_total{end="served"}') == 2)

    def test_readiness_is_said_with_its_reason(self):
        daemon = self.watched()
        until(lambda: self.get("/ready") == (200, "ready\n"))
        self.assertEqual(self.get("/alive"), (200, "alive\n"))
        path = os.path.join(daemon.mappings, "xx/note/tables/kind.yaml")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("equivalent", "equivalnt"))
        os.kill(daemon.status()["engine"], signal.SIGKILL)
        until(lambda: self.get("/ready") == (503, "no mappings are in service\n"))
        self.assertEqual(self.numbers()["ehdsd_ready"], 0)
        os.kill(daemon.process.pid, signal.SIGSTOP)
        until(lambda: True)
        os.kill(daemon.process.pid, signal.SIGCONT)
        self.assertEqual(self.get("/alive")[0], 200)

    def test_only_questions_are_taken(self):
        self.watched()
        self.assertEqual(self.get("/")[0], 404)
        self.assertEqual(self.get("/metrics", "POST")[0], 405)
        self.assertEqual(self.get("/metrics", "DELETE")[0], 405)
        results = []
        threads = [threading.Thread(target=lambda: results.append(self.get()[0])) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, [200] * 12)

    def test_only_loopback_is_listened_at(self):
        for address in ("0.0.0.0:9", "example.org:9", "10.0.0.1:9", "127.0.0.1", "127.0.0.1:x", ":9"):
            daemon = self.daemon(metrics=address).start(wait=False)
            self.assertEqual(daemon.wait_end(), 2, address)
            self.assertRegex(daemon.log(), r"ehdsd\.yaml:[0-9]+:[0-9]+: error: config-address: metrics: '[^']*' is no address of "
                             "loopback")

    def test_nothing_of_a_patient_is_logged_or_shown_at_any_level(self):
        """Names, identifiers and values of documents that are converted, held, refused and that kill a worker."""
        peer = self.peer("NACK")
        daemon = self.watched(log="debug", limits={"seconds": "300ms"}, **route(("hospital", peer)))
        sender = self.sender(daemon)
        secret = "Zebulon-Secret-77"
        bodies = [note("n", padding=secret), note("h", conformant=False, padding=secret),
                  note("m", mapped=False, padding=secret).replace(b"B2", secret.encode()),
                  note("r", padding=secret)[:-9], note("x", padding=secret).replace(b"<family>", b"<family>" + secret.encode()),
                  note("d", padding=secret).replace(b'date="2026', b'date="' + secret.encode()),
                  b"<%s/>" % secret.encode(), secret.encode(), b"<letter xmlns='urn:example:note'>%s</letter>" % secret.encode(),
                  b'<!DOCTYPE x SYSTEM "%s"><x/>' % secret.encode()]
        for i, body in enumerate(bodies):
            self.submit(sender, "m%d" % i, body)
        until(lambda: daemon.states()["received"] == 0)
        until(lambda: peer.deliveries)
        page = until(lambda: (lambda p: p if 'ehdsd_documents{state="refused"}' in p else None)(self.get()[1]))
        daemon.stop()
        for text in (daemon.log(), page):
            for word in (secret, "Example", "patient-1"):
                self.assertNotIn(word, text)
        with open(os.path.join(self.folder, "state/audit.log")) as file:
            self.assertNotIn(secret, file.read())

    def test_what_dashboard_and_alert_rules_ask_for_exists(self):
        self.watched()
        until(lambda: self.get("/ready")[0] == 200)
        text = self.get()[1]
        kinds = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE "))
        known = set(kinds) | {name + suffix for name, kind in kinds.items() if kind == "histogram"
                              for suffix in ("_bucket", "_sum", "_count")}
        with open(os.path.join(SOURCE, "autotools/monitoring/ehdsd-dashboard.json")) as file:
            panels = json.load(file)["panels"]
        expressions = [target["expr"] for panel in panels for target in panel["targets"]]
        with open(os.path.join(SOURCE, "autotools/monitoring/ehdsd-alerts.yaml")) as file:
            expressions += re.findall(r"^ +expr: (.*)$", file.read(), re.M)
        self.assertGreater(len(expressions), 30)
        asked = set()
        for expression in expressions:
            self.assertEqual(expression.count("("), expression.count(")"), expression)
            asked |= set(re.findall(r"\b(?:ehdsd|process)_[a-z_]+", expression))
        self.assertEqual(asked - known, set())
        # And the other way round: a counter that nobody looks at is not worth counting.
        shown = {re.sub("_(bucket|sum|count)$", "", name) for name in asked}
        self.assertEqual(set(kinds) - shown, {"ehdsd_info", "ehdsd_uptime_seconds", "ehdsd_received_bytes_total",
                                              "ehdsd_duplicates_total", "ehdsd_queue_documents"})


if __name__ == "__main__":
    main()
