// The stretch of history around a regression's onset.
import type { Line } from "./chart_data";
import { labelText, millis } from "./format";
import type { AffectedSeries, HistoryPoint, HistorySeries, Regression } from "./types";

const DAY = 86_400;
const AROUND_DAYS = 3;

/** Seconds since 1970: some days before the onset, and as long after it as there is. */
export function windowOf(regression: Regression, now: number): { from: number; to: number } {
  const onset = millis(regression.onset_unix_nanos) / 1000;
  const low = millis(regression.onset_low_unix_nanos) / 1000;
  const high = millis(regression.onset_high_unix_nanos) / 1000;
  const from = Math.min(onset, low > 0 ? low : onset) - AROUND_DAYS * DAY;
  const to = Math.min(now, Math.max(onset, high) + AROUND_DAYS * DAY);
  return { from: Math.floor(from), to: Math.max(Math.ceil(to), Math.floor(from) + 60) };
}

const point = (seconds: number, value: number): HistoryPoint => ({
  at_unix_nanos: `${Math.round(seconds)}000000000`,
  value,
  least: value,
  greatest: value,
  runs: 0,
});

/** Whether the series is the child's, whatever else the run's labels say. */
export function isSeriesOf(series: HistorySeries, child: AffectedSeries): boolean {
  if (series.node !== child.node || series.family !== child.family || series.suite !== child.suite)
    return false;
  return Object.entries(child.labels).every(([name, value]) => series.labels[name] === value);
}

/** The child's figures, and what they were before and after. */
export function linesOf(
  series: readonly HistorySeries[],
  child: AffectedSeries,
  from: number,
  to: number,
): Line[] {
  const own = series.filter((each) => isSeriesOf(each, child));
  const onset = millis(child.onset_unix_nanos) / 1000;
  const points = own
    .flatMap((each) => each.points)
    .sort((left, right) => millis(left.at_unix_nanos) - millis(right.at_unix_nanos));
  const lines: Line[] = [
    { label: `${child.node} ${labelText(child.labels)}`.trim(), color: "--series-1", points },
  ];
  if (child.before > 0)
    lines.push({
      label: "before",
      color: "--good",
      dashed: true,
      level: true,
      points: [point(from, child.before), point(onset, child.before)],
    });
  if (child.after > 0)
    lines.push({
      label: "after",
      color: "--bad",
      dashed: true,
      level: true,
      points: [point(onset, child.after), point(to, child.after)],
    });
  return lines;
}
