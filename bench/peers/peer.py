"""The peers' side: nomenklatura's logic-v2 behind its own blocker, and rapidfuzz as a floor.

usage: peer.py OUT. Reads the rows that Interdict's side wrote into OUT, writes OUT/peer.json.
One process, one core; times are those of the processor.
"""
import csv
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from time import process_time

os.environ.setdefault("NOMENKLATURA_DUCKDB_THREADS", "1")

import rapidfuzz
from followthemoney import Dataset, StatementEntity
from nomenklatura.blocker.index import Index
from nomenklatura.matching import LogicV2
from nomenklatura.resolver import Linker
from nomenklatura.store import load_entity_file_store
from rapidfuzz import fuzz, utils

ROUNDS = 5
THRESHOLD = 0.7
QUERIES = Dataset.make({"name": "query", "title": "Queries"})
CONFIG = LogicV2.default_config()


def entity(id, schema, names):
    # The peer keeps what it made of an entity's names by the entity's id: no id may come twice.
    data = {"id": id, "schema": schema, "properties": {"name": names}}
    return StatementEntity.from_data(QUERIES, data, cleaned=False)


def score(query, result):
    return LogicV2.compare(query, result, CONFIG).score


def rows(out, name):
    with open(out / name, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def pairs(out):
    table = list(rows(out, "pairs.csv"))

    def made(time):
        return [
            (
                entity(f"pair-{time}-{n}-query", row[1], [row[2]]),
                entity(f"pair-{time}-{n}-list", row[1], [row[3]]),
            )
            for n, row in enumerate(table)
        ]

    made_pairs = made(0)
    scores = [score(q, l) for q, l in made_pairs]
    before = process_time()
    for _ in range(ROUNDS):
        for q, l in made_pairs:
            score(q, l)
    prepared = (process_time() - before) * 1e6 / (ROUNDS * len(table))
    fresh = [made(1), made(2)]
    before = process_time()
    for some in fresh:
        for q, l in some:
            score(q, l)
    raw = (process_time() - before) * 1e6 / (len(fresh) * len(table))
    simple = [
        fuzz.token_sort_ratio(row[2], row[3], processor=utils.default_process) / 100 for row in table
    ]
    return {
        "scores": scores,
        "micros_prepared": prepared,
        "micros_raw": raw,
        "rapidfuzz_token_sort": simple,
    }


def scripts(out):
    scores = []
    for n, row in enumerate(rows(out, "scripts.csv")):
        native = entity(f"script-{n}-query", "Person", [row[2]])
        scores.append(score(native, entity(f"script-{n}-list", "Person", row[3:])))
    return {"scores": scores}


def screen(out):
    table = list(rows(out, "screen.csv"))
    before = process_time()
    store = load_entity_file_store(out / "list.ftm.json", Linker({}))
    view = store.default_view()
    with tempfile.TemporaryDirectory() as folder:
        index = Index(view, Path(folder))
        index.con.execute("SET threads = 1")
        index.build()
        build = process_time() - before
        queries = {f"q-{n}": entity(f"q-{n}", row[1], [row[2]]) for n, row in enumerate(table)}
        result = {"build_seconds": build, "hits": [[] for _ in table]}
        listed = {}
        for clean in (False, True):
            chosen = {
                id: query
                for (id, query), row in zip(queries.items(), table)
                if (row[0] == "clean") == clean
            }
            before = process_time()
            for id, candidates in index.match_entities(chosen.values()):
                query = chosen.get(id.id)
                if query is None:
                    continue
                hits = []
                for candidate, _ in candidates:
                    if candidate.id not in listed:
                        listed[candidate.id] = view.get_entity(candidate.id)
                    value = score(query, listed[candidate.id])
                    if value >= THRESHOLD:
                        hits.append((value, candidate.id))
                hits.sort(reverse=True)
                result["hits"][int(id.id[2:])] = [hit for _, hit in hits]
            spent = process_time() - before
            key = "clean_a_second" if clean else "disguised_a_second"
            result[key] = len(chosen) / spent if chosen else 0
            print(f"{key}: {result[key]:.1f}", file=sys.stderr, flush=True)
    return result


def main():
    logging.basicConfig(level=logging.WARNING)
    out = Path(sys.argv[1])
    import nomenklatura

    version = getattr(nomenklatura, "__version__", "4.17.4")
    # The first comparison builds the peer's tables; it is no part of any figure.
    score(entity("a", "Person", ["Ann Lee"]), entity("b", "Person", ["Anne Lee"]))
    result = {
        "name": f"nomenklatura {version} logic-v2, rapidfuzz {rapidfuzz.__version__}",
        "pairs": pairs(out),
        "scripts": scripts(out),
        "screen": screen(out),
    }
    with open(out / "peer.json", "w", encoding="utf-8") as file:
        json.dump(result, file)


main()
