#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A process is killed at each row of the road: what has a receipt is forwarded, each document under one id, and none is
lost. `debug: { crash-at: ... }` in ehdsd.yaml(5) does the killing."""
import contextlib
import os
import resource
import signal
import sqlite3
import time

from harness import Case, main, note, route, until

ROWS = ["submit", "journal", "receipt", "dispatch", "convert", "store", "forward", "acknowledge", "outcome", "done"]
DOCUMENTS = 6
# Takes many seconds to convert, whatever the machine.
SLOW = b'<slow xmlns="urn:example:note"><text>%s</text><letters>%s</letters></slow>' % (b"z." * 1000000, b"abcdefg!" * 1000)


class Recovery(Case):
    def submit_all(self, daemon, receipts):
        """A sender that sends again what has no receipt, as long as the daemon lives; fills receipts."""
        sender = self.sender(daemon)
        pause = 0
        while len(receipts) < DOCUMENTS and daemon.process.poll() is None:
            if time.monotonic() > pause:
                for i in range(DOCUMENTS):
                    if "m%d" % i not in receipts:
                        sender.submit("m%d" % i, note("n%d" % i))
                pause = time.monotonic() + 2
            receipt = sender.hear_verb("RECEIPT", seconds=0.05)
            if receipt is not None:
                receipts[receipt.header["message"]] = receipt.header["id"]

    def all_forwarded(self, daemon, peer, receipts):
        # One answer: between two of them a document may go from the one state to the other and count twice.
        until(lambda: sum(map(daemon.states().get, ("forwarded", "done"))) == DOCUMENTS, 20,
              "all %d forwarded" % DOCUMENTS)
        self.assertEqual(set(peer.once()), set(receipts.values()))
        self.assertEqual(len(set(receipts.values())), DOCUMENTS)
        states = daemon.states()
        self.assertEqual(sum(states.values()), DOCUMENTS)

    def crash_broker(self, row):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer)))
        daemon.start(debug={"crash-at": row, "crash-after": 2})
        receipts = {}
        self.submit_all(daemon, receipts)
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL, "nothing crashed at " + row)
        daemon.start(debug=None)
        self.submit_all(daemon, receipts)
        self.all_forwarded(daemon, peer, receipts)
        daemon.stop()
        peer.stop()

    def crash_child(self, row, process):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer)))
        daemon.start(debug={"crash-at": row, "crash-after": 2, "crash-process": process})
        receipts = {}
        self.submit_all(daemon, receipts)
        self.all_forwarded(daemon, peer, receipts)
        until(lambda: daemon.has_logged("debug.crash"), what="the crash at " + row)
        if process == "engine":
            until(lambda: daemon.has_logged("engine.serving", 2), what="a new engine")
        self.assertIsNone(daemon.process.poll())
        daemon.stop()
        peer.stop()

    def test_the_broker_dies_twice_in_a_row_at_different_rows(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer)))
        receipts = {}
        daemon.start(debug={"crash-at": "store"})
        self.submit_all(daemon, receipts)
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        daemon.start(wait=False, debug={"crash-at": "forward"})
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        daemon.start(debug=None)
        self.submit_all(daemon, receipts)
        self.all_forwarded(daemon, peer, receipts)

    def test_a_document_that_ends_each_worker_is_held_after_the_second(self):
        daemon = self.daemon().start(workers=1)
        sender = self.sender(daemon)
        pids = set()
        sender.submit("slow", SLOW)
        receipt = sender.hear_verb("RECEIPT", "slow")
        for _ in range(2):
            busy = until(lambda: [w["pid"] for w in daemon.status()["workers"] if w["busy"] and w["pid"] > 0 and w["pid"] not in pids])
            pids.add(busy[0])
            os.kill(busy[0], signal.SIGABRT)
        outcome = sender.hear_verb("OUTCOME", "slow")
        self.assertEqual(outcome.header["state"], "held")
        self.assertIn("worker-crashed", outcome.bodies[0].decode())
        self.assertIn("a worker was ended by signal 6, twice", daemon.show(receipt.header["id"])["why"])
        self.assertEqual(len(pids), 2)
        self.submit(sender, "next", note("n"))
        self.assertEqual(sender.hear_verb("OUTCOME", "next").header["state"], "converted")

    def test_a_stylesheet_that_does_not_end_is_stopped_by_the_clock_and_others_go_on(self):
        daemon = self.daemon(limits={"seconds": "300ms"}).start(workers=2)
        sender = self.sender(daemon)
        sender.submit("slow", SLOW)
        for i in range(20):
            self.submit(sender, "m%d" % i, note("n%d" % i))
            self.assertEqual(sender.hear_verb("OUTCOME", "m%d" % i).header["state"], "converted")
        outcome = sender.hear_verb("OUTCOME", "slow")
        self.assertEqual(outcome.header["state"], "held")
        self.assertIn("took longer than 300 ms, twice", outcome.bodies[0].decode())

    def test_a_full_disk_gives_no_receipts_and_what_was_received_goes_on_when_there_is_room(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        receipts = {self.submit(sender, "before", note("before")).header["id"]}
        until(lambda: daemon.states()["done"] == 1 or sender.hear_verb("OUTCOME", seconds=0.1))
        limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (1, limits[1]))
        answer = self.submit(sender, "full", note("full"))
        self.assertEqual((answer.verb, answer.header["code"]), ("ERROR", "busy"))
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limits)
        receipts.add(self.submit(sender, "full", note("full")).header["id"])
        until(lambda: peer.ids() == receipts)

    def test_a_document_that_was_damaged_on_disk_is_held_and_those_behind_it_go_on(self):
        daemon = self.daemon().start(debug={"crash-at": "dispatch"})
        sender = self.sender(daemon)
        for i in range(3):
            sender.submit("m%d" % i, note("n%d" % i, padding="x" * 2000))
        self.assertEqual(daemon.wait_end(), -signal.SIGKILL)
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, "state", "journal.sqlite"))) as journal:
            count = journal.execute("SELECT count(*) FROM documents").fetchone()[0]
            journal.execute("UPDATE bodies SET bytes = zeroblob(300) WHERE key = 8")
            journal.commit()
        daemon.start(debug=None)
        until(lambda: daemon.states()["received"] == 0)
        held = daemon.queue(state="held")
        self.assertEqual([item["message"] for item in held], ["m0"])
        self.assertTrue(held[0]["why"].startswith("journal-damaged: "))
        self.assertEqual(daemon.states()["converted"], count - 1)

    def test_an_engine_that_hangs_is_replaced(self):
        daemon = self.daemon(limits={"seconds": "200ms"}).start(workers=1)
        engine = daemon.status()["engine"]
        os.kill(engine, signal.SIGSTOP)
        sender = self.sender(daemon)
        sender.submit("slow", SLOW)
        self.submit(sender, "m1", note("n1"))
        self.assertEqual(sender.hear_verb("OUTCOME", "m1", 20).header["state"], "converted")
        self.assertNotEqual(daemon.status()["engine"], engine)


def add(row, process):
    if process == "broker":
        function = lambda self: self.crash_broker(row)
    else:
        function = lambda self: self.crash_child(row, process)
    name = "test_nothing_is_lost_when_the_%s_is_killed_at_%s" % (process, row)
    function.__name__ = name
    setattr(Recovery, name, function)


for each_row in ROWS:
    for each_process in ("broker", "engine", "worker"):
        add(each_row, each_process)


if __name__ == "__main__":
    main()
