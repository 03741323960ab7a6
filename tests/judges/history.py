#!/usr/bin/env python3
"""Imports the 308 publications of the SDN list in order and asks the store about the past.

    python3 tests/judges/history.py DATA BINARY [FOLDER] [--days 50] [--seed 7]

DATA holds ofac/sdn-history.tar.zst (needs the zstd program), BINARY is the release build. Shows:
seconds and bytes a version; that nothing is quarantined; that the last file to ofac/current is; that
Putin is not listed as of 2022-02-20 and is as of 2022-02-26; and that as-of on random days gives the
same hits, values and scores as a folder into which only the newest file of that day was imported.
Knows nothing of the store: it uses the command line as a stranger would.
"""

import argparse
import csv
import datetime
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

# Of the days with two files, those on which the plain one is the later by content.
PLAIN_IS_LATER = {
    "2021-08-20", "2022-11-09", "2022-12-02", "2023-10-18",
    "2023-12-01", "2023-12-05", "2024-02-08", "2024-03-22",
}


def order(name):
    day = re.search(r"\d{4}-\d\d-\d\d", name).group(0)
    second = name.endswith("-b.csv")
    return day, (not second if day in PLAIN_IS_LATER else second)


def run(binary, folder, *arguments, expect=(0,)):
    command = [binary, "--data-dir", folder, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in expect:
        raise SystemExit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}{done.stdout[-2000:]}")
    return done


def document(*arguments, **keywords):
    return json.loads(run(*arguments, "--json", **keywords).stdout)


def size(folder):
    return sum(
        os.path.getsize(os.path.join(where, name))
        for where, _, names in os.walk(folder)
        for name in names
    )


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def take_in(binary, store, files):
    seconds, cpu, growth, parts = [], [], [], []
    for name in files:
        before, start, used = size(store) if os.path.isdir(store) else 0, time.time(), processor_seconds()
        day = order(name)[0]
        done = document(binary, store, "import", name, "--published", day, expect=(0, 1))
        seconds.append(time.time() - start)
        cpu.append(processor_seconds() - used)
        growth.append(size(store) - before)
        parts.append(done["seconds"])
        if done["state"] != "current":
            print(f"NOT CURRENT: {name}: {done['state']}: {done['reason']}")
    raw = sum(os.path.getsize(name) for name in files)
    database = os.path.getsize(os.path.join(store, "interdict.sqlite"))
    segments = size(os.path.join(store, "segments"))
    print(f"{len(files)} publications: {sum(seconds):.0f} s wall, {sum(cpu):.0f} processor seconds")
    for what in parts[0]:
        print(f"   {what}: {statistics.median(p[what] for p in parts):.3f} s in the median")
    print(f"a version: {statistics.median(seconds):.2f} s wall, {statistics.median(cpu):.2f} processor seconds in the median")
    print(f"database {database} bytes, {database // len(files)} a version; received files {raw}, "
          f"{raw // len(files)} a version; ratio {database / raw:.4f}; indexes kept {segments}")


def names(files, rng, count):
    """Names of random rows of random files, and some that nobody has."""
    asked = []
    for name in rng.sample(files, min(12, len(files))):
        with open(name, encoding="latin-1", newline="") as text:
            rows = [row for row in csv.reader(text) if len(row) >= 12]
        asked += [row[1] for row in rng.sample(rows, count // 12)]
    return asked + ["PUTIN, Vladimir Vladimirovich", "SBERBANK", "Jane Nobody", "John Q. Public"]


def results(answer):
    for result in answer["results"]:
        for hit in result["hits"] + result["excluded"]:
            hit.pop("first_seen", None)
            hit.pop("last_seen", None)
    return answer["results"]


def compare(binary, store, files, days, seed):
    rng = random.Random(seed)
    questions = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False, encoding="utf-8", newline="")
    with questions as text:
        out = csv.writer(text)
        out.writerow(["id", "name"])
        out.writerows(enumerate(names(files, rng, 120)))
    first, last = order(files[0])[0], order(files[-1])[0]
    known = [order(name)[0] for name in files]
    start = datetime.date.fromisoformat(first)
    length = (datetime.date.fromisoformat(last) - start).days
    span = [str(start + datetime.timedelta(n)) for n in range(length + 1)]
    hits = 0
    for day in sorted(rng.sample(span, days)):
        newest = files[max(at for at, of in enumerate(known) if of <= day)]
        with tempfile.TemporaryDirectory() as alone:
            run(binary, alone, "import", newest, "--published", order(newest)[0])
            one = document(binary, alone, "screen", "--file", questions.name)
        other = document(binary, store, "screen", "--file", questions.name, "--as-of", day)
        here, there = one["lists"][0], other["lists"][0]
        same = results(one) == results(other) and here["content"] == there["content"]
        hits += sum(len(result["hits"]) for result in one["results"])
        if not same:
            print(f"DIFFERS: as of {day} ({newest}): {here} {there}")
    os.unlink(questions.name)
    print(f"{days} days as of: compared hits, values, scores and content with the newest file alone; {hits} hits")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data")
    arguments.add_argument("binary")
    arguments.add_argument("folder", nargs="?")
    arguments.add_argument("--days", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--only", type=int, help="only the first so many publications")
    asked = arguments.parse_args()
    binary = os.path.abspath(asked.binary)
    folder = asked.folder or tempfile.mkdtemp()
    files = os.path.join(folder, "files")
    if not os.path.isdir(files):
        os.makedirs(files)
        archive = os.path.join(asked.data, "ofac/sdn-history.tar.zst")
        unpack = subprocess.Popen(["zstd", "-dc", "--long=27", archive], stdout=subprocess.PIPE)
        subprocess.run(["tar", "xf", "-", "-C", files], stdin=unpack.stdout, check=True)
    found = sorted((os.path.join(where, name) for where, _, all in os.walk(files) for name in all if name.endswith(".csv")), key=order)
    found = found[: asked.only]
    store = os.path.join(folder, "store")
    if not os.path.isdir(store):
        take_in(binary, store, found)
    for day, expected in [("2022-02-20", False), ("2022-02-26", True)]:
        if order(found[-1])[0] < day:
            continue
        answer = document(binary, store, "screen", "Vladimir Putin", "--schema", "Person", "--as-of", day)
        hit = any("ofac-35096" == hit["id"] for hit in answer["results"][0]["hits"])
        print(f"Putin as of {day}: {'a hit' if hit else 'no hit'}{'' if hit == expected else ' WRONG'}")
    compare(binary, store, found, min(asked.days, len(found)), asked.seed)
    current = [os.path.join(asked.data, "ofac/current", name) for name in ("sdn.csv", "alt.csv", "add.csv")]
    done = document(binary, store, "import", *current, "--published", "2026-07-11", expect=(1,))
    print(f"history's last file to ofac/current: {done['state']}: {done['reason']}")
    if not asked.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
