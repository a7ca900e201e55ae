#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Those who should not get in, or should get less: each is refused, counted and logged, and service to the others goes on.
EHDS_FUZZ_SECONDS: how long rubbish is sent; without it a bounded number of messages. EHDS_FUZZ_SEED repeats a run."""
import os
import pwd
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

import ehds_zmq
from ehds_zmq import DEALER, Message, Socket, frames_of
from harness import EHDSCTL, Case, Keys, main, note, until


def greeting(mechanism):
    """RFC 23/ZMTP 3.0: signature, version, mechanism in 20 bytes, as-server, filler."""
    return b"\xff" + bytes(7) + b"\x01\x7f" + b"\x03\x00" + mechanism.ljust(20, b"\0") + b"\0" + bytes(31)


class Recorder(threading.Thread):
    """Passes TCP on, and keeps what the first client said."""

    def __init__(self, host, port):
        super().__init__(daemon=True)
        self.target, self.said = (host, port), b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.start()

    def run(self):
        client, _ = self.listener.accept()
        self.listener.close()
        server = socket.create_connection(self.target)
        threading.Thread(target=self.back, args=(server, client), daemon=True).start()
        while True:
            try:
                part = client.recv(65536)
            except OSError:
                part = b""
            if not part:
                break
            self.said += part
            server.sendall(part)
        server.close()
        client.close()

    @staticmethod
    def back(server, client):
        try:
            while part := server.recv(65536):
                client.sendall(part)
        except OSError:
            pass


class Intrusion(Case):
    def setUp(self):
        super().setUp()
        self.keys = Keys(self.folder, **{"hospital-a": {}, "hospital-b": {}})
        self.local = "ipc://%s/senders" % self.folder
        self.ehdsd = self.daemon(**self.keys.options(), listen=["tcp://127.0.0.1:*", self.local]).start()
        listens = self.ehdsd.log().split("wire.listen endpoint=")[1:]
        self.ehdsd.endpoint = next(word.split()[0] for word in listens if word.startswith("tcp"))
        host, port = self.ehdsd.endpoint[len("tcp://"):].split(":")
        self.address = (host, int(port))
        self.good = self.client("hospital-a")
        self.served = 0
        self.goes_on()

    def client(self, name, routing_id=None, endpoint=None):
        sender = ehds_zmq.Sender(endpoint or self.ehdsd.endpoint, routing_id, self.keys.of(name))
        self.things.append(sender.close)
        return sender

    def goes_on(self):
        """A sender that was there all the time is served."""
        self.assertIsNone(self.ehdsd.process.poll(), self.ehdsd.log()[-3000:])
        self.served += 1
        name = "served-%d" % self.served
        self.assertEqual(self.submit(self.good, name, note(name)).verb, "RECEIPT")
        self.assertEqual(self.good.hear_verb("OUTCOME", name).header["state"], "converted")

    def count(self, *names):
        wire = self.ehdsd.status()["wire"]
        return sum(wire[name] for name in names)

    def unheard(self, stranger, *counted):
        """Nothing that the stranger says arrives; and it is counted and in the log."""
        stranger.say("PING", {})
        stranger.submit("intruder", note("intruder"))
        until(lambda: self.count(*counted) > 0, 15, "a refusal that is counted")
        self.assertIsNone(stranger.hear(lambda _: True, 0.3))
        stranger.close()
        self.assertTrue(self.ehdsd.has_logged("warning wire.handshake"), self.ehdsd.log()[-2000:])
        self.assertNotIn("intruder", [document["message"] for document in self.ehdsd.queue()])
        self.goes_on()

    def test_a_key_that_is_not_in_the_list(self):
        stranger = ehds_zmq.Sender(self.ehdsd.endpoint, b"hospital-a", (self.keys.server, *ehds_zmq.keypair()))
        self.unheard(stranger, "refused")
        self.assertTrue(self.ehdsd.has_logged("zap.refused"))

    def test_the_key_of_another_daemon(self):
        other, _ = ehds_zmq.keypair()
        self.unheard(ehds_zmq.Sender(self.ehdsd.endpoint, None, (other, *self.keys.pairs["hospital-a"])),
                     "broken", "abandoned")

    def test_no_key(self):
        self.unheard(ehds_zmq.Sender(self.ehdsd.endpoint, b"hospital-a"), "broken", "abandoned")

    def test_the_public_key_of_another_without_its_secret_one(self):
        mine = self.keys.pairs["hospital-b"]
        self.unheard(ehds_zmq.Sender(self.ehdsd.endpoint, None, (self.keys.server, self.keys.pairs["hospital-a"][0],
                                                                 mine[1])), "broken", "abandoned", "refused")

    def say_raw(self, *parts):
        """Bytes on a connection of their own; what came back until the other side closed it, at most 10 s."""
        with socket.create_connection(self.address) as raw:
            raw.settimeout(10)
            heard = b""
            try:
                for part in parts:
                    raw.sendall(part)
                while answer := raw.recv(65536):
                    heard += answer
            except OSError:
                pass
        return heard

    def test_plain_sockets_on_a_curve_port(self):
        null = greeting(b"NULL") + b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x06DEALER"
        plain = greeting(b"PLAIN") + b"\x04\x0c\x05HELLO\x01a\x01b"
        before = self.count("broken", "abandoned", "closed")
        for said in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", null, plain, b"\xff" * 4096, b"\x01\x00", bytes(64)):
            with self.subTest(said[:12]):
                self.assertNotIn(b"EHDS", self.say_raw(said))
        until(lambda: self.count("broken", "abandoned", "closed") >= before + 6, 20, "all are counted")
        self.goes_on()

    def test_ten_gibibytes_announced(self):
        def peak():
            with open("/proc/%d/status" % self.ehdsd.process.pid) as file:
                return int(file.read().split("VmHWM:")[1].split()[0]) >> 10

        before = peak()
        # A command of ten GiB in the handshake of CURVE, and a frame of ten GiB where there is none to pass.
        self.say_raw(greeting(b"CURVE"), b"\x06" + struct.pack(">Q", 10 << 30), b"\x05HELLO")
        raw = socket.socket(socket.AF_UNIX)
        raw.connect(self.local[len("ipc://"):])
        raw.settimeout(10)
        raw.sendall(greeting(b"NULL") + b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\0")
        try:
            # The daemon may hang up at the length already, before the rest is said.
            raw.sendall(b"\x02" + struct.pack(">Q", 10 << 30) + bytes(4096))
            while raw.recv(65536):
                pass
        except ConnectionError:
            pass
        raw.close()
        self.assertLess(peak() - before, 100)
        self.goes_on()

    def test_replayed_handshakes_and_documents(self):
        recorder = Recorder(*self.address)
        sender = self.client("hospital-a", endpoint=recorder.endpoint)
        self.assertEqual(self.submit(sender, "recorded", note("recorded")).verb, "RECEIPT")
        sender.close()
        documents, said = sum(self.ehdsd.states().values()), recorder.said
        self.assertGreater(len(said), 500)
        before = self.count("broken", "abandoned", "closed")
        for _ in range(5):
            self.say_raw(said)
        until(lambda: self.count("broken", "abandoned", "closed") > before, 15, "it is counted")
        self.assertEqual(sum(self.ehdsd.states().values()), documents)
        generator = self.generator()
        for _ in range(40):
            changed = bytearray(said)
            for _ in range(generator.randint(1, 8)):
                changed[generator.randrange(64, len(changed))] ^= 1 << generator.randrange(8)
            with socket.create_connection(self.address) as raw:
                try:
                    raw.sendall(changed[:generator.randrange(65, len(changed))])
                except OSError:
                    pass
        self.goes_on()
        self.assertEqual(sum(self.ehdsd.states().values()), documents + 1)

    @staticmethod
    def generator():
        seed = int(os.environ.get("EHDS_FUZZ_SEED", int.from_bytes(os.urandom(4), "big")))
        sys.stderr.write("EHDS_FUZZ_SEED=%d\n" % seed)
        return random.Random(seed)

    SEEDS = [frames_of("SUBMIT", {"message": "f", "want": "result", "sha256": "0" * 64}, b"<note/>"),
             frames_of("FETCH", {"id": "6ba7b810-9dad-51d1-80b4-00c04fd430c8", "want": "result"}), frames_of("PING", {}),
             frames_of("ACK", {"id": "6ba7b810-9dad-51d1-80b4-00c04fd430c8"}), [b"EHDS/1", b"CONTROL", b'{"request":"stop"}']]

    def mutate(self, generator):
        frames = [bytearray(frame) for frame in generator.choice(self.SEEDS)]
        for _ in range(generator.randint(1, 4)):
            what, place = generator.randrange(6), generator.randrange(len(frames)) if frames else 0
            if what == 0 and len(frames) > 1:
                del frames[place]
            elif what == 1:
                frames.insert(place, bytearray(generator.randbytes(generator.choice((0, 1, 30, 300)))))
            elif what == 2 and frames[place]:
                frames[place][generator.randrange(len(frames[place]))] = generator.randrange(256)
            elif what == 3:
                frames[place] = frames[place][:generator.randrange(len(frames[place]) + 1)]
            elif what == 4:
                frames[place] *= generator.choice((2, 50))
            else:
                frames[place] += generator.choice((b"\0", b"\xff", b"}", b'"', b"[" * 100, b"9" * 400))
        return [bytes(frame) for frame in frames]

    def test_malformed_frames_get_an_answer_each(self):
        generator, end = self.generator(), time.monotonic() + float(os.environ.get("EHDS_FUZZ_SECONDS", 0))
        fuzzer, sent = self.client("hospital-b"), 0
        while sent < 1500 or time.monotonic() < end:
            for _ in range(100):
                fuzzer.socket.send(self.mutate(generator))
            fuzzer.say("FETCH", {"id": "%08x-0000-5000-8000-000000000000" % sent, "want": "outcome"})
            sent += 100
            # Answers come in order but for those of the journal; what a good SUBMIT among them brings comes besides.
            answers = 0
            while answers < 101:
                frames = fuzzer.socket.receive(15)
                self.assertIsNotNone(frames, "%d of 101 answers" % answers)
                answers += Message(frames).verb != "OUTCOME" or b'"refused"' not in frames[2]
        self.assertGreater(self.count("malformed"), 0)
        self.assertTrue(self.ehdsd.has_logged("wire.malformed"))
        self.assertNotIn("worker.ended", self.ehdsd.log())
        self.goes_on()

    def test_a_thousand_connections_that_say_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = hard if hard != resource.RLIM_INFINITY else 8192
        number = min(1000, most - 200)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 200), hard))
        crowd = []
        try:
            for index in range(number):
                raw = socket.create_connection(self.address)
                raw.sendall((b"", b"\xff", greeting(b"CURVE")[:10], greeting(b"CURVE"))[index % 4])
                crowd.append(raw)
            for _ in range(5):
                self.goes_on()
            late = self.client("hospital-b")
            late.say("PING", {})
            self.assertIsNotNone(late.hear_verb("PONG", seconds=10), "nobody else comes in")
            until(lambda: self.count("closed", "abandoned") >= number, 30, "the idle ones are closed")
            for raw in crowd:
                raw.settimeout(5)
                try:
                    while raw.recv(4096):
                        pass
                except ConnectionError:
                    pass
        finally:
            for raw in crowd:
                raw.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertLess(self.ehdsd.log().count("wire.handshake"), 100)
        self.goes_on()

    def test_the_answers_of_another_cannot_be_had_by_its_routing_id(self):
        workers = [w["pid"] for w in until(lambda: [w for w in self.ehdsd.status()["workers"] if w["pid"] > 0])]
        owner = self.client("hospital-a", b"the-one-and-only")
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        receipt = self.submit(owner, "mine", note("mine"), want="result")
        thieves = [self.client("hospital-b", b"the-one-and-only") for _ in range(20)]
        for thief in thieves:
            thief.say("PING", {})
            self.assertIsNotNone(thief.hear_verb("PONG"))
        for pid in workers:
            os.kill(pid, signal.SIGCONT)
        outcome = owner.hear_verb("OUTCOME", "mine")
        self.assertEqual(len(outcome.bodies), 2)
        for thief in thieves:
            self.assertIsNone(thief.hear(lambda _: True, 0.02))
            thief.say("FETCH", {"id": receipt.header["id"], "want": "result"})
            self.assertEqual(thief.hear_verb("ERROR").header["code"], "unknown-id")
        self.goes_on()

    @unittest.skipIf(os.geteuid() != 0, "another user is needed")
    def test_another_user_at_the_control_socket(self):
        os.chmod(self.folder, 0o755)
        control = self.ehdsd.control[len("ipc://"):]
        program = shutil.copy(EHDSCTL, self.folder)        # where that user can execute it
        os.chmod(program, 0o755)
        for loosened in (False, True):
            if loosened:        # somebody was careless after the start; the kernel still says who it is
                os.chmod(os.path.dirname(control), 0o777)
                os.chmod(control, 0o666)
            done = subprocess.run([program, "stop", "--control", self.ehdsd.control], capture_output=True, text=True,
                                  timeout=60, user="nobody", group=pwd.getpwnam("nobody").pw_gid, extra_groups=[])
            self.assertEqual(done.returncode, 3, done.stderr)
        until(lambda: self.count("control-refused") > 0, 10, "it is counted")
        self.assertTrue(self.ehdsd.has_logged("control.refused"))
        self.goes_on()


if __name__ == "__main__":
    main()
