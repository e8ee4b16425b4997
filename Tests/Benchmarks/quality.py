#!/usr/bin/env python3
"""quality.py DATA [EMBEDDINGS]: how well `huiyin issue group` finds what recurs, beside simple ways, on labelled texts; prints a table.

DATA holds petitions.csv, petition_issues.csv, wordings_zh.csv and wordings_en.csv. $HUIYIN_BINARY names the program. The labels never
reach it: it is given a copy of the columns that it may see. Needs numpy and scipy.

The simple ways see the same texts as TF-IDF over single characters and pairs: "exact" puts equal texts together; "leader" adds a
text to the group whose first text is nearest, in the order of time; "average link" is what its name says. Both get the threshold that
suits each set best, which nobody knows beforehand: they are flattered by that, huiyin has one for all.

EMBEDDINGS is the address of a model that speaks OpenAI's /embeddings, such as http://127.0.0.1:8000/v1: then huiyin is measured with its
help, too.
"""
import collections, csv, hashlib, json, math, os, subprocess, sys, tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.spatial.distance import squareform

HUIYIN = os.environ.get("HUIYIN_BINARY", "huiyin")
EMBEDDINGS = sys.argv[2] if len(sys.argv) > 2 else None
GOALS = {"petitions": "0.82 / 0.76 / 73 %", "alarms": "0.80 / 0.80", "wordings zh": "0.34 / 0.14", "wordings en": "0.52 / 0.49",
         "confirmed": "0.90 / 0.97"}
GOALS_WITH_MEANING = {"petitions": "0.84 / 0.78 / 77 %", "alarms": "0.80 / 0.80", "wordings zh": "0.38 / 0.16", "wordings en": "0.62 / 0.60"}


def ways():
    """How huiyin is asked: what that is called, its further options and the goals."""
    yield "huiyin", [], GOALS
    if EMBEDDINGS:
        yield "huiyin, with meaning", ["--embeddings", EMBEDDINGS], GOALS_WITH_MEANING


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# What is found, against the labels.

def score(gold, found, is_open=False, least=1):
    """B-cubed F1, pair F1, and which part of the groups was recovered. `gold` has None where a text has no label."""
    kept = [i for i, label in enumerate(gold) if label is not None]
    sizes = collections.Counter(gold[i] for i in kept)
    kept = [i for i in kept if sizes[gold[i]] >= least]
    members = collections.Counter(found) if is_open else collections.Counter(found[i] for i in kept)
    both = collections.Counter((gold[i], found[i]) for i in kept)
    truth, group = collections.Counter(gold[i] for i in kept), collections.Counter(found[i] for i in kept)
    precision = sum(both[gold[i], found[i]] / members[found[i]] for i in kept) / len(kept)
    recall = sum(both[gold[i], found[i]] / truth[gold[i]] for i in kept) / len(kept)
    pairs = lambda counts: sum(math.comb(count, 2) for count in counts.values())  # noqa: E731
    best = {}
    for (label, name), count in both.items():
        best[label] = max(best.get(label, (0, None)), (count, name))
    recovered = sum(count * 2 >= truth[label] and count >= 0.8 * members[name] for label, (count, name) in best.items())
    return 2 * precision * recall / (precision + recall), 2 * pairs(both) / (pairs(truth) + pairs(group)), recovered / len(truth)


def month_later(moment):
    import calendar
    year, month = moment.year + moment.month // 12, moment.month % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def windows(complaints):
    """The rows that stand in a month with three different customers. `complaints`: (moment, customer, row)."""
    complaints, hot = sorted(complaints), set()
    for start, _, _ in complaints:
        inside = [c for c in complaints if start <= c[0] <= month_later(start)]
        if len({who for _, who, _ in inside}) >= 3:
            hot |= {row for _, _, row in inside}
    return hot


def alarm_score(alarms, gold, complaints):
    """Precision and recall: right when 80 % are of one labelled issue."""
    members = collections.defaultdict(list)
    for row, label in enumerate(gold):
        if label is not None:
            members[label].append(complaints[row])
    wanted = {label for label, found in members.items() if windows(found)}
    right, found = 0, set()
    for named in alarms:
        label, count = collections.Counter(gold[row] for row in named if gold[row] is not None).most_common(1)[0] if any(
            gold[row] is not None for row in named) else (None, 0)
        if count >= 0.8 * len(named):
            right, found = right + 1, found | {label}
    return right / max(1, len(alarms)), len(found & wanted) / max(1, len(wanted))


def alarms_of(found, complaints):
    groups = collections.defaultdict(list)
    for row, name in enumerate(found):
        groups[name].append(complaints[row])
    return [hot for hot in map(windows, groups.values()) if hot]


# Simple ways.

def likeness(texts):
    """Cosines of TF-IDF over characters and pairs of them, all with all."""
    numbers, data, places, ends = {}, [], [], [0]
    for text in texts:
        text = text.lower()
        counts = collections.Counter(list(text) + [text[i:i + 2] for i in range(len(text) - 1)])
        for term, count in counts.items():
            places.append(numbers.setdefault(term, len(numbers)))
            data.append(1 + math.log(count))
        ends.append(len(places))
    matrix = csr_matrix((np.array(data, np.float32), places, ends), shape=(len(texts), len(numbers)))
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(matrix.indices, minlength=len(numbers)))) + 1
    matrix = matrix.multiply(rarity).tocsr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(1))).ravel()
    matrix = matrix.multiply(1 / np.maximum(lengths, 1e-9)[:, None]).tocsr()
    return np.clip((matrix @ matrix.T).toarray(), 0, 1).astype(np.float32)


def exact(texts):
    return [text.strip() for text in texts]


