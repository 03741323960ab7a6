"""Asks a seeded server by its description: each operation once so that it must succeed, then as
schemathesis makes requests up. Fails on any answer from 500 on, and on an operation that never answers 2xx."""

import json
import sys
import time
import urllib.error
import urllib.request

import hypothesis
import schemathesis

ADDRESS, KEY_FILE = sys.argv[1], sys.argv[2]
EXAMPLES = int(sys.argv[3]) if len(sys.argv) > 3 else 25
KEY = open(KEY_FILE).read().strip()


def ask(method, path, body=None, kind="application/json", key=None):
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(ADDRESS + path, data=data, method=method)
    request.add_header("Authorization", "ApiKey " + (key or KEY))
    if data is not None:
        request.add_header("Content-Type", kind)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def good(method, path, body=None, kind="application/json"):
    status, text = ask(method, path, body, kind)
    assert 200 <= status < 300, f"{method} {path}: {status} {text[:400]!r}"
    try:
        return json.loads(text)
    except ValueError:
        return text


def upload(more="", **fields):
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    rows = "customer_id,name,birth_date\nc-1,Andrei Belousov,1959-03-17\nc-2,Ann Lee,1980-01-02\nc-3,Andrei Belousov,1959-03-17\n" + more
    parts.append(f'--x\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n{rows}\r\n--x--\r\n')
    return good("POST", "/api/v1/jobs", "".join(parts).encode(), "multipart/form-data; boundary=x")


def done(job):
    for _ in range(600):
        job = good("GET", f"/api/v1/jobs/{job['id']}")
        assert job["state"] != "failed", job
        if job["state"] == "done":
            return job
        time.sleep(0.1)
    raise SystemExit(f"never done: {job}")


# What each operation is asked so that it must succeed; the seed comes first.
for login in ["second", "gone", "linked"]:
    good("POST", "/api/v1/users", {"login": login, "name": login, "roles": ["approver"], "password": "a long enough pass phrase 7"})
own = good("POST", "/api/v1/keys", {"login": "admin", "label": "judge"})
for n in range(40):
    own = good("POST", "/api/v1/keys", {"login": "admin", "label": f"judge {n}"})
spare = good("POST", "/api/v1/keys", {"login": "admin", "label": "spare"})
KEY = own["secret"]
second = good("POST", "/api/v1/keys", {"login": "second", "label": "judge"})["secret"]
load = done(upload(book="retail", key="customer_id"))
screened = done(upload(more="c-4,too,many,cells,here\n"))
answer = good("POST", "/api/v1/screen", {"queries": [{"schema": "Person", "properties": {"name": "Andrei Belousov"}}]})
entity = answer["results"][0]["hits"][0]["id"]
alerts = good("GET", "/api/v1/alerts")["alerts"]
assert len(alerts) >= 2, alerts
alert = alerts[0]["id"]
attached = good("POST", f"/api/v1/alerts/{alert}/attachments?name=a.txt", b"text", "text/plain")
listing = good("GET", "/api/v1/lists")["lists"][0]
versions = [v["publication"] for v in good("GET", f"/api/v1/lists/{listing['dataset']}")["versions"]]
current = listing["current"]["publication"]
other = next(v for v in versions if v != current)
rule = good("POST", "/api/v1/rules", {"alert": alerts[1]["id"], "reason": "another person"})
status, text = ask("POST", f"/api/v1/rules/{rule['id']}/approve", key=second)
assert status == 200, f"a second person approves: {status} {text!r}"
preview = good("POST", "/api/v1/alerts/bulk/preview", {"alert": alert, "likeness": "same-entity"})
moves = good("GET", f"/api/v1/alerts/{alert}")["moves"]
codes = [code["code"] for move in moves if move["verb"] in ("propose", "decide") for code in move["codes"]]
adjacent = json.loads(ask("GET", f"/entities/{entity}/adjacent")[1])["adjacent"]
waiting = [number for entry in good("GET", "/api/v1/lists")["lists"] for number in entry["waiting"]]
assert len(waiting) >= 2, waiting

