#!/usr/bin/env python3
"""Books of customers against thirty publications of the SDN list that OFAC really made, in order.

    python3 tests/judges/books.py DATA BINARY [FOLDER] [--steps 30] [--first 2022-02-23]

DATA holds ofac/sdn-history.tar.zst (needs the zstd program), BINARY is the release build. A book of
customers, half of them with names taken from entries that come, go or change in these publications, is
loaded once; then

1. after each publication the standing alerts equal those of a folder into which only that publication
   and the book came: pairs, scores, reasons; while decisions are taken in between;
2. the book loaded again with 300 decisions between opens nothing;
3. what reopens is what the raw files changed in a value that takes part, what is closed with "no longer
   listed" is what the raw files no longer hold;
4. one birth date changed in the last publication reopens exactly the pairs whose customer has a birth
   date and whose entity it is; an entry removed closes its alerts with the reason.

Knows nothing of the store: it uses the command line as a stranger would.
"""

import argparse
import csv
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

from history import order, run, document

WRONG = []


def wrong(words):
    WRONG.append(words)
    print(f"WRONG: {words}")


def entries(path):
    """The rows of a file by number."""
    with open(path, encoding="latin-1", newline="") as text:
        return {row[0].strip(): row for row in csv.reader(text) if len(row) >= 12}


def born(row):
    """The first full birth date that the remarks state, ISO."""
    found = re.search(r"DOB (\d\d) (\w{3}) (\d{4})", row[11])
    if not found:
        return ""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{found[3]}-{months.index(found[2]) + 1:02}-{found[1]}"


def turned(name):
    family, _, given = name.partition(", ")
    return f"{given} {family}".strip()


