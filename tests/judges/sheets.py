"""Counts records and fields of spreadsheets without the parsers of Interdict.

usage: sheets.py DATA_FOLDER. Needs Python 3, the zstd command and the packages openpyxl, xlrd and
odfpy; prints `file  what  count`. A field is counted once for each party that has it.
"""
import collections
import datetime
import os
import re
import subprocess
import sys
import tempfile

import openpyxl
import xlrd

NOTHING = {"", "na", "n/a", "n.a", "nil", "none", "unknown", "not available", "-", "—", "不明"}


def show(file, what, count):
    print(f"{file}\t{what}\t{count}")


def plain(path):
    if not path.endswith(".zst"):
        return path
    out = tempfile.NamedTemporaryFile(suffix=os.path.splitext(path[:-4])[1], delete=False)
    subprocess.run(["zstd", "-q", "-d", "-f", path, "-o", out.name], check=True)
    return out.name


def text(cell):
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def sheet(path, index=0):
    """Rows of texts, of an .xlsx or .xls file."""
    path = plain(path)
    if path.endswith(".xls"):
        book = xlrd.open_workbook(path)
        rows = []
        for row in book.sheet_by_index(index).get_rows():
            rows.append([
                xlrd.xldate_as_datetime(c.value, book.datemode).date().isoformat()
                if c.ctype == xlrd.XL_CELL_DATE else text(c.value)
                for c in row
            ])
        return rows
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return [[text(c) for c in row] for row in book.worksheets[index].iter_rows(values_only=True)]


def says(cell):
    return cell.strip().rstrip(".").lower() not in NOTHING


def fields(file, header, rows, key):
    """Parties that have a field, for each column."""
    for at, column in enumerate(header):
        if column:
            have = {key(row) for row in rows if says(row[at])}
            show(file, f"parties with {column}", len(have))


def dfat(data, file):
    rows = sheet(os.path.join(data, "official", file))
    header, rows = rows[0], [r for r in rows[1:] if any(r)]
    at = {name: i for i, name in enumerate(header) if name}
    number = lambda row: re.match(r"\d+", row[at["Reference"]]).group()
    show(file, "rows", len(rows))
    show(file, "references", len({number(r) for r in rows}))
    first = {}
    for row in rows:
        first.setdefault(number(row), row[at["Type"]].strip().lower())
    for kind, count in sorted(collections.Counter(first.values()).items()):
        show(file, f"references of type {kind}", count)
    names = collections.defaultdict(set)
    for row in rows:
        kind = row[at["Name Type"]].strip().lower()
        weak = "Alias Strength" in at and row[at["Alias Strength"]] == "Weak"
        group = {"primary name": "name", "fka": "former", "formerly known as": "former",
                 "previously listed as": "former"}.get(kind, "weak" if weak else "other")
        names[group].add((number(row), row[at["Name of Individual or Entity"]]))
    for group, found in sorted(names.items()):
        show(file, f"names, {group}", len(found))
    fields(file, header, rows, number)


def conlist(data, file):
    rows = sheet(os.path.join(data, "official", file))
    header, rows = rows[1], rows[2:]
    at = {name: i for i, name in enumerate(header)}
    number = lambda row: row[at["Group ID"]]
    show(file, "rows", len(rows))
    show(file, "groups", len({number(r) for r in rows}))
    kinds = {}
    for row in rows:
        kinds[number(row)] = row[at["Group Type"]]
    for kind, count in sorted(collections.Counter(kinds.values()).items()):
        show(file, f"groups of type {kind}", count)
    names = collections.defaultdict(set)
    for row in rows:
        kind = row[at["Alias Type"]]
        weak = row[at["Alias Quality"]] == "Low quality"
        group = {"Primary name": "name", "FKA": "former"}.get(kind, "weak" if weak else "other")
        name = " ".join(row[at[f"Name {n}"]] for n in range(1, 7) if row[at[f"Name {n}"]])
        names[group].add((number(row), name))
        if row[at["Name Non-Latin Script"]]:
            names["other"].add((number(row), row[at["Name Non-Latin Script"]]))
    for group, found in sorted(names.items()):
        show(file, f"names, {group}", len(found))
    fields(file, header, rows, number)
    for key in ["UK Sanctions List Ref", "UK Statement of Reasons", "UN Ref", "Gender", "IMO number",
                "Phone number", "Email address", "Website", "Type of entity", "Business Reg No",
                "Parent company", "Subsidiaries"]:
        have = {number(r) for r in rows if f"({key}):" in r[at["Other Information"]]}
        show(file, f"parties with Other Information ({key})", len(have))


def main(data):
    for file in ["au_dfat_consolidated_2026-07-23.xlsx.zst", "au_dfat_consolidated_2026-02-24.xlsx.zst",
                 "au_dfat_regulation8_consolidated_2024-11-11.xlsx",
                 "au_dfat_regulation8_consolidated_2009-12-03.xls.zst"]:
        dfat(data, file)
    for date in ["2025-04-14", "2025-04-10", "2023-06-05_resaved-in-excel"]:
        conlist(data, f"uk_ofsi_conlist_{date}.xlsx.zst")


if __name__ == "__main__":
    main(sys.argv[1])
