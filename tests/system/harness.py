# SPDX-License-Identifier: EUPL-1.2
"""The real ehdsd on loopback with a state folder of its own, a peer, senders, and the control socket."""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import ehds_zmq
from ehds_zmq import DEALER, ROUTER, Message, Sender, Socket, frames_of

SOURCE = os.path.abspath(os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "../..")))
BUILD = os.path.abspath(os.environ.get("top_builddir", os.path.join(SOURCE, "build")))
EHDSD = os.path.join(BUILD, "ehdsd")
EHDSCTL = os.path.join(BUILD, "ehdsctl")
MAPPINGS = os.path.join(SOURCE, "tests/system/mappings")
SHIPPED = os.path.join(SOURCE, "mappings")
NOTE = ('<?xml version="1.0" encoding="UTF-8"?>\n<note xmlns="urn:example:note" id="%s" %sdate="2026-03-04T10:00:00+01:00">'
        '<patient id="patient-1"><family>Example</family></patient>%s</note>\n')

_running = []


def _end_all():
    for process in _running:
        if process.poll() is None:
            process.kill()


atexit.register(_end_all)


def note(name, conformant=True, mapped=True, padding=""):
    """A synthetic document; without its status the result breaks a rule, with a code B2 not all of it is mapped."""
    fact = '<fact id="fact-%s" code="%s">%s</fact>' % (name, "A1" if mapped else "B2", padding)
    return (NOTE % (name, "" if conformant else 'status="none" ', fact)).encode()


def fixture(name):
    """A synthetic document of the project's Danish mappings."""
    with open(os.path.join(SOURCE, "tests/fixtures/dk", name), "rb") as file:
        return file.read()


