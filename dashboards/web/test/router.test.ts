import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, href, hrefWith, parseRoute } from "../src/router";

test("any name survives its address", () => {
  for (const node of ["a b&c=d#e?f/ü", "<script>alert(1)</script>", "q\"'\n\u202e", "%41%", "+"]) {
    const route = parseRoute(href("node", { node }));
    assert.equal(route.view, "node");
    assert.equal(route.params.get("node"), node);
  }
});

test("an unknown view is the comparison, and told", () => {
  assert.deepEqual(
    { ...parseRoute("#/nonsense?x=1"), params: null },
    { view: "compare", params: null, unknown: "nonsense" },
  );
  assert.equal(parseRoute("").unknown, undefined);
  assert.equal(parseRoute("#/").view, "compare");
});

test("changes keep the rest, and empty ones take away", () => {
  const route = parseRoute("#/compare?by=nodes&q=x");
  assert.equal(hrefWith(route, { q: null, sort: "name" }), "#/compare?by=nodes&sort=name");
});

test("a choice that is none is the first", () => {
  assert.equal(choice(new URLSearchParams("by=x"), "by", ["platforms", "nodes"]), "platforms");
  assert.equal(choice(new URLSearchParams("by=nodes"), "by", ["platforms", "nodes"]), "nodes");
});
