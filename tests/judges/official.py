#!/usr/bin/env python3
"""Imports every list file of DATA/official and holds what was read to what its README counts.

usage: official.py DATA INTERDICT [FOLDER]

Needs the zstd and unzip commands and, for the differences of spreadsheets, openpyxl. Prints a table:
file, what is counted, the README's number, what Interdict read. Each series goes in order into a store
of its own, where the guard has its say and a person (this script) accepts; then pairs of
publications are compared with nothing of Interdict and `interdict diff` is held to the result.
"""

import collections
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import sheets

WRONG = []


def run(binary, folder, *arguments):
    done = subprocess.run([binary, "--data-dir", folder, "--json", *arguments], capture_output=True, text=True)
    return (json.loads(done.stdout) if done.stdout.startswith("{") else None), done


def parties(said):
    kinds = ("Person", "Organization", "Company", "LegalEntity", "Vessel", "Airplane")
    return sum(said["schemata"].get(kind, 0) for kind in kinds)


def organisations(said):
    return said["schemata"].get("Organization", 0) + said["schemata"].get("Company", 0)


def record(kind):
    """Records of a kind, whatever the file is called; of what has no file before it, that count."""
    def count(said):
        of_files = [n for name, n in said["read"].items() if re.fullmatch(rf"\S+ {kind}", name) and "/" not in name]
        return sum(of_files) if of_files else said["read"].get(kind, 0)
    return count


def schema(name):
    return lambda said: said["schemata"].get(name, 0)


def advanced(party, alias, location, document, relation, entry, vessels=0):
    return [
        ("DistinctParty", party, record("DistinctParty")), ("profiles", party, parties),
        ("Alias", alias, record("DocumentedName")), ("Location", location, record("Location")),
        ("IDRegDocument", document, record("IDRegDocument")),
        ("ProfileRelationship", relation, record("ProfileRelationship")),
        ("SanctionsEntry", entry, record("SanctionsEntry")), ("vessels", vessels, schema("Vessel")),
    ]


def conlist(rows, groups, persons=None, entities=None, ships=None):
    counts = [("rows", rows, record("rows")), ("groups", groups, parties)]
    for what, number, name in [("individuals", persons, "Person"), ("ships", ships, "Vessel")]:
        if number is not None:
            counts.append((what, number, schema(name)))
    if entities is not None:
        counts.append(("entities", entities, organisations))
    return counts


def dfat(rows, references):
    return [("rows", rows, record("rows")), ("references", references, parties)]


def bank(records, persons=None, firms=None, unknown=None):
    counts = [("records", records, record("records"))]
    for what, number, name in [("type I", persons, "Person"), ("types F and C", firms, "Company"), ("type U", unknown, "LegalEntity")]:
        if number is not None:
            counts.append((what, number, schema(name)))
    return counts


