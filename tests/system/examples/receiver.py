#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""receiver.py ENDPOINT FOLDER: a peer, which keeps each document as FOLDER/ID.json or .xml.
With EHDS_SECRET_KEY (its own) and EHDS_DAEMON_KEY (public, of the one daemon that may deliver) it speaks CURVE."""
import json, os, sys, zmq
from zmq.auth.thread import ThreadAuthenticator

context = zmq.Context()
socket = context.socket(zmq.ROUTER)
if "EHDS_SECRET_KEY" in os.environ:
    class OneDaemon:
        def callback(self, domain, key):
            return key == os.environ["EHDS_DAEMON_KEY"].encode()

    authenticator = ThreadAuthenticator(context)    # without it CURVE lets every key in
    authenticator.start()
    authenticator.configure_curve_callback("*", OneDaemon())
    socket.curve_server = True
    socket.curve_secretkey = os.environ["EHDS_SECRET_KEY"].encode()
socket.bind(sys.argv[1])
print("listening at", socket.last_endpoint.decode(), flush=True)

while True:
    daemon, _, verb, header, *bodies = socket.recv_multipart()
    header = json.loads(header)
    if verb != b"DELIVER":
        continue
    # The id is a UUID, the same for the same document: a repetition is one file.
    path = os.path.join(sys.argv[2], header["id"] + (".xml" if "xml" in header["content-type"] else ".json"))
    with open(path + ".part", "wb") as file:
        file.write(bodies[0])
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".part", path)
    folder = os.open(sys.argv[2], os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)
    socket.send_multipart([daemon, b"EHDS/1", b"ACK", json.dumps({"id": header["id"]}).encode()])
