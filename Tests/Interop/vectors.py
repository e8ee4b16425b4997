#!/usr/bin/env python3
"""vectors.py [--check]: writes Protocol/vectors from the specification alone; with --check says whether the files are those.

Every key, nonce and epoch is made from its name, so that the files are the same each time. They are test keys: nobody trusts them.
"""
import json
import sys
from dataclasses import dataclass, field

import log
import samples
from log import BATCH, OUTBOX, RECEIPT, Place, SigningKey, sha256
from protocol import VECTORS, Customer, Delivery, Entry, Exchange, Facts, Personal, Position, from_json, to_json

SITE, OTHER_SITE = "lakeview", "oldtown"
CLOCK = 1_790_827_200_000  # 2026-10-01T12:00:00+08:00


def made(name, length):
    return sha256(b"huiyin test vector: ", name.encode())[:length]


SITE_KEY, OTHER_KEY = SigningKey(made("site's signing key", 32)), SigningKey(made("another signing key", 32))
HEADQUARTERS_KEY = SigningKey(made("headquarters' signing key", 32))
ORGANISATION_KEY = made("organisation's key", 32)
HEADQUARTERS_EPOCH = made("headquarters' epoch", 16)
TOKEN = HEADQUARTERS_EPOCH + (7).to_bytes(8, "big")
OTHER_TOKEN = HEADQUARTERS_EPOCH + (6).to_bytes(8, "big")


@dataclass
class Epoch:
    """One epoch of the vectors' log."""
    epoch: bytes
    parent: Place | None
    entries: list
    places: list = field(default_factory=list)  # of each entry, behind the origin

    def __post_init__(self):
        self.places = [Place(self.epoch, 0, log.origin(SITE, self.epoch, self.parent))]
        for entry in self.entries:
            self.places.append(log.end(self.places[-1], [entry]))

    @property
    def head(self):
        return self.places[-1]


def entry_of(name, facts, personal):
    """An entry; its record's id follows from the client's."""
    facts, personal = from_json(Facts, facts), from_json(Personal, personal)
    facts.record_id = log.record_id(SITE, facts.client_id)
    for kind, value in log.tokens(ORGANISATION_KEY, personal.customer, SITE):
        facts.customer_tokens.add(kind=kind, value=value)
    facts.content_digest = sha256(b"content of ", name.encode())
    return Entry(facts=facts.SerializeToString(), nonce=made(f"nonce of {name}", 16), personal=personal.SerializeToString())


def erased(entry):
    return Entry(facts=entry.facts, personal_digest=sha256(entry.nonce, entry.personal))


NAMES = list(samples.RECORDS)
ENTRIES = {name: entry_of(name, *samples.RECORDS[name]) for name in NAMES}
FIRST = Epoch(made("first epoch", 16), None, [erased(entry) if name == "survey" else entry for name, entry in ENTRIES.items()])
# It branches from the first epoch after entry 3.
SECOND = Epoch(made("second epoch", 16), FIRST.places[3], [entry_of(*samples.LATER), ENTRIES["seal"]])


def delivery(site, entry, reason):
    """A record of `site` as an entry of an outbox."""
    record = Facts.FromString(entry.facts)
    facts = Facts(record_id=record.record_id, occurred_at=record.occurred_at, recorded_at=record.recorded_at)
    facts.delivery.site, facts.delivery.facts, facts.delivery.reason = site, entry.facts, reason
    return Entry(facts=facts.SerializeToString(), nonce=entry.nonce, personal=entry.personal, personal_digest=entry.personal_digest)


# What headquarters hands on to the site: a complaint of another one that was given to it, and an erased survey of its own.
DOWN = Epoch(made("outbox", 16), None, [
    delivery(OTHER_SITE, ENTRIES["complaint"], Delivery.REASON_CASE_GIVEN),
    delivery(SITE, erased(ENTRIES["survey"]), Delivery.REASON_RETURNED)])


def position(place):
    return {"epoch": place.epoch.hex(), "sequence": place.sequence, "hash": place.hash.hex()}


def plain(entry):
    return {"facts": entry.facts.hex(), "nonce": entry.nonce.hex(), "personal": entry.personal.hex(),
            "personalDigest": entry.personal_digest.hex()}


