#!/usr/bin/env python3
"""agent.py write FOLDER COUNT PREFIX | run FOLDER [--stay]: a site's agent, written from Protocol/replication.md and its vectors alone.

`write` adds so many complaints to the log. `run` brings all of it to headquarters and ends (with --stay: goes on). What happens
is told on standard output, a JSON object a line.
"""
import json
import os
import random
import sys
import time
from pathlib import Path

import zmq
from zmq.utils import z85

import log
from connection import Connection, Ended
from journal import Journal
from log import BATCH, RECEIPT, Place, SigningKey
from protocol import Entry, Exchange, Facts, Personal, Pins

BATCH_BYTES, BATCH_ENTRIES, BATCHES_UNDER_WAY = 256 << 10, 2000, 32
PATIENCE = 10.0
HEARTBEATS, UNANSWERED_HEARTBEATS = 3, 10
Reject, Welcome = Exchange.Reject, Exchange.Welcome
ROLLED_BACK, DIVERGED, FENCED = 2, 3, 4  # why an epoch was begun


def now():
    return time.time_ns() // 1_000_000


def size(entry):
    return len(entry.facts) + len(entry.nonce) + len(entry.personal) + len(entry.personal_digest)


class Keys:
    """A site's own keys: CURVE for the connection, Ed25519 for the log."""

    def __init__(self, curve_public, curve_secret, signing):
        self.curve_public, self.curve_secret, self.signing = curve_public, curve_secret, SigningKey(signing)

    @classmethod
    def make(cls):
        public, secret = zmq.curve_keypair()
        return cls(public.decode(), secret.decode(), os.urandom(32))


class Memory:
    """What an agent remembers beside its log: a JSON file, replaced as a whole."""

    def __init__(self, folder):
        self.path = Path(folder) / "memory.json"
        self.values = json.loads(self.path.read_text()) if self.path.exists() else {}

    def bytes(self, name):
        return bytes.fromhex(self.values.get(name, ""))

    def keep(self, **values):
        self.values.update({name: value.hex() for name, value in values.items()})
        draft = self.path.with_suffix(".draft")
        with open(draft, "w", encoding="utf-8") as file:
            json.dump(self.values, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.path)


