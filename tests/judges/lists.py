"""Counts records and fields of list files without the parsers of Interdict.

usage: lists.py DATA_FOLDER. Needs Python 3 and the zstdcat command; prints `file  what  count`.
"""
import csv
import glob
import io
import os
import re
import subprocess
import sys


def text(path):
    if path.endswith(".zst"):
        return subprocess.run(["zstdcat", path], capture_output=True, check=True).stdout.decode()
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def show(file, what, count):
    print(f"{file}\t{what}\t{count}")


def tags(data, path, names):
    body = text(os.path.join(data, path))
    for name in names:
        # Start tags, empty ones too.
        show(path, name, len(re.findall(rf"<{name}[\s/>]", body)))


def filled(data, path, columns, rows=None):
    if rows is None:
        rows = list(csv.DictReader(io.StringIO(text(os.path.join(data, path)))))
    show(path, "rows", len(rows))
    for column in columns:
        show(path, column, sum(1 for row in rows if row[column].strip()))
    return rows


def main(data):
    for file in ["2020.xml.zst", "2021-03-12.xml.zst", "2025-04-19.xml.zst"]:
        tags(data, f"un/consolidated-{file}", ["INDIVIDUAL", "ENTITY"])
    tags(data, "un/consolidated.xml", ["INDIVIDUAL", "ENTITY", "LISTED_ON", "NAME_ORIGINAL_SCRIPT"])
    body = text(os.path.join(data, "un/consolidated.xml"))
    show("un/consolidated.xml", "QUALITY Low", body.count("<QUALITY>Low</QUALITY>"))
    tags(data, "eu/fsf/eu-fsf-2021-03-02.xml.zst",
         ["sanctionEntity", "nameAlias", "birthdate", "address", "citizenship", "identification"])
    tags(data, "ca/sema-2025-06.xml.zst", ["record", "LastName", "EntityOrShip", "ShipIMONumber"])
    rows = filled(data, "us/csl-2022-04.csv.zst", ["entity_number", "alt_names", "dates_of_birth", "ids"])
    show("us/csl-2022-04.csv.zst", "distinct entity_number",
         len({row["entity_number"] for row in rows if row["entity_number"]}))
    show("us/csl-2022-04.csv.zst", "Entity List",
         sum(row["source"].startswith("Entity List (EL)") for row in rows))
    for kind in ["consolidated", "amendments"]:
        rows = []
        for path in sorted(glob.glob(os.path.join(data, f"eu/journal/{kind}-*.csv"))):
            rows += csv.DictReader(io.StringIO(text(path)))
        filled(data, f"eu/journal/{kind}-*.csv", ["reason", "imoNumber", "birthDate"], rows)
        for schema in sorted({row["schema"] for row in rows}):
            show(f"eu/journal/{kind}-*.csv", schema, sum(row["schema"] == schema for row in rows))
    file = "other/tr-asset-freezes-2024-08.txt.zst"
    body = text(os.path.join(data, file))
    show(file, "records", len(re.findall(r"\bAdı(?: Soyadı)?\s*:", body)) - len(re.findall(r"Bilinen Eski Adı\s*:", body)))
    filled(data, "uk/uk-sanctions-list-2025-08-11.csv", ["Name", "OFSI Group ID"])
    filled(data, "uk/uk-sanctions-2026-04-22-with-2025-08-names.csv.zst",
           ["name_2025_08", "addresses", "positions"])


main(sys.argv[1])