def leader(similar, threshold):
    leaders, found = [], []
    for row in range(len(similar)):
        best = max(leaders, key=lambda other: similar[row, other], default=None)
        if best is None or similar[row, best] < threshold:
            leaders.append(row)
            best = row
        found.append(best)
    return found


def tree(similar):
    distance = 1 - similar
    np.fill_diagonal(distance, 0)
    return linkage(squareform((distance + distance.T) / 2, checks=False), "average")


def at_best(ways, judged):
    """The groups of the threshold under which they score best."""
    return max(ways, key=lambda found: judged(found)[0])


# The program.

def huiyin(columns, table, *options):
    """What it says of a table: its summary, its rows, its alarms."""
    with tempfile.TemporaryDirectory(prefix="huiyin-quality.") as folder:
        folder = Path(folder)
        write(folder / "in.csv", columns, table)
        command = [HUIYIN, "issue", "group", folder / "in.csv", "--output", folder / "out.csv", "--json", *options]
        command = [str(part).replace("@", f"{folder}/") for part in command]
        if "@known.csv" in map(str, options):
            write(folder / "known.csv", ["text", "issue"], KNOWN)
        summary = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        alarms = collections.defaultdict(list)
        if (folder / "alarms.csv").exists():
            for row in rows(folder / "alarms.csv"):
                alarms[row["alert"]].append(int(row["id"]))
        return summary, rows(folder / "out.csv"), list(alarms.values())


KNOWN = []


def write(path, columns, table):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(table)


def groups_of(found):
    return [row["issue"] or f"alone-{number}" for number, row in enumerate(found)]


def show(name, way, figures, goal=""):
    print(f"{name:12} {way:28} {' / '.join(figures):24} {goal}", flush=True)


def plain(figures, count=2):
    return [f"{figure:.3f}" for figure in figures[:count]] + ([f"{figures[2]:.0%}"] if count == 2 and figures[2] is not None else [])


def judge(name, texts, judged, complaints=None, gold=None):
    """The simple ways on one set."""
    similar = likeness(texts)
    ways = {"all alone": list(range(len(texts))), "exact": exact(texts)}
    steps = np.arange(0.2, 0.9, 0.05)
    ways["leader, at its best"] = at_best([leader(similar, step) for step in steps], judged)
    merges = tree(similar)
    ways["average link, at its best"] = at_best([list(fcluster(merges, 1 - step, "distance")) for step in steps], judged)
    for way, found in ways.items():
        show(name, way, plain(judged(found)))
        if complaints:
            show("  alarms", way, [f"{figure:.2f}" for figure in alarm_score(alarms_of(found, complaints), gold, complaints)])


def petitions(data):
    table, labels = rows(data / "petitions.csv"), {r["id"]: r["issue"] for r in rows(data / "petition_issues.csv") if r["kind"] == "issue"}
    gold = [labels.get(row["id"]) for row in table]
    complaints = [(datetime.fromisoformat(row["occurred_at"]), row["customer"], number) for number, row in enumerate(table)]
    judged = lambda found: score(gold, found, is_open=True, least=3)  # noqa: E731
    judge("petitions", [row["subject"] for row in table], judged, complaints, gold)
    columns = ["id", "site", "customer", "occurred_at", "subject", "text"]
    given = [[number] + [row[name] for name in columns[1:]] for number, row in enumerate(table)]
    for way, more, goals in ways():
        _, found, alarms = huiyin(columns, given, "--text", "subject,text", "--time", "occurred_at", "--customer", "customer",
                                  "--site", "site", "--alerts", "@alarms.csv", *more)
        show("petitions", way, plain(judged(groups_of(found))), goals["petitions"])
        show("  alarms", way, [f"{figure:.2f}" for figure in alarm_score(alarms, gold, complaints)], goals["alarms"] + " (all labelled)")


def wordings(data, language):
    name, table = f"wordings {language}", rows(data / f"wordings_{language}.csv")
    gold = [row["group"] for row in table]
    judged = lambda found: score(gold, found)  # noqa: E731
    judge(name, [row["text"] for row in table], judged)
    for way, more, goals in ways():
        _, found, _ = huiyin(["text"], [[row["text"]] for row in table], "--text", "text", *more)
        show(name, way, plain(judged(groups_of(found))), goals[name])


def confirmed(data):
    """Three in four of the English wordings are confirmed, the others are new."""
    table = rows(data / "wordings_en.csv")
    is_new = lambda row: int(hashlib.sha256(row["text"].encode()).hexdigest(), 16) % 4 == 0  # noqa: E731
    KNOWN[:] = [[row["text"], row["group"]] for row in table if not is_new(row)]
    new = [row for row in table if is_new(row)]
    _, found, _ = huiyin(["text"], [[row["text"]] for row in new], "--text", "text", "--confirmed", "@known.csv")
    right = [row["group"] == answer["issue"] for row, answer in zip(new, found)]
    sure = sorted(range(len(new)), key=lambda row: -float(found[row]["issue_confidence"]))[:len(new) * 2 // 3]
    show("confirmed", "huiyin", [f"{sum(right) / len(right):.3f}", f"{sum(right[row] for row in sure) / len(sure):.3f}"], GOALS["confirmed"])
    print(f"{'':12} nobody knows: {sum(not row['issue'] for row in found)} of {len(found)}")


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    data = Path(sys.argv[1])
    print(f"{'':12} {'':28} {'B3 F1 / pair F1 / found':24} goal on unseen sets")
    petitions(data)
    wordings(data, "zh")
    wordings(data, "en")
    print(f"{'':12} {'':28} {'right / two surest thirds':24}")
    confirmed(data)


if __name__ == "__main__":
    main()