class Agent:
    def __init__(self, folder, site, keys, endpoint, server_key, organisation_key, tell=lambda event, **values: None):
        self.site, self.keys, self.endpoint, self.server_key = site, keys, endpoint, server_key
        self.organisation_key, self.tell = organisation_key, tell
        self.journal, self.memory = Journal(folder, site), Memory(folder)
        self.boot, self.attempt, self.challenge = os.urandom(16), 0, b""
        self.failures, self.tries = 0, 0
        self.pins = Pins.FromString(self.memory.bytes("pins"))

    # --- what is written down ------------------------------------------------------------------------------------------

    def entry(self, client_id, *, text="", phone="", category="", **facts):
        """A complaint, as an entry."""
        personal = Personal(text=text)
        personal.customer.phone = phone
        made = Facts(record_id=log.record_id(self.site, client_id), clock=now() << 16, occurred_at=now(), recorded_at=now(),
                     author="interop", client_id=client_id, handbook="interop/1",
                     content_digest=log.sha256(text.encode(), phone.encode(), category.encode()), **facts)
        made.complaint.channel, made.complaint.category = 1, category
        for kind, value in log.tokens(self.organisation_key, personal.customer, self.site):
            made.customer_tokens.add(kind=kind, value=value)
        return Entry(facts=made.SerializeToString(), nonce=os.urandom(16), personal=personal.SerializeToString())

    def write(self, count, prefix):
        self.journal.append([
            self.entry(f"{prefix}-{number}", text=f"电梯停运 the lift is out of order {number}", phone=f"1380013{number % 10000:04}")
            for number in range(count)])

    # --- headquarters' keys --------------------------------------------------------------------------------------------

    @property
    def believed_keys(self):
        """Headquarters' signing keys: those of the pins, without any the first that was told (section 5, 5)."""
        pinned = [self.pins.receipt_key, self.pins.next_receipt_key] if self.pins.serial else [self.memory.bytes("receipt_key")]
        return [key for key in pinned if key]

    def way(self):
        """Endpoint and CURVE key of the next try: as it was set up, where a test has its wire, then the pins' ways."""
        ways = [(self.endpoint, self.server_key)]
        ways += [(way.endpoint, z85.encode(way.curve_key).decode()) for way in self.pins.ways]
        self.tries += 1
        return ways[(self.tries - 1) % len(ways)]

    def keep(self, signed):
        """Takes newer pins that a believed key signed; whether it did."""
        pins = log.believed_pins(signed, self.believed_keys)
        if pins is None or pins.serial <= self.pins.serial:
            return False
        self.memory.keep(pins=signed.pins)
        self.pins = pins
        self.tell("pins", serial=pins.serial)
        return True

    # --- one session after another -------------------------------------------------------------------------------------

    def run(self, stay=False):
        """Until headquarters has all; with `stay` for ever."""
        while True:
            try:
                with Connection(*self.way(), self.keys.curve_public, self.keys.curve_secret) as connection:
                    Session(self, connection).run(stay)
                    return
            except Ended as end:
                self.tell("ended", reason=str(end))
                if end.is_fenced and self.journal.newest.cause != FENCED:
                    # What is written from here on is kept apart from what another copy may have written.
                    self.journal.begin(self.journal.newest.head, cause=FENCED)
                if not self.challenge:
                    # Full jitter on top of what headquarters asked for.
                    most = max(min(15.0, 0.1 * 2 ** self.failures), end.wait / 2)
                    self.failures += 1
                    time.sleep(end.wait + random.uniform(0, most))

    def hello(self):
        self.attempt += 1
        hello = Exchange.Hello(
            version_min=1, version_max=1, site=self.site, last_session=self.memory.bytes("session"), boot=self.boot,
            last_headquarters_epoch=self.memory.bytes("headquarters"), clock=now(), program_version="interop",
            attempt=self.attempt, challenge=self.challenge)
        self.challenge = b""
        for epoch in self.journal.epochs:
            range = hello.epochs.add(head=epoch.head.message, first=1, parent=epoch.parent.message if epoch.parent else None,
                                     cause=epoch.cause)
            if receipt := self.memory.bytes(f"receipt of {epoch.epoch.hex()}"):
                receipt = Exchange.Acknowledgement.FromString(receipt)
                range.receipt.CopyFrom(receipt.durable)
                range.receipt_signature.CopyFrom(receipt.signature)
        return Exchange(hello=hello)


