"""A site's log and the names in it, by sections 1 and 2 of Protocol/replication.md."""
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from google.protobuf.message import DecodeError

from protocol import Pins, Position

BATCH, RECEIPT, OUTBOX = 1, 2, 3


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def named(site):
    """The site's id behind its length."""
    text = site.encode("ascii")
    return bytes([len(text)]) + text


@dataclass(frozen=True)
class Place:
    """A place in an epoch of a log, with the chain's hash there."""
    epoch: bytes
    sequence: int
    hash: bytes

    @property
    def message(self):
        return Position(epoch=self.epoch, sequence=self.sequence, hash=self.hash)

    @classmethod
    def read(cls, message):
        if len(message.epoch) != 16 or len(message.hash) != 32:
            raise ValueError("a position with a field of another length")
        return cls(message.epoch, message.sequence, message.hash)

    @property
    def bytes(self):
        return self.epoch + self.sequence.to_bytes(8, "big") + self.hash


def origin(site, epoch, parent=None):
    """h(0)"""
    return sha256(b"huiyin-log-1", named(site), epoch, parent.bytes if parent else bytes(56))


def leaf(entry):
    if entry.personal_digest:
        if len(entry.personal_digest) != 32 or entry.nonce or entry.personal:
            raise ValueError("an erased entry with more or less than a digest of 32 bytes")
        return sha256(sha256(entry.facts), entry.personal_digest)
    if len(entry.nonce) != 16:
        raise ValueError("a nonce that has not 16 bytes")
    return sha256(sha256(entry.facts), sha256(entry.nonce, entry.personal))


def link(previous, sequence, entry):
    """h(n) from h(n-1); of a lost entry the hash that it brings"""
    if entry.damaged:
        if len(entry.recorded_hash) != 32 or entry.facts or entry.nonce or entry.personal or entry.personal_digest:
            raise ValueError("a lost entry with more or less than a hash of 32 bytes")
        return entry.recorded_hash
    return sha256(previous, sequence.to_bytes(8, "big"), leaf(entry))


def end(place, entries):
    """The place of the last of `entries`, which follow `place`."""
    for entry in entries:
        place = Place(place.epoch, place.sequence + 1, link(place.hash, place.sequence + 1, entry))
    return place


def key_id(public):
    return sha256(public)[:8]


def signed_bytes(kind, site, place, identifier):
    return b"huiyin-sign-1" + bytes([kind]) + named(site) + place.bytes + identifier


class SigningKey:
    """An Ed25519 key, from the 32 bytes of its private half."""

    def __init__(self, seed):
        self.seed, self.key = seed, Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes_raw()
        self.identifier = key_id(self.public)

    def sign(self, kind, site, place):
        return self.key.sign(signed_bytes(kind, site, place, self.identifier))


def verifies(public, signature, kind, site, place):
    """Whether a `Signature` message is this key's, over this place of that site's log."""
    if signature.key_id != key_id(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature.value, signed_bytes(kind, site, place, signature.key_id))
        return True
    except InvalidSignature:
        return False


def believed_pins(signed, keys):
    """What a `SignedPins` says when one of these keys signed it; None otherwise."""
    for public in keys:
        if signed.key_id == key_id(public):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, b"huiyin-pins-1" + signed.pins)
                return Pins.FromString(signed.pins)
            except (InvalidSignature, DecodeError):
                return None
    return None


def record_id(site, client_id):
    """The id that follows from what a client calls its record: a UUIDv8."""
    value = bytearray(sha256(b"huiyin-client-id", named(site), client_id.encode())[:16])
    value[6] = value[6] & 0x0F | 0x80
    value[8] = value[8] & 0x3F | 0x80
    return bytes(value)


# --- pseudonyms ---------------------------------------------------------------------------------------------------------

NUMBER, PHONE, EMAIL, NAME_ADDRESS = 1, 2, 3, 4


def folded(text):
    return "".join(character for character in unicodedata.normalize("NFKC", text) if not character.isspace())


def phone(text, site):
    """A phone number's normal form; None where it is none."""
    text = "".join(character for character in folded(text) if character not in "-()./·")
    plus = text.startswith("+")
    digits = text[1:] if plus else text
    if not digits.isascii() or not digits.isdigit():
        return None
    if not plus and digits.startswith("00"):
        plus, digits = True, digits[2:]
    if not 5 <= len(digits) <= 15:
        return None
    if plus:
        return "+" + digits
    if len(digits) == 11 and digits.startswith("1"):
        return "+86" + digits
    if len(digits) == 13 and digits.startswith("861"):
        return "+" + digits
    if digits.startswith("0") and 10 <= len(digits) <= 12:
        return "+86" + digits[1:]
    return f"{site}/{digits}"


def email(text):
    text = folded(text).lower()
    parts = text.split("@")
    if len(parts) != 2 or not parts[0] or "." not in parts[1] or parts[1][0] == "." or parts[1][-1] == ".":
        return None
    return text


def tokens(organisation_key, customer, site):
    """A customer's pseudonyms: (kind, 16 bytes) for each exact key."""
    values = [(NUMBER, folded(customer.number).upper()), (PHONE, phone(customer.phone, site)), (EMAIL, email(customer.email))]
    values = [(kind, value) for kind, value in values if value]
    if not values and customer.name:
        values = [(NAME_ADDRESS, f"{site}/{folded(customer.name)}/{folded(customer.address)}")]
    return [(kind, hmac.digest(organisation_key, bytes([kind]) + value.encode(), "sha256")[:16]) for kind, value in values]
