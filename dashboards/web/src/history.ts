// Series of a node and its host, grouped to charts.
import type { Line } from "./chart_data";
import { labelText } from "./format";
import type { HistoryPoint, HistorySeries } from "./types";

export interface ChartGroup {
  key: string;
  benchmark: string;
  suite: string;
  family: string;
  labels: string;
  unit: string;
  lines: Line[];
  /** Where another version began; seconds since 1970. */
  versions: number[];
  /** Of all lines. */
  points: number;
}

const COLORS = ["--series-1", "--series-2", "--series-3", "--series-4"];

/** Ends the line in front of a segment: its figures cannot be compared with those before. */
function gapBefore(point: HistoryPoint): HistoryPoint {
  const at = String(BigInt(point.at_unix_nanos) - 1_000_000n);
  return { at_unix_nanos: at, value: Number.NaN, least: Number.NaN, greatest: Number.NaN, runs: 0 };
}

/** A chart for each benchmark, suite, family and labels; a line for each of `nodes`, in their order. */
export function chartGroups(series: readonly HistorySeries[], nodes: readonly string[]): ChartGroup[] {
  const groups = new Map<string, ChartGroup>();
  for (const each of series) {
    const labels = labelText(each.labels);
    const key = [each.benchmark, each.suite, each.family, labels].join("\n");
    const at = nodes.indexOf(each.node);
    if (at < 0 || each.points.length === 0) continue;
    let group = groups.get(key);
    if (!group) {
      const { benchmark, suite, family, unit } = each;
      group = { key, benchmark, suite, family, labels, unit, lines: [], versions: [], points: 0 };
      groups.set(key, group);
    }
    group.points += each.points.length;
    const line = group.lines.find((known) => known.label === each.node);
    if (!line) {
      const color = COLORS[at % COLORS.length] ?? "--series-1";
      group.lines.push({ label: each.node, color, dashed: at > 0, points: each.points });
      continue;
    }
    const first = each.points[0] as HistoryPoint;
    group.versions.push(Number(first.at_unix_nanos) / 1e9);
    line.points = [...line.points, gapBefore(first), ...each.points];
  }
  for (const group of groups.values()) {
    group.lines.sort((left, right) => nodes.indexOf(left.label) - nodes.indexOf(right.label));
  }
  // A host's figures alone say nothing of the node.
  return [...groups.values()].filter((group) => group.lines.some((line) => line.label === nodes[0]));
}
