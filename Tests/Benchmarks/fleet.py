#!/usr/bin/env python3
"""A fleet of real CURVE connections on one aggregator: how soon all are back after a restart, what an idle one costs, and
whether sites that catch up slow down those that are live.

Usage: HUIYIN_BENCHMARKS=1 Tests/Benchmarks/fleet.py [SITES…]      default: 1000 10000

Needs $HUIYIN_BINARY and huiyin-fleet beside it (`swift build -c release --product …`), and a machine that does nothing else.
The sites are in processes of their own, at most 3,000 in each, as each costs four file descriptors there and one at headquarters;
their logs are in memory. Those that catch up are never in one process with those whose latency is measured.
"""
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HUIYIN = os.environ.get("HUIYIN_BINARY", str(ROOT / ".build-release/release/huiyin"))
FLEET = str(Path(HUIYIN).parent / "huiyin-fleet")
PER_PROCESS = 3000
PORT = 17410


class Sites:
    """A process with a part of the fleet."""

    def __init__(self, key, file, start, count):
        self.count = count
        self.said = []
        self.news = threading.Condition()
        self.process = subprocess.Popen(
            [FLEET, "sites", f"tcp://127.0.0.1:{PORT}", key, file, str(start), str(count)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            with self.news:
                self.said.append(line.split())
                self.news.notify_all()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, word, patience=60):
        """The words of the next answer."""
        before = len(self.said)
        self.tell(word)
        return self.heard(word, before, patience)

    def heard(self, word, before, patience):
        deadline = time.monotonic() + patience
        with self.news:
            while True:
                for words in self.said[before:]:
                    if words[0] == word:
                        return words[1:]
                if not self.news.wait(timeout=deadline - time.monotonic()):
                    raise SystemExit(f"{word}: nothing for {patience} s; {self.said[-3:]}, {self.process.poll()}")


class Headquarters:
    def __init__(self, folder):
        self.folder = folder
        made = subprocess.run(
            [HUIYIN, "aggregator", "init", "--folder", folder, "--listen", f"tcp://127.0.0.1:{PORT}"],
            check=True, capture_output=True, text=True).stdout
        self.key = re.search(r"headquarters' key: (\S{40})", made)[1]
        self.log = open(folder + "/daemon.log", "a")

    def start(self):
        self.process = subprocess.Popen(
            [HUIYIN, "aggregator", "run", "--config", self.folder + "/aggregator.yaml"], stdout=self.log, stderr=self.log)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def memory(self):
        return private_memory(self.process)

    @property
    def cpu(self):
        return cpu_seconds(self.process)


def private_memory(process):
    """In KB."""
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return sum(int(found) for found in re.findall(r"Private_\w+: +(\d+)", text))


def cpu_seconds(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def all_live(fleet, since, patience=180):
    """Seconds from `since` until every site is live."""
    deadline = time.monotonic() + patience
    times = []
    for sites in fleet:
        with sites.news:
            while not (found := [float(words[1]) for words in sites.said if words[0] == "all" and float(words[1]) > since]):
                if not sites.news.wait(timeout=max(0.1, deadline - time.monotonic())) and time.monotonic() > deadline:
                    raise SystemExit(f"not all are live after {patience} s: {[s.ask('live') for s in fleet]}")
            times.append(found[-1])
    return max(times) - since


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


def latencies(sites, seconds):
    """Of the notes that are acknowledged within so many seconds from now, in milliseconds."""
    sites.ask("latencies")
    time.sleep(seconds)
    return [float(text) for text in sites.ask("latencies")]


def lag(fleet):
    return sum(int(sites.ask("lag")[0]) for sites in fleet)


def drained(fleet, since, patience=300):
    """Seconds from `since` until headquarters has everything."""
    while lag(fleet) > 0:
        if time.monotonic() - since > patience:
            raise SystemExit(f"{lag(fleet)} notes are lacking after {patience} s")
        time.sleep(0.1)
    return time.monotonic() - since


def row(words, *figures):
    print(f"  {words:<48}" + " / ".join(f"{figure:.1f}" for figure in figures), flush=True)


BACKLOG = 20  # notes of each site, after an outage
BEHIND, NOTES = 500, 200  # sites that catch up beside the live ones, and what each has
LIVE = 100


def measure(count):
    print(f"\n{count} sites")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP", "/var/tmp")) as folder:
        headquarters = Headquarters(folder + "/hq")
        file = folder + "/fleet.jsonl"
        subprocess.run([FLEET, "register", headquarters.folder, str(count), file], check=True)
        fleet = []
        try:
            headquarters.start()
            time.sleep(1)
            bare = headquarters.memory
            since = time.monotonic()
            size = min(PER_PROCESS, -(-count // 2))
            for start in range(0, count, size):
                fleet.append(Sites(headquarters.key, file, start, min(size, count - start)))
            row("all live after their own start, s", all_live(fleet, since))
            row("  headquarters' CPU for it, s", headquarters.cpu)
            time.sleep(10)
            row("an idle site at headquarters, KB private", (headquarters.memory - bare) / count)
            row("an idle site in its process, KB private", sum(private_memory(sites.process) for sites in fleet) / count)
            begun = headquarters.cpu
            time.sleep(10)
            row("headquarters' CPU with all idle, % of a core", (headquarters.cpu - begun) * 10)
            for _ in range(3):
                headquarters.kill()
                since = time.monotonic()
                headquarters.start()
                row("all back after headquarters' kill, s", all_live(fleet, since))
            catch_up_after_outage(headquarters, fleet, count)
            serve_the_live(fleet)
            row("headquarters at the end, MB private", headquarters.memory / 1024)
        finally:
            for sites in fleet:
                sites.process.kill()
            headquarters.process.kill()


def catch_up_after_outage(headquarters, fleet, count):
    """Every site has something to say when headquarters comes back."""
    headquarters.kill()
    for sites in fleet:
        sites.tell(f"atonce {sites.count} {BACKLOG}")
    lag(fleet)
    since = time.monotonic()
    headquarters.start()
    took = drained(fleet, since)
    row(f"all with {BACKLOG} notes each after an outage, s and notes/s", took, count * BACKLOG / took)


def serve_the_live(fleet):
    """Sites with a note a second, alone and beside others that catch up."""
    live, behind = fleet[-1], fleet[0]
    live.tell(f"steadily {LIVE} 1000")
    time.sleep(3)
    alone = latencies(live, 15)
    row("a live note's p50 / p99, nobody behind, ms", percentile(alone, .5), percentile(alone, .99))
    live.ask("latencies")
    beside = []
    for _ in range(5):
        behind.tell(f"atonce {BEHIND} {NOTES}")
        since = time.monotonic()
        took = drained([behind], since)
        beside += [float(text) for text in live.ask("latencies")]
        row(f"{BEHIND} sites with {NOTES} notes each, s and notes/s", took, BEHIND * NOTES / took)
        time.sleep(0.5)
        live.ask("latencies")
    row("a live note's p50 / p99 meanwhile, ms", percentile(beside, .5), percentile(beside, .99))


if __name__ == "__main__":
    if "-h" in sys.argv or "--help" in sys.argv:
        sys.exit(print(__doc__.strip()))
    if os.environ.get("HUIYIN_BENCHMARKS") != "1":
        sys.exit("set HUIYIN_BENCHMARKS=1 to run the benchmarks (see --help)")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for size in [int(word) for word in sys.argv[1:]] or [1000, 10_000]:
        measure(size)
