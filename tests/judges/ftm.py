#!/usr/bin/env python3
"""Compare our round trip of FollowTheMoney files with that of the FollowTheMoney package.

usage: ftm.py FILE…    (plain or .zst; needs followthemoney 4.11.2 and, for .zst, zstd)

Runs `cargo run -p interdict-model --example ftm-roundtrip` on each file and compares it with
ValueEntity.from_dict(…).to_dict(), entity by entity. Exit code 1 when any entity differs.
"""

import json
import pathlib
import subprocess
import sys

from followthemoney.entity import ValueEntity

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = ["cargo", "run", "-q", "-p", "interdict-model", "--example", "ftm-roundtrip"]


def content(path: str) -> bytes:
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dc", path], check=True, stdout=subprocess.PIPE).stdout
    return pathlib.Path(path).read_bytes()


def normal(entity: dict) -> dict:
    """Order of sets means nothing; an empty list of values is no statement."""
    entity = dict(entity)
    entity["datasets"] = sorted(entity["datasets"])
    entity["referents"] = sorted(entity["referents"])
    entity["properties"] = {k: v for k, v in entity["properties"].items() if v}
    return entity


def listed(entity: dict) -> dict:
    """Wrap bare strings, which the package would take apart into letters."""
    properties = entity.get("properties", {})
    wrapped = {k: [v] if isinstance(v, str) else v for k, v in properties.items()}
    return {**entity, "properties": wrapped}


def main() -> int:
    differing = 0
    for path in sys.argv[1:]:
        raw = content(path)
        out = subprocess.run(COMMAND, cwd=ROOT, input=raw, check=True, stdout=subprocess.PIPE)
        ours = [json.loads(line) for line in out.stdout.splitlines()]
        lines = [line for line in raw.splitlines() if line.strip()]
        theirs = [ValueEntity.from_dict(listed(json.loads(line))).to_dict() for line in lines]
        bad = [(a, b) for a, b in zip(ours, theirs) if normal(a) != normal(b)]
        missing = abs(len(ours) - len(theirs))
        print(f"{pathlib.Path(path).name}: {len(theirs)} entities, {len(bad) + missing} differ")
        for mine, other in bad[:3]:
            print("  ours  ", json.dumps(normal(mine), ensure_ascii=False, sort_keys=True))
            print("  theirs", json.dumps(normal(other), ensure_ascii=False, sort_keys=True))
        differing += len(bad) + missing
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
