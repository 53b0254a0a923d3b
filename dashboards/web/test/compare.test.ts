import assert from "node:assert/strict";
import { test } from "node:test";
import { absoluteScale, position, ratioScale } from "../src/bar_scale";
import { nodeRows, platformRows, sortRows, wordOf } from "../src/compare_rows";
import { concerns, headline, newest } from "../src/headline";
import type { Overhead, PlatformScore, Regression } from "../src/types";

const score = (ratio: number, lower = 0, upper = 0) => ({ ratio, lower, upper });

const platform = (name: string, categories: PlatformScore["categories"]): PlatformScore => ({
  platform: name,
  overall: score(1.1, 1.05, 1.15),
  categories,
  worst: {},
  benchmarks: { cpu_pi: score(1.2) },
  rank: 1,
  nodes: 2,
  hosts: 1,
  tied: false,
  worst_category: "",
  unranked: [],
  test_points: {},
});

const overhead = (node: string, changes: Partial<Overhead> = {}): Overhead => ({
  node,
  baseline: "h",
  substitute: false,
  platform: "qemu",
  platform_version: "8.2",
  benchmark: "cpu_pi",
  category: "cpu",
  suite: "light",
  family: "cpu_pi_seconds",
  labels: {},
  ratio: 2,
  lower: 1.5,
  upper: 2.5,
  blocks: 7,
  answer: "different",
  super_native: false,
  review: [],
  unranked: false,
  unit: "seconds",
  baseline_median: 3,
  node_median: 6,
  ...changes,
});

const regression = (changes: Partial<Regression>): Regression =>
  ({
    id: "1",
    scope: "node",
    state: "firing",
    subject: "g1",
    benchmark: "disk_sync",
    effect_ratio: 0.2,
    children: [],
    ...changes,
  }) as Regression;

const fleet = {
  platformOf: (node: string) => (node === "g1" ? "qemu 8.2" : undefined),
  categoryOf: (name: string) => name.split("_")[0] ?? "",
};

test("what an interval says", () => {
  assert.equal(wordOf(score(1.3)), "preliminary");
  assert.equal(wordOf(score(1, 0.9, 1.1)), "inconclusive");
  assert.equal(wordOf(score(1, 0.99, 1.01)), undefined);
  assert.equal(wordOf(score(1.3, 1.2, 1.4)), undefined);
  assert.equal(wordOf(score(0.8, 0.7, 0.9)), "super-native");
});

test("rows of platforms carry the figure that was chosen", () => {
  const [row] = platformRows(
    [platform("qemu 8.2", {})],
    [overhead("a"), overhead("b", { node_median: 8 })],
    "cpu_pi",
    true,
  );
  assert.equal(row?.score.ratio, 1.2);
  assert.deepEqual(
    row?.marks().map((mark) => mark.word),
    ["preliminary"],
  );
  assert.deepEqual(row?.absolute, { value: 7, lower: 6, upper: 8, reference: 3, unit: "seconds" });
  for (const missing of ["category:disk", "category:constructor", "toString"]) {
    assert.deepEqual(platformRows([platform("x", {})], [], missing, false), []);
  }
});

test("a node's interval in its own unit, whichever way is better", () => {
  const [time] = nodeRows([overhead("a")], "cpu_pi", false);
  assert.deepEqual([time?.absolute?.lower, time?.absolute?.upper], [4.5, 7.5]);
  const rate = { unit: "bytes_per_second", baseline_median: 60, node_median: 30 };
  const [bytes] = nodeRows([overhead("a", rate)], "cpu_pi", false);
  assert.deepEqual([bytes?.absolute?.lower, bytes?.absolute?.upper], [24, 40]);
});

test("a node's overall is the geometric mean of its categories, without what is never ranked", () => {
  const all = [
    overhead("a", { ratio: 4 }),
    overhead("a", { ratio: 1, benchmark: "cpu_md5" }),
    overhead("a", { ratio: 8, benchmark: "disk_sync", category: "disk" }),
    overhead("a", { ratio: 99, unranked: true }),
  ];
  assert.equal(nodeRows(all, "overall", false)[0]?.score.ratio.toFixed(6), "4.000000");
  assert.equal(nodeRows(all, "category:cpu", false)[0]?.score.ratio.toFixed(6), "2.000000");
});

test("rows sort by what is shown", () => {
  const rows = nodeRows(
    [overhead("b", { ratio: 1 }), overhead("a", { ratio: 3 }), overhead("c", { ratio: 2 })],
    "cpu_pi",
    false,
  );
  assert.deepEqual(
    sortRows(rows, "ratio", true, false).map((row) => row.name),
    ["a", "c", "b"],
  );
  assert.deepEqual(
    sortRows(rows, "name", false, false).map((row) => row.name),
    ["a", "b", "c"],
  );
});

test("the headline is the slowest for certain, with the regression that it shows", () => {
  const platforms = [
    platform("qemu 8.2", { disk: score(1.43, 1.38, 1.49), cpu: score(5) }),
    platform("lxc", { disk: score(1.9, 0.9, 3) }),
  ];
  const found = headline(platforms, [regression({ state: "muted" }), regression({ id: "7" })], fleet);
  assert.equal(found?.platform.platform, "qemu 8.2");
  assert.equal(found?.category, "disk");
  assert.equal(found?.certain, true);
  assert.equal(found?.regression?.id, "7");
});

test("no headline where nothing is slow for certain, a preliminary one where nothing is settled", () => {
  assert.equal(headline([platform("a", { cpu: score(1.4, 0.9, 2) })], [], fleet), undefined);
  assert.equal(headline([platform("a", { cpu: score(1.01, 1.005, 1.02) })], [], fleet), undefined);
  assert.equal(headline([platform("a", { cpu: score(1.4) })], [], fleet)?.certain, false);
});

test("the newest is of those that nobody looks after", () => {
  const all = [
    regression({ id: "1", onset_unix_nanos: "5" }),
    regression({ id: "2", onset_unix_nanos: "9" }),
    regression({ id: "3", onset_unix_nanos: "99", state: "acknowledged" }),
  ];
  assert.equal(newest(all)?.id, "2");
  assert.equal(newest([]), undefined);
});

test("which regressions concern a platform", () => {
  assert.ok(concerns(regression({}), "qemu 8.2", "disk", fleet));
  assert.ok(concerns(regression({}), "qemu", "disk", fleet));
  assert.ok(!concerns(regression({}), "qemu 8.2", "cpu", fleet));
  assert.ok(!concerns(regression({ subject: "g2" }), "qemu 8.2", "disk", fleet));
  assert.ok(concerns(regression({ scope: "platform", subject: "qemu 8.2" }), "qemu", "disk", fleet));
});

test("axes hold all figures, and go over to logarithms where one is far off", () => {
  const linear = ratioScale([1.2, 1.5]);
  assert.equal(linear.logarithmic, false);
  assert.ok(position(linear, 1) > 0 && position(linear, 1.5) < 1);
  const wide = ratioScale([0.9, 433]);
  assert.equal(wide.logarithmic, true);
  assert.ok(wide.ticks.includes(1) && wide.ticks.includes(100));
  assert.deepEqual(ratioScale([]).ticks.length > 0, true);
  assert.equal(absoluteScale([0, 0]).high, 1);
  assert.equal(position(absoluteScale([10]), 999), 1);
});