# --- the files ----------------------------------------------------------------------------------------------------------

def chain():
    malformed = {
        "no nonce and no digest": Entry(facts=b"\x01"),
        "a nonce of 15 bytes": Entry(facts=b"\x01", nonce=bytes(15)),
        "a digest of 31 bytes": Entry(facts=b"\x01", personal_digest=bytes(31)),
        "a digest beside a nonce": Entry(facts=b"\x01", nonce=bytes(16), personal_digest=bytes(32)),
        "a digest beside a personal part": Entry(facts=b"\x01", personal=b"\x01", personal_digest=bytes(32)),
    }
    survey = ENTRIES["survey"]
    return {
        "about": "Two epochs of one log; the second branches from the first. Entry 4 of the first was erased.",
        "site": SITE,
        "epochs": [{
            "epoch": epoch.epoch.hex(), "parent": position(epoch.parent) if epoch.parent else None,
            "origin": epoch.places[0].hash.hex(),
            "entries": [{"sequence": place.sequence, **plain(entry), "leaf": log.leaf(entry).hex(), "hash": place.hash.hex()}
                        for entry, place in zip(epoch.entries, epoch.places[1:])],
        } for epoch in (FIRST, SECOND)],
        "erasure": {"before": plain(survey), "after": plain(erased(survey)), "leaf": log.leaf(survey).hex()},
        "malformed": [{"why": why, **plain(entry)} for why, entry in malformed.items()],
    }


def signatures():
    place = FIRST.head

    def row(kind, key, site=SITE, place=place):
        return {"kind": kind, "key": key.public.hex(), "site": site, "position": position(place),
                "signedBytes": log.signed_bytes(kind, site, place, key.identifier).hex(), "keyId": key.identifier.hex(),
                "value": key.sign(kind, site, place).hex()}

    good = row(BATCH, SITE_KEY)
    flipped = good["value"][:-2] + f"{int(good['value'][-2:], 16) ^ 1:02x}"
    another = Place(place.epoch, place.sequence - 1, place.hash)
    forged = {
        "a bit of the signature is flipped": {"value": flipped},
        "the signature is empty": {"value": ""},
        "the signature is cut": {"value": good["value"][:-2]},
        "signed by another key": {"value": OTHER_KEY.sign(BATCH, SITE, place).hex()},
        "the key id is another": {"keyId": OTHER_KEY.identifier.hex()},
        "a receipt in place of a batch's signature": {"value": row(RECEIPT, SITE_KEY)["value"]},
        "an outbox's signature in place of a batch's": {"value": row(OUTBOX, SITE_KEY)["value"]},
        "signed for another site": {"value": row(BATCH, SITE_KEY, OTHER_SITE)["value"]},
        "signed for another place": {"value": row(BATCH, SITE_KEY, place=another)["value"]},
        "signed for another hash": {"value": row(BATCH, SITE_KEY, place=Place(place.epoch, place.sequence, bytes(32)))["value"]},
    }
    names = {"site": SITE_KEY, "other": OTHER_KEY, "headquarters": HEADQUARTERS_KEY}
    return {
        "about": "Ed25519. None of the forged ones may verify.",
        "keys": [{"name": name, "private": key.seed.hex(), "public": key.public.hex(), "keyId": key.identifier.hex()}
                 for name, key in names.items()],
        "signatures": [good, row(BATCH, SITE_KEY, place=SECOND.head), row(BATCH, OTHER_KEY, OTHER_SITE),
                       row(OUTBOX, HEADQUARTERS_KEY, place=DOWN.head), row(RECEIPT, HEADQUARTERS_KEY), row(RECEIPT, HEADQUARTERS_KEY, place=FIRST.places[0])],
        "forged": [{**good, "why": why, **change} for why, change in forged.items()],
    }


def records():
    rows = {**ENTRIES, samples.LATER[0]: SECOND.entries[0]}
    return {
        "about": "The two parts of each kind of record, as bytes and in protobuf's JSON.",
        "records": [{"name": name, "facts": to_json(Facts.FromString(entry.facts)), "factsBytes": entry.facts.hex(),
                     "personal": to_json(Personal.FromString(entry.personal)), "personalBytes": entry.personal.hex()}
                    for name, entry in rows.items()],
    }


