#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Who may speak: keys, rights, and what a list that is reloaded changes."""
import os
import stat
import subprocess
import unittest

from harness import EHDSCTL, Case, Keys, main, note, route, until


class Curve(Case):
    def start(self, clients, **options):
        self.keys = Keys(self.folder, **clients)
        self.ehdsd = self.daemon(**dict(self.keys.options(), **options)).start()
        return self.ehdsd

    def client(self, name, routing_id=None):
        return self.sender(self.ehdsd, routing_id, self.keys.of(name))

    def refused(self, sender, message="m", body=None, **header):
        answer = self.submit(sender, message, body or note(message), **header)
        self.assertEqual((answer.verb, answer.header["code"]), ("ERROR", "unauthorised"))
        return answer.header["text"]

    def test_a_sender_is_the_owner_of_its_key_whatever_it_calls_itself(self):
        self.start({"hospital-a": {}, "hospital-b": {}})
        sender = self.client("hospital-a", b"hospital-b")
        receipt = self.submit(sender, "m1", note("m1"))
        self.assertEqual(self.ehdsd.show(receipt.header["id"])["sender"], "hospital-a")
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "converted")
        self.assertIn("curve=yes", self.ehdsd.log())

    def test_only_the_sender_of_a_document_may_fetch_it(self):
        self.start({"hospital-a": {}, "hospital-b": {}})
        mine, other = self.client("hospital-a"), self.client("hospital-b", b"hospital-a")
        receipt = self.submit(mine, "m1", note("m1"))
        self.assertIsNotNone(mine.hear_verb("OUTCOME", "m1"))
        for want in ("outcome", "result", "source"):
            other.say("FETCH", {"id": receipt.header["id"], "want": want})
            self.assertEqual(other.hear_verb("ERROR").header["code"], "unknown-id")
            mine.say("FETCH", {"id": receipt.header["id"], "want": want})
            self.assertEqual(mine.hear_verb("OUTCOME", "m1").header["state"], "converted")
        self.assertEqual(self.ehdsd.status()["wire"]["unauthorised"], 3)
        self.assertTrue(self.ehdsd.has_logged('wire.unauthorised sender=hospital-b what="fetch of another\'s document"', 3))

    def test_rights(self):
        self.start({"writer": {"rights": "submit"}, "reader": {"rights": ["fetch"]}})
        writer, reader = self.client("writer"), self.client("reader")
        receipt = self.submit(writer, "m1", note("m1"))
        self.assertEqual(receipt.verb, "RECEIPT")
        self.assertIn("fetch", self.answer(writer, "FETCH", {"id": receipt.header["id"], "want": "outcome"}))
        self.assertIn("results", self.refused(writer, "m2", want="result"))
        self.assertIn("submit", self.refused(reader, "m3"))

    def answer(self, sender, verb, header):
        sender.say(verb, header)
        error = sender.hear_verb("ERROR")
        self.assertEqual(error.header["code"], "unauthorised")
        return error.header["text"]

    def test_countries_and_routes(self):
        settings = route(("p", self.peer()))
        settings["routes"][0]["name"] = "abroad"
        self.start({"dane": {"country": "dk"}, "home": {"route": "home"}, "free": {"country": ["xx"], "route": "abroad"}},
                   **settings)
        for name, rule in (("dane", b"sender-country"), ("home", b"sender-route")):
            sender = self.client(name)
            self.submit(sender, name, note(name), want="source")
            outcome = sender.hear_verb("OUTCOME", name)
            self.assertEqual(outcome.header["state"], "refused")
            self.assertIn(rule, outcome.bodies[0])
        self.assertIn("route", self.refused(self.client("home"), "m2", route="abroad"))
        free = self.client("free")
        self.submit(free, "m3", note("m3"), route="abroad")
        self.assertEqual(free.hear_verb("OUTCOME", "m3").header["state"], "forwarded")

    def test_a_key_that_is_taken_out_is_not_heard_any_more(self):
        self.start({"hospital-a": {}, "hospital-b": {}})
        sender = self.client("hospital-a")
        self.submit(sender, "m1", note("m1"))
        gone = self.keys.clients.pop("hospital-a")
        self.keys.write()
        self.assertEqual(self.ehdsd.ask("reload")[0], {})
        self.assertIn("not allowed", self.refused(sender, "m2"))
        self.keys.clients["hospital-a"] = gone
        self.keys.write()
        self.ehdsd.ask("reload")
        self.assertEqual(self.submit(sender, "m3", note("m3")).verb, "RECEIPT")

    def test_a_bad_list_changes_nothing_and_is_told_with_its_place(self):
        self.start({"hospital-a": {}})
        with open(os.path.join(self.folder, "clients.yaml"), "w") as file:
            file.write("clients:\n  hospital-a: { key: oops }\n")
        header, _ = self.ehdsd.ask("reload")
        self.assertEqual(header["code"], "config")
        self.assertIn("clients.yaml:2:22: error: config-client", header["text"])
        self.assertEqual(self.submit(self.client("hospital-a"), "m1", note("m1")).verb, "RECEIPT")

    def test_a_sender_without_keys_cannot_take_a_clients_name(self):
        path = "ipc://%s/senders" % self.folder
        self.start({"hospital-a": {}}, listen=["tcp://127.0.0.1:*", path])
        self.ehdsd.endpoint = path
        self.refused(self.sender(self.ehdsd, b"hospital-a"))
        self.assertEqual(self.submit(self.sender(self.ehdsd, b"other"), "m1", note("m1")).verb, "RECEIPT")

    def test_an_address_that_others_can_reach(self):
        self.start({"hospital-a": {}}, listen="tcp://0.0.0.0:*")
        self.ehdsd.endpoint = self.ehdsd.endpoint.replace("0.0.0.0", "127.0.0.1")
        self.assertEqual(self.submit(self.client("hospital-a"), "m1", note("m1")).verb, "RECEIPT")

    def run_ctl(self, *arguments):
        return subprocess.run([EHDSCTL, *arguments], cwd=self.folder, capture_output=True, text=True, timeout=60)

    def keygen(self, name):
        done = self.run_ctl("keygen", name)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_the_road_with_ehdsctl_on_both_ends(self):
        public = {name: self.keygen(name) for name in ("sender", "peer", "daemon")}
        for name, mode in (("sender", 0o600), ("sender.pub", 0o644)):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.folder, name)).st_mode), mode)
        self.assertEqual(self.run_ctl("keygen", "sender").returncode, 2)
        peer = subprocess.Popen([EHDSCTL, "receive", "--at", "tcp://127.0.0.1:*", "--into", "out", "--key", "peer",
                                 "--allow", "daemon.pub"], cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                stdout=subprocess.DEVNULL)
        self.things.append(lambda: (peer.terminate(), peer.wait(), peer.stderr.close(), None)[-1])
        at = peer.stderr.readline().split()[-1]
        self.ehdsd = self.daemon(
            curve={"secret": "daemon"}, clients={"hospital": {"key": public["sender"]}},
            peers={"p": {"connect": at, "key": public["peer"]}}, routes=[{"to": "p"}]).start()
        with open(os.path.join(self.folder, "n.xml"), "wb") as file:
            file.write(note("n"))
        done = self.run_ctl("send", "--to", self.ehdsd.endpoint, "--key", "sender", "--server", "daemon.pub", "--wait", "n.xml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("n.xml: forwarded", done.stdout)
        self.assertEqual(len(os.listdir(os.path.join(self.folder, "out"))), 1)
        done = self.run_ctl("send", "--to", self.ehdsd.endpoint, "--key", "sender", "--server", public["peer"],
                            "--timeout", "1", "n.xml")
        self.assertEqual(done.returncode, 3, "a daemon with another key was believed")
        self.assertEqual(self.run_ctl("send", "--to", "tcp://192.0.2.1:1", "n.xml").returncode, 2)
        self.assertEqual(self.run_ctl("receive", "--at", "tcp://0.0.0.0:*", "--into", "out").returncode, 2)

    def test_a_peer_with_another_key_gets_nothing(self):
        for name in ("peer", "daemon", "thief"):
            self.keygen(name)
        peer = subprocess.Popen([EHDSCTL, "receive", "--at", "tcp://127.0.0.1:*", "--into", "out", "--key", "thief",
                                 "--allow", "daemon.pub"], cwd=self.folder, stderr=subprocess.PIPE, text=True,
                                stdout=subprocess.DEVNULL)
        self.things.append(lambda: (peer.terminate(), peer.wait(), peer.stderr.close(), None)[-1])
        at = peer.stderr.readline().split()[-1]
        with open(os.path.join(self.folder, "peer.pub")) as file:
            key = file.read().split('"')[1]
        self.ehdsd = self.daemon(curve={"secret": "daemon"}, listen="ipc://%s/senders" % self.folder,
                                 peers={"p": {"connect": at, "key": key}}, routes=[{"to": "p"}]).start()
        receipt = self.submit(self.sender(self.ehdsd), "n", note("n"))
        until(lambda: self.ehdsd.show(receipt.header["id"])["state"] == "converted")
        until(lambda: self.ehdsd.has_logged("peer.refused") or self.ehdsd.has_logged("abandoned"), 15, "a refusal")
        self.assertEqual(os.listdir(os.path.join(self.folder, "out")), [])


if __name__ == "__main__":
    main()
