"""A real aggregator in a temporary folder, sites that join it, and a wire between them that can be cut."""
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import agent
from agent import Keys
from protocol import ROOT

BINARY = os.environ.get("HUIYIN_BINARY", str(ROOT / ".build/debug/huiyin"))
AGENT = [sys.executable, str(Path(agent.__file__))]


def until(seconds, what, condition):
    """Waits for a condition; what it gives."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return result


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Headquarters:
    """`huiyin aggregator run`, and an administrator's commands to it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="huiyin-interop-"))
        self.data, self.port, self.process = self.folder / "hq", free_port(), None
        self.endpoint = f"tcp://127.0.0.1:{self.port}"
        made = self.call("aggregator", "init", "--folder", self.data, "--listen", self.endpoint)
        self.key = made.split("headquarters' key:", 1)[1].split()[0]
        self.organisation_key = bytes.fromhex((self.data / "keys/organisation.key").read_text().strip())
        self.start()

    def start(self):
        with open(self.folder / "headquarters.log", "ab") as output:
            self.process = subprocess.Popen(
                [BINARY, "aggregator", "run", "--config", self.data / "aggregator.yaml"], stdout=output, stderr=output)
        until(30, "headquarters listens", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "headquarters.log").read_text()[-2000:])
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        self.kill()
        shutil.rmtree(self.folder)

    def call(self, *arguments):
        done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        if done.returncode:
            raise AssertionError(f"{arguments[:2]}: {done.stderr}")
        return done.stdout

    def ask(self, *arguments):
        return self.call(*arguments, "--admin", self.data / "admin.yaml")

    def register(self, site):
        self.ask("site", "add", site.name, "--curve-key=" + site.keys.curve_public,
                 "--signing-key=" + site.keys.signing.public.hex(), "--expected-from", "2026-01-01")

    def site(self, name, *, registered=True, endpoint=None):
        site = Site(self, name, endpoint or self.endpoint)
        if registered:
            self.register(site)
        return site

    def client_ids(self, site):
        """The client's ids of all records of a site, sorted, doubled ones too."""
        lines = self.ask("records", "--json", "--site", site.name).splitlines()
        return sorted(record["clientID"] for record in map(json.loads, lines) if record.get("clientID"))

    def faults(self):
        """What headquarters counted against its peers so far."""
        status = json.loads(self.ask("status", "--json"))
        return {name: status[name] for name in ("malformed", "misbehaviour", "refusedMessages")}


class Site:
    """A folder with an agent of `agent.py`."""

    def __init__(self, headquarters, name, endpoint):
        self.headquarters, self.name, self.keys = headquarters, name, Keys.make()
        self.folder = headquarters.folder / name
        agent.setup(self.folder, name, self.keys, endpoint, headquarters.key, headquarters.organisation_key)

    def write(self, count, prefix):
        """Adds records; their client's ids."""
        subprocess.run([*AGENT, "write", self.folder, str(count), prefix], check=True, timeout=60)
        return [f"{prefix}-{number}" for number in range(count)]

    def run(self, *options):
        return Running([*AGENT, "run", self.folder, *options])


class Running:
    """An agent's process, and what it has told so far."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.events = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def told(self, event, **values):
        return [told for told in list(self.events)
                if told["event"] == event and all(told.get(name) == value for name, value in values.items())]

    def wait_for(self, event, seconds=30, **values):
        return until(seconds, f"{event} in {self.events[-5:]}", lambda: self.told(event, **values))

    def kill(self):
        self.process.kill()
        self.close()

    def finish(self, seconds=60):
        """Waits for its end, which must be a good one."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the agent did not end: {self.events[-5:]}") from None
        self.close()
        if status:
            raise AssertionError(f"the agent ended with {status}: {self.events[-5:]}")

    def close(self):
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class Wire:
    """Carries bytes from a port of its own to headquarters; can be slow, cut, or lose what comes back."""

    def __init__(self, port):
        self.target, self.bytes_per_second, self.is_cut, self.answers_are_lost = port, None, False, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.pairs, self.is_closed = [], False
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _carry(self):
        while not self.is_closed:
            sockets = [self.listener, *(end for pair in self.pairs for end in pair)]
            ready, _, _ = select.select(sockets, [], [], 0.02)
            for source in ready:
                if source is self.listener:
                    self._accept()
                else:
                    self._forward(source)
            if self.is_cut:
                for pair in list(self.pairs):
                    self._end(pair)
        for pair in list(self.pairs):
            self._end(pair)
        self.listener.close()

    def _accept(self):
        near, _ = self.listener.accept()
        try:
            if self.is_cut:
                raise OSError
            self.pairs.append((near, socket.create_connection(("127.0.0.1", self.target), 5)))
        except OSError:
            near.close()

    def _forward(self, source):
        pair = next((pair for pair in self.pairs if source in pair), None)
        if pair is None:
            return
        near, far = pair
        try:
            data = source.recv(1 << 14)
            if not data:
                raise OSError
            if source is far and self.answers_are_lost:
                return
            (far if source is near else near).sendall(data)
            if self.bytes_per_second:
                time.sleep(len(data) / self.bytes_per_second)
        except OSError:
            self._end(pair)

    def _end(self, pair):
        if pair in self.pairs:
            self.pairs.remove(pair)
            for end in pair:
                end.close()

    def close(self):
        self.is_closed = True
        self.thread.join()
