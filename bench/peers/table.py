"""Prints what both sides answered to the same rows, side by side, with ratios.

usage: table.py OUT. Needs Python 3 only.
"""
import csv
import json
import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path

THRESHOLD = 0.7


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        return list(reader)


def interval(part, whole, z=1.959964):
    """Wilson's interval at 95 percent."""
    if not whole:
        return 0.0, 1.0
    p = part / whole
    middle = p + z * z / (2 * whole)
    spread = z * sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def f1(labels, scores, threshold=THRESHOLD):
    true = sum(1 for l, s in zip(labels, scores) if l and s >= threshold)
    wrong = sum(1 for l, s in zip(labels, scores) if not l and s >= threshold)
    missed = sum(1 for l, s in zip(labels, scores) if l and s < threshold)
    return 2 * true / max(1, 2 * true + wrong + missed)


def line(what, ours, theirs, ratio="", form="{:.3f}"):
    show = lambda v: form.format(v) if isinstance(v, float) else str(v)
    print(f"| {what} | {show(ours)} | {show(theirs)} | {ratio} |")


def times(big, small):
    return f"{big / small:.1f} times" if small else ""


def rate_line(what, ours, theirs, whole):
    def show(part):
        low, high = interval(part, whole)
        return f"{part / whole:.3f} ({low:.3f} to {high:.3f})" if whole else "–"

    print(f"| {what}, n {whole} | {show(ours)} | {show(theirs)} | |")


def main():
    out = Path(sys.argv[1])
    ours = json.loads((out / "interdict.json").read_text(encoding="utf-8"))
    theirs = json.loads((out / "peer.json").read_text(encoding="utf-8"))
    print(f"| the same rows, one core each | {ours['name']} | {theirs['name']} | ratio |")
    print("| --- | --- | --- | --- |")

    table = rows(out / "pairs.csv")
    labels = [row[4] == "true" for row in table]
    a, b = ours["pairs"], theirs["pairs"]
    line(f"F1 at 0.70, {len(table)} labelled pairs", f1(labels, a["scores"]), f1(labels, b["scores"]))
    simple = b["rapidfuzz_token_sort"]
    best = max(f1(labels, simple, t / 100) for t in range(50, 100))
    print(f"| F1 of rapidfuzz token_sort_ratio at its best threshold | | {best:.3f} | |")
    for group in sorted({row[0] for row in table}):
        pick = [n for n, row in enumerate(table) if row[0] == group]
        sub = lambda scores: f1([labels[n] for n in pick], [scores[n] for n in pick])
        line(f"F1, group {group}, n {len(pick)}", sub(a["scores"]), sub(b["scores"]))
    for key, what in (("micros_prepared", "both prepared"), ("micros_raw", "from raw text")):
        line(f"µs a pair, {what}", a[key], b[key], times(b[key], a[key]), "{:.2f}")

    sets = defaultdict(lambda: [0, 0, 0])
    for row, x, y in zip(rows(out / "scripts.csv"), ours["scripts"]["scores"], theirs["scripts"]["scores"]):
        place = sets[(row[0], row[1])]
        place[0] += x >= THRESHOLD
        place[1] += y >= THRESHOLD
        place[2] += 1
    for (name, same), (x, y, n) in sorted(sets.items()):
        what = "the same person found" if same == "yes" else "someone else taken for them"
        rate_line(f"{name}: {what}", x, y, n)

    kinds, whole, clean = defaultdict(lambda: [0, 0, 0]), defaultdict(lambda: [0, 0, 0]), [0, 0, 0]
    for row, x, y in zip(rows(out / "screen.csv"), ours["screen"]["hits"], theirs["screen"]["hits"]):
        if row[0] == "clean":
            clean = [clean[0] + bool(x), clean[1] + bool(y), clean[2] + 1]
            continue
        for place in (kinds[row[0]], whole[row[0].split(":")[0]]):
            place[0] += row[3] in x
            place[1] += row[3] in y
            place[2] += 1
    for name, (x, y, n) in whole.items():
        rate_line(f"disguised names found, {name}, all kinds", x, y, n)
    for name, (x, y, n) in kinds.items():
        rate_line(name.replace(":", ", "), x, y, n)
    x, y, n = clean
    line(f"alerts per 1,000 clean names, n {n}", 1000 * x / n, 1000 * y / n, form="{:.1f}")
    for key, what in (("clean_a_second", "clean"), ("disguised_a_second", "disguised")):
        a, b = ours["screen"][key], theirs["screen"][key]
        line(f"{what} names a second of one core", a, b, times(a, b), "{:.0f}")


main()
