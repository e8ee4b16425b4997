#!/usr/bin/env python3
"""huiyin_peer.py BENCH [run.py's options]: the daemons as one more peer of the comparison in the folder BENCH (it holds peers/).

    swift build -c release --static-swift-stdlib --product huiyin --scratch-path .build-release
    python3 Tests/Benchmarks/huiyin_peer.py ../shared/bench --peer huiyin,redis,nats --records 20000

$HUIYIN_BINARY names the program (default: .build-release/release/huiyin). What is measured is the product as it is: CURVE, hash
chain, signatures and ZAP are on, and headquarters folds, grades and groups what it takes while it drains, which the other peers
do not have to do; what it has folded by the drain's end is in its CPU seconds, the rest follows after.

The comparison's records are not our forms. Each is rewritten once, where the records are made and no clock runs: `note` becomes
`text`, a complaint stays one and every other kind is a return visit; site, epoch, number and kind become tags, so that nothing
is lost and a line keeps its length within a few bytes.
"""
import json, os, shlex, socket, sqlite3, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "peers" / "run.py").exists():
    sys.exit(__doc__)
sys.path.insert(0, str(Path(sys.argv.pop(1)).resolve() / "peers"))
import run  # noqa: E402
from base import Peer, accepts_connections, free_port, until  # noqa: E402

BINARY = os.environ.get("HUIYIN_BINARY", str(ROOT / ".build-release/release/huiyin"))
BATCH, PIPELINED = 1000, 3
BRANCH = "log = (SELECT number FROM log JOIN site ON site.id = log.site WHERE NOT site.is_own)"  # headquarters has a log, too
FORMS = {}  # a record's id -> the same record as a form


def form(line):
    r = json.loads(line)
    tags = [r["site"], f"epoch {r['epoch']}", f"seq {r['seq']}", r["kind"]]
    return json.dumps({"id": r["id"], "kind": "complaint" if r["kind"] == "complaint" else "visit", "tags": tags,
                       "occurred_at": r["occurred_at"], "customer": r["customer"], "text": r["note"]},
                      ensure_ascii=False).encode()


def generate(n, records=run.generate):
    for ident, line in records(n):
        if ident not in FORMS:
            FORMS[ident] = form(line)
        yield ident, line


