#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""sender.py ENDPOINT FILE...: submits each file, and waits until it is known what became of it.
With EHDS_SERVER_KEY, EHDS_PUBLIC_KEY and EHDS_SECRET_KEY (40 letters each) it speaks CURVE."""
import hashlib, json, os, sys, zmq

socket = zmq.Context().socket(zmq.DEALER)
socket.linger = 0
if "EHDS_SERVER_KEY" in os.environ:
    socket.curve_serverkey = os.environ["EHDS_SERVER_KEY"].encode()
    socket.curve_publickey = os.environ["EHDS_PUBLIC_KEY"].encode()
    socket.curve_secretkey = os.environ["EHDS_SECRET_KEY"].encode()
socket.connect(sys.argv[1])

for path in sys.argv[2:]:
    with open(path, "rb") as file:
        document = file.read()
    # The same id for the same document, however often it is sent: the daemon takes it once.
    message = hashlib.sha256(document).hexdigest()
    header = json.dumps({"message": message, "sha256": message, "content-type": "application/xml"}).encode()
    pause = 0                           # milliseconds; 0: send at once
    while True:
        if socket.poll(pause) == 0:     # no answer in time, or the first time round: (again)
            socket.send_multipart([b"EHDS/1", b"SUBMIT", header, document])
            pause = min(pause * 2 or 1000, 60000)
            continue
        _, verb, answer, *bodies = socket.recv_multipart()
        answer = json.loads(answer)
        if answer.get("message") != message or verb not in (b"ERROR", b"OUTCOME"):
            continue                    # a RECEIPT: it is on the daemon's disk; the outcome is still to come
        if verb == b"OUTCOME" or answer["code"] != "busy":
            print(path, answer.get("id", "-"), answer.get("state") or answer["code"])
            break