# Series: name, then files of a publication with what the README counts in them.
SERIES = [
    ("OFAC CONS_ADVANCED", [
        (["ofac_cons_advanced_2016-09-16.xml.zst"], advanced(581, 1668, 786, 576, 307, 1169, 74)),
        (["ofac_cons_advanced_2019-03-14.xml.zst"], advanced(375, 1293, 464, 569, 275, 758)),
        (["ofac_cons_advanced_2020-03-17.xml.zst"], advanced(375, 1290, 464, 573, 276, 759)),
    ]),
    ("OFAC enhanced, programme IRGC", [
        (["ofac_enhanced_export_program-IRGC_2024-08-28.xml.zst"], [
            ("entities", 293, record("entity")), ("individuals", 165, schema("Person")),
            ("organisations", 84, organisations), ("aircraft", 44, schema("Airplane"))]),
    ]),
    ("OFAC enhanced, programme YEMEN", [
        (["ofac_enhanced_export_program-YEMEN_2024-05-24.xml"], [("individuals", 10, schema("Person"))]),
    ]),
    ("OFSI ConList", [
        (["uk_ofsi_conlist_2016-03-23.csv.zst"], conlist(8746, 1924)),
        (["uk_ofsi_conlist_2020-04-27.csv.zst"], conlist(9492, 2114)),
        (["uk_ofsi_conlist_2023-06-05_resaved-in-excel.xlsx.zst"], conlist(16823, 3993, 3231, 747, 15)),
        (["uk_ofsi_conlist_2025-04-10.xlsx.zst"], conlist(18796, 4686, 3662, 1009, 15)),
        (["uk_ofsi_conlist_2025-04-14.xlsx.zst"], conlist(18798, 4688, 3663, 1010, 15)),
    ]),
    ("Australia DFAT", [
        (["au_dfat_regulation8_consolidated_2009-12-03.xls.zst"], dfat(3446, 975)),
        (["au_dfat_regulation8_consolidated_2024-11-11.xlsx"], dfat(9553, 3062)),
        (["au_dfat_consolidated_2026-02-24.xlsx.zst"], dfat(10976, 3811)),
        (["au_dfat_consolidated_2026-07-23.xlsx.zst"], dfat(11068, 3846)),
    ]),
    ("Japan MOF", [
        (["jp_mof_shisantouketsu_2026-03-05.xlsx.zst"], [
            ("numbered rows (\"about\")", 3460, lambda said: record("entries")(said) + record("deleted rows")(said)),
            ("deleted (\"about\")", 600, record("deleted rows"))]),
    ]),
    ("Japan METI", [(["jp_meti_foreign_user_list_2025-09-29.xlsx"], [("rows", 835, record("rows"))])]),
    ("World Bank", [
        (["worldbank_debarred_2021-01.json.zst"], bank(1264)),
        (["worldbank_debarred_2026-02-21.json.zst"], bank(1370, 268, 1093 + 1, 8)),
    ]),
    ("BIS denied persons", [(["us_bis_denied_persons_list_2022-09.txt"], [("rows", 581, record("rows"))])]),
    ("UK CSV, fragment", [(["fragments/uk_sanctions_list_csv_header_and_1_row_2026-10-08.csv"], [("ships", 1, schema("Vessel"))])]),
    ("UK XML, fragment", [(["fragments/uk_sanctions_list_xml_2_designations_trimmed_2026-09-02.xml"], [("designations", 2, parties)])]),
    ("EU XML, fragment", [(["fragments/eu_fsf_xml_1_entity_2024-12-11.xml"], [("entities", 1, parties)])]),
    ("EU CSV, fragment", [(["fragments/eu_fsf_csv_first_21_of_113_columns_2_rows_2026-08-05.csv"], [("rows", 2, record("rows"))])]),
    ("SECO XML, fragment", [(["fragments/ch_seco_xml_3_targets_trimmed_2026-08-27.xml"], [("targets", 3, record("target"))])]),
]

# What the README counts and another count shows to be wrong, or rounds: (file, what) to why.
README_WRONG = {
    ("au_dfat_regulation8_consolidated_2009-12-03.xls.zst", "references"):
        (1086, "README wrong: sheets.py counts 1,086 numbers (the README says \"about\")"),
    ("jp_mof_shisantouketsu_2026-03-05.xlsx.zst", "numbered rows (\"about\")"):
        (3461, "README rounds: sheets.py counts 2,863 + 598"),
    ("jp_mof_shisantouketsu_2026-03-05.xlsx.zst", "deleted (\"about\")"): (598, "README rounds"),
    ("worldbank_debarred_2026-02-21.json.zst", "types F and C"):
        (1093, "the record of type C is no company for sure: a LegalEntity"),
    ("worldbank_debarred_2026-02-21.json.zst", "type U"): (9, "8 of type U and the one of type C"),
}

# Parties that changed only by hand: their rows say one thing in two wordings, of which one went.
SAME_VALUE = {
    "au-dfat-11": "\"1960, 1966\" beside \"Approximately 1960, 1966\"",
    "au-dfat-8592": "\"Iranian\" beside \"Iran\"",
    "au-dfat-8666": "\"Russian\" beside \"Russia\"",
}

NO_LISTS = [
    "ofac_sdn_advanced_schema_2016.xsd", "jp_meti_end_user_list_2025-01-31.pdf",
    "ofac_sdn_advanced_2024-02-23_TRIMMED_37_parties.xml",
    "uk_sanctions_list_2026-08-20_AS-YAML_not-original.tar.zst", "eu_fsf_2026-05-01_AS-YAML_not-original.tar.zst",
]