class Huiyin(Peer):
    name = "huiyin"
    durability = ("SQLite WAL synchronous=FULL on both sides: saved and acknowledged mean fsynced; NDJSON over HTTP with a token "
                  f"({BATCH} a request, {PIPELINED} requests pipelined); CURVE + ZAP, SHA-256 chain, Ed25519 batches; a record's id is "
                  "taken once; HQ also folds, grades and groups meanwhile; its reader polls log.sqlite every millisecond")

    def setup(self):
        self.hq, self.site, self.tcp = self.work / "hq/data", self.work / "site/data", None
        self.port, self.http = free_port(), free_port()
        self.database, self.isRegistered = None, False
        endpoint = f"tcp://127.0.0.1:{self.port}"
        made = self.call("aggregator", "init", "--folder", self.hq, "--listen", endpoint)
        key = made.split("headquarters' key:", 1)[1].split()[0]
        made = self.call("agent", "init", "--site", "s01", "--folder", self.site, "--headquarters", endpoint, f"--key={key}",
                         "--organisation-key", self.hq / "keys/organisation.key")
        line = made[made.index("huiyin site add"):].splitlines()[0]
        self.registration = shlex.split(line.replace("--curve ", "--curve="))[1:]  # a key may begin with a hyphen
        config = self.site / "agent.yaml"
        config.write_text(config.read_text().replace("127.0.0.1:8717", f"127.0.0.1:{self.http}"))
        self.token = (self.site / "keys/token").read_text().strip()

    def call(self, *arguments):
        done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise RuntimeError(f"{done.args}: {done.stderr}")
        return done.stdout

    def start_hq(self):
        self.spawn("hq", [BINARY, "aggregator", "run", "--config", self.hq / "aggregator.yaml"])
        until(lambda: accepts_connections(self.port), 60, "headquarters", pause=0.002)
        if not self.isRegistered:
            self.call(*self.registration, "--admin", self.hq / "admin.yaml")
            self.isRegistered = True

    def start_site(self):
        self.spawn("site", [BINARY, "agent", "run", "--config", self.site / "agent.yaml"])
        until(lambda: accepts_connections(self.http), 60, "site", pause=0.002)

    def forget(self, side):
        if side == "site" and self.tcp:
            self.tcp.close()
            self.tcp = None
        if side == "hq" and self.database:
            self.database.close()
            self.database = None

    # --- the site's public interface, on a plain socket: http.client's own cost would be the figure otherwise --------------
    def post(self, body, kind):
        if not self.tcp:
            self.tcp, self.rest = socket.create_connection(("127.0.0.1", self.http), 30), b""
            self.tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.head = (f"POST /v1/records?results=refused HTTP/1.1\r\nHost: 127.0.0.1:{self.http}\r\n"
                         f"Authorization: Bearer {self.token}\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n")
        self.tcp.sendall((self.head % (kind, len(body))).encode() + body)

    def saved(self, count):
        """Reads one answer; raises unless it says that all of `count` are on the disk."""
        while (end := self.rest.find(b"\r\n\r\n")) < 0:
            self.rest += self.more()
        at = self.rest.lower().index(b"content-length:") + 15
        size = end + 4 + int(self.rest[at:self.rest.index(b"\r\n", at)])
        while len(self.rest) < size:
            self.rest += self.more()
        answer, self.rest = json.loads(self.rest[end + 4:size]), self.rest[size:]
        if answer["saved"] + answer["known"] != count:
            raise RuntimeError(str(answer)[:500])

    def more(self):
        if data := self.tcp.recv(1 << 16):
            return data
        raise ConnectionError("site closed")

    def accept(self, records, acked):
        waiting = []
        for i in range(0, len(records), BATCH):
            part = [ident for ident, _ in records[i:i + BATCH]]
            self.post(b"\n".join([FORMS[ident] for ident in part]), "application/x-ndjson")
            waiting.append(part)
            if len(waiting) == PIPELINED:
                self.settle(waiting, acked)
        while waiting:
            self.settle(waiting, acked)

    def settle(self, waiting, acked):
        self.saved(len(waiting[0]))
        acked.extend(waiting.pop(0))

    def accept_one(self, record):
        self.post(FORMS[record[0]], "application/json")
        self.saved(1)

    # --- headquarters' store, read-only -------------------------------------------------------------------------------------
    def rows(self, sql, *values):
        if not self.database:
            uri = f"file:{self.hq}/log.sqlite?mode=ro"
            self.database = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
            self.counted, self.at = 0, 0
        return self.database.execute(sql, values).fetchall()

    def stored(self):
        """Entries that the log writes about itself have no personal part, and are no records. Each entry is looked at once."""
        self.rows("SELECT 1")
        for sequence, size in self.rows(f"SELECT sequence, length(personal) FROM entry WHERE {BRANCH} AND sequence > ?", self.at):
            self.at, self.counted = sequence, self.counted + (size > 0)
        return self.counted

    @staticmethod
    def ident(facts):
        """The client's identifier, field 6 of the facts."""
        at = facts.index(b"\x32\x0es01-1-") + 2
        return facts[at:at + 14].decode()

    def read_back(self):
        return [self.ident(facts) for facts, in self.rows(f"SELECT facts FROM entry WHERE {BRANCH} AND length(personal) > 0")]

    def watch(self, seen, stop):
        reader = sqlite3.connect(f"file:{self.hq}/log.sqlite?mode=ro", uri=True, isolation_level=None)
        last, = reader.execute(f"SELECT max(sequence) FROM entry WHERE {BRANCH}").fetchone()
        while not stop.is_set():
            rows = reader.execute(f"SELECT sequence, facts FROM entry WHERE {BRANCH} AND sequence > ?", (last,)).fetchall()
            now = time.monotonic()
            for last, facts in rows:
                if b"\x32\x0es01-1-" in facts:
                    seen[self.ident(facts)] = now
            time.sleep(0.001)
        reader.close()


run.PEERS[Huiyin.name] = Huiyin
run.generate = generate
if __name__ == "__main__":
    run.main()