GOOD = {
    "GET /healthz": ("/healthz",),
    "GET /readyz": ("/readyz",),
    "GET /metrics": ("/metrics",),
    "POST /api/v1/session": ("/api/v1/session", {"login": "second", "password": "a long enough pass phrase 7"}),
    "GET /api/v1/session": ("/api/v1/session",),
    "POST /api/v1/screen": ("/api/v1/screen", {"queries": [{"properties": {"name": "Ann Lee"}}]}),
    "GET /api/v1/policies": ("/api/v1/policies",),
    "PUT /api/v1/books/{book}/policy": ("/api/v1/books/retail/policy", {"policy": None, "reason": "as shipped"}),
    "GET /api/v1/entities/{id}": (f"/api/v1/entities/{entity}",),
    "GET /api/v1/entities/{id}/history": (f"/api/v1/entities/{entity}/history",),
    "GET /api/v1/lists": ("/api/v1/lists",),
    "GET /api/v1/lists/{dataset}": (f"/api/v1/lists/{listing['dataset']}",),
    "GET /api/v1/publications/{number}": (f"/api/v1/publications/{current}",),
    "GET /api/v1/publications/{number}/plan": (f"/api/v1/publications/{other}/plan?wish=rollback",),
    "POST /api/v1/publications/{number}/reject": (f"/api/v1/publications/{waiting[0]}/reject", {"reason": "cut short"}),
    "POST /api/v1/publications/{number}/accept": (f"/api/v1/publications/{waiting[1]}/accept", {"reason": "looked at"}),
    "POST /api/v1/publications/{number}/rollback": (f"/api/v1/publications/{other}/rollback", {"reason": "to look"}),
    "GET /api/v1/diff": (f"/api/v1/diff?from={versions[0]}&to={versions[-1]}",),
    "GET /api/v1/books": ("/api/v1/books",),
    "GET /api/v1/books/{book}": ("/api/v1/books/retail",),
    "GET /api/v1/books/{book}/customers": ("/api/v1/books/retail/customers?limit=1",),
    "GET /api/v1/books/{book}/export": ("/api/v1/books/retail/export",),
    "GET /api/v1/alerts": ("/api/v1/alerts?limit=1",),
    "GET /api/v1/alerts/{id}": (f"/api/v1/alerts/{alert}",),
    "POST /api/v1/alerts/act": ("/api/v1/alerts/act", {"alerts": [alert], "deed": "comment", "text": "looked at"}),
    "POST /api/v1/alerts/{id}/attachments": (f"/api/v1/alerts/{alert}/attachments?name=b.txt", b"text", "text/plain"),
    "GET /api/v1/attachments/{id}": (f"/api/v1/attachments/{attached['id']}",),
    "POST /api/v1/alerts/bulk/preview": ("/api/v1/alerts/bulk/preview", {"alert": alert, "likeness": "same-names"}),
    "GET /api/v1/rules": ("/api/v1/rules?book=retail",),
    "POST /api/v1/rules/{id}/end": (f"/api/v1/rules/{rule['id']}/end", {"reason": "not needed"}),
    "POST /api/v1/rules": ("/api/v1/rules", {"alert": alerts[1]["id"], "reason": "another person"}),
    "GET /api/v1/proposals": ("/api/v1/proposals?all=true",),
    "GET /api/v1/audit": ("/api/v1/audit?limit=5",),
    "GET /api/v1/audit/export": ("/api/v1/audit/export",),
    "POST /api/v1/audit/verify": ("/api/v1/audit/verify", {}),
    "POST /api/v1/audit/checkpoint": ("/api/v1/audit/checkpoint", {}),
    "POST /api/v1/audit/subject": ("/api/v1/audit/subject", {"key": "c-1"}),
    "GET /api/v1/users": ("/api/v1/users",),
    "POST /api/v1/users": ("/api/v1/users", {"login": "another", "name": "Another", "roles": ["viewer"]}),
    "GET /api/v1/users/{login}": ("/api/v1/users/second",),
    "PUT /api/v1/users/{login}/roles": ("/api/v1/users/another/roles", {"roles": ["analyst"]}),
    "PUT /api/v1/users/{login}/password": ("/api/v1/users/another/password", {"password": "a long enough pass phrase 8"}),
    "POST /api/v1/users/{login}/disable": ("/api/v1/users/gone/disable", {"reason": "left"}),
    "POST /api/v1/users/{login}/enable": ("/api/v1/users/gone/enable",),
    "POST /api/v1/users/{login}/unlock": ("/api/v1/users/gone/unlock",),
    "POST /api/v1/users/{login}/subjects": ("/api/v1/users/linked/subjects", {"issuer": "https://id.example", "subject": "s-1"}),
    "GET /api/v1/keys": ("/api/v1/keys",),
    "POST /api/v1/keys": ("/api/v1/keys", {"login": "admin", "label": "more"}),
    "DELETE /api/v1/keys/{id}": (f"/api/v1/keys/{spare['id']}",),
    "GET /api/v1/jobs": ("/api/v1/jobs",),
    "GET /api/v1/jobs/{id}": (f"/api/v1/jobs/{screened['id']}",),
    "GET /api/v1/jobs/{id}/events": (f"/api/v1/jobs/{screened['id']}/events",),
    "GET /api/v1/jobs/{id}/rejected": (f"/api/v1/jobs/{screened['id']}/rejected",),
    "GET /api/v1/jobs/{id}/result": (f"/api/v1/jobs/{screened['id']}/result",),
    "DELETE /api/v1/jobs/{id}": (f"/api/v1/jobs/{load['id']}",),
    "POST /match/{dataset}": ("/match/default", {"queries": {"q": {"schema": "Person", "properties": {"name": ["Ann Lee"]}}}}),
    "GET /search/{dataset}": ("/search/default?q=andrei",),
    "GET /entities/{entity_id}": (f"/entities/{entity}?nested=true",),
    "GET /entities/{entity_id}/adjacent": (f"/entities/{entity}/adjacent",),
    "GET /entities/{entity_id}/adjacent/{property}": (f"/entities/{entity}/adjacent/{next(iter(adjacent))}",),
    "GET /statements": ("/statements?limit=5",),
    "GET /catalog": ("/catalog",),
    "GET /manifest": ("/manifest",),
    "GET /algorithms": ("/algorithms",),
    "POST /updatez": ("/updatez?token=token&sync=true",),
    "GET /reconcile/{dataset}": ("/reconcile/default",),
    "POST /reconcile/{dataset}": ("/reconcile/default", b"queries=%7B%22q%22%3A%7B%22query%22%3A%22Ann%20Lee%22%7D%7D", "application/x-www-form-urlencoded"),
    "GET /reconcile/{dataset}/suggest/entity": ("/reconcile/default/suggest/entity?prefix=andrei",),
    "GET /reconcile/{dataset}/suggest/property": ("/reconcile/default/suggest/property?prefix=na",),
    "GET /reconcile/{dataset}/suggest/type": ("/reconcile/default/suggest/type?prefix=per",),
    "GET /reconcile/{dataset}/extend/property": ("/reconcile/default/extend/property?type=Person",),
}
# What succeeded in the seed above, and what this store gives no occasion for.
ELSEWHERE = {
    "DELETE /api/v1/session",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/return",
    "POST /api/v1/alerts/bulk",
    "POST /api/v1/rules/{id}/approve",
    "POST /api/v1/proposals/{id}/approve",
    "POST /api/v1/proposals/{id}/refuse",
    "POST /api/v1/jobs",
    "POST /api/v1/jobs/{id}/profile",
}