def until(condition, seconds=15, what="a condition"):
    """Waits for it; the value that was true."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("%s did not come true within %d s" % (what, seconds))
        time.sleep(0.01)


class Peer(threading.Thread):
    """A ROUTER that takes deliveries and answers as it is told: "ACK", "NACK" (again later), "NEVER", "NOTHING"."""

    def __init__(self, answer="ACK", endpoint="tcp://127.0.0.1:*"):
        super().__init__(daemon=True)
        self.socket = Socket(ROUTER)
        self.endpoint = self.socket.bind(endpoint)
        self.answer = answer
        self.deliveries = []
        self.stopping = False
        self.gate = threading.Event()	# closed: answers wait
        self.gate.set()
        self.start()

    def run(self):
        while not self.stopping:
            frames = self.socket.receive(0.02)
            if frames is None:
                continue
            message = Message(frames[1:])
            self.deliveries.append(message)
            header = {"id": message.header["id"]}
            verb = {"NEVER": "NACK"}.get(self.answer, self.answer)
            if verb == "NOTHING":
                continue
            self.gate.wait(30)
            if verb == "NACK":
                header.update(retry=self.answer == "NACK", text="told to say no")
            self.socket.send([frames[0]] + frames_of(verb, header))
        self.socket.close()

    def stop(self):
        self.stopping = True
        self.join()

    def ids(self):
        return {message.header["id"] for message in self.deliveries}

    def once(self):
        """Each id once; the same id must always carry the same bytes."""
        bodies = {}
        for message in list(self.deliveries):
            known = bodies.setdefault(message.header["id"], message.bodies[0])
            assert known == message.bodies[0], "two documents under one id"
        return bodies


class Daemon:
    def __init__(self, folder, **options):
        self.folder = folder
        self.options = options
        self.process = None
        self.log_path = os.path.join(folder, "log")
        self.control = "ipc://%s/state/control" % folder
        self.mappings = os.path.join(folder, "mappings")
        if not os.path.exists(self.mappings):
            shutil.copytree(MAPPINGS, self.mappings)

    def write_configuration(self, **options):
        """JSON is YAML enough."""
        self.options.update(options)
        configuration = {
            "listen": "tcp://127.0.0.1:*", "state": os.path.join(self.folder, "state"), "mappings": self.mappings,
            "conformance": os.path.join(self.folder, "none"), "workers": 2, "log": "debug",
            "limits": {"seconds": "10s", "credit": {"documents": 2000}},
        }
        for key, value in self.options.items():
            if value is None:
                configuration.pop(key, None)
            elif isinstance(value, dict) and isinstance(configuration.get(key), dict):
                configuration[key].update(value)
            else:
                configuration[key] = value
        path = os.path.join(self.folder, "ehdsd.yaml")
        with open(path, "w") as file:
            json.dump(configuration, file, indent=1)
        return path

    def start(self, wait=True, **options):
        path = self.write_configuration(**options)
        log = open(self.log_path, "ab")
        self.log_start = log.tell()
        # A sanitizer's report of a crash would be a file write, which a worker may not do; let the signal speak.
        environment = dict(os.environ, ASAN_OPTIONS="handle_segv=0:" + os.environ.get("ASAN_OPTIONS", ""))
        self.process = subprocess.Popen([EHDSD, "-c", path], stderr=log, stdout=log, stdin=subprocess.DEVNULL,
                                        env=environment)
        log.close()
        _running.append(self.process)
        if wait:
            until(lambda: self.has_logged("engine.serving") or self.process.poll() is not None, 30, "the start")
            assert self.process.poll() is None, self.log()
            self.endpoint = self.log().split("wire.listen endpoint=")[1].split()[0]
        return self

    def log(self):
        with open(self.log_path, "rb") as file:
            file.seek(self.log_start)
            return file.read().decode(errors="replace")

    def has_logged(self, text, count=1):
        return self.log().count(text) >= count

    def wait_end(self, seconds=20):
        return self.process.wait(seconds)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.wait_end()
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("the daemon does not stop: " + self.log())

    def ask(self, request, seconds=30, **header):
        """A request to the control socket: the header of its answer, and its body from JSON."""
        socket = Socket(DEALER)
        socket.connect(self.control)
        socket.send(frames_of("CONTROL", dict(header, request=request)))
        frames = socket.receive(seconds)
        socket.close()
        assert frames is not None, "no answer to %s: %s" % (request, self.log())
        answer = Message(frames)
        return answer.header, json.loads(answer.bodies[0]) if answer.bodies else None

    def status(self):
        return self.ask("status")[1]

    def states(self):
        return self.status()["documents"]

    def show(self, document):
        return self.ask("show", id=document)[1]

    def queue(self, **header):
        return self.ask("queue", **header)[1]["documents"]


def route(*peers, **policy):
    """A configuration with one route for the notes of country xx to these peers: (name, Peer or folder) pairs."""
    settings = {}
    for name, peer in peers:
        settings[name] = {"directory": peer} if isinstance(peer, str) else {
            "connect": peer.endpoint, "retry": {"first": "50ms", "max": "200ms"}, "acknowledge": "5s"}
    return {"peers": settings, "routes": [{"match": {"country": "xx", "category": ["patient-summary"]},
                                           "to": list(settings), "policy": policy}] if policy else
            [{"match": {"country": "xx", "category": ["patient-summary"]}, "to": list(settings)}]}


class Keys:
    """The keys of a daemon and of its clients, and the files that it reads."""

    def __init__(self, folder, **clients):
        self.folder = folder
        self.server, secret = ehds_zmq.keypair()
        self.pairs = {name: ehds_zmq.keypair() for name in clients}
        self.clients = clients
        path = os.path.join(folder, "server.key")
        with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write('public: "%s"\nsecret: "%s"\n' % (self.server, secret))
        self.write()

    def write(self):
        """clients.yaml, of those that are in it now."""
        listed = {name: dict(settings, key=self.pairs[name][0]) for name, settings in self.clients.items()}
        with open(os.path.join(self.folder, "clients.yaml"), "w") as file:
            json.dump({"clients": listed}, file, indent=1)

    def options(self):
        return {"curve": {"secret": "server.key", "clients": "clients.yaml"}}

    def of(self, name):
        """For a socket."""
        return (self.server, *self.pairs[name])


class Case(unittest.TestCase):
    """A folder, and everything ended behind each test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ehds.", dir="/tmp")
        self.things = []

    def tearDown(self):
        failed = any(error for _, error in getattr(self._outcome, "errors", []) or []) or (
            hasattr(self._outcome, "result") and any(
                test is self for test, _ in self._outcome.result.failures + self._outcome.result.errors))
        ends = [thing() for thing in reversed(self.things)]
        self.check_end(ends)
        if failed and os.path.exists(os.path.join(self.folder, "log")):
            with open(os.path.join(self.folder, "log"), errors="replace") as file:
                sys.stderr.write("\n---- the daemon's log ----\n%s\n" % file.read()[-8000:])
        shutil.rmtree(self.folder, ignore_errors=True)

    def check_end(self, ends):
        """A clean stop is a clean stop, and what sanitizers write is a failure."""
        path, log = os.path.join(self.folder, "log"), ""
        if os.path.exists(path):
            with open(path, errors="replace") as file:
                log = file.read()
        for word in ("Sanitizer", "runtime error:", "internal error:"):
            self.assertNotIn(word, log, log[-6000:])
        self.assertTrue(all(end in (None, 0) for end in ends), "exit status %s: %s" % (ends, log[-6000:]))

    def daemon(self, **options):
        daemon = Daemon(self.folder, **options)
        self.things.append(daemon.stop)
        return daemon

    def sender(self, daemon, name=b"sender", curve=None):
        sender = Sender(daemon.endpoint, name, curve)
        self.things.append(sender.close)
        return sender

    def peer(self, answer="ACK", endpoint="tcp://127.0.0.1:*"):
        peer = Peer(answer, endpoint)
        self.things.append(lambda: peer.stop() if peer.is_alive() else None)
        return peer

    def submit(self, sender, message, *bodies, **header):
        """Submits and gives the receipt."""
        sender.submit(message, *bodies, **header)
        receipt = sender.hear(lambda m: m.verb in ("RECEIPT", "ERROR") and m.header.get("message") == message)
        self.assertIsNotNone(receipt, "no receipt for " + message)
        return receipt


def main():
    unittest.main(verbosity=1)
