"""A list is switched by another process while the server answers: every reply must be one that the command
line gives for the publications that the reply names, before the switch or after it.

    python3 bench/server/swap.py PROGRAM DATA_FOLDER SECONDS FILES…

DATA_FOLDER has lists imported; FILES are a later publication of one of them, imported in the middle. The
server asks for its key (first-admin.key in the folder). Prints counts; exits 1 on a failed, stale or mixed
reply."""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

program, folder, seconds, files = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4:]
environment = dict(os.environ, INTERDICT_DATA_DIR=folder, INTERDICT_LOG="error")
random.seed(7)

NAMES = ["Andrei Belousov", "Kim Yong Chol", "Ahmad Khan", "Maria Lopez", "Hassan Ali", "Ivan Petrov",
         "Abdul Rahman", "Li Wei", "John Smith", "Mohammed Hussein", "Sergei Ivanov", "Fatima Zahra"]
questions = [{"id": f"q-{n}", "name": name, "type": "Person", "birth_date": year}
             for n, (name, year) in enumerate((name, year) for name in NAMES for year in ("", "1960", "1975-04"))]


def offline():
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as file:
        writer = csv.DictWriter(file, ["id", "name", "type", "birth_date"])
        writer.writeheader()
        writer.writerows(questions)
        file.flush()
        out = subprocess.run([program, "--json", "screen", "--file", file.name], env=environment, check=True,
                             capture_output=True, text=True).stdout
    return read(json.loads(out))


def read(answer):
    lists = tuple(sorted((l["dataset"], l["publication"]) for l in answer["lists"]))
    return lists, {r["query"]["id"]: [(h["id"], h["score"], h["rank"]) for h in r["hits"]] for r in answer["results"]}


before = offline()
server = subprocess.Popen([program, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True)
replies, failed, stop = [], [], threading.Event()
try:
    address = next(line.split("serves on ")[1].strip() for line in server.stdout if "serves on " in line)
    key = open(os.path.join(folder, "first-admin.key")).read().strip()

    def ask():
        while not stop.is_set():
            asked = random.choice(questions)
            properties = {"name": asked["name"]}
            if asked["birth_date"]:
                properties["birthDate"] = asked["birth_date"]
            body = {"queries": [{"id": asked["id"], "schema": "Person", "properties": properties}]}
            request = urllib.request.Request(address + "/api/v1/screen", json.dumps(body).encode(),
                                             {"Authorization": "ApiKey " + key, "Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=30) as reply:
                    replies.append((time.time(), read(json.load(reply))))
            except Exception as error:  # whatever it is, it is a reply that failed
                failed.append(repr(error))

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    time.sleep(seconds / 3)
    subprocess.run([program, "--quiet", "import", "--no-rescreen", *files], env=environment, check=True,
                   stdout=subprocess.DEVNULL)
    imported = time.time()
    time.sleep(seconds * 2 / 3)
    stop.set()
    for asker in askers:
        asker.join()
finally:
    stop.set()
    server.terminate()
    server.wait()
after = offline()
assert before[0] != after[0], "the files are no later publication: nothing was switched"
old = new = stale = mixed = 0
last_old = 0.0
for at, (lists, results) in replies:
    for (known, answers), which in ((before, "old"), (after, "new")):
        if lists == known:
            right = all(hits == answers[question] for question, hits in results.items())
            mixed += not right
            old += which == "old" and right
            new += which == "new" and right
            if which == "old":
                last_old = max(last_old, at)
            break
    else:
        mixed += 1
stale = sum(1 for at, (lists, _) in replies if lists == before[0] and at > imported + 5)
print(f"{len(replies)} replies: {old} as before, {new} as after, {mixed} mixed or wrong, {stale} stale (more than 5 s), "
      f"{len(failed)} failed; the last reply from the old publication came {max(0.0, last_old - imported):.1f} s after the import")
for error in failed[:3]:
    print(error, file=sys.stderr)
sys.exit(1 if mixed or stale or failed or not old or not new else 0)
