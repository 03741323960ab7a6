"""Questions for the load: people and companies made from the names of the lists, one in twenty as it is
listed, the others with given and family names from different entries, so that most meet nothing."""

import json
import random
import sys
import urllib.parse
import csv

data = sys.argv[1]
random.seed(15)
given, family, listed, firms = [], [], [], []
with open(f"{data}/ofac/current/sdn.csv", encoding="utf-8", errors="replace") as file:
    for row in csv.reader(file):
        if len(row) < 3:
            continue
        name, kind = row[1].strip(), row[2].strip()
        if kind == "individual" and "," in name:
            last, first = name.split(",", 1)
            given.append(first.strip().split()[0].title())
            family.append(last.strip().title())
            listed.append(f"{first.strip()} {last.strip()}".title())
        elif kind == "-0-":
            firms.append(name.title())
print("return {")
for n in range(5000):
    if n % 20 == 0:
        name, schema = random.choice(listed), "Person"
    elif n % 5 == 0:
        words = [random.choice(firms).split()[0] for _ in range(2)]
        name, schema = " ".join(words + ["Trading LLC"]), "Company"
    else:
        name, schema = f"{random.choice(given)} {random.choice(family)}", "Person"
    properties = {"name": [name]}
    if schema == "Person":
        properties["birthDate"] = [f"19{random.randrange(40, 99)}-{random.randrange(1, 12):02}-{random.randrange(1, 28):02}"]
    query = json.dumps({"id": f"c-{n}", "schema": schema, "properties": properties}, ensure_ascii=True)
    q = urllib.parse.quote(name)
    print("{ match = [==[" + query + "]==], q = [==[" + q + "]==] },")
print("}")
