#!/usr/bin/python3
"""Asks an aggregator whose store tests/support/filled_store.h filled every route of its OpenAPI
description, and checks each answer strictly: openapi_check.py URL docs/openapi.json

Exit code 1 with a line for each answer that is not as described, each kind of answer that was not
seen, and each schema that would let anything pass."""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

# Answers that cannot be had on purpose, or only by asking for more than a test can wait for.
NOT_SEEN = {500, 503}
NOT_SEEN_ON = {("/api/v1/history", 413), ("/api/v1/datasets", 409),
               # The time of day is in them: they are never the same again.
               ("/api/v1/schedule", 304), ("/api/v1/status", 304)}
JSON = "application/json"
HUGE = " " * (1 << 20)


class Check:
    def __init__(self, url, document):
        self.url = url
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.faults = []
        self.seen = set()

    def fault(self, text):
        self.faults.append(text)

    def send(self, method, path, query="", body=None, headers=None):
        request = urllib.request.Request(f"{self.url}{path}{'?' if query else ''}{query}",
                                         method=method, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def expect(self, status, path, parameters=(), holds=None, method="GET", body=None,
               content_type=JSON):
        """One request; `holds` is a key of the answer that must not be empty."""
        query = urllib.parse.urlencode(list(parameters))
        headers = {} if body is None else {"Content-Type": content_type}
        what = f"{method} {path}?{query}"
        got, headers, content = self.send(method, path, query, body, headers)
        if got != status:
            self.fault(f"{what}: {got} in place of {status}: {content[:200]!r}")
            return None
        self.seen.add((path, method, status))
        described = self.document["paths"].get(path, {}).get(method.lower())
        if described is None or str(status) not in described["responses"]:
            self.fault(f"{what}: {status} is not described")
            return None
        answer = self.validate(what, described["responses"][str(status)], headers, content)
        if holds is not None and answer is not None and not answer.get(holds):
            self.fault(f"{what}: {holds} is empty, which proves nothing")
        if status == 200 and method == "GET":
            self.expect_unchanged(path, query, headers)
        return answer

    def validate(self, what, response, headers, content):
        kind = (headers.get("Content-Type") or "").split(";")[0]
        schema = response["content"].get(kind, {}).get("schema")
        if schema is None:
            self.fault(f"{what}: {kind} is not described")
            return None
        if kind != JSON:
            return None
        answer = json.loads(content)
        validator = jsonschema.Draft4Validator(schema, resolver=self.resolver)
        for error in validator.iter_errors(answer):
            place = "/".join(str(part) for part in error.absolute_path)
            self.fault(f"{what}: at /{place}: {error.message[:300]}")
        return answer

    def expect_unchanged(self, path, query, headers):
        etag = headers.get("ETag")
        if not etag:
            self.fault(f"GET {path}: no ETag")
            return
        got, headers, content = self.send("GET", path, query, headers={"If-None-Match": etag})
        if got == 304:
            self.seen.add((path, "GET", 304))
            if content or headers.get("ETag") != etag:
                self.fault(f"GET {path}: a 304 with a body, or without its ETag")

    def check_strictness(self):
        for name, schema in self.document["components"]["schemas"].items():
            if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
                self.fault(f"schema {name} lets unknown members pass")
            for field, value in schema.get("properties", {}).items():
                may_be_absent = "$ref" in value or "allOf" in value
                if field not in schema.get("required", []) and not may_be_absent:
                    self.optional.append(f"{name}.{field}")

    def check_all_seen(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                for status in operation["responses"]:
                    key = (path, method.upper(), int(status))
                    left_out = key[2] in NOT_SEEN or (path, key[2]) in NOT_SEEN_ON
                    if key not in self.seen and not left_out:
                        self.fault(f"{key[1]} {path}: an answer with {status} was not seen")

    optional = []


def ask_queries(check, names):
    guest, hostile = "guest-1", names["hostile"]
    check.expect(200, "/api/v1/status")
    check.expect(200, "/api/v1/nodes", holds="nodes")
    check.expect(200, "/api/v1/nodes", [("brief", "true"), ("node", hostile)], holds="nodes")
    check.expect(404, "/api/v1/nodes", [("node", "nobody")])
    check.expect(200, "/api/v1/benchmarks", holds="benchmarks")
    check.expect(200, "/api/v1/runs", [("node", guest), ("node", hostile)], holds="latest")
    check.expect(404, "/api/v1/runs", [("node", "nobody")])
    check.expect(200, "/api/v1/events", [("node", guest), ("kind", "environment_changed"),
                                         ("since", "2020-01-01T00:00:00Z"), ("limit", "10")],
                 holds="events")
    check.expect(200, "/api/v1/epochs", [("node", guest)], holds="environments")
    check.expect(404, "/api/v1/epochs", [("node", "nobody")])
    check.expect(200, "/api/v1/schedule", holds="hosts")
    check.expect(200, "/api/v1/schedule", [("host", "host-1"), ("since", "1.5")], holds="pauses")
    check.expect(404, "/api/v1/schedule", [("host", "nobody")])
    window = [("since", str(time.time() - 3600)), ("until", "2096-01-01T00:00:00Z")]
    check.expect(200, "/api/v1/history", [("node", guest), ("node", hostile), ("points", "5"),
                                          ("benchmark", "cpu_blowfish"), ("suite", "light"),
                                          ("all", "true"), *window], holds="series")
    check.expect(404, "/api/v1/history", [("node", "nobody")])
    check.expect(200, "/api/v1/catalogue", holds="products")
    check.expect(200, "/api/v1/metrics", holds="families")
    check.expect(200, "/api/v1/openapi.json", holds="paths")


def ask_analysis(check):
    check.expect(200, "/api/v1/regressions", [("state", "firing"), ("state", "resolved"),
                                              ("improvements", "true"), ("limit", "9")],
                 holds="regressions")
    check.expect(200, "/api/v1/regression", [("id", "1")], holds="children")
    check.expect(404, "/api/v1/regression", [("id", "99")])
    check.expect(200, "/api/v1/compare", holds="overheads")
    check.expect(200, "/api/v1/compare", [("dataset", "pilot2011"), ("scale", "pilot"),
                                          ("versions", "true")], holds="features")
    check.expect(404, "/api/v1/compare", [("dataset", "nothing")])
    check.expect(200, "/api/v1/overheads", [("node", "guest-1"), ("benchmark", "cpu_blowfish")],
                 holds="overheads")
    check.expect(200, "/api/v1/platforms", holds="platforms")
    check.expect(200, "/api/v1/platforms", [("versions", "true")], holds="platforms")
    check.expect(200, "/api/v1/datasets", holds="names")


def give_orders(check):
    for number, order in enumerate(("acknowledge", "mute", "accept"), start=1):
        path = f"/api/v1/regression/{order}"

        def post(status, body, content_type=JSON, path=path):
            check.expect(status, path, method="POST", body=body.encode(),
                         content_type=content_type)

        post(200, json.dumps({"id": str(number), "note": "seen <b>"}))
        post(400, "{")
        post(404, '{"id": 99}')
        post(409, '{"id": 4}')
        post(413, HUGE + "{}")
        post(415, "{}", "text/plain")
    path = "/api/v1/datasets"
    data_set = {"json": json.dumps({
        "name": "new", "source": "a test", "nodes": [
            {"node": "h", "role": "host", "platform": "metal"}],
        "results": [{"node": "h", "benchmark": "b", "unit": "s", "samples": [1]}]})}
    for status, body, kind in ((200, json.dumps(data_set), JSON), (400, "{}", JSON),
                               (413, HUGE + "{}", JSON), (415, "{}", "text/plain")):
        check.expect(status, path, method="POST", body=body.encode(), content_type=kind)


def ask_wrongly(check):
    """Every route that is asked by GET refuses a parameter that it does not know."""
    for path, methods in check.document["paths"].items():
        for method, operation in methods.items():
            if method == "get" and "400" in operation["responses"]:
                check.expect(400, path, [("colour", "red")])


def main():
    url, file = sys.argv[1:]
    with open(file, encoding="utf-8") as text:
        document = json.load(text)
    check = Check(url, document)
    if json.loads(check.send("GET", "/api/v1/openapi.json")[2]) != document:
        check.fault("the aggregator serves another description than the committed one")
    check.check_strictness()
    nodes = json.loads(check.send("GET", "/api/v1/nodes", "brief=true")[2])["nodes"]
    hostile = [node["label"] for node in nodes if "<script>" in node["label"]]
    if len(hostile) != 1:
        sys.exit(f"no hostile name among {[node['label'] for node in nodes]}")
    deadline = time.monotonic() + 30
    while not json.loads(check.send("GET", "/api/v1/overheads")[2])["overheads"]:
        if time.monotonic() > deadline:
            break  # which the request below tells
        time.sleep(0.1)
    ask_queries(check, {"hostile": hostile[0]})
    ask_analysis(check)
    give_orders(check)
    ask_wrongly(check)
    check.check_all_seen()
    if sorted(set(check.optional)) != sorted(MAY_BE_UNSET):
        check.fault(f"fields that may be unset: {sorted(set(check.optional))}")
    for fault in check.faults:
        print(fault)
    sys.exit(1 if check.faults else 0)


# `optional` fields of the .proto files.
MAY_BE_UNSET = ["Overhead.missing_for_2_percent", "Overhead.missing_for_5_percent",
                "Overhead.smallest_detectable", "PlatformScore.points"]


if __name__ == "__main__":
    main()
