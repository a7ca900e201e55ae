#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The road of a document through the running daemon, and what operators can do on it."""
import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket

from harness import SHIPPED, Case, fixture, main, note, route, until


class Road(Case):
    def test_a_document_is_received_forwarded_and_answered(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        document = note("n1")
        receipt = self.submit(sender, "m1", document, sha256=hashlib.sha256(document).hexdigest())
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(receipt.header["duplicate"], False)
        self.assertEqual(outcome.header["state"], "forwarded")
        self.assertEqual(outcome.header["id"], receipt.header["id"])
        self.assertEqual(outcome.header["pack"], "xx/note")
        self.assertEqual(outcome.header["category"], "patient-summary")
        self.assertEqual(json.loads(outcome.bodies[0])["resourceType"], "OperationOutcome")
        self.assertEqual(len(outcome.bodies), 1)
        delivery = peer.deliveries[0]
        self.assertEqual(delivery.verb, "DELIVER")
        self.assertEqual(delivery.header["id"], receipt.header["id"])
        self.assertEqual(delivery.header["sha256"], hashlib.sha256(document).hexdigest())
        self.assertEqual(delivery.header["content-type"], "application/fhir+json")
        self.assertEqual(json.loads(delivery.bodies[0])["resourceType"], "Bundle")
        until(lambda: daemon.states()["done"] == 1)

    def test_a_resend_gets_the_same_receipt_and_the_same_answer_and_the_peer_sees_it_once(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        first = self.submit(sender, "m1", note("n1"))
        sender.hear_verb("OUTCOME", "m1")
        again = self.submit(sender, "m1", note("n1"))
        answer = sender.hear_verb("OUTCOME", "m1")
        renamed = self.submit(sender, "m2", note("n1"))
        self.assertTrue(again.header["duplicate"] and renamed.header["duplicate"])
        self.assertEqual(again.header["id"], first.header["id"])
        self.assertEqual(renamed.header["id"], first.header["id"])
        self.assertEqual(answer.header["state"], "forwarded")
        self.assertEqual(len(peer.deliveries), 1)
        clash = self.submit(sender, "m1", note("other"))
        self.assertEqual(clash.verb, "ERROR")
        self.assertEqual(clash.header["code"], "conflict")

    def test_the_same_message_of_another_sender_is_another_document(self):
        daemon = self.daemon().start()
        one = self.submit(self.sender(daemon, b"one"), "m1", note("n1"))
        two = self.submit(self.sender(daemon, b"two"), "m1", note("n2"))
        self.assertEqual((one.verb, two.verb), ("RECEIPT", "RECEIPT"))
        self.assertNotEqual(one.header["id"], two.header["id"])

    def test_without_a_route_a_document_is_converted_and_can_be_fetched(self):
        daemon = self.daemon().start()
        sender = self.sender(daemon)
        receipt = self.submit(sender, "m1", note("n1"), want="result")
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(outcome.header["state"], "converted")
        self.assertEqual(json.loads(outcome.bodies[1])["resourceType"], "Bundle")
        sender.say("FETCH", {"id": receipt.header["id"], "want": "source"})
        source = sender.hear_verb("OUTCOME")
        self.assertEqual(source.bodies[1], note("n1"))
        sender.say("FETCH", {"id": receipt.header["id"], "want": "result"})
        self.assertEqual(sender.hear_verb("OUTCOME").bodies[1], outcome.bodies[1])
        sender.say("FETCH", {"id": receipt.header["id"], "want": "outcome"})
        self.assertEqual(sender.hear_verb("OUTCOME").bodies, [outcome.bodies[0]])
        stranger = self.sender(daemon, b"stranger")
        stranger.say("FETCH", {"id": receipt.header["id"], "want": "source"})
        self.assertEqual(stranger.hear_verb("ERROR").header["code"], "unknown-id")
        until(lambda: daemon.states()["done"] == 1)

    def test_several_documents_of_one_patient_make_one(self):
        """Four services, one summary; all that came is kept, and the order in which it came changes nothing."""
        bodies = [fixture(name) for name in ("pdc.xml", "fmk-composed.xml", "condition-list.json")]
        peer = self.peer()
        settings = route(("hospital", peer))
        settings["routes"][0]["match"]["country"] = "dk"
        daemon = self.daemon(mappings=SHIPPED, **settings).start()
        sender = self.sender(daemon)
        receipt = self.submit(sender, "m1", *bodies, sha256=hashlib.sha256(b"".join(bodies)).hexdigest())
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual((receipt.verb, outcome.header["state"]), ("RECEIPT", "forwarded"))
        sender.say("FETCH", {"id": receipt.header["id"], "want": "source"})
        self.assertEqual(sender.hear_verb("OUTCOME").bodies[1:], bodies)
        self.assertEqual(daemon.show(receipt.header["id"])["documents"], 3)
        sections = json.loads(peer.deliveries[0].bodies[0])["entry"][0]["resource"]["section"]
        self.assertEqual([s["code"]["coding"][0]["code"] for s in sections if "entry" in s], ["11450-4", "10160-0"])
        self.submit(sender, "m2", *reversed(bodies))
        sender.hear_verb("OUTCOME", "m2")
        self.assertEqual(peer.deliveries[0].bodies, peer.deliveries[1].bodies)

    def test_a_job_of_several_documents_outlives_the_daemon(self):
        bodies = [fixture("pdc.xml"), fixture("condition-list.json")]
        daemon = self.daemon(mappings=SHIPPED).start()
        sender = self.sender(daemon)
        receipt = self.submit(sender, "m1", *bodies)
        daemon.process.send_signal(signal.SIGKILL)
        daemon.process.wait()
        daemon.start()
        until(lambda: daemon.show(receipt.header["id"])["state"] in ("converted", "done"))
        again = self.submit(self.sender(daemon), "m1", *bodies)
        self.assertEqual((again.header["duplicate"], again.header["id"]), (True, receipt.header["id"]))
        clash = self.submit(self.sender(daemon), "m1", b"".join(bodies))
        self.assertEqual(clash.header["code"], "conflict")

    def test_two_patients_in_a_job_are_refused_and_no_log_names_them(self):
        daemon = self.daemon(mappings=SHIPPED).start()
        sender = self.sender(daemon)
        self.submit(sender, "m1", fixture("pdc-other.xml"), fixture("condition-list.json"))
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(outcome.header["state"], "refused")
        self.assertIn(b"compose-two-patients", outcome.bodies[0])
        self.assertIn(b"m1#1:15", outcome.bodies[0])
        for number in ("0102030004", "1203510007"):
            self.assertNotIn(number, daemon.log())

    def test_a_job_of_too_many_documents_or_too_many_bytes_is_answered(self):
        daemon = self.daemon(limits={"document": "64KiB"}).start()
        sender = self.sender(daemon)
        sender.submit("m1", *[note("n")] * 18)
        self.assertEqual(sender.hear_verb("ERROR").header["code"], "malformed")
        many = self.submit(sender, "m2", *[note("n")] * 17)
        self.assertEqual((many.verb, many.header["code"]), ("ERROR", "malformed"))
        large = self.submit(sender, "m3", note("a", padding="a" * 40000), note("b", padding="b" * 40000))
        self.assertEqual((large.verb, large.header["code"]), ("ERROR", "too-large"))
        alone = self.submit(sender, "m4", note("a"), note("b"))
        self.assertEqual(alone.verb, "RECEIPT")
        self.assertIn(b"compose-pack", sender.hear_verb("OUTCOME", "m4").bodies[0])

    def test_a_refused_document_has_an_outcome_and_goes_nowhere(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        receipt = self.submit(sender, "m1", b'<letter xmlns="urn:example:note"/>')
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(outcome.header["state"], "refused")
        self.assertIn("letters are for people", outcome.bodies[0].decode())
        self.assertEqual(daemon.show(receipt.header["id"])["why"], "detect-refused: Letter: letters are for people")
        self.assertEqual(peer.deliveries, [])

    def test_a_document_that_is_not_conformant_is_held_until_an_operator_releases_it(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer), nonconformant="hold")).start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1", conformant=False)).header["id"]
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "held")
        self.assertEqual([item["id"] for item in daemon.queue(state="held")], [document])
        self.assertEqual(daemon.ask("release", id=document)[0], {})
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "forwarded")
        self.assertEqual(peer.ids(), {document})
        header, _ = daemon.ask("release", id=document)
        self.assertEqual(header["code"], "state")
        self.assertIn("only held documents that have a result are released", header["text"])

    def test_a_policy_refuses_or_forwards_what_is_not_conformant_or_not_mapped(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer), nonconformant="forward-with-warning", unmapped="refuse")).start()
        sender = self.sender(daemon)
        self.submit(sender, "m1", note("n1", conformant=False))
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "forwarded")
        self.submit(sender, "m2", note("n2", mapped=False))
        self.assertEqual(sender.hear_verb("OUTCOME", "m2").header["state"], "refused")

    def test_a_held_document_is_dropped_with_a_reason(self):
        daemon = self.daemon().start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1", conformant=False)).header["id"]
        sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(daemon.ask("drop", id=document)[0]["code"], "malformed")
        self.assertEqual(daemon.ask("drop", id=document, text="sent by mistake")[0], {})
        outcome = sender.hear_verb("OUTCOME", "m1")
        self.assertEqual(outcome.header["state"], "refused")
        self.assertIn("dropped by an operator: sent by mistake", outcome.bodies[0].decode())
        self.assertEqual(daemon.show(document)["state"], "refused")

    def test_a_held_document_is_retried_with_better_mappings(self):
        peer = self.peer()
        daemon = self.daemon(**route(("hospital", peer)))
        with open(os.path.join(daemon.mappings, "xx/note/note.xsl")) as file:
            good = file.read()
        with open(os.path.join(daemon.mappings, "xx/note/note.xsl"), "w") as file:
            file.write(good.replace("not(@status = 'none')", "@status"))
        daemon.start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1")).header["id"]
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "held")
        with open(os.path.join(daemon.mappings, "xx/note/note.xsl"), "w") as file:
            file.write(good)
        self.assertEqual(daemon.ask("reload")[0], {})
        self.assertEqual(daemon.ask("retry", id=document)[0], {})
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "forwarded")
        self.assertEqual(peer.ids(), {document})

    def test_what_the_daemon_does_not_take_is_an_error_with_a_code(self):
        daemon = self.daemon(limits={"document": "64KiB"}).start()
        sender = self.sender(daemon)
        large = self.submit(sender, "m1", note("n1", padding="x" * 65536))
        self.assertEqual((large.verb, large.header["code"]), ("ERROR", "too-large"))
        damaged = self.submit(sender, "m2", note("n2"), sha256="0" * 64)
        self.assertEqual((damaged.verb, damaged.header["code"]), ("ERROR", "malformed"))
        lost = self.submit(sender, "m3", note("n3"), route="nowhere")
        self.assertEqual(lost.header["text"], "there is no route 'nowhere'")
        sender.say("FETCH", {"id": "00000000-0000-5000-8000-000000000000", "want": "result"})
        self.assertEqual(sender.hear_verb("ERROR").header["code"], "unknown-id")
        sender.say("PING", {})
        self.assertEqual(sender.hear_verb("PONG").header, {"document": 65536, "credit": 2000, "bytes": 64 << 20})

    def test_a_peer_that_is_down_gets_its_documents_when_it_is_up_and_holds_up_nobody_else(self):
        down, up = self.peer(), self.peer()
        daemon = self.daemon(**route(("down", down), ("up", up)))
        endpoint = down.endpoint
        down.stop()
        daemon.start()
        sender = self.sender(daemon)
        documents = {self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"] for i in range(40)}
        until(lambda: up.ids() == documents, what="all at the peer that is up")
        self.assertEqual(daemon.states()["converted"], 40)
        self.assertEqual({peer["name"]: (peer["connected"], peer["waiting"]) for peer in daemon.status()["peers"]},
                         {"down": (False, 40), "up": (True, 0)})
        late = self.peer(endpoint=endpoint)
        until(lambda: late.ids() == documents, what="all at the peer that came late")
        for i in range(40):
            self.assertEqual(sender.hear_verb("OUTCOME", "m%d" % i).header["state"], "forwarded")
        self.assertEqual(len(up.deliveries), 40)

    def test_a_peer_that_says_not_now_is_asked_again_and_one_that_says_never_is_not(self):
        patient, final = self.peer("NACK"), self.peer("NEVER")
        daemon = self.daemon(**route(("patient", patient), ("final", final))).start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1")).header["id"]
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "held")
        until(lambda: len(patient.deliveries) > 2)
        self.assertEqual(len(final.deliveries), 1)
        patient.answer = "ACK"
        until(lambda: {d["peer"]: d["state"] for d in daemon.show(document)["deliveries"]}
              == {"patient": "delivered", "final": "failed"})
        self.assertEqual(daemon.show(document)["why"], "peer final: told to say no")

    def test_a_delivery_is_given_up_after_its_time_and_held(self):
        peer = self.peer("NACK")
        options = route(("slow", peer))
        options["peers"]["slow"]["retry"]["give-up"] = "500ms"
        daemon = self.daemon(**options).start()
        sender = self.sender(daemon)
        document = self.submit(sender, "m1", note("n1")).header["id"]
        until(lambda: daemon.show(document)["state"] == "held")
        self.assertIn("given up", daemon.show(document)["why"])
        peer.answer = "ACK"
        self.assertEqual(daemon.ask("retry", id=document)[0], {})
        until(lambda: daemon.show(document)["state"] in ("forwarded", "done"))

    def test_a_folder_is_a_peer_too_and_gets_one_file_per_document(self):
        out = os.path.join(self.folder, "out")
        daemon = self.daemon(**route(("archive", out))).start()
        sender = self.sender(daemon)
        documents = [self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"] for i in range(3)]
        for i in range(3):
            self.assertEqual(sender.hear_verb("OUTCOME", "m%d" % i).header["state"], "forwarded")
        self.assertEqual(sorted(os.listdir(out)), sorted(document + ".json" for document in documents))
        with open(os.path.join(out, documents[0] + ".json")) as file:
            self.assertEqual(json.load(file)["resourceType"], "Bundle")

    def test_peers_get_the_format_that_they_take(self):
        as_json, as_xml = self.peer(), self.peer()
        options = route(("json", as_json), ("xml", as_xml))
        options["peers"]["xml"]["as"] = "fhir-xml"
        daemon = self.daemon(**options).start()
        sender = self.sender(daemon)
        self.submit(sender, "m1", note("n1"))
        self.assertEqual(sender.hear_verb("OUTCOME", "m1").header["state"], "forwarded")
        self.assertEqual(json.loads(as_json.deliveries[0].bodies[0])["resourceType"], "Bundle")
        self.assertIn(b'<Bundle xmlns="http://hl7.org/fhir"', as_xml.deliveries[0].bodies[0])
        self.assertEqual(as_xml.deliveries[0].header["content-type"], "application/fhir+xml")

    def test_a_clean_stop_loses_nothing_that_is_in_flight(self):
        peer = self.peer("NOTHING")
        daemon = self.daemon(**route(("hospital", peer))).start()
        sender = self.sender(daemon)
        documents = {self.submit(sender, "m%d" % i, note("n%d" % i)).header["id"] for i in range(50)}
        until(lambda: len(peer.deliveries) == 16, what="a full window")
        self.assertEqual(daemon.stop(), 0)
        peer.answer = "ACK"
        daemon.start()
        until(lambda: daemon.states()["forwarded"] == 50)
        self.assertEqual(set(peer.once()), documents)

    def test_a_document_too_many_waits_in_the_journal(self):
        """More than the daemon keeps in memory: the order stays, and nothing is lost."""
        daemon = self.daemon(workers=1).start()
        sender = self.sender(daemon)
        for i in range(1500):
            sender.submit("m%d" % i, note("n%d" % i))
        for i in range(1500):
            self.assertIsNotNone(sender.hear_verb("RECEIPT"), "receipt %d" % i)
        until(lambda: daemon.states()["received"] == 0, 40, "all converted")
        self.assertEqual(sum(daemon.states().values()), 1500)
        self.assertEqual(daemon.states()["refused"] + daemon.states()["held"], 0)

    def test_a_second_daemon_does_not_touch_the_first_ones_journal(self):
        daemon = self.daemon().start()
        with open(os.path.join(self.folder, "state", "lock")):
            pass
        other = self.daemon()
        other.folder = self.folder
        other.start(wait=False)
        self.assertEqual(other.wait_end(), 2)
        self.assertIn("state-locked", other.log())
        self.assertIsNone(daemon.process.poll())

    def test_the_control_socket_is_for_its_owner_only(self):
        daemon = self.daemon().start()
        path = daemon.control[len("ipc://"):]
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.dirname(path)).st_mode & 0o777, 0o700)
        daemon.stop()
        os.chmod(os.path.dirname(path), 0o755)
        daemon.start(wait=False)
        self.assertEqual(daemon.wait_end(), 2)
        self.assertIn("control-folder", daemon.log())


class Manager(Case):
    def test_a_service_manager_hears_when_it_serves_that_it_lives_and_when_it_stops(self):
        path = os.path.join(self.folder, "notify")
        with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
            manager.bind(path)
            manager.settimeout(20)
            daemon = self.daemon()
            os.environ.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="300000")
            try:
                daemon.start()
            finally:
                del os.environ["NOTIFY_SOCKET"], os.environ["WATCHDOG_USEC"]
            heard = [manager.recv(100)]
            while heard.count(b"WATCHDOG=1") < 4:
                heard.append(manager.recv(100))
            self.assertIn(b"READY=1", heard)
            daemon.stop()
            while heard[-1] != b"STOPPING=1":
                heard.append(manager.recv(100))


if __name__ == "__main__":
    main()
