// Series of history as uPlot wants them: one axis of time for all, null where a series has no point.
import type { HistoryPoint } from "./types";

export interface Line {
  label: string;
  /** A CSS variable's name. */
  color: string;
  dashed?: boolean;
  /** A level, not figures of runs. */
  level?: boolean;
  points: HistoryPoint[];
}

export interface Aligned {
  /** Seconds since 1970. */
  times: number[];
  values: (number | null | undefined)[][];
}

/** Undefined is no point of this series (the line goes on), null a gap. */
export function align(lines: readonly Line[]): Aligned {
  const all = new Set<number>();
  for (const line of lines) for (const point of line.points) all.add(Number(point.at_unix_nanos) / 1e9);
  const times = [...all].sort((left, right) => left - right);
  const at = new Map(times.map((time, index) => [time, index]));
  const values = lines.map((line) => {
    const row = new Array<number | null | undefined>(times.length).fill(undefined);
    for (const point of line.points)
      row[at.get(Number(point.at_unix_nanos) / 1e9) ?? 0] = Number.isNaN(point.value) ? null : point.value;
    return row;
  });
  return { times, values };
}

/** From the least to the greatest figure, with room around; of nothing 0 to 1. */
export function valueRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const room = high > low ? (high - low) * 0.1 : Math.abs(high) * 0.1 || 1;
  const bottom = low - room;
  return [low >= 0 && bottom < 0 ? 0 : bottom, high + room];
}
