"""Runs yente-client, unmodified, against `interdict serve`: library and command line.

    yente.py INTERDICT [DATA]

INTERDICT is the binary; DATA the folder of real lists. Every check is a line; the first that fails
ends the run with 1. What is not at hand is said to be skipped.
"""

import contextlib
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from yente_client import Client, Company, Person
from yente_client.exceptions import BadRequestError, NotFoundError

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLI = pathlib.Path(sys.executable).with_name("yente-cli")


def check(what, holds):
    if not holds:
        print(f"yente-client: {what}: NOT SO")
        sys.exit(1)
    print(f"yente-client: {what}")


def run(binary, folder, *arguments):
    command = [binary, "--data-dir", folder, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        sys.exit(1)


@contextlib.contextmanager
def serving(binary, lists):
    """Imports lists (name, day, files) into a new folder and serves them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, day, files in lists:
            arguments = ["import", *files, "--accept", "a judge needs it"]
            if name:
                arguments += ["--as", name]
            if day:
                arguments += ["--published", day]
            run(binary, folder, *arguments)
        command = [binary, "--data-dir", folder, "serve", "--open", "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            address = line.strip().rpartition(" ")[2]
            if not address.startswith("http://"):
                print(f"no server: {line}")
                sys.exit(1)
            yield address
        finally:
            server.terminate()
            check("the server stops when it is asked to", server.wait(timeout=30) == 0)


def cli(address, *arguments):
    environment = {**os.environ, "YENTE_BASE_URL": address, "NO_COLOR": "1"}
    environment.pop("OPENSANCTIONS_API_KEY", None)
    done = subprocess.run([CLI, *arguments], capture_output=True, text=True, env=environment)
    check(f"yente-cli {' '.join(arguments[:1])} ends well {done.stderr[:300]}", done.returncode == 0)
    return done.stdout


def system(client, names):
    check("healthz", client.healthz().status == "ok")
    check("readyz", client.readyz().status == "ok")
    catalog = client.datasets()
    found = {dataset.name: dataset for dataset in catalog.datasets}
    check(f"the catalogue has {', '.join(names)}", set(names) <= set(found))
    check("each is loaded and counted", all(found[n].load and found[n].thing_count for n in names))
    check("the default collection has them as children", set(names) <= set(found["default"].children))
    check("a catalogue asked again is the same", client.datasets() == catalog)
    algorithms = client.algorithms()
    check("algorithms", {"logic-v2", "logic-v1"} <= {a.name for a in algorithms.algorithms})


def every_row(address, folder, rows, schema, inputs):
    """Screens a CSV by the command line; gives its output."""
    source = pathlib.Path(folder) / "in.csv"
    target = pathlib.Path(folder) / "out.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    arguments = ["screen", str(source), str(target), "-s", schema, "--include-empty", "--explanation"]
    for column in inputs:
        arguments += ["-i", column]
    cli(address, *arguments)
    with target.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def small(binary, data):
    lists = [
        ("zala", "2024-05-27", [data / "ftm/zala.entities.ftm.json"]),
        ("parteispenden", "2024-05-27", [data / "ftm/parteispenden.entities.ftm.json"]),
    ]
    with serving(binary, lists) as address, Client(base_url=address) as client:
        system(client, ["zala", "parteispenden"])
        woman = Person(name="Maria Osetrova", birthDate="1986-10-02")
        answer = client.match(Person(name="Maria Aleksandrovna Osetrova"))
        check("match finds her", answer.top and answer.top.id == "NK-2Tbri3s6GgNtAwsSXh4qpL")
        check("match explains", answer.top.contributing_explanations["name_match"].score > 0.9)
        check("it is a match", answer.top.match and answer.total.value >= 1)
        check("a name in another script", client.match(Person(name="Захарова Мария Александровна")).top)
        answer = client.match(Company(name="ZALA AERO"), limit=3)
        check("match finds the company", answer.results and answer.limit == 3)
        check("none of one list in the other", not client.match(woman, datasets=["parteispenden"]).results)
        excluded = client.match(
            Person(name="Maria Aleksandrovna Osetrova"), exclude_entities=["NK-2Tbri3s6GgNtAwsSXh4qpL"]
        )
        check("an excluded entity is left out", all(r.id != "NK-2Tbri3s6GgNtAwsSXh4qpL" for r in excluded.results))
        pairs = [(str(n), Person(name="Maria Aleksandrovna Osetrova")) for n in range(40)]
        answers = dict(client.match_iter(pairs))
        check("match_iter answers every key", len(answers) == 40 and all(a.top for a in answers.values()))
        for wrong in ({"weights": {"name_literal": 0.8}}, {"config": {"nm_number_mismatch": 0.4}}, {"algorithm": "magic"}):
            try:
                client.match(woman, **wrong)
                check(f"{wrong} is refused", False)
            except BadRequestError:
                check(f"{wrong} is refused", True)

        search = client.search("Osetrova", facets=["countries", "topics", "datasets", "schema"])
        check("search finds her", search.results[0].id == "NK-2Tbri3s6GgNtAwsSXh4qpL")
        check("facets are labelled", search.facets["countries"].values[0].label)
        check("search within a list", client.search("Osetrova", datasets=["parteispenden"]).total.value == 0)
        everything = client.search("", limit=0)
        check("an empty query lists everything", everything.total.value > 100)
        people = client.search("", schema="Person", datasets=["zala"], sort=["caption:asc"])
        check("schema and sort", people.results and all(r.schema_ == "Person" for r in people.results))
        check("simple syntax", client.search("invalid/query", simple=True).total.value == 0)
        try:
            client.search("invalid/query")
            check("broken syntax is refused", False)
        except BadRequestError:
            check("broken syntax is refused", True)

        entity = client.fetch("NK-2Tbri3s6GgNtAwsSXh4qpL")
        nested = [v for values in entity.properties.values() for v in values if not isinstance(v, str)]
        check("fetch nests neighbours", nested)
        flat = client.fetch("NK-2Tbri3s6GgNtAwsSXh4qpL", nested=False)
        check("and leaves them out when asked", all(isinstance(v, str) for vs in flat.properties.values() for v in vs))
        adjacent = client.adjacent("NK-2Tbri3s6GgNtAwsSXh4qpL", limit=2)
        check("adjacent", adjacent.entity.id == entity.id and adjacent.adjacent)
        name, page = next(iter(adjacent.adjacent.items()))
        one = client.adjacent("NK-2Tbri3s6GgNtAwsSXh4qpL", prop=name, limit=1)
        check("adjacent by property", len(one.results) == 1 and one.total == page.total)
        try:
            client.fetch("no-such-entity")
            check("an unknown id is not found", False)
        except NotFoundError:
            check("an unknown id is not found", True)
        statements = client.statements(canonical_id="NK-2Tbri3s6GgNtAwsSXh4qpL", prop="name", limit=3)
        check("statements", len(statements.results) == 3 and statements.total.value > 3)

        status = json.loads(cli(address, "status", "-f", "json"))
        check("the command line reports a status", status)
        matched = cli(address, "match", "-s", "Person", "-p", "name=Maria Aleksandrovna Osetrova", "-f", "json")
        check("match on the command line", "NK-2Tbri3s6GgNtAwsSXh4qpL" in matched)
        check("search on the command line", "Osetrova" in cli(address, "search", "Osetrova", "-f", "json"))
        check("fetch on the command line", "Osetrova" in cli(address, "fetch", entity.id, "-f", "json"))
        check("datasets on the command line", "parteispenden" in cli(address, "datasets", "-f", "json"))
        check("algorithms on the command line", "logic-v2" in cli(address, "algorithms", "-f", "json"))
        text = cli(address, "statements", "--canonical-id", entity.id, "-f", "json")
        check("statements on the command line", "canonical_id" in text)
        rows = [
            {"customer": "1", "full_name": "Maria Aleksandrovna Osetrova", "born": "1986-10-02"},
            {"customer": "2", "full_name": "Захарова Мария Александровна", "born": ""},
            {"customer": "3", "full_name": "Zzyzx Qwertyuiop", "born": "1960-01-01"},
        ]
        with tempfile.TemporaryDirectory() as folder:
            out = every_row(address, folder, rows, "Person", ["full_name=name", "born=birthDate"])
        found = {row["customer"]: row for row in out if row["match_id"]}
        check("a CSV is screened", found["1"]["match_id"] == found["2"]["match_id"] == entity.id)
        check("and who is not listed is not found", "3" not in found and len(out) >= 3)


def unpacked(folder, path):
    """A packed file, unpacked into a folder."""
    if path.suffix != ".zst":
        return path
    target = pathlib.Path(folder) / path.stem
    subprocess.run(["zstd", "-qdf", path, "-o", target], check=True)
    return target


def official(binary, data):
    files = {
        "us_ofac_sdn": [data / f"ofac/current/{name}.csv" for name in ("sdn", "alt", "add")],
        "un_sc_sanctions": [data / "un/consolidated.xml"],
        "eu_fsf": [data / "eu/fsf/eu-fsf-2021-03-02.xml.zst"],
        "gb_hmt_sanctions": [data / "official/uk_ofsi_conlist_2025-04-10.xlsx.zst"],
    }
    with tempfile.TemporaryDirectory() as folder:
        lists = [(name, None, [unpacked(folder, path) for path in paths]) for name, paths in files.items()]
        with serving(binary, lists) as address, Client(base_url=address, timeout=120) as client:
            system(client, list(files))
            answer = client.match(Person(name="Usama bin Laden"), limit=20)
            check("a known name is found on the official lists", answer.results)
            # Of records at risk, those on most lists come first.
            known = client.search("", schema="Person", datasets=["default"], limit=1).results[0]
            check(f"a party is on several lists: {', '.join(known.datasets)}", len(known.datasets) > 1)
            born = known.properties["birthDate"][0]
            query = Person(name=known.caption, birthDate=born)
            party = client.match(query)
            check("it is one result, under the id of its cluster", party.top and party.top.id == known.id)
            check("with the ids of its entries", len(party.top.referents) >= len(known.datasets))
            rows = client.statements(canonical_id=party.top.id, limit=500)
            check("with statements of each list", {s.dataset for s in rows.results} == set(party.top.datasets))
            members = {s.entity_id for s in rows.results}
            check("to which its entries lead", {client.fetch(m).id for m in members} == {party.top.id})
            member = min(members)
            check("with the measures of its lists", client.adjacent(member, prop="sanctions", limit=50).results)
            one = known.datasets[-1]
            there = next(s.value for s in rows.results if s.dataset == one and s.prop == "name")
            narrow = client.match(Person(name=there), datasets=["default", one])
            seen = [(hit.id, hit.datasets) for hit in narrow.results]
            check(f"include_dataset narrows the view to {one}: {known.id} in {seen}", (known.id, [one]) in seen)
            search = client.search(f'"{known.caption}"', topics=["sanction"])
            check("search finds it", known.id in {r.id for r in search.results})
            counted = client.search("", schema="Vessel", facets=["datasets"])
            check("vessels are counted by list", sum(v.count for v in counted.facets["datasets"].values) >= counted.total.value > 100)
            names = data / "labelled/un_positives_untreated.csv"
            with names.open(newline="", encoding="utf-8") as file:
                listed = [row["full_name"] for row in csv.DictReader(file)][:100]
            rows = [{"customer": str(n), "full_name": name} for n, name in enumerate(listed)]
            out = every_row(address, folder, rows, "LegalEntity", ["full_name=name"])
            hit = {row["customer"] for row in out if row["match_id"]}
            check(f"of {len(rows)} names of a UN list {len(hit)} are found", len(hit) >= 95)


def main():
    binary = sys.argv[1]
    data = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "../shared/data"
    if not data.is_dir():
        print(f"yente-client: skipped: no real files in {data}")
        return
    small(binary, data)
    official(binary, data)


main()
