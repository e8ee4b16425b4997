"""A log as a file, by Protocol/log-file.md."""
import base64
import json

import log
from log import BATCH, RECEIPT, Place
from protocol import MESSAGES, Exchange

LogFileItem = MESSAGES["LogFileItem"]
MAGIC = b"huiyin-log-file-1\n"


def batches(site, key, epoch, size=500):
    """DATA's batches of all that an epoch holds."""
    for first in range(0, len(epoch.entries), size):
        entries = epoch.entries[first:first + size]
        end = log.end(epoch.places[first], entries)
        batch = Exchange.Batch(epoch=epoch.epoch, first_sequence=first + 1, previous_hash=epoch.hash(first), entries=entries)
        batch.signature.key_id, batch.signature.value = key.identifier, key.sign(BATCH, site, end)
        yield batch


def write(site, key, epochs, made_at=0):
    """The bytes of a file with all of these epochs."""
    header = LogFileItem.Header(site=site, made_at=made_at, program_version="interop", signing_keys=[key.public])
    for epoch in epochs:
        header.epochs.add(head=epoch.head.message, first=1, parent=epoch.parent.message if epoch.parent else None)
    data = MAGIC + item(LogFileItem(header=header))
    for epoch in epochs:
        for batch in batches(site, key, epoch):
            data += item(LogFileItem(batch=batch))
    return finished(data, sum(len(epoch.entries) for epoch in epochs))


def finished(data, entries):
    return data + item(LogFileItem(end=LogFileItem.End(entries=entries, digest=log.sha256(data))))


def item(message):
    data = message.SerializeToString()
    return len(data).to_bytes(4, "big") + data


def receipts(text, site):
    """The places that a receipt proves to be durable; raises where a signature does not verify."""
    value = json.loads(text)
    key, places = bytes.fromhex(value["receiptKey"]), []
    for entry in value["entries"]:
        place = Place(bytes.fromhex(entry["epoch"]), entry["sequence"], bytes.fromhex(entry["hash"]))
        signature = MESSAGES["Signature"](key_id=base64.b64decode(entry["keyID"]), value=base64.b64decode(entry["signature"]))
        if value["site"] != site or not log.verifies(key, signature, RECEIPT, site, place):
            raise ValueError("a receipt that does not verify")
        places.append(place)
    return places
