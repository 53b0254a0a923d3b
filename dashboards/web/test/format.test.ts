import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  duration,
  figure,
  hasInterval,
  interval,
  labelText,
  localTime,
  millis,
  percent,
  ratio,
} from "../src/format";

test("figures have three digits and the prefix that a person reads", () => {
  assert.equal(figure(1.416e9, "bytes_per_second"), "1.42 GB/s");
  assert.equal(figure(1.8e-4, "seconds"), "180 µs");
  assert.equal(figure(34.9e-9, "seconds"), "34.9 ns");
  assert.equal(figure(63_500, "operations_per_second"), "63.5 kops/s");
  assert.equal(figure(0.42, "operations_per_second"), "0.42 ops/s");
  assert.equal(figure(1800, "seconds"), "1800 s");
  assert.equal(figure(0, "seconds"), "0 s");
});

test("a figure that is rounded up takes the next prefix", () => {
  assert.equal(figure(999.9e-6, "seconds"), "1.00 ms");
  assert.equal(figure(999_960, "bytes"), "1.00 MB");
});

test("what is no figure is a dash, and an unknown unit is kept", () => {
  assert.equal(figure(Number.NaN, "seconds"), "–");
  assert.equal(figure(Number.POSITIVE_INFINITY, "ratio"), "–");
  assert.equal(figure(6.151, "hardinfo index"), "6.15 hardinfo index");
});

test("ratios and their intervals", () => {
  assert.equal(ratio(1.4321), "1.43×");
  assert.equal(ratio(433.86), "434×");
  assert.equal(interval({ lower: 1.381, upper: 1.494 }), "1.38–1.49");
  assert.equal(interval({ lower: 1.6382, upper: 1.6421 }), "1.638–1.642");
  assert.equal(interval({ lower: 0, upper: 0 }), "");
  assert.equal(hasInterval({ lower: 0, upper: 0 }), false);
});

test("shares", () => {
  assert.equal(percent(0.1234, true), "+12 %");
  assert.equal(percent(-0.031), "−3.1 %");
  assert.equal(percent(0.0042), "0.42 %");
  assert.equal(percent(0, true), "0 %");
});

test("durations", () => {
  assert.equal(duration(42), "42 s");
  assert.equal(duration(180), "3 min");
  assert.equal(duration(19_200), "5 h 20 min");
  assert.equal(duration(7_200), "2 h");
  assert.equal(duration(12 * 86_400), "12 d");
  assert.equal(duration(0.002), "2.00 ms");
});

test("moments", () => {
  const ms = millis("1700000000123456789");
  assert.equal(localTime(ms), "2023-11-14 22:13");
  assert.equal(localTime(ms, true), "2023-11-14 22:13:20");
  assert.equal(localTime(0), "–");
  assert.equal(localTime(9e15), "–");
  assert.equal(ago(ms, ms + 180_000), "3 min ago");
  assert.equal(ago(ms + 20_000, ms), "in 20 s");
  assert.equal(ago(0, ms), "never");
  assert.equal(millis(undefined), 0);
});

test("labels in order, without those that say nothing", () => {
  assert.equal(labelText({ stat: "p50", flow: "up", peer: "" }, ["stat"]), "flow=up");
});
