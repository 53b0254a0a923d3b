// Regressions by state, and what may be done with them.
import { matches } from "./names";
import type { Regression } from "./types";

export const OPEN_STATES: string[] = ["suspect", "firing", "acknowledged", "muted"];
export const PAST_STATES: string[] = ["resolved", "accepted", "retracted"];
export const ALL_STATES: string[] = [...OPEN_STATES, ...PAST_STATES];

export const REGRESSION_SORTS = ["onset", "effect", "subject", "benchmark", "state"] as const;
export type RegressionSort = (typeof REGRESSION_SORTS)[number];

const KEYS: Record<RegressionSort, (each: Regression) => string | number> = {
  onset: (each) => Number(each.onset_unix_nanos),
  effect: (each) => each.effect_ratio,
  subject: (each) => each.subject,
  benchmark: (each) => each.benchmark,
  state: (each) => ALL_STATES.indexOf(each.state),
};

export function regressionRows(
  all: readonly Regression[],
  filter: string,
  by: RegressionSort,
  descending: boolean,
): Regression[] {
  const key = KEYS[by];
  const rows = all.filter((each) =>
    matches(
      filter,
      each.subject,
      each.benchmark,
      each.state,
      each.scope,
      each.cause,
      each.blame,
      ...each.children.slice(0, 50).map((child) => child.node),
    ),
  );
  rows.sort((left, right) => (key(left) < key(right) ? -1 : key(left) > key(right) ? 1 : 0));
  return descending ? rows.reverse() : rows;
}

export type Order = "acknowledge" | "accept" | "mute";

/** Why the order cannot be given; empty where it can. */
export function whyNot(order: Order, state: string): string {
  if (PAST_STATES.includes(state)) return "it is over";
  if (order === "acknowledge" && state === "acknowledged") return "it is acknowledged already";
  if (order === "mute" && state === "muted") return "it is muted already";
  return "";
}
