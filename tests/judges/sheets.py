"""Counts records and fields of spreadsheets without the parsers of Interdict.

usage: sheets.py DATA_FOLDER. Needs Python 3, the zstd command and the packages openpyxl, xlrd and
odfpy; prints `file  what  count`. A field is counted once for each party that has it.
"""
import collections
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

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
        name = row[at["Name of Individual or Entity"]].strip(" ;")
        script = re.search(r"\bin Arabic:\s*([^)]*)", name, re.I)
        if script:
            names[group].add((number(row), script.group(1).strip()))
        said = re.search(r"\s*\(?\b(previously|formerly) listed as.*|^Formerly known as ", name, re.I)
        if said:
            group, name = "former", name.replace(said.group(), "")
        names[group].add((number(row), name))
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


def japan(data, file):
    book = openpyxl.load_workbook(plain(os.path.join(data, "official", file)), data_only=True)
    have, counts = collections.defaultdict(set), collections.Counter()
    for index, page in enumerate(book.worksheets):
        rows = [[text(c) for c in row] for row in page.iter_rows(values_only=True)]
        at = next((n for n, row in enumerate(rows[:10]) if "告示番号" in row), None)
        if at is None:
            counts["sheets without entries"] += 1
            continue
        header = rows[at]
        number, day = header.index("告示番号"), header.index("告示日付")
        for row in rows[at + 1:]:
            if not any(row):
                continue
            if not row[number]:
                counts["continued rows"] += 1
            elif "削除" in row[day]:
                counts["deleted rows"] += 1
            else:
                counts["entries"] += 1
                if not row[header.index("日本語表記")] and not row[header.index("英語表記")]:
                    counts["entries without a name"] += 1
                    continue
                for column, cell in zip(header, row):
                    if column and says(cell):
                        have[column].add((index, row[number]))
    for what, count in sorted(counts.items()):
        show(file, what, count)
    for column, found in sorted(have.items()):
        show(file, f"parties with {column}", len(found))


def end_users(data, file):
    rows = sheet(os.path.join(data, "official", file))[1:]
    show(file, "rows", sum(1 for row in rows if row[2]))
    book = openpyxl.load_workbook(plain(os.path.join(data, "official", file)), data_only=True)
    lines = [(row[2], line.strip(" ・･·\u3000")) for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)
             for line in str(row[3] or "").splitlines()]
    show(file, "aliases", len({(name, " ".join(alias.split())) for name, alias in lines if alias}))


def opendocument(data, file):
    from odf.opendocument import load
    from odf.table import TableRow
    rows = load(os.path.join(data, file)).getElementsByType(TableRow)
    show(file, "rows", sum(1 for row in rows[1:] if str(row).strip()))


def denied(data, file):
    with open(os.path.join(data, file), encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t"))
    header, rows = rows[0], [[text(c) for c in row] for row in rows[1:]]
    key = lambda row: (row[0].lower(), row[header.index("Effective_Date")])
    show(file, "rows", len(rows))
    show(file, "names and effective dates", len({key(row) for row in rows}))
    fields(file, header, rows, key)
    return {key(row) for row in rows}


def world_bank(data, file):
    with open(plain(os.path.join(data, "official", file)), encoding="utf-8") as answer:
        records = json.load(answer)["response"]["ZPROCSUPP"]
    show(file, "records", len(records))
    for kind, count in sorted(collections.Counter(r["SUPP_TYPE_CODE"] for r in records).items()):
        show(file, f"records of type {kind}", count)
    show(file, "permanent", sum(r["DEBAR_TO_DATE"] == "2999-12-31" for r in records))
    for field in records[0]:
        show(file, f"records with {field}", sum(bool(text(r[field])) for r in records))
    return {r["SUPP_ID"] for r in records}


def notices(data, file):
    """The last number in a row of numbers, each followed by a name in Japanese."""
    with open(os.path.join(data, file), encoding="utf-8") as lines:
        body = unicodedata.normalize("NFKC", lines.read())
    number, at = 0, 0
    while found := re.compile(rf"(?<!\d){number + 1}\s+[^,\n]{{0,12}}[\u3040-\u30ff\u4e00-\u9fff]").search(body, at):
        number, at = number + 1, found.end()
    show(file, "entries", number)
    show(file, "places", body.count("所在地:"))


def proscribed(data, file):
    with open(os.path.join(data, file), encoding="utf-8") as answer:
        records = json.load(answer)
    show(file, "records", len(records))
    for field in records[0]:
        show(file, f"records with {field}", sum(bool((r[field] or "").strip()) for r in records))


def main(data):
    for file in ["au_dfat_consolidated_2026-07-23.xlsx.zst", "au_dfat_consolidated_2026-02-24.xlsx.zst",
                 "au_dfat_regulation8_consolidated_2024-11-11.xlsx",
                 "au_dfat_regulation8_consolidated_2009-12-03.xls.zst"]:
        dfat(data, file)
    for date in ["2025-04-14", "2025-04-10", "2023-06-05_resaved-in-excel"]:
        conlist(data, f"uk_ofsi_conlist_{date}.xlsx.zst")
    kept = denied(data, "us/dpl-2019.txt") & denied(data, "official/us_bis_denied_persons_list_2022-09.txt")
    show("denied persons 2019 and 2022-09", "in both", len(kept))
    kept = world_bank(data, "worldbank_debarred_2021-01.json.zst")
    kept &= world_bank(data, "worldbank_debarred_2026-02-21.json.zst")
    show("World Bank 2021-01 and 2026-02", "in both", len(kept))
    for name in ["russia", "third-country", "belarus"]:
        notices(data, f"jp/meti-{name}.txt")
    proscribed(data, "other/pk-proscribed-persons.json")
    japan(data, "jp_mof_shisantouketsu_2026-03-05.xlsx.zst")
    end_users(data, "jp_meti_foreign_user_list_2025-09-29.xlsx")
    opendocument(data, "uk/uk-sanctions-list-2025-08-11.ods")


if __name__ == "__main__":
    main(sys.argv[1])
