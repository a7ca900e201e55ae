# SPDX-License-Identifier: EUPL-1.2
"""ZeroMQ for the tests, straight from the shared library: no further package has to be there, and nothing of the
daemon's own code stands between a test and the wire."""
import ctypes
import ctypes.util
import json
import time

_lib = ctypes.CDLL("libzmq.so.5", use_errno=True)
_lib.zmq_ctx_new.restype = ctypes.c_void_p
_lib.zmq_socket.restype = ctypes.c_void_p
_lib.zmq_socket.argtypes = [ctypes.c_void_p, ctypes.c_int]
_lib.zmq_close.argtypes = [ctypes.c_void_p]
_lib.zmq_bind.argtypes = _lib.zmq_connect.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
_lib.zmq_setsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
_lib.zmq_getsockopt.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t)]
_lib.zmq_send.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
_lib.zmq_msg_init.argtypes = _lib.zmq_msg_close.argtypes = _lib.zmq_msg_more.argtypes = [ctypes.c_void_p]
_lib.zmq_msg_recv.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
_lib.zmq_msg_data.restype = ctypes.c_void_p
_lib.zmq_msg_data.argtypes = _lib.zmq_msg_size.argtypes = [ctypes.c_void_p]
_lib.zmq_msg_size.restype = ctypes.c_size_t
_lib.zmq_poll.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_long]

DEALER, ROUTER = 5, 6
_ROUTING_ID, _LINGER, _LAST_ENDPOINT = 5, 17, 32
_RCVHWM = 24
_CURVE_PUBLICKEY, _CURVE_SECRETKEY, _CURVE_SERVERKEY = 48, 49, 50
_DONTWAIT, _SNDMORE, _POLLIN = 1, 2, 1

_context = _lib.zmq_ctx_new()


class _PollItem(ctypes.Structure):
    _fields_ = [("socket", ctypes.c_void_p), ("fd", ctypes.c_int), ("events", ctypes.c_short),
                ("revents", ctypes.c_short)]


def keypair():
    """A public and a secret CURVE key, as text."""
    public, secret = ctypes.create_string_buffer(41), ctypes.create_string_buffer(41)
    assert _lib.zmq_curve_keypair(public, secret) == 0
    return public.value.decode(), secret.value.decode()


class Socket:
    """One socket. Frames are lists of bytes. curve: (server's public key, own public key, own secret key)."""

    def __init__(self, kind, routing_id=None, curve=None):
        self.socket = _lib.zmq_socket(_context, kind)
        zero = ctypes.c_int(0)
        _lib.zmq_setsockopt(self.socket, _LINGER, ctypes.byref(zero), 4)
        if routing_id is not None:
            _lib.zmq_setsockopt(self.socket, _ROUTING_ID, routing_id, len(routing_id))
        if curve is not None:
            for option, key in zip((_CURVE_SERVERKEY, _CURVE_PUBLICKEY, _CURVE_SECRETKEY), curve):
                assert _lib.zmq_setsockopt(self.socket, option, key.encode(), 40) == 0

    def limit(self, messages):
        """Before connect: how many messages libzmq takes in for us."""
        most = ctypes.c_int(messages)
        assert _lib.zmq_setsockopt(self.socket, _RCVHWM, ctypes.byref(most), 4) == 0

    def connect(self, endpoint):
        assert _lib.zmq_connect(self.socket, endpoint.encode()) == 0, endpoint

    def bind(self, endpoint):
        assert _lib.zmq_bind(self.socket, endpoint.encode()) == 0, endpoint
        name, size = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
        _lib.zmq_getsockopt(self.socket, _LAST_ENDPOINT, name, ctypes.byref(size))
        return name.value.decode()

    def send(self, frames):
        for index, frame in enumerate(frames):
            more = _SNDMORE if index + 1 < len(frames) else 0
            assert _lib.zmq_send(self.socket, frame, len(frame), more) == len(frame)

    def receive(self, seconds):
        """The frames of the next message, or None."""
        item = _PollItem(self.socket, 0, _POLLIN, 0)
        if _lib.zmq_poll(ctypes.byref(item), 1, int(seconds * 1000)) <= 0:
            return None
        frames, more = [], True
        while more:
            message = ctypes.create_string_buffer(64)
            _lib.zmq_msg_init(message)
            if _lib.zmq_msg_recv(message, self.socket, _DONTWAIT) < 0:
                return None
            frames.append(ctypes.string_at(_lib.zmq_msg_data(message), _lib.zmq_msg_size(message)))
            more = _lib.zmq_msg_more(message) != 0
            _lib.zmq_msg_close(message)
        return frames

    def close(self):
        if self.socket is not None:
            _lib.zmq_close(self.socket)
        self.socket = None


class Message:
    """What is behind the routing id: verb, header and bodies."""

    def __init__(self, frames):
        assert frames[0] == b"EHDS/1", frames
        self.verb = frames[1].decode()
        self.header = json.loads(frames[2])
        self.bodies = frames[3:]

    def __repr__(self):
        return "%s %s %s" % (self.verb, self.header, [len(body) for body in self.bodies])


def frames_of(verb, header, *bodies):
    return [b"EHDS/1", verb.encode(), json.dumps(header).encode(), *bodies]


class Sender:
    """A DEALER that speaks the protocol; messages that nobody asked for yet are kept."""

    def __init__(self, endpoint, name=b"sender", curve=None):
        self.socket = Socket(DEALER, name, curve)
        self.socket.connect(endpoint)
        self.kept = []

    def close(self):
        self.socket.close()

    def say(self, verb, header, *bodies):
        self.socket.send(frames_of(verb, header, *bodies))

    def submit(self, message, *bodies, **header):
        self.say("SUBMIT", dict(header, message=message), *bodies)

    def hear(self, wanted, seconds=10):
        """The first message for which wanted(message) holds; None after that time."""
        for message in self.kept:
            if wanted(message):
                self.kept.remove(message)
                return message
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            frames = self.socket.receive(max(0.001, end - time.monotonic()))
            if frames is None:
                continue
            message = Message(frames)
            if wanted(message):
                return message
            self.kept.append(message)
        return None

    def hear_verb(self, verb, message=None, seconds=10):
        return self.hear(lambda m: m.verb == verb and (message is None or m.header.get("message") == message), seconds)