def identifiers():
    client_ids = [(SITE, "T-2026-0815"), (OTHER_SITE, "T-2026-0815"), (SITE, "投诉·厨房漏水·1"), ("A", "a"), ("s" * 64, "x" * 200)]
    return {
        "about": "What follows from a client's own id, and from a customer's exact keys under the organisation's key.",
        "recordIds": [{"site": site, "clientId": name, "recordId": log.record_id(site, name).hex()} for site, name in client_ids],
        "organisationKey": ORGANISATION_KEY.hex(),
        "customers": [{
            "site": site, "customer": customer,
            "tokens": [{"kind": kind, "value": value.hex()}
                       for kind, value in log.tokens(ORGANISATION_KEY, from_json(Customer, customer), site)],
        } for customer in samples.CUSTOMERS for site in (SITE, OTHER_SITE)],
        "siteIds": ["a", "9", "riverside", "A.b_c-9", "x" * 64],
        "notSiteIds": ["", ".a", "-a", "_a", "a b", "湖景", "a/b", "a\n", "x" * 65],
    }


def hello(**change):
    value = Exchange.Hello(version_min=1, version_max=1, site=SITE, boot=made("boot", 16), clock=CLOCK, disk_free=1 << 34,
                           program_version="vectors")
    for epoch in (FIRST, SECOND):
        value.epochs.add(head=epoch.head.message, first=1, parent=epoch.parent.message if epoch.parent else None)
    for name, item in change.items():
        if name == "epochs":
            del value.epochs[:]
            value.epochs.extend(item)
        else:
            setattr(value, name, item)
    return Exchange(hello=value)


def batch(epoch, first, last, *, session=TOKEN, key=SITE_KEY, kind=BATCH, site=SITE, change=None, sign=True):
    """DATA with entries `first` to `last`. `change` is applied before it is signed; without `sign` after it."""
    entries, before = [Entry.FromString(e.SerializeToString()) for e in epoch.entries[first - 1:last]], epoch.places[first - 1]
    if change and sign:
        change(entries)
    signed = log.end(before, entries)
    data = Exchange.Batch(epoch=epoch.epoch, first_sequence=first, previous_hash=before.hash, entries=entries)
    data.signature.key_id, data.signature.value = key.identifier, key.sign(kind, site, signed)
    if change and not sign:
        change(data.entries)
    return Exchange(session=session, data=data)


def acknowledgement(place, credit=20_000):
    value = Exchange.Acknowledgement(durable=place.message)
    value.credit.sequence, value.credit.bytes = place.sequence + credit, 4 << 20
    value.signature.key_id = HEADQUARTERS_KEY.identifier
    value.signature.value = HEADQUARTERS_KEY.sign(RECEIPT, SITE, place)
    return Exchange(session=TOKEN, acknowledgement=value)


def ping(**change):
    return Exchange(session=TOKEN, ping=Exchange.Ping(head=SECOND.head.message, clock=CLOCK + 2000, disk_free=1 << 34, **change))