class Session:
    """From HELLO to whatever ends it."""

    def __init__(self, agent, connection):
        self.agent, self.connection, self.journal = agent, connection, agent.journal
        self.token, self.pinged = b"", None

    def run(self, stay):
        self.connection.send(self.agent.hello())
        message = self.hear(PATIENCE)
        if message is None:
            raise Ended("HELLO was not answered")
        if message.WhichOneof("body") != "welcome":
            raise Ended("something else than WELCOME")
        self.welcomed(message.welcome)
        self.live(stay)

    def welcomed(self, welcome):
        if welcome.version != 1 or not welcome.session:
            raise Ended(f"welcomed with version {welcome.version}")
        self.token, self.heartbeat = welcome.session, min(max(welcome.heartbeat_ms, 100), 600_000) / 1000
        believed = self.agent.believed_keys
        if believed and welcome.receipt_key not in believed:
            raise Ended("headquarters signs with a key that is not believed")
        # The token is kept before it is first used: its use confirms it.
        self.agent.memory.keep(session=welcome.session, headquarters=welcome.headquarters_epoch, receipt_key=welcome.receipt_key)
        self.agent.tries = 0
        self.tell_pins()
        self.durable = {position.epoch: Place.read(position) for position in welcome.durable}
        if set(self.durable) != {epoch.epoch for epoch in self.journal.epochs}:
            raise Ended("headquarters did not say what it has of each epoch")
        self.is_rolled_back = welcome.standing == Welcome.STANDING_ROLLED_BACK
        self.agent.tell("welcomed", headquarters=welcome.headquarters, standing=int(welcome.standing))
        for epoch in self.journal.epochs:
            self.compare(epoch)
        unfinished = [epoch for epoch in self.journal.epochs if self.durable[epoch.epoch] != epoch.head]
        self.sending = unfinished[0] if unfinished else self.journal.newest
        self.begin(welcome.credit)

    def tell_pins(self):
        if self.agent.pins.serial:
            self.connection.send(Exchange(session=self.token, keys=Exchange.Keys(kept=self.agent.pins.serial)))

    def begin(self, credit):
        self.sent, self.under_way = self.durable[self.sending.epoch], []
        self.take(credit)

    def take(self, credit):
        beyond = self.durable[self.sending.epoch].sequence
        self.allowed_entries, self.allowed_bytes = max(0, credit.sequence - beyond), credit.bytes

    def compare(self, epoch):
        """Headquarters' place in an epoch is one of this log, or the branch after the last common entry is issued anew."""
        theirs = self.durable[epoch.epoch]
        if epoch.hash(theirs.sequence) == theirs.hash:
            return
        common = self.locate(epoch, theirs.sequence)
        self.agent.tell("diverged", sequence=common.sequence)
        self.journal.begin(common, epoch.entries[common.sequence:], ROLLED_BACK if self.is_rolled_back else DIVERGED)
        raise Ended("the histories differ: what came after the last common entry goes on under a new epoch")

    def locate(self, epoch, beyond):
        """The last place where both histories are one, by bisection: low is common, high is not."""
        low, high = 0, min(beyond, epoch.head.sequence + 1)
        while high - low > 1:
            step = max(1, (high - low) // 65)
            asked = list(range(low + step, high, step))[:64]
            self.connection.send(Exchange(session=self.token, locate=Exchange.Locate(epoch=epoch.epoch, sequences=asked)))
            located = self.await_body("located").located
            if located.epoch != epoch.epoch or list(located.sequences) != asked or len(located.hashes) != len(asked):
                raise Ended("LOCATED does not fit what was asked")
            for sequence, hash in zip(located.sequences, located.hashes):
                if hash and hash == epoch.hash(sequence):
                    low = sequence
                else:
                    high = sequence
                    break
        return epoch.places[low]

    def await_body(self, kind):
        until = time.monotonic() + PATIENCE
        while (message := self.hear(until - time.monotonic())) is not None:
            if message.WhichOneof("body") == kind:
                return message
        raise Ended(f"{kind} did not come")

    def live(self, stay):
        heard, answered, next_ping = time.monotonic(), time.monotonic(), time.monotonic() + self.heartbeat / 4
        while True:
            self.advance()
            message = self.hear(max(0, next_ping - time.monotonic()))
            if message is not None:
                heard = time.monotonic()
                if message.WhichOneof("body") in ("acknowledgement", "pong"):
                    answered = heard
                if self.received(message) and not stay:
                    self.connection.send(Exchange(session=self.token, bye=Exchange.Bye()))
                    time.sleep(0.1)  # the library sends it while the socket lives
                    return
            if time.monotonic() - heard >= HEARTBEATS * self.heartbeat:
                raise Ended("headquarters was silent")
            if time.monotonic() - answered >= UNANSWERED_HEARTBEATS * self.heartbeat:
                raise Ended("headquarters answered nothing")
            if time.monotonic() >= next_ping or (self.is_drained and self.pinged != self.journal.newest.head):
                self.ping()
                next_ping = time.monotonic() + self.heartbeat

    @property
    def is_drained(self):
        return all(self.durable[epoch.epoch] == epoch.head for epoch in self.journal.epochs)

    def ping(self):
        self.pinged = self.journal.newest.head
        self.connection.send(Exchange(session=self.token, ping=Exchange.Ping(head=self.pinged.message, clock=now(), idle=True)))

    def received(self, message):
        """Takes note of a message; true when headquarters has said that it has everything."""
        body = message.WhichOneof("body")
        if body == "keys" and message.keys.HasField("pins") and self.agent.keep(message.keys.pins):
            self.tell_pins()
        if body not in ("acknowledgement", "pong"):
            return False
        self.agent.failures = 0
        value = getattr(message, body)
        if not value.durable.epoch:
            return False
        place = Place.read(value.durable)
        if body == "acknowledgement":
            self.check_receipt(value.signature, place)
        self.acknowledged(place, value.credit)
        if body == "acknowledgement":
            self.agent.memory.keep(**{f"receipt of {place.epoch.hex()}": value.SerializeToString()})
        return body == "pong" and self.is_drained and place == self.journal.newest.head

    def check_receipt(self, signature, place):
        if not any(log.verifies(key, signature, RECEIPT, self.agent.site, place) for key in self.agent.believed_keys):
            raise Ended("an acknowledgement whose signature does not verify")

    def acknowledged(self, place, credit):
        if place.epoch not in self.durable or place.sequence < self.durable[place.epoch].sequence:
            return
        epoch = self.journal.named(place.epoch)
        is_news = place != self.durable[place.epoch]
        self.durable[place.epoch] = place
        self.compare(epoch)
        if is_news:
            self.agent.tell("acknowledged", epoch=place.epoch.hex(), sequence=place.sequence)
        if place.epoch != self.sending.epoch:
            return
        self.take(credit)
        self.under_way = [(end, bytes) for end, bytes in self.under_way if end > place.sequence]
        if place.sequence > self.sent.sequence:
            self.sent = place
        if place == epoch.head and epoch is not self.journal.newest:
            # The next epoch that lacks something; the credit is beyond what is acknowledged, in whatever epoch.
            rest = self.journal.epochs[self.journal.epochs.index(epoch) + 1:]
            self.sending = next((e for e in rest if self.durable[e.epoch] != e.head), self.journal.newest)
            self.sent, self.under_way = self.durable[self.sending.epoch], []

    def advance(self):
        """Sends what the credit allows."""
        while self.sent != self.sending.head and len(self.under_way) < BATCHES_UNDER_WAY:
            first = self.sent.sequence + 1
            most = min(BATCH_ENTRIES, self.durable[self.sending.epoch].sequence + self.allowed_entries - self.sent.sequence)
            room = self.allowed_bytes - sum(bytes for _, bytes in self.under_way)
            if not self.under_way:
                most, room = max(1, most), max(1, room)
            entries, bytes = [], 0
            for entry in self.sending.entries[first - 1:first - 1 + max(0, most)]:
                if bytes >= min(BATCH_BYTES, room):
                    break
                entries.append(entry)
                bytes += size(entry)
            if not entries:
                return
            self.connection.send(Exchange(session=self.token, data=self.batch(first, entries)))
            self.sent = self.sending.places[first - 1 + len(entries)]
            self.under_way.append((self.sent.sequence, bytes))

    def batch(self, first, entries):
        end = self.sending.places[first - 1 + len(entries)]
        data = Exchange.Batch(epoch=end.epoch, first_sequence=first, previous_hash=self.sending.hash(first - 1), entries=entries)
        key = self.agent.keys.signing
        data.signature.key_id, data.signature.value = key.identifier, key.sign(BATCH, self.agent.site, end)
        return data

    def hear(self, seconds):
        """The next message of this session, None when none came in time; raises what ends it."""
        until = time.monotonic() + seconds
        while (message := self.connection.receive(max(0, until - time.monotonic()))) is not None:
            match message.WhichOneof("body"):
                case "reject":
                    name = Reject.Reason.Name(message.reject.reason).removeprefix("REASON_").lower()
                    wait = min(message.reject.retry_after_ms, 3_600_000) / 1000
                    raise Ended(f"rejected: {name}: {message.reject.detail}", wait, message)
                case "reset":
                    self.agent.challenge = message.reset.challenge
                    raise Ended(f"reset: {message.reset.detail}", message=message)
                case "bye":
                    raise Ended(f"bye: {message.bye.detail}", message=message)
                case body if body == "welcome" or message.session == self.token:
                    return message
        return None


def opened(folder):
    """The agent of a folder that `setup` made."""
    values = json.loads((Path(folder) / "agent.json").read_text())
    keys = Keys(values["curve_public"], values["curve_secret"], bytes.fromhex(values["signing"]))

    def tell(event, **more):
        print(json.dumps({"event": event, **more}, ensure_ascii=False), flush=True)

    return Agent(folder, values["site"], keys, values["endpoint"], values["server_key"],
                 bytes.fromhex(values["organisation_key"]), tell)


def setup(folder, site, keys, endpoint, server_key, organisation_key):
    Path(folder).mkdir(parents=True)
    path = Path(folder) / "agent.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({
        "site": site, "curve_public": keys.curve_public, "curve_secret": keys.curve_secret, "signing": keys.signing.seed.hex(),
        "endpoint": endpoint, "server_key": server_key, "organisation_key": organisation_key.hex()}))


def main(arguments):
    match arguments:
        case ["write", folder, count, prefix]:
            opened(folder).write(int(count), prefix)
        case ["run", folder, *options] if options in ([], ["--stay"]):
            opened(folder).run(stay=bool(options))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