def judge(name, what, expected, found):
    note = "" if expected == found else "DIFFERS"
    if (name, what) in README_WRONG:
        true, why = README_WRONG[name, what]
        note = why if found == true else f"DIFFERS; expected {true}"
    if note.startswith("DIFFERS"):
        WRONG.append((name, what))
    print(f"| {name} | {what} | {expected:,} | {found:,} | {note} |")


def import_all(binary, folder, series, publications, data):
    store = os.path.join(folder, re.sub(r"\W+", "-", series))
    for files, counts in publications:
        paths = [file if os.path.isabs(file) else os.path.join(data, "official", file) for file in files]
        said, done = run(binary, store, "import", *paths)
        name = os.path.basename(files[0]) + (f" and {len(files) - 1} beside it" if len(files) > 1 else "")
        if said is None:
            WRONG.append((name, "import"))
            print(f"| {name} | NOT READ | | | {done.stderr.strip()[:300]} |")
            continue
        for what, expected, of in counts:
            judge(os.path.basename(files[0]), what, expected, of(said))
        if said["state"] != "current":
            accepted, _ = run(binary, store, "lists", "accept", str(said["publication"]["publication"]), "--reason", "years lie between", "--as", "judge")
            state = "accepted by a person" if accepted and accepted["done"] else "NOT ACCEPTED"
            print(f"| {name} | held back | | | {said['reason']}; {state} |")
    return store


# --- differences, with nothing of Interdict ---

def spaced(text):
    return " ".join(str(text).split())


def by_reference(path, header_row, number, skip=()):
    """Rows of a spreadsheet by the party they are of, without order and spacing, empty cells, `skip`."""
    rows = sheets.sheet(path)
    header, rows = rows[header_row], rows[header_row + 1:]
    at = {name: i for i, name in reversed(list(enumerate(header))) if name}
    found = collections.defaultdict(set)
    for row in rows:
        if not any(row):
            continue
        for column, cell in zip(header, row):
            if column and cell and column not in skip:
                found[number(row, at)].add((column, cell))
    return found


def local(tag):
    return tag.rsplit("}", 1)[-1]


def advanced_parties(path):
    """Each party of an advanced file as texts: its profile, documents, entries, relations, places."""
    body = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
    root = xml.fromstring(body)
    places, owner = {}, {}
    volatile = {"ID", "FixedRef", "DeltaAction"}

    def text(element, skip=()):
        attributes = sorted((k, v) for k, v in element.attrib.items() if k not in volatile and not re.search(r"(Location|IDRegDocument|Identity|Profile|DetailReference.*|Group|DocumentedNameCountry)ID$", k))
        children = sorted(text(child, skip) for child in element if local(child.tag) not in skip)
        place = [places.get(v, "") for k, v in element.attrib.items() if k == "LocationID"]
        return f"<{local(element.tag)} {attributes} {place}>{spaced(element.text or '')}{''.join(children)}"

    for element in root.iter():
        if local(element.tag) == "Location":
            places[element.get("ID")] = text(element)
    found = {}
    for party in (e for e in root.iter() if local(e.tag) == "DistinctParty"):
        ref = party.get("FixedRef")
        found[ref] = [text(party)]
        for element in party.iter():
            if local(element.tag) in ("Profile", "Identity"):
                owner[local(element.tag), element.get("ID")] = ref
    for element in root.iter():
        kind, key = local(element.tag), None
        if kind == "IDRegDocument":
            key = ("Identity", element.get("IdentityID"))
        elif kind == "SanctionsEntry":
            key = ("Profile", element.get("ProfileID"))
        elif kind == "ProfileRelationship":
            key = ("Profile", element.get("From-ProfileID"))
        if key in owner:
            found[owner[key]].append(text(element))
    return {ref: sorted(texts) for ref, texts in found.items()}


