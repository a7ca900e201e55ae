#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Faults without end: eight senders submit documents for three peers while broker, engines, workers and peers are killed
at random, stopped and continued, peers are cut off, the disk fills once, and the mappings are reloaded every second, now
and then with a mistake in them. In the end every document with a receipt must be where its content says, at every peer,
under one id and with one content, and what was recorded must be what was said.

	soak.py [--documents N] [--kills N] [--seed N]

The seed is printed first: the same one gives the same order of faults (not the same instants: those are the machine's).
`make soak` is the full run; soak_test.py is a small one for `make check`."""
import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import resource
import selectors
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from ehds_zmq import DEALER, ROUTER, Message, Sender, Socket, frames_of
from harness import EHDSCTL, EHDSD, MAPPINGS, Daemon, note, until

SENDERS = 8
PEERS = 3
WINDOW = 8			# documents that a sender has under way
RESEND = 1.5			# seconds after which a sender asks again
# What the documents are, by number; what becomes of them follows from what tests/system/mappings says of notes.
FATES = {"good": "done", "unmapped": "done", "nonconformant": "held", "malformed": "refused"}
HELD_BY_FAULTS = ("worker-crashed", "worker-hung")


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kind_of(number):
    return {7: "nonconformant", 13: "malformed", 17: "unmapped"}.get(number % 20, "good")


def document(name, number):
    kind = kind_of(number)
    if kind == "malformed":
        return b"<note xmlns='urn:example:note' id='%s'>" % name.encode()
    return note(name, conformant=kind != "nonconformant", mapped=kind != "unmapped", padding="x" * (number * 37 % 3000))


# ---- a peer: a process of its own, which writes down what it gets before it says so ---------------------------------

def peer_main(port, path):
    """One line for each delivery: id, hash of the source, hash of the body, mark of the stylesheet, mark of the table."""
    router = Socket(ROUTER)
    router.bind("tcp://127.0.0.1:%d" % port)
    with open(path, "a") as file:
        while True:
            frames = router.receive(1)
            if frames is None:
                continue
            message = Message(frames[1:])
            body = message.bodies[0]
            marks = [(re.findall(pattern, body) or [b"-"])[0].decode() for pattern in (b"Note g([0-9]+)", b"code-g([0-9]+)")]
            file.write("%s %s %s %s %s\n" % (message.header["id"], message.header["sha256"],
                                             hashlib.sha256(body).hexdigest(), *marks))
            file.flush()
            os.fsync(file.fileno())
            router.send([frames[0]] + frames_of("ACK", {"id": message.header["id"]}))


class Line(threading.Thread):
    """Between the daemon and a peer: a line of TCP that can be cut."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.cut_until = 0
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.other = {}
        self.start()

    def cut(self, seconds):
        self.cut_until = time.monotonic() + seconds

    def close(self, end):
        for one in (end, self.other.pop(end, None)):
            if one is not None:
                self.other.pop(one, None)
                with contextlib.suppress(KeyError, ValueError):
                    self.selector.unregister(one)
                one.close()

    def take(self):
        near, _ = self.listener.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self.to), 1)
        except OSError:
            near.close()
            return
        for one, two in ((near, far), (far, near)):
            self.other[one] = two
            self.selector.register(one, selectors.EVENT_READ)

    def carry(self, end):
        try:
            data = end.recv(1 << 16)
            if data:
                self.other[end].sendall(data)
                return
        except OSError:
            pass
        self.close(end)

    def run(self):
        while True:
            if self.cut_until > time.monotonic():
                for end in list(self.other):
                    self.close(end)
            for key, _ in self.selector.select(0.05):
                if key.fileobj is self.listener:
                    if self.cut_until > time.monotonic():
                        with contextlib.suppress(OSError):
                            self.listener.accept()[0].close()
                    else:
                        self.take()
                elif key.fileobj in self.other:
                    self.carry(key.fileobj)


