#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The journal of a running daemon: a bad disk, a clock that jumps, a full table of files, an older version, fsck, backup and
what is forgotten by age."""
import contextlib
import errno
import json
import mmap
import os
import re
import resource
import signal
import sqlite3
import struct
import subprocess
import time
import unittest

from ehds_zmq import DEALER, Socket, frames_of
from harness import BUILD, EHDSCTL, SOURCE, Case, main, note, route, until

SHIM = os.path.join(BUILD, "tests/system/.libs/fault_shim.so")
DAY = 86400
# A preloaded library and the run-time of a sanitizer each want to be the first.
SANITIZED = os.environ.get("EHDS_SANITIZERS") == "yes"


class Faults:
    """What fault_shim.c reads."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "faults")
        with open(self.path, "wb") as file:
            file.write(bytes(24))
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 24)

    def set(self, write=0, sync=0, clock=0):
        self.map[:24] = struct.pack("=iiiiq", write, sync, 0, 0, clock)

    def failed(self):
        return sum(struct.unpack("=ii", self.map[8:16]))


class Journal(Case):
    def ctl(self, *arguments, status=0):
        result = subprocess.run([EHDSCTL, *arguments], capture_output=True, text=True, timeout=60,
                                env=dict(os.environ, EHDS_CONTROL="ipc://%s/state/control" % self.folder))
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def path(self, name="journal.sqlite"):
        return os.path.join(self.folder, "state", name)

    def sql(self, *statements):
        with contextlib.closing(sqlite3.connect(self.path())) as journal:
            for statement in statements:
                journal.execute(statement)
            journal.commit()

    def faulty(self, **options):
        if SANITIZED:
            self.skipTest("a preloaded library does not go with a sanitizer")
        faults = Faults(self.folder)
        daemon = self.daemon(**options)
        # The shim goes into everything that the daemon starts, as a bad disk would.
        before = dict(os.environ)
        os.environ.update(LD_PRELOAD=SHIM, EHDS_FAULTS=faults.path)
        try:
            daemon.start()
        finally:
            os.environ.clear()
            os.environ.update(before)
        return daemon, faults

    def bad_disk(self, **fault):
        """Nothing gets a receipt while the disk is bad; all goes on when it is good again, without a restart."""
        peer = self.peer()
        daemon, faults = self.faulty(**route(("hospital", peer)))
        sender = self.sender(daemon)
        receipts = {self.submit(sender, "before", note("before")).header["id"]}
        until(lambda: daemon.states()["done"] == 1)
        faults.set(**fault)
        for i in range(5):
            answer = self.submit(sender, "m%d" % i, note("n%d" % i))
            self.assertEqual((answer.verb, answer.header.get("code")), ("ERROR", "busy"))
        self.assertGreater(faults.failed(), 0)
        self.assertEqual(daemon.log().count("error journal.failed"), 1, "it is said once")
        self.assertIn("rule=journal-write", daemon.log())
        faults.set()
        for i in range(5):
            receipts.add(self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"])
        until(lambda: peer.ids() == receipts)
        until(lambda: daemon.has_logged("journal.recovered"))
        self.assertIsNone(daemon.process.poll())
        until(lambda: daemon.states()["done"] == 6)
        self.assertIn(" 0 problems", self.ctl("fsck").stdout)

    def test_a_disk_without_room_stops_the_intake_and_loses_nothing(self):
        self.bad_disk(write=errno.ENOSPC)

    def test_a_disk_that_cannot_write_stops_the_intake_and_loses_nothing(self):
        self.bad_disk(write=errno.EIO)

    def test_a_disk_that_cannot_sync_gives_no_receipts_and_loses_nothing(self):
        self.bad_disk(sync=errno.EIO)

    def test_acknowledgements_that_the_disk_did_not_take_are_written_when_it_does(self):
        peer = self.peer()
        daemon, faults = self.faulty(**route(("hospital", peer)))
        sender = self.sender(daemon)
        peer.gate.clear()
        self.submit(sender, "m", note("n"))
        until(lambda: peer.deliveries)
        faults.set(write=errno.ENOSPC)
        peer.gate.set()
        until(lambda: faults.failed() > 0)
        faults.set()
        until(lambda: daemon.states()["done"] == 1)
        self.assertEqual(len(peer.once()), 1)

    def test_a_clock_that_is_set_on_by_years_forgets_and_gives_up_nothing(self):
        peer, deaf = self.peer(), self.peer("NACK")
        daemon, faults = self.faulty(**route(("hospital", peer), ("deaf", deaf)))
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1")).header["id"]
        until(lambda: peer.deliveries and deaf.deliveries)
        faults.set(clock=20 * 365 * DAY)
        until(lambda: daemon.has_logged("clock.jumped seconds=6307"))
        self.submit(sender, "m2", note("n2"))
        until(lambda: len(peer.ids()) == 2)
        time.sleep(1)
        self.assertEqual(daemon.show(document)["state"], "converted")
        deaf.answer = "ACK"
        until(lambda: len(deaf.ids()) == 2)
        until(lambda: daemon.states()["done"] == 2)

    def test_a_clock_that_is_set_back_does_not_keep_a_delivery_waiting(self):
        deaf = self.peer("NACK")
        daemon, faults = self.faulty(**route(("deaf", deaf)))
        sender = self.sender(daemon)
        self.submit(sender, "m1", note("n1"))
        until(lambda: deaf.deliveries)
        faults.set(clock=-20 * 365 * DAY)
        until(lambda: daemon.has_logged("clock.jumped seconds=-6307"))
        deaf.answer = "ACK"
        until(lambda: daemon.states()["done"] == 1)

    def test_a_clock_that_was_ahead_in_a_former_life_does_not_keep_a_delivery_waiting(self):
        peer = self.peer("NACK")
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        self.submit(sender, "m1", note("n1"))
        until(lambda: peer.deliveries)
        daemon.stop()
        later = int(time.time() * 1000) + 9 * 365 * DAY * 1000
        self.sql("UPDATE documents SET changed = %d" % later, "UPDATE deliveries SET next = %d, since = %d" % (later, later))
        peer.answer = "ACK"
        daemon.start()
        self.assertTrue(daemon.has_logged("clock.suspect"))
        until(lambda: sum(map(daemon.states().get, ("forwarded", "done"))) == 1)

    def test_a_full_table_of_files_loses_nothing_and_ends_by_itself(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        receipts = {self.submit(sender, "m0", note("n0")).header["id"]}
        until(lambda: peer.ids() == receipts)
        limits = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        used = max(int(name) for name in os.listdir("/proc/%d/fd" % daemon.process.pid)) + 1
        status = daemon.status()
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (used, limits[1]))
        for worker in status["workers"]:
            os.kill(worker["pid"], signal.SIGKILL)
        os.kill(status["engine"], signal.SIGKILL)
        # libzmq would end the process here: accept.c.
        control = Socket(DEALER)
        control.connect(daemon.control)
        control.send(frames_of("CONTROL", {"request": "status"}))
        for i in range(1, 20):
            receipts.add(self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"])
        other = self.sender(daemon, b"other")	# who is not let in while there is no room
        other.submit("x", note("x"))
        time.sleep(0.5)
        self.assertIsNone(daemon.process.poll())
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, limits)
        receipts.add(other.hear_verb("RECEIPT", "x", 20).header["id"])
        self.assertIsNotNone(control.receive(20))
        control.close()
        until(lambda: peer.ids() == receipts, 30)
        until(lambda: daemon.states()["done"] == 21)

    # ---- versions

    def load(self, name):
        os.makedirs(os.path.join(self.folder, "state"), 0o700)
        with open(os.path.join(SOURCE, "tests/journal", name)) as file, \
                contextlib.closing(sqlite3.connect(self.path())) as journal:
            journal.executescript(file.read())

    def test_a_journal_of_version_1_opens_and_drains(self):
        """Its five documents, in the order of their numbers: done, held, refused, converted (waits for the peer `deaf`) and
        received. See the head of the dump."""
        self.load("version-1.sql")
        ok, deaf = self.peer(), self.peer()
        daemon = self.daemon(**route(("ok", ok), ("deaf", deaf)), keep="3650d", retention={"done": "3650d", "refused": "3650d"})
        daemon.start()
        ids = {item["message"]: item["id"] for item in daemon.queue()}
        self.assertEqual(set(ids), {"done", "held", "refused", "converted", "received"})
        until(lambda: deaf.ids() == {ids["converted"], ids["received"]} and ok.ids() == {ids["received"]})
        until(lambda: daemon.states()["forwarded"] == 2)
        sender = self.sender(daemon, b"hospital")
        self.assertTrue(self.submit(sender, "converted", note("converted")).header["duplicate"])
        self.assertEqual(sender.hear_verb("OUTCOME", "converted").header["state"], "forwarded")
        self.assertEqual(daemon.states(), {"received": 0, "converted": 0, "forwarded": 1, "done": 2, "refused": 1, "held": 1})
        self.assertIn("received 5 = forgotten 0 + done 2 + refused 1 + held 1 + in flight 1", self.ctl("fsck").stdout)
        daemon.stop()
        with contextlib.closing(sqlite3.connect(self.path())) as journal:
            self.assertGreater(journal.execute("PRAGMA user_version").fetchone()[0], 1)
            self.assertEqual(journal.execute("SELECT DISTINCT parts FROM documents").fetchall(), [(1,)])
            self.assertEqual(journal.execute("SELECT count(*) FROM texts WHERE kind = 'source'").fetchone(), (5,))
        self.ctl("fsck", "--folder", os.path.join(self.folder, "state"))

    # ---- fsck and backup

    def filled(self):
        """Two done, one held, one refused."""
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        ids = [self.submit(sender, name, body).header["id"] for name, body in (
            ("a", note("a", padding="a" * 3000)), ("b", note("b")), ("c", note("c", conformant=False)), ("d", b"<note>"))]
        for name in "abcd":
            sender.hear_verb("OUTCOME", name)
        until(lambda: daemon.states()["done"] == 2)
        return daemon, ids

    def test_fsck_proves_that_all_is_there(self):
        daemon, _ = self.filled()
        line = "received 4 = forgotten 0 + done 2 + refused 1 + held 1 + in flight 0\n"
        # Sources: 4, outcomes: 4, results: 3; what was refused has none.
        self.assertEqual(self.ctl("fsck").stdout, line + "11 bodies read, 0 problems\n")
        state = os.path.join(self.folder, "state")
        self.assertIn("another ehdsd works in this state folder", self.ctl("fsck", "--folder", state, status=2).stderr)
        daemon.stop()
        self.assertEqual(self.ctl("fsck", "--folder", state).stdout, line + "11 bodies read, 0 problems\n")
        self.assertEqual(json.loads(self.ctl("fsck", "--json", "--folder", state).stdout)["received"], 4)
        self.assertIn("there is no journal", self.ctl("fsck", "--folder", self.folder + "/none", status=2).stderr)

    def test_fsck_names_what_is_wrong(self):
        daemon, (a, b, c, d) = self.filled()
        daemon.stop()
        state = os.path.join(self.folder, "state")
        self.sql("UPDATE bodies SET bytes = zeroblob(length(bytes)) WHERE key = 1 * 8",
                 "UPDATE bodies SET bytes = CAST(replace(CAST(bytes AS TEXT), 'fact', 'tact') AS BLOB) WHERE key = 2 * 8",
                 "DELETE FROM bodies WHERE key = 3 * 8 + 1",
                 "UPDATE documents SET state = 'converted' WHERE document = 4",
                 "INSERT INTO bodies (key, length, bytes) VALUES (99 * 8, 1, X'78')",
                 "DELETE FROM deliveries WHERE document = 2",
                 "INSERT INTO deliveries VALUES (77, 'p', 'pending', 0, 0, 0, '')")
        result = self.ctl("fsck", "--folder", state, status=1)
        for line in ("%s: its source cannot be read: a body of " % a, "%s: its source is not what was written" % b,
                     "%s: it is held and has no outcome" % c, "%s: it is converted and has no result" % d,
                     "journal: error: 1 bodies belong to no document", "journal: error: 1 deliveries belong to no document"):
            self.assertIn(line, result.stderr)
        self.sql("DELETE FROM documents WHERE document = 4")
        self.assertIn("4 documents were received, and 3 are there or were forgotten: 1 are lost",
                      self.ctl("fsck", "--folder", state, status=1).stderr)
        daemon.start()
        result = self.ctl("fsck", status=1)
        self.assertIn("1 are lost", result.stderr)
        self.assertTrue(daemon.has_logged("journal.wrong"))

    def test_a_backup_under_load_is_a_journal_that_a_daemon_goes_on_with(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        copy = os.path.join(self.folder, "copy.sqlite")
        before = {self.submit(sender, "a%d" % i, note("a%d" % i)).header["id"] for i in range(50)}
        backup = subprocess.Popen([EHDSCTL, "backup", "--control", daemon.control, copy], stdout=subprocess.PIPE)
        for i in range(200):
            sender.submit("b%d" % i, note("b%d" % i, padding="%d " % i * 2000))
        self.assertEqual(backup.wait(30), 0)
        for i in range(200):
            self.assertIsNotNone(sender.hear_verb("RECEIPT", "b%d" % i))
        self.assertEqual(os.stat(copy).st_mode & 0o777, 0o600)
        self.assertFalse(os.path.exists(copy + ".part"))
        self.assertIn(" 0 problems", self.ctl("fsck", "--file", copy).stdout)
        daemon.stop()
        with contextlib.closing(sqlite3.connect(copy)) as journal:
            self.assertLessEqual(before, {row[0] for row in journal.execute("SELECT id FROM documents")})
        os.rename(copy, self.path())
        for name in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(self.path() + name)
        daemon.start()
        self.assertTrue(self.submit(self.sender(daemon), "a1", note("a1")).header["duplicate"])

    def test_a_backup_that_cannot_be_written_says_so(self):
        self.daemon().start()
        self.assertIn("cannot write the backup", self.ctl("backup", "/proc/none/x", status=1).stderr)
        self.ctl("backup", status=2)

    def test_a_backup_of_a_folder_without_a_daemon(self):
        daemon, _ = self.filled()
        daemon.stop()
        copy = os.path.join(self.folder, "copy")
        self.ctl("backup", "--folder", os.path.join(self.folder, "state"), copy)
        self.assertIn("received 4 = ", self.ctl("fsck", "--file", copy).stdout)

    # ---- what is forgotten

    def test_bodies_go_before_their_documents_and_a_resend_is_still_recognized(self):
        daemon, (a, b, c, d) = self.filled()
        daemon.stop()
        # An hour old each; the latest change is that of the held one, now.
        hour = int(time.time() * 1000) - 3600 * 1000
        self.sql("UPDATE documents SET changed = %d WHERE state <> 'held'" % hour)
        daemon.start(keep="2h", retention={"done": "30m", "refused": "90m"})
        sender = self.sender(daemon)
        with contextlib.closing(sqlite3.connect(self.path())) as journal:
            # Of a and b the outcome, of c and d all: key & 7 is the kind.
            until(lambda: {(key >> 3, key & 7) for (key,) in journal.execute("SELECT key FROM bodies")}
                  == {(1, 1), (2, 1), (3, 0), (3, 1), (3, 2), (4, 0), (4, 1)})
        self.assertTrue(self.submit(sender, "a", note("a", padding="a" * 3000)).header["duplicate"])
        self.assertEqual(sender.hear_verb("OUTCOME", "a").header["state"], "forwarded")
        self.assertIn("received 4 = forgotten 0 + done 2 ", self.ctl("fsck").stdout)
        daemon.write_configuration(keep="2h", retention={"done": "30m", "refused": "40m"})
        self.assertEqual(daemon.ask("reload")[0], {})
        with contextlib.closing(sqlite3.connect(self.path())) as journal:
            until(lambda: not journal.execute("SELECT 1 FROM bodies WHERE key = 32").fetchall(), 25)
        self.assertIn("only held and refused documents", daemon.ask("retry", id=d)[0]["text"])
        self.assertEqual(daemon.ask("retry", id=c)[0], {})

    def test_what_is_older_than_keep_is_forgotten_and_counted(self):
        daemon, _ = self.filled()
        daemon.stop()
        hour = int(time.time() * 1000) - 3600 * 1000
        self.sql("UPDATE documents SET changed = %d WHERE state <> 'held'" % hour)
        daemon.start(keep="30m")
        until(lambda: daemon.states()["done"] == 0)
        self.assertIn("received 4 = forgotten 3 + done 0 + refused 0 + held 1 + in flight 0", self.ctl("fsck").stdout)


if __name__ == "__main__":
    main()
