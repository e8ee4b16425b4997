"""What a registered site with bad intentions, a stranger and a broken program get for an answer."""
import os
import socket
import unittest

import zmq

import agent
import log
from agent import Agent, Keys, Session
from connection import GREATEST_MESSAGE, Connection, Ended
from headquarters import Headquarters, until
from log import RECEIPT, Place, SigningKey
from protocol import Entry, Exchange

Reject = Exchange.Reject


class Intruder:
    """A registered site's session, word for word: greets as it must, then says what a test gives it."""

    def __init__(self, headquarters, site):
        self.site = site
        self.agent = Agent(site.folder, site.name, site.keys, headquarters.endpoint, headquarters.key, headquarters.organisation_key)
        self.journal = self.agent.journal

    def note(self, count):
        self.agent.write(count, f"note-{len(self.journal.newest.entries)}")

    def __enter__(self):
        keys = self.site.keys
        self.connection = Connection(self.agent.endpoint, self.agent.server_key, keys.curve_public, keys.curve_secret)
        self.session = Session(self.agent, self.connection)
        return self

    def __exit__(self, *_):
        self.connection.close()

    def say(self, message):
        """The answer to a message: its body's name and the message."""
        self.connection.send(message)
        return self.hear()

    def hear(self, seconds=10):
        """The next message that is an answer: pins come by themselves (section 5, 6)."""
        while (message := self.connection.receive(seconds)) and message.WhichOneof("body") == "keys":
            pass
        return (message.WhichOneof("body"), message) if message else (None, None)

    def greet(self, change=lambda hello: None):
        hello = self.agent.hello()
        change(hello.hello)
        kind, message = self.say(hello)
        if kind == "reset" and message.reset.challenge:
            raise Ended("challenged", message=message)
        if kind == "welcome":
            self.session.token = message.welcome.session
            self.agent.memory.keep(session=message.welcome.session, headquarters=message.welcome.headquarters_epoch)
            self.session.durable = {position.epoch: Place.read(position) for position in message.welcome.durable}
            self.session.sending = self.journal.newest
            self.credit = message.welcome.credit
        return kind, message

    def batch(self, first, entries, change=lambda data: None):
        """DATA with entries as they are in the log; `change` comes after the signature."""
        data = self.session.batch(first, entries)
        change(data)
        return Exchange(session=self.session.token, data=data)

    def forged(self, before, entries, *, key=None, site=None, kind=log.BATCH):
        """DATA with other entries than the log's, signed over their own hashes."""
        key = key or self.site.keys.signing
        end = log.end(before, entries)
        data = Exchange.Batch(epoch=before.epoch, first_sequence=before.sequence + 1, previous_hash=before.hash, entries=entries)
        data.signature.key_id, data.signature.value = key.identifier, key.sign(kind, site or self.site.name, end)
        return Exchange(session=self.session.token, data=data)


class HostileTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.headquarters = Headquarters()
        cls.addClassCleanup(cls.headquarters.close)

    def intruder(self, notes=3):
        site = self.headquarters.site(self.id().rsplit(".", 1)[1].replace("_", "-")[:60])
        result = Intruder(self.headquarters, site)
        result.note(notes)
        return result

    def assert_rejected(self, answer, reason):
        kind, message = answer
        self.assertEqual(kind, "reject", message)
        self.assertEqual(Reject.Reason.Name(message.reject.reason), f"REASON_{reason}")
        self.assertGreaterEqual(message.reject.retry_after_ms, 5000)

    def assert_unharmed(self, intruder, stored=0):
        """An honest session of the same site goes through, and only its records are there."""
        run = intruder.site.run()
        run.finish()
        entries = [agent.Facts.FromString(entry.facts).client_id for entry in intruder.journal.newest.entries]
        until(20, "the honest records", lambda: len(self.headquarters.client_ids(intruder.site)) >= len(entries))
        self.assertEqual(self.headquarters.client_ids(intruder.site), sorted(entries))

    def refused(self, say, reason):
        """Says one thing after a greeting, and is refused for it."""
        intruder = self.intruder()
        with intruder:
            self.assertEqual(intruder.greet()[0], "welcome")
            self.assert_rejected(intruder.say(say(intruder)), reason)
        self.assert_unharmed(intruder)

    # --- the log ---------------------------------------------------------------------------------------------------------

    def test_an_entry_edited_after_signing_is_refused(self):
        def edited(intruder):
            entries = [Entry.FromString(entry.SerializeToString()) for entry in intruder.journal.newest.entries]
            entries[1].facts += b"\x4a\x01x"
            return intruder.batch(1, intruder.journal.newest.entries, lambda data: data.entries[1].CopyFrom(entries[1]))
        self.refused(edited, "SIGNATURE")

    def test_a_flipped_signature_is_refused(self):
        def flip(data):
            data.signature.value = data.signature.value[:-1] + bytes([data.signature.value[-1] ^ 1])
        self.refused(lambda intruder: intruder.batch(1, intruder.journal.newest.entries, flip), "SIGNATURE")

    def test_a_key_that_is_not_registered_signs_nothing(self):
        def forge(intruder):
            return intruder.forged(intruder.journal.newest.places[0], intruder.journal.newest.entries, key=SigningKey(os.urandom(32)))
        self.refused(forge, "SIGNATURE")

    def test_a_signature_for_another_site_is_refused(self):
        def forge(intruder):
            return intruder.forged(intruder.journal.newest.places[0], intruder.journal.newest.entries, site="another")
        self.refused(forge, "SIGNATURE")

    def test_a_receipt_is_no_signature_of_a_batch(self):
        def forge(intruder):
            return intruder.forged(intruder.journal.newest.places[0], intruder.journal.newest.entries, kind=RECEIPT)
        self.refused(forge, "SIGNATURE")

    def test_a_broken_chain_is_refused(self):
        def forge(intruder):
            origin = intruder.journal.newest.places[0]
            return intruder.forged(Place(origin.epoch, 0, os.urandom(32)), intruder.journal.newest.entries)
        self.refused(forge, "DIVERGED")

    def test_an_entry_without_its_nonce_is_refused(self):
        def strip(data):
            data.entries[0].nonce = b""
        self.refused(lambda intruder: intruder.batch(1, intruder.journal.newest.entries, strip), "MALFORMED")

    def test_a_batch_of_2001_entries_is_refused(self):
        def many(intruder):
            return intruder.forged(intruder.journal.newest.places[0], [Entry(nonce=bytes(16))] * 2001)
        self.refused(many, "MALFORMED")

    def test_an_entry_of_more_than_a_mebibyte_is_refused(self):
        def large(intruder):
            return intruder.forged(intruder.journal.newest.places[0], [Entry(nonce=bytes(16), personal=bytes(1 << 20))])
        self.refused(large, "OVERSIZE")

    def test_an_overlap_with_other_bytes_is_refused(self):
        intruder = self.intruder()
        with intruder:
            intruder.greet()
            self.assertEqual(intruder.say(intruder.batch(1, intruder.journal.newest.entries))[0], "acknowledgement")
            other = [intruder.agent.entry(f"other-{number}") for number in range(3)]
            self.assert_rejected(intruder.say(intruder.forged(intruder.journal.newest.places[0], other)), "DIVERGED")
        self.assert_unharmed(intruder)

    def test_the_same_batch_again_is_acknowledged_again_and_stored_once(self):
        intruder = self.intruder()
        with intruder:
            intruder.greet()
            for _ in range(3):
                kind, message = intruder.say(intruder.batch(1, intruder.journal.newest.entries))
                self.assertEqual((kind, message.acknowledgement.durable.sequence), ("acknowledgement", 3))
        self.assert_unharmed(intruder)

    def test_a_gap_is_answered_by_reset(self):
        intruder = self.intruder()
        with intruder:
            intruder.greet()
            self.assertEqual(intruder.say(intruder.batch(2, intruder.journal.newest.entries[1:]))[0], "reset")
        self.assert_unharmed(intruder)

    def test_more_than_the_credit_is_refused(self):
        intruder = self.intruder(notes=0)
        intruder.agent.journal.append([intruder.agent.entry(f"many-{number}") for number in range(22_000)])
        with intruder:
            intruder.greet()
            self.assertEqual(intruder.credit.sequence, 20_000)
            # All at once, ahead of any commit that could make room: one batch beyond the credit is one too many.
            answers = []
            for first in range(1, 22_001, 2000):
                intruder.connection.send(intruder.batch(first, intruder.journal.newest.entries[first - 1:first + 1999]))
            while not answers or answers[-1][0] == "acknowledgement" and answers[-1][1].acknowledgement.durable.sequence < 22_000:
                answers.append(intruder.hear())
            # A disk that is quick enough makes the room in time; then nothing was wrong.
            if answers[-1][0] != "acknowledgement":
                self.assert_rejected(answers[-1], "OVERLOAD")

    # --- the session -----------------------------------------------------------------------------------------------------

    def test_a_foreign_token_is_answered_by_reset_with_that_token(self):
        intruder = self.intruder()
        with intruder:
            intruder.greet()
            message = intruder.batch(1, intruder.journal.newest.entries)
            message.session = os.urandom(24)
            kind, answer = intruder.say(message)
            self.assertEqual((kind, answer.session), ("reset", message.session))
            # The session itself goes on.
            self.assertEqual(intruder.say(intruder.batch(1, intruder.journal.newest.entries))[0], "acknowledgement")
        self.assert_unharmed(intruder)

    def test_nothing_is_taken_without_a_greeting(self):
        intruder = self.intruder()
        with intruder:
            intruder.session.sending = intruder.journal.newest
            self.assertEqual(intruder.say(intruder.batch(1, intruder.journal.newest.entries))[0], "reset")
        self.assert_unharmed(intruder)

    def test_a_site_cannot_greet_as_another(self):
        intruder = self.intruder()
        with intruder:
            self.assert_rejected(intruder.greet(lambda hello: setattr(hello, "site", "plain")), "UNKNOWN")
        self.assert_unharmed(intruder)

    def test_a_later_version_alone_is_refused_and_said(self):
        intruder = self.intruder()

        def later(hello):
            hello.version_min, hello.version_max = 2, 3
        with intruder:
            answer = intruder.greet(later)
            self.assert_rejected(answer, "VERSION")
            self.assertIn("2 to 3", answer[1].reject.detail)
        self.assert_unharmed(intruder)

    def test_a_range_of_versions_is_answered_with_a_common_one(self):
        intruder = self.intruder()
        with intruder:
            kind, message = intruder.greet(lambda hello: setattr(hello, "version_max", 2))
            self.assertEqual((kind, message.welcome.version), ("welcome", 1))
        self.assert_unharmed(intruder)

    def test_fields_of_a_later_version_are_stored_and_read_over(self):
        intruder = self.intruder()
        entry = intruder.agent.entry("later-version")
        entry.facts += b"\xfa\x3f\x03new"  # field 1023 of three bytes
        intruder.journal.append([entry])
        self.assert_unharmed(intruder)

    # --- the connection --------------------------------------------------------------------------------------------------

    def test_garbage_frames_are_counted_and_end_nothing(self):
        intruder = self.intruder()
        before = self.headquarters.faults()["malformed"]
        garbage = [b"", b"GET / HTTP/1.1\r\n\r\n", os.urandom(1000), b"\x0a\xff\xff\xff\xff\x0f"]
        with intruder:
            intruder.greet()
            for frame in garbage:
                intruder.connection.send_frames(frame)
            intruder.connection.send_frames(b"two", b"frames")
            self.assertEqual(intruder.say(intruder.batch(1, intruder.journal.newest.entries))[0], "acknowledgement")
        self.assertEqual(self.headquarters.faults()["malformed"] - before, len(garbage) + 1)
        self.assert_unharmed(intruder)

    def test_a_message_of_more_than_four_mebibytes_ends_the_connection(self):
        intruder = self.intruder()
        with intruder:
            intruder.greet()
            intruder.connection.send_frames(bytes(GREATEST_MESSAGE + 1))
            with self.assertRaises(Ended):
                intruder.hear()
        self.assert_unharmed(intruder)

    def test_a_key_that_is_not_registered_gets_no_connection(self):
        stranger = Keys.make()
        with self.assertRaises(Ended):
            Connection(self.headquarters.endpoint, self.headquarters.key, stranger.curve_public, stranger.curve_secret)

    def test_another_headquarters_key_gets_no_connection(self):
        intruder, other = self.intruder(), zmq.curve_keypair()[0].decode()
        with self.assertRaises(Ended):
            Connection(self.headquarters.endpoint, other, intruder.site.keys.curve_public, intruder.site.keys.curve_secret, patience=3)
        self.assert_unharmed(intruder)

    def test_bytes_that_are_no_zeromq_harm_nobody(self):
        with socket.create_connection(("127.0.0.1", self.headquarters.port)) as raw:
            raw.sendall(os.urandom(4096))
        self.assert_unharmed(self.intruder())


if __name__ == "__main__":
    unittest.main(verbosity=2)
