"""The real agent before a headquarters of another hand: one of a later version, and one that lies."""
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import zmq

import log
from agent import now
from headquarters import BINARY, until
from log import BATCH, RECEIPT, Place, SigningKey
from protocol import Exchange

LATER_FIELD = b"\xfa\x3f\x03new"  # field 1023 of three bytes


class Branch:
    """`huiyin agent run` with one note, connected to whatever listens at the port."""

    def __init__(self, folder, endpoint, key):
        self.folder, environment = folder, {**os.environ, "LC_ALL": "C.UTF-8"}
        made = subprocess.run([BINARY, "agent", "init", "--site", "branch", "--folder", folder, "--headquarters", endpoint, f"--key={key}"],
                              check=True, capture_output=True, text=True, env=environment).stdout
        self.signing = bytes.fromhex(next(word for word in made.replace("=", " ").split() if len(word) == 64))
        config = folder / "agent.yaml"
        config.write_text(config.read_text().replace("127.0.0.1:8717", "127.0.0.1:0"))
        self.log = open(folder / "agent.log", "wb")
        self.process = subprocess.Popen([BINARY, "agent", "run", "--config", config], stdout=self.log, stderr=self.log, env=environment)
        until(30, "the agent's socket", lambda: (folder / "agent.sock").exists() or self.process.poll())
        subprocess.run([BINARY, "record", "complaint", "--text", "电梯停运", "--socket", folder / "agent.sock"], check=True,
                       capture_output=True, env=environment)

    def told(self):
        return (self.folder / "agent.log").read_text(encoding="utf-8")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class LaterHeadquartersTests(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="huiyin-later-"))
        self.addCleanup(shutil.rmtree, self.folder)
        public, secret = zmq.curve_keypair()
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.addCleanup(self.context.destroy, 0)
        self.router.curve_server, self.router.curve_secretkey = True, secret
        port = self.router.bind_to_random_port("tcp://127.0.0.1")
        self.receipts, self.epoch = SigningKey(os.urandom(32)), os.urandom(16)
        self.branch = Branch(self.folder / "branch", f"tcp://127.0.0.1:{port}", public.decode())
        self.addCleanup(self.branch.close)

    def hear(self, kind, seconds=30):
        """The next message of a kind, with the route to its sender."""
        end = time.monotonic() + seconds
        while self.router.poll(max(0, end - time.monotonic()) * 1000):
            route, frame = self.router.recv_multipart()
            message = Exchange.FromString(frame)
            if message.WhichOneof("body") == kind:
                return route, getattr(message, kind), message.session
        raise AssertionError(f"the agent did not say {kind}: {self.branch.told()[-2000:]}")

    def say(self, route, message, more=b""):
        self.router.send_multipart([route, message.SerializeToString() + more])

    def welcome(self, hello, token, version=1):
        welcome = Exchange.Welcome(version=version, session=token, headquarters="later", headquarters_epoch=self.epoch, heartbeat_ms=500,
                                   max_message_bytes=4 << 20, clock=now(), echo_clock=hello.clock, receipt_key=self.receipts.public)
        for epoch in hello.epochs:
            parent = Place.read(epoch.parent) if epoch.HasField("parent") else None
            welcome.durable.add(epoch=epoch.head.epoch, sequence=0, hash=log.origin("branch", epoch.head.epoch, parent))
        welcome.credit.sequence, welcome.credit.bytes = 20_000, 4 << 20
        return Exchange(session=token, welcome=welcome)

    def acknowledge(self, route, token, place, key=None):
        value = Exchange.Acknowledgement(durable=place.message)
        value.credit.sequence, value.credit.bytes = place.sequence + 20_000, 4 << 20
        key = key or self.receipts
        value.signature.key_id, value.signature.value = key.identifier, key.sign(RECEIPT, "branch", place)
        self.say(route, Exchange(session=token, acknowledgement=value), LATER_FIELD)

    def verified(self, data):
        """The place of a batch's last entry, after all that the specification says of it was checked."""
        place = log.end(Place(data.epoch, data.first_sequence - 1, data.previous_hash), data.entries)
        self.assertTrue(log.verifies(self.branch.signing, data.signature, BATCH, "branch", place))
        return place

    def test_what_a_later_version_says_is_passed_over(self):
        route, hello, _ = self.hear("hello")
        token = os.urandom(24)
        self.say(route, Exchange(session=token), LATER_FIELD)  # a message of a kind that is not known
        self.say(route, self.welcome(hello, token), LATER_FIELD)
        _, data, session = self.hear("data")
        self.assertEqual(session, token)
        self.router.send_multipart([route, b"\xff garbage"])
        self.say(route, Exchange(session=token), LATER_FIELD)
        place = self.verified(data)
        self.acknowledge(route, token, place)
        # The session lives on, and what was acknowledged is not sent again.
        again, ping, session = self.hear("ping")
        self.assertEqual((again, session, ping.head), (route, token, place.message))

    def test_a_version_that_is_not_spoken_is_refused_and_said(self):
        route, hello, _ = self.hear("hello")
        self.assertEqual((hello.version_min, hello.version_max), (1, 1))
        self.say(route, self.welcome(hello, os.urandom(24), version=2))
        self.hear("hello")
        self.assertIn("version 2, which is not spoken here", self.branch.told())

    def test_a_lost_acknowledgement_costs_nothing(self):
        route, hello, _ = self.hear("hello")
        token = os.urandom(24)
        self.say(route, self.welcome(hello, token))
        first = self.verified(self.hear("data")[1])
        self.say(route, Exchange(session=token, reset=Exchange.Reset(detail="lost")))
        route, hello, _ = self.hear("hello")
        token = os.urandom(24)
        self.say(route, self.welcome(hello, token))
        self.assertEqual(self.verified(self.hear("data")[1]).epoch, first.epoch)


if __name__ == "__main__":
    unittest.main(verbosity=2)
