#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Reload: a good edit serves without losing a document, a bad one says where it is wrong and changes nothing."""
import os
import signal

from ehds_zmq import DEALER, Message, Socket, frames_of
from harness import Case, main, note, route, until


class Reload(Case):
    def edit(self, daemon, name, old, new):
        path = os.path.join(daemon.mappings, name)
        with open(path) as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w") as file:
            file.write(text.replace(old, new))

    def under_load(self, daemon, sender, meanwhile):
        """400 documents, with something done in their middle."""
        for i in range(400):
            sender.submit("m%d" % i, note("n%d" % i))
            if i == 200:
                meanwhile()
        receipts = [sender.hear_verb("RECEIPT", "m%d" % i) for i in range(400)]
        self.assertNotIn(None, receipts)
        states = {sender.hear_verb("OUTCOME", "m%d" % i, 20).header["state"] for i in range(400)}
        self.assertEqual(states, {"forwarded"})

    def test_a_good_edit_serves_and_nothing_is_lost_under_load(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        before = daemon.status()["mappings"]
        self.edit(daemon, "xx/note/tables/kind.yaml", "a-one", "a-two")
        self.under_load(daemon, sender, lambda: self.assertEqual(daemon.ask("reload")[0], {}))
        self.assertNotEqual(daemon.status()["mappings"], before)
        self.submit(sender, "after", note("after"))
        sender.hear_verb("OUTCOME", "after")
        self.assertIn(b"a-two", peer.deliveries[-1].bodies[0])
        self.assertEqual(len(peer.once()), 401)
        until(lambda: daemon.has_logged("engine.drained"))

    def test_each_outcome_names_its_generation_and_nothing_is_a_mixture(self):
        """Three reloads while 900 documents pass: what a document became is what the generation in its outcome makes."""
        daemon = self.daemon().start()
        sender, codes = self.sender(daemon), {daemon.status()["mappings"]: b"a-one"}
        for number in range(900):
            sender.submit("m%d" % number, note("n%d" % number), want="result")
            if number % 300 == 150:
                old, new = ("a-one", "a-two", "a-three", "a-four")[number // 300:number // 300 + 2]
                self.edit(daemon, "xx/note/tables/kind.yaml", old, new)
                self.assertEqual(daemon.ask("reload")[0], {})
                codes[daemon.status()["mappings"]] = new.encode()
        seen = set()
        for number in range(900):
            outcome = sender.hear_verb("OUTCOME", "m%d" % number, 20)
            self.assertIn(b'"%s"' % codes[outcome.header["mappings"]], outcome.bodies[1])
            self.assertIn(outcome.header["mappings"][:16].encode(), outcome.bodies[0])
            seen.add(outcome.header["mappings"])
        self.assertEqual(len(codes), 4)
        self.assertGreater(len(seen), 1)

    def test_a_bad_edit_names_its_place_and_the_old_generation_serves_under_load(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        before = daemon.status()
        self.edit(daemon, "xx/note/tables/kind.yaml", "equivalent", "equivalnt")

        def reload():
            header, _ = daemon.ask("reload")
            self.assertIn("xx/note/tables/kind.yaml:8:", header["text"])
            self.assertEqual(header["code"], "mapping")

        self.under_load(daemon, sender, reload)
        after = daemon.status()
        self.assertEqual(after["mappings"], before["mappings"])
        self.assertEqual(after["engine"], before["engine"])

    def test_a_generation_whose_cases_fail_does_not_serve(self):
        daemon = self.daemon().start()
        before = daemon.status()["mappings"]
        os.mkdir(os.path.join(daemon.mappings, "xx/note/cases"))
        with open(os.path.join(daemon.mappings, "xx/note/cases/note.xml"), "wb") as file:
            file.write(note("n1"))
        with open(os.path.join(daemon.mappings, "xx/note/cases/note.yaml"), "w") as file:
            file.write("case: a note is refused\ndocument: cases/note.xml\nstate: refused\n")
        self.edit(daemon, "xx/note/pack.yaml", "tables: [ kind ]", "tables: [ kind ]\ntests: [ cases/*.yaml ]")
        header, _ = daemon.ask("reload")
        self.assertEqual(header["code"], "mapping")
        self.assertIn("a note is refused", header["text"])
        self.assertEqual(daemon.status()["mappings"], before)
        self.edit(daemon, "xx/note/cases/note.yaml", "state: refused", "state: converted")
        self.assertEqual(daemon.ask("reload")[0], {})
        self.assertNotEqual(daemon.status()["mappings"], before)

    def test_a_bad_configuration_changes_nothing_and_a_good_one_brings_new_peers(self):
        first, second = self.peer(), self.peer()
        daemon = self.daemon(**route(("first", first))).start()
        sender = self.sender(daemon)
        daemon.write_configuration(worker=3)
        header, _ = daemon.ask("reload")
        self.assertIn("unknown option 'worker', did you mean 'workers'?", header["text"])
        daemon.write_configuration(worker=None, **route(("second", second)))
        self.assertEqual(daemon.ask("reload")[0], {})
        document = self.submit(sender, "m1", note("n1")).header["id"]
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "forwarded")
        self.assertEqual((first.ids(), second.ids()), (set(), {document}))

    def test_what_waits_for_a_peer_that_is_gone_is_held(self):
        deaf, other = self.peer("NOTHING"), self.peer()
        daemon = self.daemon(**route(("deaf", deaf))).start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1")).header["id"]
        until(lambda: deaf.deliveries)
        daemon.write_configuration(**route(("other", other)))
        self.assertEqual(daemon.ask("reload")[0], {})
        until(lambda: daemon.show(document)["state"] == "held")
        self.assertEqual(daemon.show(document)["why"], "peer deaf: is not configured any more")
        self.assertEqual(daemon.ask("retry", id=document)[0], {})
        until(lambda: other.ids() == {document})

    def test_of_two_reloads_at_once_the_later_one_counts_and_both_are_answered(self):
        daemon = self.daemon().start()
        sockets = [Socket(DEALER) for _ in range(2)]
        for control in sockets:
            control.connect(daemon.control)
            control.send(frames_of("CONTROL", {"request": "reload"}))
        answers = [Message(control.receive(20)).header for control in sockets]
        for control in sockets:
            control.close()
        self.assertIn({}, answers)
        for answer in answers:
            self.assertIn(answer.get("text", "a later reload"), ("a later reload",
                          "error: reload: a later reload has taken the place of this one"))

    def test_a_hangup_reloads(self):
        daemon = self.daemon().start()
        before = daemon.status()["engine"]
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: daemon.status()["engine"] not in (before, 0))

    def test_a_start_with_bad_mappings_ends_with_status_2_and_names_the_place(self):
        daemon = self.daemon()
        self.edit(daemon, "xx/note/tables/kind.yaml", "equivalent", "equivalnt")
        daemon.start(wait=False)
        self.assertEqual(daemon.wait_end(), 2)
        self.assertIn("xx/note/tables/kind.yaml:8:", daemon.log())

    def test_an_engine_that_dies_while_the_mappings_are_bad_comes_back_when_they_are_good(self):
        daemon = self.daemon().start()
        sender = self.sender(daemon)
        self.edit(daemon, "xx/note/tables/kind.yaml", "equivalent", "equivalnt")
        os.kill(daemon.status()["engine"], signal.SIGKILL)
        until(lambda: daemon.has_logged("engine.failed"))
        self.assertEqual(self.submit(sender, "m1", note("n1")).verb, "RECEIPT")
        self.edit(daemon, "xx/note/tables/kind.yaml", "equivalnt", "equivalent")
        self.assertEqual(sender.hear_verb("OUTCOME", "m1", 20).header["state"], "converted")


if __name__ == "__main__":
    main()