class PeerProcess:
    """The third is ehdsctl receive, which keeps a file for each document."""

    def __init__(self, folder, index):
        self.port, self.folder = free_port(), os.path.join(folder, "peer-%d" % index)
        os.mkdir(self.folder)
        self.path = os.path.join(self.folder, "deliveries")
        self.shipped = index == PEERS - 1
        self.line = Line(self.port)
        self.start()

    def start(self):
        arguments = [EHDSCTL, "receive", "--at", "tcp://127.0.0.1:%d" % self.port, "--into", self.folder] \
            if self.shipped else [sys.executable, os.path.abspath(__file__), "--peer", str(self.port), self.path]
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def deliveries(self):
        """(id, source, body, marks...) of each delivery; a line that was torn by a kill was not acknowledged."""
        if self.shipped:
            for name in os.listdir(self.folder):
                if name.endswith(".json"):
                    with open(os.path.join(self.folder, name), "rb") as file:
                        yield [name[:-5], None, hashlib.sha256(file.read()).hexdigest(), "-", "-"]
            return
        with open(self.path) as file:
            for line in file:
                if line.endswith("\n") and len(line.split()) == 5:
                    yield line.split()


# ---- a sender -------------------------------------------------------------------------------------------------------

class Patient(threading.Thread):
    """A sender that gives up nothing: sends again until there is a receipt, and asks until there is an outcome."""

    def __init__(self, soak, index):
        super().__init__(daemon=True)
        self.soak, self.name_of = soak, "sender-%d" % index
        self.todo = ["%s-%d" % (self.name_of, n) for n in range((soak.documents - index + SENDERS - 1) // SENDERS)]
        self.total = len(self.todo)
        self.under_way = {}		# message: instant at which to ask again
        self.ids = {}			# message: the id of its receipts
        self.states = {}		# message: what was heard last
        self.faults = []
        self.socket = None

    def number(self, message):
        return int(message.rsplit("-", 1)[1])

    def done(self):
        return not self.todo and not self.under_way

    def body(self, message):
        return document(message, self.number(message))

    def say(self, message, now):
        self.under_way[message] = now + RESEND
        # Half of those who know their id ask for it, the others send again: both must bring the outcome.
        if message in self.ids and self.number(message) % 2:
            self.socket.say("FETCH", {"id": self.ids[message], "want": "outcome"})
        else:
            self.socket.submit(message, self.body(message))

    def hear(self, message):
        header, name = message.header, message.header.get("message")
        if message.verb == "RECEIPT":
            if self.ids.setdefault(name, header["id"]) != header["id"]:
                self.faults.append("%s has two ids: %s and %s" % (name, self.ids[name], header["id"]))
        elif message.verb == "OUTCOME" and name is not None:
            self.states[name] = header["state"]
            if header["state"] != "converted":
                self.under_way.pop(name, None)
        elif message.verb == "ERROR" and header.get("code") not in ("busy", "unknown-id"):
            self.faults.append("%s: %s" % (name, header))
        elif message.verb == "ERROR" and header["code"] == "unknown-id":
            self.faults.append("a document with a receipt is unknown: %s" % header)

    def run(self):
        self.socket = Sender("tcp://127.0.0.1:%d" % self.soak.port, self.name_of.encode())
        while not self.soak.ended:
            now = time.monotonic()
            # Documents are let go as the faults go on, so that there is work for each of them.
            allowed = self.total * min(1, 0.02 + self.soak.progress())
            while self.todo and len(self.under_way) < WINDOW and self.total - len(self.todo) < allowed:
                self.say(self.todo.pop(0), now)
            for name in [name for name, again in self.under_way.items() if again < now]:
                self.say(name, now)
            frames = self.socket.socket.receive(0.02)
            while frames is not None:
                self.hear(Message(frames))
                frames = self.socket.socket.receive(0)
        self.socket.close()


# ---- the faults -----------------------------------------------------------------------------------------------------

def processes():
    """pid: (parent, name)"""
    out = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError):
                with open("/proc/%s/stat" % entry) as file:
                    text = file.read()
                name = text[text.index("(") + 1:text.rindex(")")]
                fields = text[text.rindex(")") + 2:].split()
                if fields[0] not in "ZX":
                    out[int(entry)] = (int(fields[1]), name)
    return out


class Soak:
    def __init__(self, folder, documents, kills, seed):
        self.folder, self.documents, self.kills_wanted = folder, documents, kills
        self.random = random.Random(seed)
        self.port = free_port()
        self.kills = {"broker": 0, "engine": 0, "worker": 0, "peer": 0}
        self.stops = self.cuts = self.reloads = self.bad_reloads = self.generation = 0
        self.bad_generations = set()
        self.ended = False
        self.reload_faults = []
        self.lock = threading.Lock()
        self.daemon = None
        self.peers = []

    def killed(self):
        return sum(self.kills.values())

    def progress(self):
        return 1 if self.kills_wanted == 0 else self.killed() / self.kills_wanted

    # -- the daemon and its mappings

    def write_mappings(self, bad):
        """A folder for each generation, marked in the stylesheet and in the table: a mixture would have two marks."""
        self.generation += 1
        folder = os.path.join(self.folder, "mappings-%d" % self.generation)
        shutil.copytree(MAPPINGS, folder)
        for name, old, new in (("xx/note/note.xsl", '<title value="Note"/>', '<title value="Note g%d"/>' % self.generation),
                               ("xx/note/tables/kind.yaml", "a-one", "code-g%d" % self.generation),
                               ("xx/note/tables/kind.yaml", "equivalent", "equivalnt" if bad else "equivalent")):
            path = os.path.join(folder, name)
            with open(path) as file:
                text = file.read()
            assert old in text
            with open(path, "w") as file:
                file.write(text.replace(old, new))
        if bad:
            self.bad_generations.add(str(self.generation))
        return folder

    def configure(self, bad=False):
        folder = self.write_mappings(bad)
        peers = {"peer-%d" % i: {"connect": "tcp://127.0.0.1:%d" % peer.line.port, "acknowledge": "1s",
                                 "retry": {"first": "50ms", "max": "500ms"}} for i, peer in enumerate(self.peers)}
        path = os.path.join(self.folder, "ehdsd.yaml")
        self.daemon.options.update(peers=peers, mappings=folder, listen="tcp://127.0.0.1:%d" % self.port,
                                   routes=[{"match": {"country": "xx"}, "to": list(peers)}], log="info", workers=3)
        self.daemon.write_configuration()
        return path

    def launch(self):
        log = open(self.daemon.log_path, "ab")
        self.daemon.log_start = 0
        environment = dict(os.environ, ASAN_OPTIONS="handle_segv=0:" + os.environ.get("ASAN_OPTIONS", ""))
        self.daemon.process = subprocess.Popen([EHDSD, "-c", os.path.join(self.folder, "ehdsd.yaml")], stderr=log,
                                               stdout=log, stdin=subprocess.DEVNULL, env=environment)
        log.close()

    def ask(self, request, seconds=2, **header):
        control = Socket(DEALER)
        control.connect(self.daemon.control)
        control.send(frames_of("CONTROL", dict(header, request=request)))
        frames = control.receive(seconds)
        control.close()
        return Message(frames) if frames is not None else None

    def reloader(self):
        while not self.ended:
            time.sleep(1)
            bad = self.generation % 5 == 4
            with self.lock:
                self.configure(bad)
            answer = self.ask("reload", 5)
            # A bad one must not be what a restarted broker finds: it would say so and end, as it should.
            if bad:
                with self.lock:
                    self.configure()
            if answer is None:
                continue
            self.reloads += 1
            if bad and "code" in answer.header and answer.header["code"] == "mapping":
                self.bad_reloads += 1
                if "xx/note/tables/kind.yaml:8:" not in answer.header["text"]:
                    self.reload_faults.append(answer.header["text"])
            elif bad and not answer.header:
                self.reload_faults.append("a broken table was taken into service")

    # -- one fault

    def family(self):
        """Pids of the broker's engines and of their workers, as they are now."""
        everybody = processes()
        broker = self.daemon.process.pid
        engines = [pid for pid, (parent, _) in everybody.items() if parent == broker]
        return engines, [pid for pid, (parent, _) in everybody.items() if parent in engines]

    def revive(self):
        if self.daemon.process.poll() is not None:
            with self.lock:
                self.launch()

    def victim(self, kind):
        engines, workers = self.family()
        if kind == "broker":
            return self.daemon.process.pid
        if kind == "peer":
            return self.random.choice(self.peers).process.pid
        some = engines if kind == "engine" else workers
        return self.random.choice(sorted(some)) if some else None

    def kill(self, kind):
        pid = self.victim(kind)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[kind] += 1
        for peer in self.peers:
            if peer.process.pid == pid:
                peer.process.wait()
                peer.start()
        if kind == "broker":
            self.daemon.process.wait()
        self.revive()

    def stop(self, kind):
        pid = self.victim(kind)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self.stops += 1
            time.sleep(self.random.uniform(0.05, 0.4))
            os.kill(pid, signal.SIGCONT)

    def fill_disk(self):
        """No file may grow, for a second: what a full disk is to the journal."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            pid = self.daemon.process.pid
            limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, limits[1]))
            time.sleep(1)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def one_fault(self):
        kind = self.random.choices(["broker", "engine", "worker", "peer"], [20, 20, 40, 20])[0]
        what = self.random.choices(["kill", "stop", "cut"], [70, 20, 10])[0]
        if what == "kill":
            self.kill(kind)
        elif what == "stop":
            self.stop(kind)
        else:
            self.random.choice(self.peers).line.cut(self.random.uniform(0.1, 1))
            self.cuts += 1

    def faults(self):
        disk_filled = False
        while self.killed() < self.kills_wanted:
            self.one_fault()
            if not disk_filled and self.progress() > 0.5:
                self.fill_disk()
                disk_filled = True
            time.sleep(self.random.uniform(0.05, 0.3))
            self.revive()

    # -- the end

    def settle(self, senders):
        """After the faults: everybody lives, every outcome is heard; documents that faults held are tried once more."""
        self.revive()

        def rest():
            self.revive()
            return all(sender.done() for sender in senders)
        until(rest, 60 + self.documents / 50, "the outcome of every document")
        for item in self.queue("held"):
            if item["why"].startswith(HELD_BY_FAULTS):
                until(lambda: self.ask("retry", id=item["id"]), 20, "an answer to retry")
        until(lambda: not any(item["why"].startswith(HELD_BY_FAULTS) for item in self.queue("held"))
              and not self.queue("received") and not self.queue("converted"), 60, "the documents that faults had held")
        # What was retried has a sender that did not wait any more: it asks once.
        for sender in senders:
            for message, state in sender.states.items():
                if state == "held" and FATES[kind_of(sender.number(message))] != "held":
                    sender.under_way[message] = 0
        # A broker that was killed between an outcome and its note of it does not know that the sender knows.
        by_name = {sender.name_of: sender for sender in senders}
        for item in self.queue("forwarded"):
            by_name[item["sender"]].under_way[item["message"]] = 0
        until(lambda: all(sender.done() for sender in senders), 30, "the outcomes of what was tried again")
        until(lambda: not self.queue("forwarded"), 30, "done after forwarded")

    def queue(self, state):
        items, after = [], 0
        while True:
            answer = self.ask("queue", 20, state=state, after=after)
            assert answer is not None, "no answer from the daemon"
            page = json.loads(answer.bodies[0])
            items += page["documents"]
            after = page.get("after")
            if after is None:
                return items

    def run(self):
        self.peers = [PeerProcess(self.folder, i) for i in range(PEERS)]
        self.daemon = Daemon(self.folder)
        self.configure()
        self.launch()
        until(lambda: "engine.serving" in self.daemon.log(), 60, "the start")
        senders = [Patient(self, i) for i in range(SENDERS)]
        reloader = threading.Thread(target=self.reloader, daemon=True)
        started = time.monotonic()
        try:
            for thread in senders + [reloader]:
                thread.start()
            self.faults()
            self.settle(senders)
        finally:
            self.ended = True
            reloader.join(20)
            for sender in senders:
                sender.join(5)
            self.daemon.process.send_signal(signal.SIGTERM)
            try:
                status = self.daemon.process.wait(30)
            except subprocess.TimeoutExpired:
                self.daemon.process.kill()
                status = "did not stop"
            for peer in self.peers:
                peer.kill()
        self.seconds = time.monotonic() - started
        return self.judge(senders, status)

    # -- the verdict

    def judge(self, senders, status):
        faults = list(self.reload_faults)
        if status != 0:
            faults.append("the daemon ended with %s" % status)
        for sender in senders:
            faults += sender.faults
        expected = {}
        with contextlib.closing(sqlite3.connect(os.path.join(self.folder, "state", "journal.sqlite"))) as journal:
            rows = {(sender, message): (id, state, why) for sender, message, id, state, why in
                    journal.execute("SELECT sender, message, id, state, why FROM documents")}
        if len(rows) != self.documents:
            faults.append("%d documents are in the journal, %d were sent" % (len(rows), self.documents))
        for sender in senders:
            for message, receipt in sender.ids.items():
                if (sender.name_of, message) not in rows:
                    faults.append("%s has a receipt and is not in the journal" % message)
                    continue
                id, state, why = rows[sender.name_of, message]
                fate = FATES[kind_of(sender.number(message))]
                if id != receipt:
                    faults.append("%s: receipt %s, journal %s" % (message, receipt, id))
                if state != fate:
                    faults.append("%s is %s, and should be %s: %s" % (message, state, fate, why))
                heard = {"done": "forwarded"}.get(state, state)
                if sender.states.get(message) != heard:
                    faults.append("%s is %s, its sender heard %s" % (message, state, sender.states.get(message)))
                if fate == "done":
                    expected[id] = hashlib.sha256(sender.body(message)).hexdigest()
            if len(sender.ids) != sender.total:
                faults.append("%s has %d receipts for %d documents" % (sender.name_of, len(sender.ids), sender.total))
        if len({id for sender in senders for id in sender.ids.values()}) != self.documents:
            faults.append("two documents have one id")
        bodies = {}
        for peer in self.peers:
            faults += self.judge_peer(peer, expected, bodies)
        faults += self.judge_log() + self.judge_state()
        return faults

    def judge_peer(self, peer, expected, bodies):
        faults, seen = [], set()
        for id, source, body, sheet, table in peer.deliveries():
            seen.add(id)
            if source is not None and expected.get(id) != source:
                faults.append("%s came with the source hash %s" % (id, source))
            if bodies.setdefault(id, body) != body:
                faults.append("%s came with two contents" % id)
            if table != "-" and sheet != table or {sheet, table} & self.bad_generations:
                faults.append("%s was made by stylesheet %s and table %s" % (id, sheet, table))
        for id in expected.keys() - seen:
            faults.append("%s misses %s" % (os.path.basename(peer.folder), id))
        for id in seen - expected.keys():
            faults.append("%s got %s, which was not to be forwarded" % (os.path.basename(peer.folder), id))
        return faults

    def judge_log(self):
        log = self.daemon.log()
        faults = [line for line in log.splitlines()
                  if re.search(r"Sanitizer|runtime error:|internal error:|daemon\.failed", line)]
        # The name that every document has.
        return faults + (["the log names a patient"] if "Example" in log else [])

    def judge_state(self):
        """What the shipped tools say of the state folder."""
        faults = []
        for verb in (["fsck"], ["audit", "verify"]):
            result = subprocess.run([EHDSCTL, *verb, "--folder", os.path.join(self.folder, "state")],
                                    capture_output=True, text=True)
            print("soak: %s: %s" % (" ".join(verb), result.stdout.replace("\n", "; ")), flush=True)
            if result.returncode != 0:
                faults.append("ehdsctl %s: %s" % (verb, result.stderr))
        return faults


def soak(documents, kills, seed):
    """Runs, prints what happened, and gives what is wrong."""
    folder = tempfile.mkdtemp(prefix="ehds.soak.", dir="/tmp")
    run = Soak(folder, documents, kills, seed)
    print("soak: seed %d, %d documents, %d kills, in %s" % (seed, run.documents, kills, folder), flush=True)
    try:
        faults = run.run()
    except BaseException:
        sys.stderr.write("---- the daemon's log ----\n%s\n" % run.daemon.log()[-8000:])
        raise
    print("soak: %.0f s; killed %s; %d stopped, %d cut off, %d reloads (%d of them with a mistake, refused)"
          % (run.seconds, ", ".join("%d %s" % (count, kind) for kind, count in run.kills.items()), run.stops, run.cuts,
             run.reloads, run.bad_reloads), flush=True)
    for fault in faults[:50]:
        print("soak: FAULT: " + fault)
    if faults:
        print("soak: %d faults; the state is left in %s" % (len(faults), folder))
    else:
        print("soak: every document is where it should be")
        shutil.rmtree(folder)
    return faults


def main():
    if sys.argv[1:2] == ["--peer"]:
        peer_main(int(sys.argv[2]), sys.argv[3])
        return 0
    parser = argparse.ArgumentParser(description="faults without end against a running ehdsd")
    parser.add_argument("--documents", type=int, default=10000)
    parser.add_argument("--kills", type=int, default=220)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    arguments = parser.parse_args()
    return 1 if soak(arguments.documents, arguments.kills, arguments.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
