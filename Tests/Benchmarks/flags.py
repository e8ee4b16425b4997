#!/usr/bin/env python3
"""flags.py BENCH [TEXTS=200000] [TRIALS=20]: how soon a recurring issue is flagged beside so many known texts; prints the seconds.

Headquarters has grouped TEXTS problems that return visits of a year met at one branch. Then three customers complain of the same,
which nobody complained of before, again and again: from the moment at which the branch has saved the third until an
administrator's `huiyin tail` reads the hot flag. Run it by Tests/Benchmarks/run.
"""
import json, os, random, subprocess, sys, tempfile, threading, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import figures  # noqa: E402
import huiyin_peer as peer  # noqa: E402  (takes BENCH off the arguments)
from base import until  # noqa: E402

TEXTS = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
TRIALS = int(sys.argv[2]) if len(sys.argv) > 2 else 20


def note(kind, rng, ident, at, customer, place, problem):
    word = lambda: "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(2))  # noqa: E731
    words = "，".join(word() + word() + "了" + word() for _ in range(4))
    occurred = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(at + 8 * 3600))
    text = f"{place}{problem}，{words}。"
    form = {"id": ident, "kind": kind, "occurred_at": occurred, "customer": customer}
    form |= {"subject": place + problem, "text": text} if kind == "complaint" else {"method": "phone", "problems": [{"text": text}]}
    peer.FORMS[ident] = json.dumps(form, ensure_ascii=False).encode()
    return ident, b""


def main():
    rng = random.Random(20261001)
    word = lambda: "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(2))  # noqa: E731
    now, incidents, data = int(time.time()), [], []
    for i in range(TEXTS):
        if not incidents or rng.random() < 0.5:
            incidents = incidents[-99:] + [(f"{word()}苑{rng.randrange(1, 30)}号楼", rng.choice(figures.PROBLEMS))]
        at = now - 365 * 86_400 + i * 364 * 86_400 // TEXTS
        data.append(note("visit", rng, f"s01-1-{i:08d}", at, f"C{rng.randrange(TEXTS):06d}", *rng.choice(incidents)))
    with tempfile.TemporaryDirectory(prefix="huiyin-flags.", dir=os.environ.get("BENCH_TMP", "/var/tmp")) as work:
        huiyin = peer.Huiyin(work)
        admin = ("--admin", str(huiyin.hq / "admin.yaml"))
        try:
            huiyin.start_hq()
            huiyin.start_site()
            huiyin.accept(data, [])
            status = lambda: json.loads(huiyin.call("status", "--json", *admin))  # noqa: E731
            until(lambda: (s := status())["entries"] >= TEXTS and s["views"]["folded"] == s["entries"], 600, "the fold", pause=1)
            huiyin.call("issue", "list", "--json", *admin)  # answered when all that is known is grouped
            print(f"  {TEXTS} texts are grouped", flush=True)
            seen, news = {}, threading.Condition()
            tail = subprocess.Popen(
                [peer.BINARY, "tail", "--json", *admin], stdout=subprocess.PIPE, text=True)

            def listen():
                for line in tail.stdout:
                    payload = json.loads(line).get("payload", {})
                    if payload.get("flag", {}).get("kind") == "hot_issue":
                        with news:
                            seen.setdefault(payload.get("title"), time.monotonic())
                            news.notify_all()

            threading.Thread(target=listen, daemon=True).start()
            time.sleep(2)
            took = []
            for trial in range(TRIALS):
                place, problem = f"{word()}{word()}苑{trial + 40}号楼", rng.choice(figures.PROBLEMS)
                for one in range(3):
                    record = note("complaint", rng, f"t-{trial:04d}-{one}", int(time.time()) - 60, f"T{trial}-{one}", place, problem)
                    time.sleep(0.5)
                    huiyin.accept_one(record)
                    saved = time.monotonic()
                with news:
                    if not news.wait_for(lambda: place + problem in seen, timeout=60):
                        sys.exit(f"no hot flag of {place}{problem} within 60 s")
                took.append(seen[place + problem] - saved)
            took.sort()
            print(f"  the third note saved → the hot flag read, s: {took[len(took) // 2]:.2f} in the median, {took[-1]:.2f} at most,"
                  f" of {TRIALS}")
            tail.kill()
        finally:
            huiyin.stop("site")
            huiyin.stop("hq")


if __name__ == "__main__":
    main()
