#!/usr/bin/env python3
"""figures.py BENCH [RECORDS=100000]: what headquarters makes of records, through the program itself; prints a table.

One branch writes a month of RECORDS records down (70 % return visits, 15 % steps of cases, 10 % complaints, 5 % survey answers;
half Chinese, fixed seed), headquarters takes them, and then: the start of both daemons with all that on disk, the fold from
nothing, a rebuild, the month's digest. Run it by Tests/Benchmarks/run.
"""
import json, os, random, subprocess, sys, tempfile, time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import huiyin_peer as peer  # noqa: E402  (takes BENCH off the arguments)
from base import cpu_seconds, rss_mb, until  # noqa: E402

RECORDS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
PROBLEMS = ("电梯停运 电梯异响 厨房漏水 外墙渗水 下水道堵塞 楼道灯不亮 垃圾没有清运 车位被占 门禁失灵 保安态度差 物业费重复收取 暖气不热 "
            "木门开裂 墙面裂缝 窗户漏风 噪音扰民").split()
WORDS = ("报修三天仍无人上门", "the lift stopped again this morning", "老人上下楼很不方便", "nobody answered the hotline", "希望尽快处理",
         "we were told to wait until Monday", "已经是第二次了", "the repair did not hold", "邻居家也有同样的问题", "please call back after six")


def make(n, seed=20261001):
    """Yields (id, form) in the order of their times."""
    rng = random.Random(seed)
    word = lambda: "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(2))  # noqa: E731
    complaints, incidents = 0, [(word() + "苑1号楼", rng.choice(PROBLEMS))]
    for i in range(n):
        at = 1_790_784_000 + i * 2_600_000 // n  # from 2026-10-01T00:00+08:00 on
        occurred = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(at + 8 * 3600))
        text = "，".join(rng.choice(WORDS) for _ in range(rng.randint(3, 8))) + "。"
        form = {"id": f"s01-1-{i:08d}", "occurred_at": occurred, "customer": f"C{rng.randrange(n // 4 + 1):06d}", "text": text}
        draw = rng.random()
        if draw < 0.10 or not complaints:
            # A new problem somewhere, or, as often, one of the last hundred again, in other words.
            if rng.random() < 0.5:
                incidents = incidents[-99:] + [(f"{word()}苑{rng.randrange(1, 30)}号楼", rng.choice(PROBLEMS))]
            place, problem = rng.choice(incidents)
            words = "，".join(word() + word() + rng.choice("了的着过得") + word() for _ in range(4))
            form |= {"kind": "complaint", "subject": place + problem, "text": f"{place}{problem}，{words}。{text}", "channel": "phone"}
            last, complaints = form["id"], complaints + 1
        elif draw < 0.25:
            form = {"id": form["id"], "occurred_at": occurred, "kind": "step", "case": last, "text": text,
                    "step": rng.choice(("arrived", "investigation_begun", "answered", "resolved"))}
        elif draw < 0.30:
            form |= {"kind": "survey", "survey": "2026H2", "mode": rng.choice(("ivr", "third_party")), "satisfaction": rng.randint(1, 5)}
        else:
            form |= {"kind": "visit", "method": "phone", "satisfaction": rng.randint(1, 5)}
        yield form["id"], json.dumps(form, ensure_ascii=False).encode()


def main():
    rows = []
    row = lambda what, value: (rows.append((what, value)), print(f"  {what}: {value}", flush=True))  # noqa: E731
    data = []
    for ident, form in make(RECORDS):
        peer.FORMS[ident] = form
        data.append((ident, form))
    with tempfile.TemporaryDirectory(prefix="huiyin-figures.", dir=os.environ.get("BENCH_TMP", "/var/tmp")) as work:
        huiyin = peer.Huiyin(work)
        admin = ("--admin", huiyin.hq / "admin.yaml")
        status = lambda: json.loads(huiyin.call("status", "--json", *admin))  # noqa: E731
        pids = lambda side: [p.pid for p in huiyin.procs[side]]  # noqa: E731

        def timed(work):
            began = time.monotonic()
            work()
            return time.monotonic() - began

        def folded():
            found = status()
            return found["entries"] >= RECORDS and found["views"]["folded"] == found["entries"]
        try:
            huiyin.start_hq()
            row("agent: start, empty log", f"{timed(huiyin.start_site) * 1e3:.0f} ms")
            time.sleep(2)  # the figure is defined as that of two seconds later
            row("agent: idle, resident / private", f"{rss_mb(pids('site')):.0f} / {private(pids('site')):.1f} MB")
            huiyin.stop("hq")
            row(f"agent: takes {RECORDS:,} mixed records", f"{RECORDS / timed(lambda: huiyin.accept(data, [])):,.0f} /s")
            huiyin.stop("site")
            row("agent: start with all of them as backlog", f"{timed(huiyin.start_site) * 1e3:.0f} ms")
            huiyin.start_hq()
            huiyin.wait_drained(RECORDS, 240)
            until(folded, 600, "folding", pause=0.05)
            huiyin.call("digest", "close", "2026-09", "--force", *admin)  # an empty month; waits until everything is settled
            row("headquarters: resident when settled", f"{rss_mb(pids('hq')):.0f} MB")
            huiyin.stop("hq")
            row("headquarters: start with all of them stored", f"{timed(huiyin.start_hq) * 1e3:.0f} ms")
            huiyin.stop("site")
            huiyin.stop("hq")
            for file in huiyin.hq.glob("views.sqlite*"):
                file.unlink()
            huiyin.start_hq()
            began, cpu = time.monotonic(), cpu_seconds(pids("hq"))
            until(folded, 600, "folding", pause=0.05)
            took = time.monotonic() - began
            row("headquarters: fold of all, all views", f"{RECORDS / took:,.0f} /s ({cpu_seconds(pids('hq')) - cpu:.1f} CPU s)")
            row("headquarters: rebuild, until settled", f"{timed(lambda: huiyin.call('rebuild', *admin)):.1f} s")
            for language in ("zh-CN", "en"):
                try:
                    took = timed(lambda: huiyin.call("digest", "show", "2026-10", "--language", language, *admin))
                    row(f"digest of the month, {language}", f"{took * 1e3:.0f} ms")
                except RuntimeError as failure:
                    row(f"digest of the month, {language}", str(failure).split("Error: ")[-1].strip())
            row("headquarters: resident at the end", f"{rss_mb(pids('hq')):.0f} MB")
            found = status()
            row("views", ", ".join(f"{k} {v}" for k, v in found["views"].items()))
        finally:
            huiyin.close()
    width = max(len(what) for what, _ in rows) + 2
    print(f"\n{RECORDS:,} records, load {os.getloadavg()[0]:.1f}")
    for what, value in rows:
        print(f"{what:{width}}{value}")


def private(pids):
    """Private memory in MB."""
    text = "".join(Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private")) / 1024


if __name__ == "__main__":
    main()
