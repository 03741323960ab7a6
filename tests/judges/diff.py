#!/usr/bin/env python3
"""Compare sdn.csv files with nothing of ours and hold `interdict diff` to the result.

usage: diff.py INTERDICT FOLDER [PAIRS [SEED]]

FOLDER holds sdn-YYYY-MM-DD.csv files (ofac/sdn-history.tar.zst, unpacked). For PAIRS random pairs
the entries added, removed and changed, the programmes that came and went and the primary names that
changed must be the same. Order (of rows, programmes, remarks) and spacing make no difference.
"""

import collections
import csv
import io
import json
import pathlib
import random
import subprocess
import sys


def spaced(text):
    return " ".join(text.split())


def entries(path):
    """The entries by number, each as what it says without order and spacing."""
    text = path.read_bytes().decode("utf-8", "replace").replace("\x1a", "")
    found = {}
    for row in csv.reader(io.StringIO(text)):
        if len(row) < 12:
            continue
        number, name, kind, programmes = (spaced(cell) for cell in row[:4])
        cells = ["" if c.strip() == "-0-" else spaced(c) for c in row]
        remarks = cells[11].rstrip(".")
        found[number] = {
            "name": name,
            "kind": kind if kind != "-0-" else "",
            "programmes": {p.strip() for p in programmes.replace("[", "").split("]") if p.strip()},
            "cells": tuple(cells[4:11]),
            "remarks": frozenset(spaced(part) for part in remarks.split(";") if part.strip()),
        }
    return found


def by_hand(before, after):
    result = {"added": set(after) - set(before), "removed": set(before) - set(after)}
    both = set(before) & set(after)
    result["changed"] = {n for n in both if before[n] != after[n]}
    result["programmes"] = {
        (n, frozenset(before[n]["programmes"] - after[n]["programmes"]),
         frozenset(after[n]["programmes"] - before[n]["programmes"]))
        for n in both if before[n]["programmes"] != after[n]["programmes"]
    }
    result["names"] = {
        (n, before[n]["name"], after[n]["name"]) for n in both if before[n]["name"] != after[n]["name"]
    }
    return result


def by_interdict(program, before, after):
    run = subprocess.run(
        [program, "diff", before, after, "--json", "-q"], check=True, stdout=subprocess.PIPE
    )
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    result = collections.defaultdict(set)
    wording = lambda side: (side.get("original") or side["value"]) if side else ""
    for line in lines[1:]:
        number = line["id"].removeprefix("ofac-")
        result[line["change"]].add(number)
        if line["change"] != "changed":
            continue
        gone, come = set(), set()
        for field in line["fields"]:
            if field["property"] == "programId":
                if field["before"]:
                    gone.add(wording(field["before"]))
                if field["after"]:
                    come.add(wording(field["after"]))
            if field["property"] == "name":
                result["names"].add((number, wording(field["before"]), wording(field["after"])))
        if gone or come:
            result["programmes"].add((number, frozenset(gone), frozenset(come)))
    return result


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    chosen = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 12)
    files = sorted(folder.glob("sdn-*.csv"))
    wrong = 0
    for _ in range(pairs):
        before, after = sorted(chosen.sample(files, 2))
        hand = by_hand(entries(before), entries(after))
        ours = by_interdict(program, before, after)
        counts = ", ".join(f"{len(hand[what])} {what}" for what in hand)
        differ = [what for what in hand if hand[what] != ours[what]]
        print(f"{before.stem} {after.stem}: {counts}: {'differ in ' + ' '.join(differ) if differ else 'equal'}")
        for what in differ:
            wrong += 1
            print("   only by hand:     ", sorted(map(str, hand[what] - ours[what]))[:10])
            print("   only by interdict:", sorted(map(str, ours[what] - hand[what]))[:10])
    print(f"{pairs} pairs, {wrong} differences")
    sys.exit(1 if wrong else 0)


main()