schema = schemathesis.openapi.from_url(ADDRESS + "/openapi.json", headers={"Authorization": "ApiKey " + KEY})
operations = [operation.ok() for operation in schema.get_all_operations()]
unknown = [o.label for o in operations if o.label not in GOOD and o.label not in ELSEWHERE]
assert not unknown, f"no good request is known for {unknown}"
reached = 0
for operation in operations:
    if operation.label in GOOD:
        method = operation.label.split()[0]
        path, *rest = GOOD[operation.label]
        good(method, path, *rest)
        reached += 1

asked, failures = 0, {}
for operation in operations:
    if operation.label in ("DELETE /api/v1/session", "GET /api/v1/session/oidc"):
        continue

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy())
    def check(case):
        global asked
        asked += 1
        reply = case.call(headers={"Authorization": "ApiKey " + KEY}, timeout=60)
        if reply.status_code >= 500:
            failures.setdefault(case.operation.label, (reply.status_code, reply.text[:300], case.as_curl_command()))

    check()

status, _ = ask("GET", "/api/v1/users")
assert status == 200, f"the key of the run was lost on the way: {status}"
for label, failure in failures.items():
    print(label, *failure, sep="\n  ", file=sys.stderr)
print(f"{len(operations)} operations, {reached} answered 2xx here, {asked} made-up requests, {len(failures)} operations failed")
sys.exit(1 if failures else 0)
