import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMoment, rangeOf } from "../src/time_range";

const NOW = 1_700_000_000;
const of = (text: string) => rangeOf(new URLSearchParams(text), NOW);

test("moments are seconds or RFC 3339", () => {
  assert.equal(parseMoment("1700000000.5"), 1_700_000_000.5);
  assert.equal(parseMoment("2023-11-14T22:13:20Z"), NOW);
  assert.equal(parseMoment("2023-11-14T23:13:20+01:00"), NOW);
  for (const wrong of ["", "yesterday", "-5", "1e99", "NaN", "99999999999999", "2023-99-99T00:00:00Z"]) {
    assert.equal(parseMoment(wrong), undefined, wrong);
  }
});

test("without anything the preset, without a notice", () => {
  assert.deepEqual(of(""), { preset: "24h", from: NOW - 86_400, to: NOW });
  assert.deepEqual(of("range=7d"), { preset: "7d", from: NOW - 604_800, to: NOW });
});

test("from and to", () => {
  assert.deepEqual(of(`from=${NOW - 100}&to=${NOW - 10}`), { preset: "", from: NOW - 100, to: NOW - 10 });
  assert.deepEqual(of(`from=${NOW - 500}`), { preset: "", from: NOW - 500, to: NOW });
});

test("what cannot be is told, and the preset shown", () => {
  for (const wrong of [
    "range=forever",
    "from=x",
    "to=x",
    `from=${NOW}&to=${NOW - 5}`,
    `from=${NOW + 10}&to=${NOW + 99}`,
  ]) {
    const range = of(wrong);
    assert.equal(range.preset, "24h", wrong);
    assert.match(range.notice ?? "", /24 h/, wrong);
  }
  // The name of a method is no preset.
  assert.match(of("range=constructor").notice ?? "", /no time range/);
});

test("ranges that are too long, too short or end in the future are cut", () => {
  const long = of("from=0&to=1700000000");
  assert.equal(long.to - long.from, 366 * 86_400);
  assert.match(long.notice ?? "", /366 days/);
  const future = of(`from=${NOW - 100}&to=${NOW + 1e6}`);
  assert.equal(future.to, NOW);
  assert.match(future.notice ?? "", /future/);
  const short = of(`from=${NOW - 1}&to=${NOW}`);
  assert.equal(short.to - short.from, 60);
  assert.deepEqual(of("from=0&to=1"), { preset: "", from: 0, to: 60 });
});
