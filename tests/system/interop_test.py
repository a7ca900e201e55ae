#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Senders and peers that others could have written, in Python (pyzmq) and in C (libzmq), over CURVE and without; and the
manual shows what runs here."""
import os
import subprocess
import unittest

from harness import BUILD, SOURCE, Case, Keys, main, note, until

EXAMPLES = os.path.join(SOURCE, "tests/system/examples")
SYSTEM_PYTHON = "/usr/bin/python3"
HAS_PYZMQ = os.path.exists(SYSTEM_PYTHON) and subprocess.run(
    [SYSTEM_PYTHON, "-c", "import zmq"], capture_output=True).returncode == 0


class Interop(Case):
    def setUp(self):
        super().setUp()
        self.keys = Keys(self.folder, hospital={})
        self.out = os.path.join(self.folder, "out")
        os.mkdir(self.out)
        self.files = []
        for number in range(3):
            self.files.append(os.path.join(self.folder, "n%d.xml" % number))
            with open(self.files[-1], "wb") as file:
                file.write(note("n%d" % number))

    def program(self, name):
        if name.endswith(".py"):
            return [SYSTEM_PYTHON, os.path.join(EXAMPLES, name)]
        return [os.path.join(BUILD, "tests/system/examples", name)]

    def receiver(self, name, **environment):
        process = subprocess.Popen(self.program(name) + ["tcp://127.0.0.1:*", self.out], stdout=subprocess.PIPE, text=True,
                                   env=dict(os.environ, **environment))
        self.things.append(lambda: (process.kill(), process.wait(), process.stdout.close(), None)[-1])
        line = process.stdout.readline()
        self.assertIn("listening at ", line)
        return line.split()[-1]

    def send(self, name, endpoint, *arguments, **environment):
        done = subprocess.run(self.program(name) + [endpoint, *arguments], capture_output=True, text=True, timeout=60,
                              env=dict(os.environ, **environment))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def road(self, sender, receiver, curve):
        public, secret = self.keys.pairs["hospital"]
        sending = {"EHDS_SERVER_KEY": self.keys.server, "EHDS_PUBLIC_KEY": public, "EHDS_SECRET_KEY": secret} if curve else {}
        peer_public, peer_secret = __import__("ehds_zmq").keypair()
        at = self.receiver(receiver, **({"EHDS_SECRET_KEY": peer_secret, "EHDS_DAEMON_KEY": self.keys.server} if curve else {}))
        peer = dict({"connect": at}, **({"key": peer_public} if curve else {}))
        daemon = self.daemon(peers={"p": peer}, routes=[{"to": "p"}], **(self.keys.options() if curve else {})).start()
        if sender.endswith(".py"):
            lines = self.send(sender, daemon.endpoint, *self.files, **sending).splitlines()
            self.assertEqual([line.split()[-1] for line in lines], ["forwarded"] * 3)
        else:
            for number, path in enumerate(self.files):
                self.assertIn('"forwarded"', self.send(sender, daemon.endpoint, "m%d" % number, path, **sending))
        until(lambda: len(os.listdir(self.out)) == 3)
        until(lambda: daemon.states()["done"] == 3)
        for name in os.listdir(self.out):
            with open(os.path.join(self.out, name), "rb") as file:
                self.assertIn(b'"Bundle"', file.read())

    def test_c_with_curve(self):
        self.road("sender", "receiver", True)

    def test_c_on_loopback(self):
        self.road("sender", "receiver", False)

    @unittest.skipUnless(HAS_PYZMQ, "no python3-zmq")
    def test_python_with_curve(self):
        self.road("sender.py", "receiver.py", True)

    @unittest.skipUnless(HAS_PYZMQ, "no python3-zmq")
    def test_python_on_loopback(self):
        self.road("sender.py", "receiver.py", False)

    def test_a_daemon_that_is_not_the_one_delivers_nothing(self):
        other, _ = __import__("ehds_zmq").keypair()
        peer_public, peer_secret = __import__("ehds_zmq").keypair()
        at = self.receiver("receiver", EHDS_SECRET_KEY=peer_secret, EHDS_DAEMON_KEY=other)
        daemon = self.daemon(peers={"p": {"connect": at, "key": peer_public}}, routes=[{"to": "p"}],
                             **self.keys.options()).start()
        until(lambda: daemon.has_logged("peer.refused"), 15)
        self.assertEqual(os.listdir(self.out), [])

    def test_the_manual_shows_what_runs_here(self):
        with open(os.path.join(SOURCE, "daemon/server/ehds-protocol.7")) as file:
            manual = file.read()
        for name in ("sender.py", "receiver.py"):
            with open(os.path.join(EXAMPLES, name)) as file:
                text = "".join(line for line in file if not line.startswith(("#!", "# SPDX")))
            self.assertIn(".Bd -literal\n%s.Ed\n" % text.replace("\\", "\\e"), manual, name)


if __name__ == "__main__":
    main()
