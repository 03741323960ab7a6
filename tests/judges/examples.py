#!/usr/bin/env python3
"""Check the US designation dates of the example list against the history of the SDN list.

usage: examples.py DATA_FOLDER    (needs the zstd and tar commands)

A date must lie between the last published list without the entry and the first one with it. Entries
older than the first list of the history are only checked not to be younger than it; entries newer than
the last list must bear a later date. Exit code 1 when any date is wrong.
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def appearances(folder: pathlib.Path) -> tuple[dict[str, tuple[str | None, str]], str]:
    """By entry number, the last day without it and the first day with it; and the last day of all."""
    first: dict[str, tuple[str | None, str]] = {}
    before = None
    for path in sorted(folder.rglob("*.csv")):
        day = re.search(r"\d{4}-\d\d-\d\d", path.name).group(0)
        with open(path, encoding="utf-8", errors="replace", newline="") as lines:
            for row in csv.reader(lines):
                if row and row[0].strip().isdigit():
                    first.setdefault(row[0].strip(), (before, day))
        before = day
    return first, before


def main() -> int:
    archive = pathlib.Path(sys.argv[1]) / "ofac/sdn-history.tar.zst"
    with tempfile.TemporaryDirectory() as folder:
        unpack = f"zstd --long=27 -dc '{archive}' | tar x -C '{folder}'"
        subprocess.run(unpack, shell=True, check=True)
        first, last = appearances(pathlib.Path(folder))
    wrong = within = older = newer = 0
    for line in (ROOT / "examples/watchlist.ftm.json").read_text().splitlines():
        entity = json.loads(line)
        properties = entity["properties"]
        listed = properties.get("listingDate")
        if entity["schema"] != "Sanction" or not entity["id"].endswith("-us") or not listed:
            continue
        number = properties["authorityId"][0]
        if number not in first:
            newer += 1
            good = listed[0] >= last
        elif first[number][0] is None:
            older += 1
            good = listed[0] <= first[number][1]
        else:
            within += 1
            good = first[number][0] <= listed[0] <= first[number][1]
        if not good:
            wrong += 1
            print(f"{entity['id']}: {listed[0]} is outside {first.get(number)}")
    print(f"US designations: {within} within two lists, {older} older, {newer} newer, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
