#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""ehdsctl against the running daemon: what it prints, writes and returns."""
import json
import os
import signal
import subprocess

from harness import EHDSCTL, EHDSD, Case, main, note, route, until


class Ctl(Case):
    def ctl(self, *arguments, status=0):
        result = subprocess.run([EHDSCTL, *arguments], capture_output=True, text=True, timeout=60,
                                env=dict(os.environ, EHDS_CONTROL="ipc://%s/state/control" % self.folder))
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def receiver(self, folder, endpoint="tcp://127.0.0.1:*"):
        """ehdsctl receive: the process, and the endpoint that it got."""
        process = subprocess.Popen([EHDSCTL, "receive", "--at", endpoint, "--into", folder], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.things.append(process.kill)
        line = process.stderr.readline()
        self.assertIn("listening at ", line)
        return process, line.split()[-1]

    def peers(self, endpoint):
        return {"peers": {"p": {"connect": endpoint, "retry": {"first": "50ms", "max": "200ms"}}},
                "routes": [{"match": {"category": "patient-summary"}, "to": "p"}]}

    def test_send_and_receive_bring_each_document_once(self):
        into = os.path.join(self.folder, "in")
        process, endpoint = self.receiver(into)
        daemon = self.daemon(**self.peers(endpoint)).start()
        files = [self.file("n%d.xml" % i, note("n%d" % i)) for i in range(100)]
        result = self.ctl("send", "--wait", "--to", daemon.endpoint, *files)
        self.assertEqual(result.stdout.count(": received "), 100)
        self.assertEqual(result.stdout.count(": forwarded "), 100)
        self.assertEqual(len(os.listdir(into)), 100)
        again = self.ctl("send", "--to", daemon.endpoint, *files)
        self.assertEqual(again.stdout.count(" again"), 100)
        self.assertEqual(len(os.listdir(into)), 100)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertEqual(len(out.splitlines()), 100)

    def test_the_same_id_twice_is_one_file_and_acknowledged_again(self):
        into = os.path.join(self.folder, "in")
        process, endpoint = self.receiver(into)
        daemon = self.daemon(**self.peers(endpoint), debug={"crash-at": "acknowledge"}).start()
        path = self.file("n.xml", note("n"))
        self.ctl("send", "--to", daemon.endpoint, path)
        self.assertEqual(daemon.wait_end(), -9)
        daemon.start(debug=None)
        until(lambda: daemon.states()["forwarded"] == 1)
        self.assertEqual(len(os.listdir(into)), 1)
        process.send_signal(signal.SIGTERM)
        self.assertIn(" again", process.communicate(timeout=10)[0])

    def test_send_waits_for_a_daemon_that_restarts(self):
        daemon = self.daemon(listen="ipc://%s/in" % self.folder, debug={"crash-at": "journal"}).start()
        path = self.file("n.xml", note("n"))
        sending = subprocess.Popen([EHDSCTL, "send", "--wait", "--resend", "0.3", "--to", daemon.endpoint, path],
                                   stdout=subprocess.PIPE, text=True)
        self.assertEqual(daemon.wait_end(), -9)
        daemon.start(debug=None)
        out = sending.communicate(timeout=30)[0]
        self.assertEqual(sending.returncode, 0, out)
        self.assertIn(": converted ", out)

    def test_send_says_what_is_wrong_with_refused_and_held_documents(self):
        daemon = self.daemon(limits={"document": "64KiB"}).start()
        bad = self.file("bad.xml", b"<note>")
        held = self.file("held.xml", note("n", conformant=False))
        large = self.file("large.xml", note("l", padding="x" * 70000))
        result = self.ctl("send", "--wait", "--to", daemon.endpoint, bad, held, large, status=1)
        self.assertIn("%s: refused " % bad, result.stdout)
        self.assertIn("%s: held " % held, result.stdout)
        self.assertIn("%s:1: error: xml-malformed: " % bad, result.stderr)
        self.assertIn("%s: error: too-large: the document has " % large, result.stderr)
        self.ctl("send", "--to", daemon.endpoint, os.path.join(self.folder, "nothing.xml"), status=2)

    def test_send_writes_outcomes_and_results_into_folders(self):
        daemon = self.daemon().start()
        out = os.path.join(self.folder, "out")
        path = self.file("n.xml", note("n"))
        line = self.ctl("send", "--outcomes", out, "--results", out, "--to", daemon.endpoint, path).stdout.splitlines()[-1]
        document = line.split()[2]
        with open(os.path.join(out, document + ".outcome.json")) as file:
            self.assertEqual(json.load(file)["resourceType"], "OperationOutcome")
        with open(os.path.join(out, document + ".json")) as file:
            self.assertEqual(json.load(file)["resourceType"], "Bundle")

    def test_without_a_daemon_the_exit_status_is_3(self):
        path = self.file("n.xml", note("n"))
        result = self.ctl("send", "--timeout", "0.5", "--to", "ipc://%s/nobody" % self.folder, path, status=3)
        self.assertIn("no daemon answers", result.stderr)
        result = self.ctl("status", status=3)
        self.assertIn("no daemon is there", result.stderr)

    def test_wrong_usage_is_2(self):
        for arguments in (["send"], ["send", "--to", "x"], ["send", "--to", "udp://x:1", "f"], ["receive"],
                          ["receive", "--at", "tcp://0.0.0.0:1", "--into", "x"], ["show"], ["show", "x"], ["retry"],
                          ["drop", "6ba7b810-9dad-51d1-80b4-00c04fd430c8"], ["queue", "--state", "hold"],
                          ["status", "x"], ["reload", "x"], ["stop", "x"], ["release", "x"]):
            with self.subTest(arguments):
                self.assertNotEqual(self.ctl(*arguments, status=2).stderr, "")

    def test_an_operator_sees_and_decides(self):
        daemon = self.daemon().start()
        files = [self.file("%d.xml" % i, note("n%d" % i, conformant=False)) for i in range(3)]
        self.ctl("send", "--wait", "--to", daemon.endpoint, *files, status=1)
        queue = self.ctl("queue", "--state", "held").stdout.splitlines()
        self.assertEqual(len(queue), 3)
        ids = [line.split()[0] for line in queue]
        self.assertEqual(self.ctl("release", ids[0]).stdout, ids[0] + ": released\n")
        self.assertEqual(self.ctl("drop", ids[1], "--why", "a test").stdout, ids[1] + ": dropped\n")
        self.assertEqual(self.ctl("retry", ids[2]).stdout, ids[2] + ": retried\n")
        until(lambda: daemon.states() == {"received": 0, "converted": 1, "forwarded": 0, "done": 0, "refused": 1, "held": 1})
        shown = self.ctl("show", ids[1])
        self.assertIn("why          dropped by an operator: a test\n", shown.stdout)
        self.assertIn("operator-drop", shown.stderr)
        self.assertEqual(json.loads(self.ctl("show", "--json", ids[2]).stdout)["state"], "held")
        self.assertEqual(len(self.ctl("queue", "--json").stdout.splitlines()), 3)
        self.assertIn("the document is refused", self.ctl("release", ids[1], status=1).stderr)
        missing = "00000000-0000-5000-8000-000000000000"
        self.assertIn("no document has this id", self.ctl("retry", missing, status=1).stderr)
        status = self.ctl("status").stdout
        self.assertIn("held         1\n", status)
        self.assertEqual(json.loads(self.ctl("status", "--json").stdout)["documents"]["held"], 1)
        self.assertEqual(self.ctl("reload").stdout, "reloaded\n")
        self.assertEqual(self.ctl("stop").stdout, "stopping\n")
        self.assertEqual(daemon.wait_end(), 0)

    def test_many_documents_are_meant_by_what_they_are(self):
        peer = self.peer("NOTHING")
        daemon = self.daemon(**route(("hospital", peer))).start()
        one, other = self.sender(daemon, b"one"), self.sender(daemon, b"other")
        ids = {self.submit(one, "m%d" % i, note("n%d" % i)).header["id"] for i in range(30)}
        alone = self.submit(other, "m", note("m")).header["id"]
        until(lambda: daemon.states()["converted"] == 31)
        held = self.ctl("hold", "--sender", "one", "--why", "to look at").stdout
        self.assertEqual({line.split(":")[0] for line in held.splitlines()}, ids)
        for _ in ids:
            outcome = one.hear_verb("OUTCOME")
            self.assertEqual(outcome.header["state"], "held")
        self.assertEqual(daemon.states()["held"], 30)
        peer.answer = "ACK"
        self.assertEqual(self.ctl("retry", "--pack", "fr/none").stdout, "")
        self.assertEqual(self.ctl("release", "--rule", "held by an operator: nothing").stdout, "")
        self.assertEqual(len(self.ctl("release", "--sender", "one", "--rule", "held by").stdout.splitlines()), 30)
        until(lambda: ids <= peer.ids() and daemon.states()["done"] + daemon.states()["forwarded"] >= 30)
        peer.once()
        self.assertEqual(len(self.ctl("queue", "--sender", "other").stdout.splitlines()), 1)
        self.assertIn("not both", self.ctl("drop", alone, "--state", "held", "--why", "x", status=2).stderr)
        self.assertIn("the document is", self.ctl("hold", "--why", "too late", *sorted(ids)[:1], status=1).stderr)

    def test_a_document_can_be_held_before_it_is_converted(self):
        daemon = self.daemon(workers=1, limits={"seconds": "60s"}).start()
        worker = until(lambda: [w["pid"] for w in daemon.status()["workers"] if w["pid"] > 0])[0]
        os.kill(worker, signal.SIGSTOP)
        sender = self.sender(daemon)
        ids = [self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"] for i in range(2)]
        self.ctl("hold", ids[1], "--why", "to look at")
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(outcome.header["state"], "held")
        self.assertIn(b"operator-hold", outcome.bodies[0])
        os.kill(worker, signal.SIGCONT)
        until(lambda: daemon.has_logged("document.stale"))
        self.assertEqual(daemon.show(ids[1])["state"], "held")
        self.ctl("retry", ids[1])
        self.assertEqual(sender.hear(lambda m: m.verb == "OUTCOME" and m.header["message"] == "m1").header["state"],
                         "converted")

    def test_whoever_waits_hears_that_a_document_is_given_up(self):
        settings = route(("hospital", self.peer("NACK")))
        settings["peers"]["hospital"]["retry"] = {"first": "20ms", "max": "50ms", "give-up": "300ms"}
        daemon = self.daemon(**settings).start()
        sender = self.sender(daemon)
        self.submit(sender, "m", note("m"))
        self.assertEqual(sender.hear_verb("OUTCOME", "m").header["state"], "held")

    def test_show_tells_every_stage_of_a_document(self):
        good, slow = self.peer(), self.peer("NACK")
        daemon = self.daemon(**route(("good", good), ("slow", slow))).start()
        path = self.file("a.xml", note("a"))
        self.ctl("send", "--to", daemon.endpoint, path)
        document = daemon.queue()[0]["id"]
        until(lambda: good.deliveries and len(slow.deliveries) > 1)

        def stages():
            lines = [line.split(None, 2)[1:] for line in self.ctl("show", document).stdout.splitlines()
                     if line.startswith("stage ")]
            for instant, _ in lines:
                self.assertRegex(instant, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertEqual([instant for instant, _ in lines], sorted(instant for instant, _ in lines))
            return [text for _, text in lines]

        before = until(lambda: (lambda s: s if len(s) == 4 and "told to say no" in s[3] else None)(stages()))
        self.assertRegex(before[0], "^received from ")
        self.assertEqual(before[1:3], ["converted by xx/note", "acknowledged by good at attempt 1"])
        self.assertRegex(before[3], "^due for slow after [0-9]+ attempts: told to say no$")
        slow.answer = "ACK"
        until(lambda: daemon.states()["forwarded"] + daemon.states()["done"] == 1)
        after = stages()
        self.assertEqual(after[:3], before[:3])
        self.assertRegex(after[3], "^acknowledged by slow at attempt [0-9]+$")
        self.assertIn(after[4], ("forwarded", "done"))

    def test_status_can_be_watched_until_the_daemon_is_gone(self):
        daemon = self.daemon().start()
        watching = subprocess.Popen([EHDSCTL, "status", "--watch", "--control", daemon.control], stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, text=True)
        lines = []
        while lines.count("held         0\n") < 2:
            lines.append(watching.stdout.readline())
            self.assertNotEqual(lines[-1], "")
        daemon.stop()
        self.assertEqual(watching.wait(30), 3)
        watching.stdout.close()

    def test_a_reload_of_bad_mappings_is_2_and_says_where(self):
        daemon = self.daemon().start()
        with open(os.path.join(daemon.mappings, "xx/note/pack.yaml"), "a") as file:
            file.write("colour: red\n")
        result = self.ctl("reload", status=2)
        self.assertIn("xx/note/pack.yaml:10:1: error: ", result.stderr)

    def test_check_loads_all_and_says_what_is_wrong(self):
        daemon = self.daemon()
        path = daemon.write_configuration()
        result = subprocess.run([EHDSD, "--check", "-c", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("sandbox", result.stdout)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "state")))
        path = daemon.write_configuration(listen="tcp://0.0.0.0:7411")
        result = subprocess.run([EHDSD, "--check", "-c", path], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 2)
        self.assertIn("without CURVE nobody knows who speaks", result.stderr)

    def test_without_a_file_it_listens_on_loopback_and_keeps_state_below_xdg_state_home(self):
        environment = dict(os.environ, XDG_STATE_HOME=self.folder)
        result = subprocess.run([EHDSD, "--help-config"], capture_output=True, text=True, timeout=60, env=environment)
        self.assertIn("default tcp://127.0.0.1:7411", result.stdout)
        self.assertEqual(subprocess.run([EHDSD, "--nonsense"], capture_output=True, timeout=60).returncode, 2)
        self.assertEqual(subprocess.run([EHDSD, "--version"], capture_output=True, timeout=60).returncode, 0)


if __name__ == "__main__":
    main()