def messages():
    welcome = Exchange.Welcome(
        version=1, session=TOKEN, headquarters="总部", headquarters_epoch=HEADQUARTERS_EPOCH,
        durable=[FIRST.places[3].message, SECOND.places[0].message], heartbeat_ms=2000, max_message_bytes=4 << 20,
        clock=CLOCK + 40, echo_clock=CLOCK)
    welcome.credit.sequence, welcome.credit.bytes = 20_003, 4 << 20
    pong = Exchange.Pong(clock=CLOCK + 2040, echo_clock=CLOCK + 2000, durable=SECOND.head.message)
    pong.credit.sequence, pong.credit.bytes = 20_002, 4 << 20
    reject = Exchange.Reject(reason=Exchange.Reject.REASON_SIGNATURE, detail="over entry 5", retry_after_ms=15_000)
    feed = Exchange.Feed(feed_epoch=made("feed's epoch", 16), progress=9, head=9)
    feed.entries.add(sequence=9, appended_at=CLOCK, kind="flag", subject_id=made("a flag", 16), sites=[SITE, OTHER_SITE],
                     payload='{"kind":"hot_issue"}')
    places = [3, 6, 9]
    located = Exchange.Located(epoch=FIRST.epoch, sequences=places, hashes=[FIRST.places[n].hash if n < len(FIRST.places) else b"" for n in places])
    fetched = Exchange.Fetched(epoch=FIRST.epoch, first=2, previous_hash=FIRST.places[1].hash, entries=FIRST.entries[1:3])
    quarantine = Exchange.Quarantine(epoch=FIRST.epoch, count=2)
    quarantine.ranges.add(first=2, last=3, reason="of a kind that this version does not know")
    down = batch(DOWN, 1, 2, key=HEADQUARTERS_KEY, kind=OUTBOX).data
    first_downack, downack = Exchange.DownAcknowledgement(log_epoch=SECOND.epoch), Exchange.DownAcknowledgement(durable=DOWN.head.message)
    for value, place in (first_downack, DOWN.places[0]), (downack, DOWN.head):
        value.credit.sequence, value.credit.bytes = place.sequence + 2000, 1 << 20
    rows = {
        "HELLO of a log with two epochs": ("site", hello()),
        "WELCOME": ("headquarters", Exchange(session=TOKEN, welcome=welcome)),
        "REJECT": ("headquarters", Exchange(session=TOKEN, reject=reject)),
        "DATA with an erased entry": ("site", batch(FIRST, 3, len(NAMES))),
        "DATA of the second epoch": ("site", batch(SECOND, 1, 2)),
        "ACK": ("headquarters", acknowledgement(FIRST.head)),
        "PING": ("site", ping(idle=True)),
        "PING of a site that lags": ("site", ping(oldest_unacknowledged_at=CLOCK - 60_000, queue_bytes=123_456)),
        "PONG": ("headquarters", Exchange(session=TOKEN, pong=pong)),
        "RESET": ("headquarters", Exchange(session=OTHER_TOKEN, reset=Exchange.Reset(detail="unknown session"))),
        "BYE": ("site", Exchange(session=TOKEN, bye=Exchange.Bye(detail="stopping"))),
        "LOCATE": ("site", Exchange(session=TOKEN, locate=Exchange.Locate(epoch=FIRST.epoch, sequences=places))),
        "LOCATED, the last place beyond the head": ("headquarters", Exchange(session=TOKEN, located=located)),
        "FETCH": ("headquarters", Exchange(session=TOKEN, fetch=Exchange.Fetch(epoch=FIRST.epoch, first=2, last=3))),
        "FETCHED": ("site", Exchange(session=TOKEN, fetched=fetched)),
        "QUARANTINE": ("headquarters", Exchange(session=TOKEN, quarantine=quarantine)),
        "DOWN": ("headquarters", Exchange(session=TOKEN, down=down)),
        "DOWNACK of a site that has nothing, after WELCOME": ("site", Exchange(session=TOKEN, down_acknowledgement=first_downack)),
        "DOWNACK": ("site", Exchange(session=TOKEN, down_acknowledgement=downack)),
        "REQUEST": ("administrator", Exchange(request=Exchange.Request(number=1, method="status", arguments="{}"))),
        "ANSWER in parts": ("headquarters", Exchange(answer=Exchange.Answer(number=1, result='{"sites":[', more=True))),
        "ANSWER that says why not": ("headquarters", Exchange(answer=Exchange.Answer(number=2, error="unknown method"))),
        "TAIL": ("administrator", Exchange(tail=Exchange.Tail(
            feed_epoch=made("feed's epoch", 16), after=8, kinds=["flag"], sites=[SITE], credit=100))),
        "FEED": ("headquarters", Exchange(feed=feed)),
        "FEED that refuses": ("headquarters", Exchange(feed=Exchange.Feed(
            feed_epoch=made("feed's epoch", 16), head=9, refused="beyond the head"))),
    }
    bye = Exchange(session=TOKEN, bye=Exchange.Bye()).SerializeToString()
    unknown_field = b"\xfa\x3f\x03new"  # field 1023, of three bytes
    malformed = {
        "no body": Exchange(session=TOKEN).SerializeToString(),
        "a body that this version does not know": unknown_field,
        "an empty frame": b"",
        "cut off": batch(FIRST, 1, 2).SerializeToString()[:-1],
        "an HTTP request": b"GET / HTTP/1.1\r\nHost: hq\r\n\r\n",
        "a length beyond the frame": b"\x0a\xff\xff\xff\xff\x0f",
        "invalid UTF-8 in a text": Exchange(session=TOKEN, bye=Exchange.Bye(detail="xx")).SerializeToString()[:-2] + b"\xff\xfe",
        "group tags": b"\x0b\x0c",
    }
    return {
        "about": "Each message as one frame's bytes and in protobuf's JSON. The malformed ones are no messages.",
        "messages": [{"name": name, "from": source, "json": to_json(value), "bytes": value.SerializeToString().hex()}
                     for name, (source, value) in rows.items()],
        "unknownFields": [
            {"name": "BYE with a field of a later version", "bytes": (bye + unknown_field).hex(), "json": to_json(Exchange.FromString(bye))}],
        "malformed": [{"why": why, "bytes": frame.hex()} for why, frame in malformed.items()],
    }


