"""A site's log on the disk: one file for each epoch, synced before anything counts as written down."""
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import log
from log import Place
from protocol import Entry


@dataclass
class EpochLog:
    """One epoch; `places[n]` is the place of entry n, `places[0]` the origin."""
    path: Path
    epoch: bytes
    parent: Place | None
    cause: int = 0
    entries: list = field(default_factory=list)
    places: list = field(default_factory=list)

    @property
    def head(self):
        return self.places[-1]

    def hash(self, sequence):
        """The chain's hash there; nothing where there is no such entry."""
        return self.places[sequence].hash if sequence < len(self.places) else b""


class Journal:
    """All epochs of a site's log, oldest first. Only the newest is written."""

    def __init__(self, folder, site):
        self.folder, self.site = Path(folder) / "log", site
        self.folder.mkdir(parents=True, exist_ok=True)
        self.epochs = [self._read(path) for path in sorted(self.folder.glob("*.epoch"))]
        if not self.epochs:
            self.begin(None)

    @property
    def newest(self):
        return self.epochs[-1]

    def named(self, epoch):
        return next(log for log in self.epochs if log.epoch == epoch)

    def begin(self, parent, entries=(), cause=0):
        """A new epoch after `parent`, with `entries` issued anew; durable as a whole."""
        epoch, path = os.urandom(16), self.folder / f"{len(self.epochs):04}.epoch"
        header = {"epoch": epoch.hex(), "cause": cause, "parent": [parent.epoch.hex(), parent.sequence, parent.hash.hex()] if parent else None}
        draft = path.with_suffix(".draft")
        self._write(draft, "wb", json.dumps(header).encode() + b"\n" + b"".join(map(framed, entries)))
        draft.rename(path)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        self.epochs.append(self._read(path))

    def append(self, entries):
        self._write(self.newest.path, "ab", b"".join(map(framed, entries)))
        self._add(self.newest, entries)

    def _add(self, epoch, entries):
        for entry in entries:
            epoch.entries.append(entry)
            epoch.places.append(log.end(epoch.head, [entry]))

    def _read(self, path):
        """An epoch from its file, without an entry that was being written when the process ended."""
        data = path.read_bytes()
        end = data.index(b"\n") + 1
        header = json.loads(data[:end])
        epoch, parent = bytes.fromhex(header["epoch"]), header["parent"]
        if parent:
            parent = Place(bytes.fromhex(parent[0]), parent[1], bytes.fromhex(parent[2]))
        result = EpochLog(path, epoch, parent, header["cause"], places=[Place(epoch, 0, log.origin(self.site, epoch, parent))])
        while end + 4 <= len(data) and (after := end + 4 + int.from_bytes(data[end:end + 4], "big")) <= len(data):
            self._add(result, [Entry.FromString(data[end + 4:after])])
            end = after
        if end < len(data):
            os.truncate(path, end)
        return result

    @staticmethod
    def _write(path, mode, data):
        with open(path, mode) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def framed(entry):
    data = entry.SerializeToString()
    return len(data).to_bytes(4, "big") + data
