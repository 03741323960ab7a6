#!/usr/bin/env python3
"""Count OFAC files with nothing of ours: csv, xml.etree and regular expressions of the standard library.

usage: ofac.py FOLDER    (the folder with ofac/ and official/; .zst files need zstd)

Prints the figures that docs/fidelity.md compares with what the sources read.
"""

import collections
import csv
import io
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET


def content(path):
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    return path.read_bytes()


def rows(path):
    text = content(path).decode("ascii").replace("\x1a", "")
    return [r for r in csv.reader(io.StringIO(text)) if len(r) > 1]


def csv_set(folder, primary, alt, add, comments):
    count = collections.Counter()
    main = rows(folder / primary)
    ids = {r[0] for r in main}
    more = collections.defaultdict(str)
    count["records"] = len(main)
    if comments:
        for r in rows(folder / comments):
            more[r[0]] += r[1].strip()
            count["comments"] += 1
            count["comments without record"] += r[0] not in ids
    for r in main:
        count[f"type {r[2].strip()}"] += 1
        count["programmes"] += len(r[3].split("] ["))
        remark = (r[11].strip() + more[r[0]]).replace("-0-", "")
        parts = [p.strip() for p in re.split(r"; ?", remark.rstrip(".")) if p.strip()]
        for part in parts:
            part = re.sub(r"^alt\. ", "", part)
            for name, pattern in REMARKS.items():
                if re.match(pattern, part):
                    count[name] += 1
    for file, name in ((alt, "aliases"), (add, "addresses")):
        for r in rows(folder / file):
            count[name] += 1
            count[f"{name} without record"] += r[0] not in ids
    return count


REMARKS = {
    "dates of birth": r"DOB ",
    "passports": r"(Diplomatic |Stateless Person |British National Overseas )?Passport |Travel Document Number ",
    "tax ids": r"Tax ID No\. ",
    "IMO numbers": r"(Vessel Registration Identification|Identification Number|Company Number|Registration Number) IMO ",
    "wallets": r"Digital Currency Address - \S+ \S",
    "quoted aliases": r"[afnd]\.[kb]\.a\. '",
    "linked to": r"\(?Linked To:",
}


def legacy_xml(path):
    count = collections.Counter()
    for _, e in ET.iterparse(io.BytesIO(content(path))):
        tag = e.tag.rsplit("}", 1)[-1]
        if tag in ("sdnEntry", "aka", "address", "id", "dateOfBirthItem", "program"):
            count[tag] += 1
        if tag == "aka" and any(c.tag.endswith("category") and c.text == "weak" for c in e):
            count["weak aka"] += 1
        if tag == "idType" and e.text in ("Passport", "Diplomatic Passport"):
            count["passports"] += 1
        if tag == "idType" and e.text.startswith("Digital Currency"):
            count["wallets"] += 1
        if tag == "Record_Count":
            count["stated records"] = int(e.text)
    return count


def enhanced_xml(path):
    count = collections.Counter()
    stack = []
    for event, e in ET.iterparse(io.BytesIO(content(path)), events=("start", "end")):
        tag = e.tag.rsplit("}", 1)[-1]
        if event == "start":
            stack.append(tag)
            continue
        stack.pop()
        if stack[1:2] != ["entities"]:
            continue
        if tag in ("entity", "name", "address", "feature", "identityDocument", "relationship", "sanctionsProgram"):
            if tag != "name" or stack[-1] == "names":
                count[tag] += 1
        if tag == "translation" and "names" in stack:
            count["name translation"] += 1
    return count


def main(folder):
    data = pathlib.Path(folder)
    ofac = data / "ofac"
    sets = {
        "ofac/2023-12-28": (ofac / "2023-12-28", "sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"),
        "ofac/current": (ofac / "current", "sdn.csv", "alt.csv", "add.csv", None),
        "ofac (sdn.csv of 2024-05-03)": (ofac, "sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"),
        "ofac (cons)": (ofac, "cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"),
    }
    for name, files in sets.items():
        show(name, csv_set(*files))
    for name in ("sdn-2021-03-10.xml.zst", "consolidated-2025-03-28.xml"):
        show(name, legacy_xml(ofac / "xml" / name))
    for path in (
        ofac / "xml/cons_enhanced-2025-01-14.xml.zst",
        data / "official/ofac_enhanced_export_program-IRGC_2024-08-28.xml.zst",
        data / "official/ofac_enhanced_export_program-YEMEN_2024-05-24.xml",
    ):
        show(path.name, enhanced_xml(path))


def show(name, count):
    print(name)
    for key in sorted(count):
        print(f"  {key}: {count[key]}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
