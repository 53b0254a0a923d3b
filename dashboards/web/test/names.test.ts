import assert from "node:assert/strict";
import { test } from "node:test";
import { matches, safeLink, shortName, visible } from "../src/names";

test("control characters are seen", () => {
  assert.equal(visible("\u202eevil"), "⇄evil");
  assert.equal(visible("a\nb\tc\u007f"), "a␊b␉c␡");
});

test("long names are cut, whole characters at a time", () => {
  assert.equal(shortName("short"), "short");
  const long = shortName("x".repeat(10_240));
  assert.equal(long.length, 48);
  assert.ok(long.endsWith("…"));
  const faces = shortName("😀".repeat(60));
  assert.equal([...faces].length, 48);
  assert.ok(!/[\ud800-\udbff]$/.test(faces.slice(0, -1)) || faces.slice(0, -1).length % 2 === 0);
});

test("links lead to http and https only", () => {
  assert.equal(safeLink("https://esx1/ui"), "https://esx1/ui");
  for (const wrong of ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "//no", "ftp://x/", ""]) {
    assert.equal(safeLink(wrong), undefined, wrong);
  }
});

test("all words of a filter must be somewhere", () => {
  assert.ok(matches("PVE host1", "guest-7", "pve-8", "host1"));
  assert.ok(!matches("pve host2", "guest-7", "pve-8", "host1"));
  assert.ok(matches("   ", "anything"));
});