def compare(binary, data, before, after, read, prefix):
    old, new = (read(os.path.join(data, "official", f)) for f in (before, after))
    hand = {
        "added": {prefix + k for k in set(new) - set(old)},
        "removed": {prefix + k for k in set(old) - set(new)},
        "changed": {prefix + k for k in set(old) & set(new) if old[k] != new[k]},
    }
    done = subprocess.run([binary, "--json", "diff", *(os.path.join(data, "official", f) for f in (before, after))], capture_output=True, text=True, check=True)
    ours = collections.defaultdict(set)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines[1:]:
        ours[line["change"]].add(line["id"])
    print(f"\n{before} to {after}")
    for what in ("added", "removed", "changed"):
        only_hand, only_ours = hand[what] - ours[what], ours[what] - hand[what]
        print(f"   {what}: by hand {len(hand[what])}, by Interdict {len(ours[what])}, only by hand {len(only_hand)}, only by Interdict {len(only_ours)}")
        for key in sorted(only_hand):
            if what == "changed" and key in SAME_VALUE:
                print(f"      {key} says the same still: {SAME_VALUE[key]}")
                continue
            WRONG.append((key, what))
            a, b = old.get(key.removeprefix(prefix), ()), new.get(key.removeprefix(prefix), ())
            shown = sorted(map(str, set(a) ^ set(b)))
            print(f"      only by hand {key}: {'; '.join(s[:160] for s in shown[:6])}")
        for key in sorted(only_ours):
            WRONG.append((key, what))
            print(f"      only by Interdict {key}")


def main():
    data, binary = sys.argv[1], os.path.abspath(sys.argv[2])
    folder = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    archive = os.path.join(folder, "consall")
    subprocess.run(["unzip", "-qo", os.path.join(data, "official/ofac_consall_allformats_2016-09.zip"), "-d", archive], check=True)
    print("| file | what | README | Interdict | note |\n| --- | --- | --- | --- | --- |")
    known = set()
    for series, publications in SERIES:
        import_all(binary, folder, series, publications, data)
        known |= {file for files, _ in publications for file in files}
    # One publication in six formats: 581 parties, as in cons_advanced of the same day.
    for form in ["csv", "del", "pip", "ff"]:
        files = [os.path.join(archive, f"cons_{part}.{form}") for part in ("prim", "add", "alt", "comments")]
        import_all(binary, folder, f"consall {form}", [(files, [("parties", 581, parties)])], data)
    import_all(binary, folder, "consall xml", [([os.path.join(archive, "consolidated.xml")], [("parties", 581, parties)])], data)
    import_all(binary, folder, "consall advanced", [([os.path.join(archive, "cons_advanced.xml")], advanced(581, 1668, 786, 576, 307, 1169, 74))], data)
    for name in NO_LISTS:
        said, done = run(binary, os.path.join(folder, "none"), "import", os.path.join(data, "official", name))
        words = done.stderr.strip().split(": ", 1)[-1].splitlines()[0]
        if said is not None or done.returncode != 1:
            WRONG.append((name, "is no list"))
        print(f"| {name} | refused | | exit {done.returncode} | {words[:260]} |")
    every = {os.path.relpath(f, os.path.join(data, "official")) for f in glob.glob(os.path.join(data, "official/**"), recursive=True) if os.path.isfile(f)}
    left = every - known - set(NO_LISTS) - {"README.md", "ofac_consall_allformats_2016-09.zip"}
    print(f"\nfiles of the folder that were not asked: {sorted(left)}")
    if left:
        WRONG.append(("folder", sorted(left)))

    group = lambda row, at: row[at["Group ID"]]
    compare(binary, data, "uk_ofsi_conlist_2025-04-10.xlsx.zst", "uk_ofsi_conlist_2025-04-14.xlsx.zst",
            lambda path: by_reference(path, 1, group), "gb-hmt-")
    reference = lambda row, at: re.match(r"\d+", row[at["Reference"]]).group()
    compare(binary, data, "au_dfat_consolidated_2026-02-24.xlsx.zst", "au_dfat_consolidated_2026-07-23.xlsx.zst",
            lambda path: by_reference(path, 0, reference, skip={"Reference"}), "au-dfat-")
    compare(binary, data, "ofac_cons_advanced_2019-03-14.xml.zst", "ofac_cons_advanced_2020-03-17.xml.zst",
            advanced_parties, "ofac-")
    print(f"\n{len(WRONG)} differences that are not explained: {WRONG}")
    sys.exit(1 if WRONG else 0)


if __name__ == "__main__":
    main()
