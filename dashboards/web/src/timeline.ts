// What a host's timeline shows: who measured, measures, and will measure.
import { millis } from "./format";
import type { HostSchedule, Lease } from "./types";

export type SpanKind = "done" | "now" | "planned" | "broken";

export interface Span {
  node: string;
  kind: SpanKind;
  /** Seconds since 1970. */
  from: number;
  to: number;
  what: string;
  outcome: string;
}

const GOOD = new Set(["completed", "unspecified"]);

function ofLease(lease: Lease, now: number): Span {
  const from = millis(lease.start_unix_nanos) / 1000;
  const ended = millis(lease.ended_unix_nanos) / 1000;
  const lasts = ended === 0;
  const to = lasts ? Math.min(now, millis(lease.end_unix_nanos) / 1000) : ended;
  const kind = lasts ? "now" : GOOD.has(lease.outcome) ? "done" : "broken";
  const what = [lease.purpose.replace(/_/g, " "), lease.plan, lease.suite, lease.peer && `with ${lease.peer}`]
    .filter((word) => word !== "")
    .join(", ");
  const cause = lease.cause === "unspecified" ? "" : `: ${lease.cause.replace(/_/g, " ")}`;
  return {
    node: lease.node,
    kind,
    from,
    to: Math.max(from, to),
    what,
    outcome: lasts ? "measures now" : `${lease.outcome}${cause}`,
  };
}

/** Oldest first. */
export function spansOf(host: HostSchedule, now: number): Span[] {
  const planned = host.planned.map(
    (turn): Span => ({
      node: turn.node,
      kind: "planned",
      from: millis(turn.start_unix_nanos) / 1000,
      to: millis(turn.end_unix_nanos) / 1000,
      what: [turn.purpose.replace(/_/g, " "), turn.plan].filter((word) => word !== "").join(", "),
      outcome: "planned",
    }),
  );
  return [...host.leases.map((lease) => ofLease(lease, now)), ...planned].sort(
    (left, right) => left.from - right.from,
  );
}

/** The host first, then whoever else has a place in the timeline. */
export function rowsOf(host: HostSchedule, spans: readonly Span[]): string[] {
  return [...new Set([...host.nodes, ...spans.map((span) => span.node)])];
}

/** Moments for the axis: whole multiples of a step that a clock shows. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const steps = [60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];
  const step = steps.find((each) => (to - from) / each <= most) ?? 86_400;
  // Multiples in the reader's own zone.
  const shift = new Date(from * 1000).getTimezoneOffset() * 60;
  const ticks: number[] = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) ticks.push(at);
  return ticks;
}
