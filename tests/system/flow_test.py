#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What a sender may have under way, and whose turn it is: one that sends too much hears `busy`, loses nothing, and delays
nobody."""
import os
import re
import signal

from ehds_zmq import DEALER, Socket, frames_of
from harness import Case, main, note, until


class Flow(Case):
    def stop_workers(self):
        """No document is converted until they go on; where a document is in work already, that one waits too."""
        pids = [worker["pid"] for worker in until(lambda: [w for w in self.ehdsd.status()["workers"] if w["pid"] > 0])]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        return lambda: [os.kill(pid, signal.SIGCONT) for pid in pids]

    def order(self):
        return re.findall(r"document\.stored id=(\S+)", self.ehdsd.log())

    def fair(self, flood):
        self.ehdsd = self.daemon(workers=1, limits={"seconds": "60s"}).start()
        go_on = self.stop_workers()
        crowd, single = self.sender(self.ehdsd, b"crowd"), self.sender(self.ehdsd, b"single")
        for first in range(0, flood, 100):
            for number in range(first, first + 100):
                crowd.submit("c%d" % number, note("c%d" % number))
            for number in range(first, first + 100):
                self.assertIsNotNone(crowd.hear_verb("RECEIPT", "c%d" % number))
        ids = [self.submit(single, "s%d" % number, note("s%d" % number)).header["id"] for number in range(3)]
        go_on()
        until(lambda: len(self.order()) == flood + 3, 60, "all are converted")
        places = [self.order().index(document) for document in ids]
        # One may have been in work, then they take turns; the head of the second queue may come from the journal.
        self.assertLess(max(places), 80, "the single sender waited for the crowd")
        self.assertEqual(places, sorted(places))

    def test_senders_take_turns(self):
        self.fair(100)

    def test_senders_take_turns_when_memory_does_not_hold_all_that_waits(self):
        self.fair(600)

    def test_senders_take_turns_after_a_restart(self):
        self.ehdsd = self.daemon(workers=1, limits={"seconds": "60s"}).start()
        self.stop_workers()
        crowd, single = self.sender(self.ehdsd, b"crowd"), self.sender(self.ehdsd, b"single")
        for number in range(200):
            crowd.submit("c%d" % number, note("c%d" % number))
        for number in range(200):
            self.assertIsNotNone(crowd.hear_verb("RECEIPT", "c%d" % number))
        last = self.submit(single, "s", note("s")).header["id"]
        self.ehdsd.process.kill()
        self.ehdsd.wait_end()
        self.ehdsd.start()
        until(lambda: len(self.order()) == 201, 60, "all are converted")
        self.assertLess(self.order().index(last), 150)

    def test_more_than_the_credit_is_busy_and_not_lost(self):
        self.ehdsd = self.daemon(limits={"credit": {"documents": 1}}).start()
        sender = self.sender(self.ehdsd)
        sender.say("PING", {})
        self.assertEqual(sender.hear_verb("PONG").header["credit"], 1)
        busy, waiting = 0, {"m%d" % number for number in range(200)}
        while waiting:
            for message in sorted(waiting):
                sender.submit(message, note(message))
            for _ in range(len(waiting)):
                answer = sender.hear(lambda m: m.verb in ("RECEIPT", "ERROR"))
                self.assertIsNotNone(answer, "a submission without an answer")
                if answer.verb == "RECEIPT":
                    waiting.discard(answer.header["message"])
                else:
                    self.assertEqual(answer.header["code"], "busy")
                    busy += 1
        self.assertGreater(busy, 0)
        self.assertEqual(self.ehdsd.status()["wire"]["busy"], busy)
        until(lambda: self.ehdsd.states()["done"] == 200)

    def test_more_than_may_wait_is_busy_until_it_does_not(self):
        self.ehdsd = self.daemon(workers=1, limits={"seconds": "60s", "waiting": {"documents": 3}}).start()
        go_on = self.stop_workers()
        sender, other = self.sender(self.ehdsd, b"a"), self.sender(self.ehdsd, b"b")
        for number in range(3):
            self.assertEqual(self.submit(sender, "m%d" % number, note("m%d" % number)).verb, "RECEIPT")
        self.assertEqual(self.submit(sender, "m3", note("m3")).header.get("code"), "busy")
        self.assertEqual(self.submit(other, "m3", note("m3")).verb, "RECEIPT")
        go_on()
        until(lambda: self.ehdsd.states()["received"] == 0)
        self.assertEqual(self.submit(sender, "m3", note("m3")).verb, "RECEIPT")

    def test_a_sender_that_does_not_read_is_not_given_more_and_memory(self):
        self.ehdsd = self.daemon().start()
        sender = self.sender(self.ehdsd, b"deaf")
        receipt = self.submit(sender, "m", note("m", padding="x" * (4 << 20)), want="source")
        self.assertIsNotNone(sender.hear_verb("OUTCOME", "m"))
        deaf = Socket(DEALER, b"deaf")
        deaf.limit(1)
        deaf.connect(self.ehdsd.endpoint)
        for _ in range(100):
            deaf.send(frames_of("FETCH", {"id": receipt.header["id"], "want": "source"}))
        other = self.sender(self.ehdsd, b"other")
        self.assertEqual(self.submit(other, "o", note("o")).verb, "RECEIPT")
        with open("/proc/%d/status" % self.ehdsd.process.pid) as file:
            peak = int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) >> 10
        # 100 times 4 MiB would be 400; what was fetched before the others were refused, and its copies, is less.
        if "ASAN_OPTIONS" not in os.environ:
            self.assertLess(peak, 250)
        deaf.close()


if __name__ == "__main__":
    main()