def customers(files, rng, count):
    """Rows of a customer file: names of entries that move, of entries that stay, of nobody."""
    all_of = [entries(path) for path in files]
    moved, stay = set(), set(all_of[0])
    for before, after in zip(all_of, all_of[1:]):
        moved |= set(before) ^ set(after)
        moved |= {n for n in set(before) & set(after) if before[n][1:] != after[n][1:]}
        stay &= set(after)
    latest = {}
    for rows in all_of:
        latest.update(rows)
    moved = sorted(moved, key=int)
    planted = rng.sample(moved, min(len(moved), count // 2))
    planted += rng.sample(sorted(stay - set(moved), key=int), count // 4)
    out = []
    for number in planted:
        row = latest[number]
        person = row[2].strip() == "individual"
        name = turned(row[1]) if person else row[1]
        date = born(row) if person and rng.random() < 0.6 else ""
        kind = "Person" if person else "Organization"
        if row[2].strip() in ("vessel", "aircraft"):
            kind = "Vessel" if row[2].strip() == "vessel" else "Airplane"
        out.append([f"p{number}", name, kind, date])
        # Some names belong to several customers, of whom not all have a birth date.
        if date and rng.random() < 0.2:
            out.append([f"q{number}", name, kind, date])
            out.append([f"r{number}", name, kind, ""])
    given = "Anna Bengt Carla Dieter Elif Farid Greta Hugo Ines Jonas Karin Liam Mona Nils Olga".split()
    family = "Lindqvist Berger Moreau Tanaka Rossi Novak Okafor Silva Jansen Keller Duarte Wirth".split()
    while len(out) < count:
        out.append([f"n{len(out)}", f"{rng.choice(given)} {rng.choice(family)}", "Person", ""])
    rng.shuffle(out)
    return out


def alerts(binary, folder, *states):
    chosen = [argument for state in states for argument in ("--state", state)]
    return document(binary, folder, "alerts", *chosen)["alerts"]


def pair(alert):
    return alert["customer"], alert["party"], alert["dataset"], alert["entity"]


def bare(alert):
    """What must be equal in two folders: the hit, but for when the entity was first and last seen."""
    hit = {k: v for k, v in alert["hit"].items() if k not in ("first_seen", "last_seen")}
    return alert["score"], alert["rank"], json.dumps(hit, sort_keys=True)


def load(binary, folder, file, *more):
    return document(binary, folder, "book", "load", "retail", file, *more)


def imported(binary, folder, path):
    done = document(binary, folder, "import", path, "--published", order(path)[0], expect=(0, 1))
    if done["state"] != "current":
        wrong(f"{path} is {done['state']}: {done['reason']}")


def fresh(binary, path, file):
    with tempfile.TemporaryDirectory() as alone:
        imported(binary, alone, path)
        load(binary, alone, file)
        return {pair(a): bare(a) for a in alerts(binary, alone, "open")}


def events(binary, folder, alert):
    return document(binary, folder, "alerts", "show", str(alert))["alerts"][0]["history"]


def decide(binary, folder, chosen):
    for at in range(0, len(chosen), 100):
        ids = [str(a["alert"]) for a in chosen[at:at + 100]]
        document(binary, folder, "alerts", "decide", *ids, "--disposition", "false-positive", "--reason", "another person", "--as", "judge")


def standing(binary, folder):
    return {pair(a): a for a in alerts(binary, folder, "open", "decided")}


def compare(binary, folder, path, file):
    here, there = standing(binary, folder), fresh(binary, path, file)
    if set(here) != set(there):
        wrong(f"{path}: only here {sorted(set(here) - set(there))[:5]}, only from nothing {sorted(set(there) - set(here))[:5]}")
    differ = [p for p in set(here) & set(there) if bare(here[p]) != there[p]]
    if differ:
        wrong(f"{path}: other score or reason for {differ[:3]}")
    return here


def steps(binary, folder, files, file, rng):
    decisions = reopened = closed = 0
    decided = {}
    for before, path in zip([None, *files], files):
        imported(binary, folder, path)
        if before is None:
            load(binary, folder, file)
        here = compare(binary, folder, path, file)
        if before:
            old, new = entries(before), entries(path)
            for p, known in decided.items():
                number = p[3].removeprefix("ofac-")
                now = here.get(p)
                changed = number not in new or old.get(number) != new[number]
                if now is None or now["state"] == "open":
                    reopened += now is not None
                    closed += now is None
                    if not changed:
                        wrong(f"{path}: {p} did not stay decided, though its row is the same")
                if now is None:
                    last = events(binary, folder, known["alert"])[-1]
                    gone = number not in new
                    if last["what"] != "closed" or gone != ("no longer listed" in last["reason"]):
                        wrong(f"{path}: {p}: {last}")
        opened = [a for a in here.values() if a["state"] == "open"]
        chosen = rng.sample(sorted(opened, key=pair), min(len(opened), 40))
        decide(binary, folder, chosen)
        decisions += len(chosen)
        decided = {p: a for p, a in standing(binary, folder).items() if a["state"] == "decided"}
        states = [a["state"] for a in here.values()]
        print(f"{os.path.basename(path)}: {len(here)} standing, {states.count('open')} open, equal to a run from nothing")
    print(f"{len(files)} publications, {decisions} decisions between; {reopened} reopened and {closed} closed by a change of their row")


def twice(binary, folder, file, rng):
    opened = sorted(alerts(binary, folder, "open"), key=pair)
    decided = rng.sample(opened, min(300, len(opened)))
    decide(binary, folder, decided)
    rest = 300 - len(decided)
    if rest > 0:
        # Decisions on what was decided before count as well: a person may think again.
        more = [a for a in alerts(binary, folder, "decided") if a["alert"] not in {d["alert"] for d in decided}]
        decide(binary, folder, rng.sample(sorted(more, key=pair), min(rest, len(more))))
    before = {pair(a): a["state"] for a in standing(binary, folder).values()}
    again = load(binary, folder, file)
    after = {pair(a): a["state"] for a in standing(binary, folder).values()}
    counts = [again[name] for name in ("added", "changed", "removed")]
    document(binary, folder, "book", "screen", "retail")
    last = {pair(a): a["state"] for a in standing(binary, folder).values()}
    if counts != [0, 0, 0] or before != after or after != last:
        wrong(f"loaded again: {counts}, {len(set(before.items()) ^ set(last.items()))} alerts differ")
    print(f"loaded twice with 300 decisions between: {counts} added, changed, removed; no alert opened, {len(before)} as before")


def written(rows, path):
    with open(path, "w", encoding="latin-1", newline="") as text:
        csv.writer(text, lineterminator="\r\n").writerows(rows)
    return path


def one_change(binary, folder, path, file, day):
    """One birth date, then one entry removed, in files that are otherwise the publication itself."""
    dated = {row[0] for row in csv.reader(open(file, encoding="utf-8")) if row[3]}
    here = standing(binary, folder)
    rows = list(entries(path).values())
    same = written(rows, os.path.join(folder, "sdn-same.csv"))
    touched = {}
    for row in rows:
        mine = [p for p in here if p[3] == f"ofac-{row[0].strip()}"]
        if born(row) and mine:
            touched[row[0].strip()] = {p for p in mine if p[0] in dated}
    number = max(touched, key=lambda n: (len(touched[n]), -int(n)))
    decide(binary, folder, [a for a in here.values() if a["state"] == "open"])
    imported(binary, folder, shutil.copy(same, os.path.join(folder, f"sdn-{day(1)}.csv")))
    if alerts(binary, folder, "open"):
        wrong("the same publication written anew opened alerts")
    for row in rows:
        if row[0].strip() == number:
            row[11] = re.sub(r"DOB \d\d (\w{3}) (\d{4})", lambda m: f"DOB 31 {'Jan' if m[1] != 'Jan' else 'Mar'} {m[2]}", row[11], count=1)
    imported(binary, folder, written(rows, os.path.join(folder, f"sdn-{day(2)}.csv")))
    opened = {pair(a): a for a in alerts(binary, folder, "open")}
    if set(opened) != touched[number]:
        wrong(f"one birth date of ofac-{number}: reopened {sorted(opened)}, expected {sorted(touched[number])}")
    words = [events(binary, folder, a["alert"])[-1]["reason"] for a in opened.values()]
    print(f"one birth date of ofac-{number} changed: {len(opened)} pairs reopened, exactly those: {words[:1]}")
    others = [p for p in standing(binary, folder) if p[3] == f"ofac-{number}"]
    rows = [row for row in rows if row[0].strip() != number]
    imported(binary, folder, written(rows, os.path.join(folder, f"sdn-{day(3)}.csv")))
    left = [p for p in standing(binary, folder) if p[3] == f"ofac-{number}"]
    gone = [a for a in alerts(binary, folder, "closed") if pair(a) in others]
    words = {events(binary, folder, a["alert"])[-1]["reason"] for a in gone}
    if left or len(gone) != len(others) or words != {f"ofac-{number} is no longer listed"}:
        wrong(f"ofac-{number} removed: {left} stand, {words}")
    print(f"ofac-{number} removed: {len(gone)} alerts closed, {words}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data")
    arguments.add_argument("binary")
    arguments.add_argument("folder", nargs="?")
    arguments.add_argument("--steps", type=int, default=30)
    arguments.add_argument("--first", default="2022-02-23")
    arguments.add_argument("--customers", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=9)
    asked = arguments.parse_args()
    binary, rng = os.path.abspath(asked.binary), random.Random(asked.seed)
    folder = asked.folder or tempfile.mkdtemp()
    files = os.path.join(folder, "files")
    if not os.path.isdir(files):
        os.makedirs(files)
        archive = os.path.join(asked.data, "ofac/sdn-history.tar.zst")
        unpack = subprocess.Popen(["zstd", "-dc", "--long=27", archive], stdout=subprocess.PIPE)
        subprocess.run(["tar", "xf", "-", "-C", files], stdin=unpack.stdout, check=True)
    found = sorted((os.path.join(where, name) for where, _, all_ in os.walk(files) for name in all_ if name.endswith(".csv")), key=order)
    chosen = [path for path in found if order(path)[0] >= asked.first][: asked.steps + 1]
    file = os.path.join(folder, "customers.csv")
    with open(file, "w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow(["id", "name", "type", "birth_date"])
        out.writerows(customers(chosen, rng, asked.customers))
    store = os.path.join(folder, "book-store")
    shutil.rmtree(store, ignore_errors=True)
    steps(binary, store, chosen, file, rng)
    twice(binary, store, file, rng)
    # Days after the last publication, so that each of the made files is the newest.
    next_day = lambda n: f"2030-01-{n:02}"
    one_change(binary, store, chosen[-1], file, lambda n: next_day(n).replace("2030", str(int(order(chosen[-1])[0][:4]) + 1)))
    if not asked.folder:
        shutil.rmtree(folder)
    print(f"{len(WRONG)} wrong")
    raise SystemExit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
