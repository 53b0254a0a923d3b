import assert from "node:assert/strict";
import { test } from "node:test";
import { align, valueRange } from "../src/chart_data";
import { changesBetween } from "../src/epochs";
import { fleetRows } from "../src/fleet_rows";
import { chartGroups } from "../src/history";
import type { ListedNode } from "../src/listed_node";
import { linesOf, windowOf } from "../src/regression_chart";
import { regressionRows, whyNot } from "../src/regression_states";
import { spansOf, timeTicks } from "../src/timeline";
import type { EnvironmentEpoch, HistorySeries, HostSchedule, Regression } from "../src/types";
import { unitOf } from "../src/units";

const point = (seconds: number, value: number) => ({
  at_unix_nanos: `${seconds}000000000`,
  value,
  least: value,
  greatest: value,
  runs: 1,
});

const series = (node: string, changes: Partial<HistorySeries> = {}): HistorySeries => ({
  node,
  benchmark: "cpu_pi",
  category: "cpu",
  suite: "light",
  family: "cpu_pi_seconds",
  labels: {},
  unit: "seconds",
  direction: "lower_is_better",
  segment: "1/a",
  points: [point(10, 1), point(20, 2)],
  ...changes,
});

test("a node and its host share a chart, and a new build ends the line", () => {
  const newer = series("g", { segment: "2/b", points: [point(30, 5)] });
  const [group, ...others] = chartGroups(
    [series("h"), series("g"), newer, series("h", { suite: "standard" })],
    ["g", "h"],
  );
  assert.equal(others.length, 0);
  assert.deepEqual(
    group?.lines.map((line) => [line.label, line.dashed]),
    [
      ["g", false],
      ["h", true],
    ],
  );
  assert.deepEqual(group?.versions, [30]);
  const { times, values } = align(group?.lines ?? []);
  assert.equal(times.length, 4);
  assert.deepEqual(values, [
    [1, 2, null, 5],
    [1, 2, undefined, undefined],
  ]);
});

test("an axis of values has room, and stays above nothing", () => {
  assert.deepEqual(valueRange(0, 10), [0, 11]);
  assert.deepEqual(valueRange(null, null), [0, 1]);
  const [low, high] = valueRange(5, 5);
  assert.ok(low < 5 && high > 5);
});

test("around a regression's onset", () => {
  const child = {
    node: "g",
    benchmark: "cpu_pi",
    suite: "light",
    family: "cpu_pi_seconds",
    labels: {},
    onset_unix_nanos: "15000000000",
    before: 1,
    after: 2,
    effect_ratio: 1,
  };
  const regression = {
    onset_unix_nanos: "15000000000",
    onset_low_unix_nanos: "0",
    onset_high_unix_nanos: "0",
  } as Regression;
  const { from, to } = windowOf(regression, 100);
  assert.ok(from < 15 && to === 100);
  const lines = linesOf([series("g"), series("h")], child, 0, 100);
  assert.deepEqual(
    lines.map((line) => line.label),
    ["g", "before", "after"],
  );
  assert.equal(lines[0]?.points.length, 2);
});

test("regressions are filtered by what they touch, and steered while they last", () => {
  const all = [
    {
      id: "1",
      subject: "a",
      benchmark: "x",
      state: "firing",
      scope: "node",
      cause: "",
      blame: "",
      effect_ratio: 0.1,
      onset_unix_nanos: "2",
      children: [{ node: "deep" }],
    },
    {
      id: "2",
      subject: "b",
      benchmark: "y",
      state: "muted",
      scope: "host",
      cause: "kernel",
      blame: "",
      effect_ratio: 0.5,
      onset_unix_nanos: "1",
      children: [],
    },
  ] as unknown as Regression[];
  assert.deepEqual(
    regressionRows(all, "", "effect", true).map((each) => each.id),
    ["2", "1"],
  );
  assert.deepEqual(
    regressionRows(all, "deep", "onset", true).map((each) => each.id),
    ["1"],
  );
  assert.equal(whyNot("accept", "firing"), "");
  assert.equal(whyNot("accept", "resolved"), "it is over");
  assert.notEqual(whyNot("mute", "muted"), "");
});

test("a host's turns, past, present and planned", () => {
  const lease = {
    node: "h",
    start_unix_nanos: "10000000000",
    end_unix_nanos: "40000000000",
    purpose: "make_up",
    plan: "light",
    suite: "light",
    peer: "",
    cause: "unspecified",
  };
  const host = {
    host: "h",
    nodes: ["h", "g"],
    leases: [
      { ...lease, ended_unix_nanos: "20000000000", outcome: "completed" },
      { ...lease, start_unix_nanos: "20000000000", ended_unix_nanos: "0", outcome: "unspecified" },
      {
        ...lease,
        start_unix_nanos: "5000000000",
        ended_unix_nanos: "6000000000",
        outcome: "expired",
        cause: "error",
      },
    ],
    planned: [
      {
        node: "g",
        plan: "light",
        start_unix_nanos: "50000000000",
        end_unix_nanos: "60000000000",
        purpose: "round",
      },
    ],
  } as unknown as HostSchedule;
  const spans = spansOf(host, 30);
  assert.deepEqual(
    spans.map((span) => span.kind),
    ["broken", "done", "now", "planned"],
  );
  assert.equal(spans[2]?.to, 30);
  assert.equal(spans[0]?.outcome, "expired: error");
  assert.deepEqual(timeTicks(0, 3600, 8), [0, 600, 1200, 1800, 2400, 3000, 3600]);
});

test("what changed between two epochs", () => {
  const epoch = (kernel: string, facts: Record<string, string>): EnvironmentEpoch =>
    ({
      environment: { kernel_release: kernel, facts, digest: kernel, noise: [] },
      platform: null,
    }) as unknown as EnvironmentEpoch;
  assert.deepEqual(changesBetween(epoch("5", { a: "1", b: "2" }), epoch("6", { a: "1", c: "3" })), [
    { fact: "b", before: "2", after: "" },
    { fact: "c", before: "", after: "3" },
    { fact: "kernel_release", before: "5", after: "6" },
  ]);
});

test("10,000 nodes are filtered and sorted in a moment", () => {
  const node = (index: number): ListedNode => ({
    label: `node-${(index * 7919) % 10_000}`,
    role: index % 10 === 0 ? "host" : "guest",
    platform: "qemu",
    version: "8",
    host: "",
    connected: index % 2 === 0,
    lastSeen: index,
    probe: "1",
    kernel: "6",
    unavailable: index % 5,
    waiting: 0,
    dropped: 0,
    measures: "",
  });
  const nodes = Array.from({ length: 10_000 }, (_, index) => node(index));
  const rows = fleetRows(nodes, "connected", "host", "", "node", true);
  assert.equal(rows.length, 1000);
  assert.ok((rows[0]?.label ?? "") > (rows[999]?.label ?? ""));
  assert.equal(
    fleetRows(nodes, "limited", "", "node-42", "seen", false).every((each) => each.unavailable > 0),
    true,
  );
});

test("the unit that a family ends with", () => {
  assert.equal(unitOf("disk_seq_read_bytes_per_second"), "bytes_per_second");
  assert.equal(unitOf("disk_sync_latency_seconds"), "seconds");
  assert.equal(unitOf("seconds"), "");
});
