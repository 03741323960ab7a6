#!/usr/bin/env python3
"""Looks for every value of a list file in what reading it gave, field by field.

usage: statements FILE | kept.py FILE [--records NAME,NAME] [--key COLUMN=PREFIX] [--skip-lines N]
       [--delimiter C] [--encoding NAME] [--all]

`statements` is `cargo run --release -p interdict-sources --example statements -- FILE`. The file is read with
expat or csv of Python's standard library and shares no code with the parsers. A value counts as kept
when its words stand in a value, or in the text that the publisher wrote, of a statement of the same
party. Prints `field  values  kept  first that is not`, for all fields or for those that lose a value.
"""
import argparse
import collections
import csv
import io
import json
import re
import subprocess
import sys
import unicodedata
import xml.parsers.expat


def content(path):
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    with open(path, "rb") as file:
        return file.read()


def plain(text):
    """Words in lower case, without marks: what a statement must hold in this order."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c))
    return f" {' '.join(text.casefold().split())} "


class Read:
    """Statements, gathered by the party they belong to."""

    def __init__(self, lines):
        owner = {}
        statements = []
        for line in lines:
            s = json.loads(line)
            statements.append(s)
            if s["property"] in ("entity", "holder") and s["id"].startswith(s["value"]):
                owner[s["id"]] = s["value"]
        self.at = collections.defaultdict(set)
        self.texts = collections.defaultdict(set)
        self.ids = set()
        for s in statements:
            party = owner.get(s["id"])
            if party is None:
                # An address or a tie is called after its party.
                head = re.match(r"(.*?)-(address|link|owner|family|document|isin|wallet|sanction)-", s["id"] + "-")
                party = head.group(1) if head else s["id"]
            self.ids.add(party)
            place = int(re.search(r"\d+", s["place"] or "0").group())
            self.at[place].add(party)
            self.texts[party].add(plain(s["value"]))
            if s["original"]:
                self.texts[party].add(plain(s["original"]))
        self.places = sorted(self.at)
        self.blob = {party: "|".join(texts) for party, texts in self.texts.items()}

    def parties(self, first, last):
        import bisect
        found = set()
        for at in self.places[bisect.bisect_left(self.places, first):bisect.bisect_right(self.places, last)]:
            found |= self.at[at]
        return found


def xml_records(data, names):
    """Start, end and leaves (path, text) of each record."""
    records, stack, out = [], [], None
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True

    def start(name, attributes):
        nonlocal out
        name = name.rsplit(":", 1)[-1]
        stack.append([name, ""])
        if out is None and name in names:
            out = [parser.CurrentByteIndex, len(stack), []]
        if out is not None:
            path = "/".join(e[0] for e in stack[out[1]:])
            for key, value in attributes.items():
                if not key.startswith("xmlns") and value.strip():
                    out[2].append((f"{path}/@{key}".lstrip("/"), value))

    def text(part):
        if stack:
            stack[-1][1] += part

    def end(_):
        nonlocal out
        name, held = stack.pop()
        if out is None:
            return
        depth = len(stack) + 1
        if held.strip():
            path = "/".join([e[0] for e in stack[out[1]:]] + ([name] if depth > out[1] else []))
            out[2].append((path, held))
        if depth == out[1]:
            records.append((out[0], parser.CurrentByteIndex, out[2]))
            out = None

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(data, True)
    return records


def csv_records(data, arguments):
    text = data.decode(arguments.encoding)
    lines = text.split("\n")
    reader = csv.reader(io.StringIO("\n".join(lines[arguments.skip_lines:])), delimiter=arguments.delimiter)
    header = next(reader)
    header[0] = header[0].lstrip("\ufeff")
    last = reader.line_num
    for row in reader:
        line = last + 1 + arguments.skip_lines
        last = reader.line_num
        cells = [(h.strip(), c) for h, c in zip(header, row) if c.strip()]
        yield line, line, cells


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("file")
    parser.add_argument("--records", default="")
    parser.add_argument("--key", default="")
    parser.add_argument("--skip-lines", type=int, default=0)
    parser.add_argument("--delimiter", default=",")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    read = Read(sys.stdin)
    data = content(arguments.file)
    if arguments.records:
        records = xml_records(data, set(arguments.records.split(",")))
    else:
        records = csv_records(data, arguments)
    column, _, prefix = arguments.key.partition("=")
    fields = collections.OrderedDict()
    count = 0
    for first, last, leaves in records:
        count += 1
        if column:
            key = next(text for field, text in leaves if field == column)
            parties = {prefix + key.strip().lower()} & read.ids
        else:
            parties = read.parties(first, last)
        blob = "|".join(read.blob[party] for party in parties)
        for field, text in leaves:
            total = fields.setdefault(field, [0, 0, None])
            total[0] += 1
            wanted = plain(text)
            parts = [plain(p) for p in re.split(r"[|;,\n]|\(?\b[0-9a-h]\)", text)]
            if wanted in blob or all(p.strip() == "" or p in blob for p in parts):
                total[1] += 1
            elif total[2] is None:
                total[2] = text.strip()[:80]
    values = sum(f[0] for f in fields.values())
    kept = sum(f[1] for f in fields.values())
    print(f"{count} records, {len(fields)} fields, {values} values, {kept} kept")
    for field, (total, found, example) in fields.items():
        if arguments.all or found < total:
            print(f"{field}\t{total}\t{found}\t{example or ''}")


main()