def say(message, *answers):
    """What a site sends, and what headquarters answers once all of it is stored."""
    return {"say": message.SerializeToString().hex(), "answers": list(answers)}


def ack(place):
    return f"ACK {place.epoch.hex()[:8]} {place.sequence}"


def conversations():
    def edited(entries):
        entries[1].personal += b"\x42\x01x"

    def short_nonce(entries):
        entries[0].nonce = entries[0].nonce[:15]

    def lost(index, place, **more):
        return lambda entries: entries[index].CopyFrom(Entry(damaged=True, recorded_hash=FIRST.places[place].hash, **more))

    greeting = say(hello(), "WELCOME 1")
    three, all_first = FIRST.places[3], FIRST.head
    stored = say(batch(FIRST, 1, 3), ack(three))
    other = Epoch(FIRST.epoch, None, [ENTRIES["visit"], ENTRIES["step"], ENTRIES["visit"], ENTRIES["step"]])
    stranger = Epoch(made("third epoch", 16), None, [ENTRIES["visit"]])
    foreign = {"range": hello().hello.epochs[0]}["range"]
    malformed_epoch = type(foreign)(head=Position(epoch=bytes(15), hash=bytes(32)))
    many = [type(foreign)(head=Position(epoch=made(f"epoch {n}", 16), hash=bytes(32))) for n in range(65)]
    empty = Exchange(session=TOKEN, data=Exchange.Batch(epoch=FIRST.epoch, first_sequence=1, previous_hash=FIRST.places[0].hash))
    zeroth = batch(FIRST, 1, 1)
    zeroth.data.first_sequence = 0
    short_hash = batch(FIRST, 1, 1)
    short_hash.data.previous_hash = bytes(31)
    short_head = ping()
    short_head.ping.head.hash = bytes(31)
    rows = {
        "an honest site drains both epochs": [
            greeting, stored, say(batch(FIRST, 4, len(NAMES)), ack(all_first)), say(batch(SECOND, 1, 2), ack(SECOND.head)),
            say(ping(idle=True), "PONG 2")],
        "a batch that came before is acknowledged again": [greeting, stored, say(batch(FIRST, 1, 3), ack(three)), say(batch(FIRST, 1, 2), ack(three))],
        "an overlap that is equal gives way to what is new": [greeting, stored, say(batch(FIRST, 2, len(NAMES)), ack(all_first))],
        "a later greeting closes the session before": [greeting, stored, say(hello(last_session=TOKEN), "WELCOME 1"), say(batch(FIRST, 4, 4), ack(FIRST.places[4]))],
        "a site that speaks versions 1 to 2 is answered with 1": [say(hello(version_max=2), "WELCOME 1")],
        "a lost entry at the beginning of a batch, and what follows it": [
            greeting, say(batch(FIRST, 1, 3, change=lost(0, 1)), ack(three)), say(batch(FIRST, 4, len(NAMES)), ack(all_first))],
        "a lost entry behind a whole one": [greeting, say(batch(FIRST, 1, 3, change=lost(1, 2), sign=False), "REJECT malformed")],
        "a lost entry of another hash": [greeting, say(batch(FIRST, 1, 3, change=lost(0, 2), sign=False), "REJECT signature")],
        "a lost entry that is not": [
            greeting, say(batch(FIRST, 1, 3, change=lost(0, 1, facts=b"\x01"), sign=False), "REJECT malformed")],
        "an overlap with other bytes": [greeting, stored, say(batch(other, 1, 3), "REJECT diverged")],
        "other bytes before what is new": [greeting, stored, say(batch(other, 3, 4), "REJECT diverged")],
        "another history behind what is stored": [greeting, stored, say(batch(other, 4, 4), "REJECT diverged")],
        "entries are missing in between": [greeting, say(batch(FIRST, 2, 3), "RESET"), say(batch(FIRST, 1, 3), "RESET")],
        "an epoch that HELLO did not name": [greeting, say(batch(stranger, 1, 1), "RESET")],
        "an entry edited after it was signed": [greeting, say(batch(FIRST, 1, 3, change=edited, sign=False), "REJECT signature")],
        "signed by a key that is not registered": [greeting, say(batch(FIRST, 1, 3, key=OTHER_KEY), "REJECT signature")],
        "signed for another site": [greeting, say(batch(FIRST, 1, 3, site=OTHER_SITE), "REJECT signature")],
        "a receipt's signature under a batch": [greeting, say(batch(FIRST, 1, 3, kind=RECEIPT), "REJECT signature")],
        "a nonce of 15 bytes": [greeting, say(batch(FIRST, 1, 3, change=short_nonce, sign=False), "REJECT malformed")],
        "a batch without entries": [greeting, say(empty, "REJECT malformed")],
        "a batch that begins at 0": [greeting, say(zeroth, "REJECT malformed")],
        "a previous hash of 31 bytes": [greeting, say(short_hash, "REJECT malformed")],
        "a session that was never offered": [greeting, say(batch(FIRST, 1, 3, session=OTHER_TOKEN), "RESET"), stored],
        "no greeting": [say(batch(FIRST, 1, 3), "RESET")],
        "after a refusal nothing is taken": [greeting, say(empty, "REJECT malformed"), say(batch(FIRST, 1, 3), "RESET")],
        "after BYE nothing is taken": [greeting, say(Exchange(session=TOKEN, bye=Exchange.Bye())), say(batch(FIRST, 1, 3), "RESET")],
        "a greeting in another site's name": [say(hello(site=OTHER_SITE), "REJECT unknown")],
        "no common version": [say(hello(version_min=2, version_max=3), "REJECT version")],
        "version 0": [say(hello(version_min=0, version_max=0), "REJECT version")],
        "a greeting without epochs": [say(hello(epochs=[]), "REJECT malformed")],
        "an epoch of 15 bytes": [say(hello(epochs=[malformed_epoch]), "REJECT malformed")],
        "the same epoch twice": [say(hello(epochs=[foreign, foreign]), "REJECT malformed")],
        "65 epochs": [say(hello(epochs=many), "REJECT malformed")],
        "PING with a hash of 31 bytes": [greeting, say(short_head)],
        "what only headquarters says": [greeting, say(acknowledgement(three)), stored],
    }
    return {
        "about": "What a site says to headquarters, and the kinds of its answers; ACK with epoch and place, WELCOME with the version, "
                 "PONG with what is durable. Headquarters stores at once and gives the token of every session as here.",
        "site": SITE, "siteKey": SITE_KEY.public.hex(), "receiptKey": HEADQUARTERS_KEY.seed.hex(), "token": TOKEN.hex(),
        "headquartersEpoch": HEADQUARTERS_EPOCH.hex(), "clock": CLOCK,
        "conversations": [{"name": name, "steps": steps} for name, steps in rows.items()],
    }


FILES = {"chain": chain, "signatures": signatures, "records": records, "identifiers": identifiers, "messages": messages,
         "conversations": conversations}


def texts():
    return {f"{name}.json": json.dumps(make(), ensure_ascii=False, indent=1) + "\n" for name, make in FILES.items()}


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    for name, text in texts().items():
        path = VECTORS / name
        if not sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"vectors.py: Protocol/vectors/{name} is not what the specification gives: run Tests/Interop/vectors.py and look at the difference")


if __name__ == "__main__":
    main()
