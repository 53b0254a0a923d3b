// Where a comparison comes from. The aggregator keeps that of the last 30 days ready; any other reads
// all figures of its time, which takes seconds in a large fleet.
import { address, get, type Answer } from "./http";
import { useOverheads } from "./lists";
import { SELDOM_MS, useGet, useLive, type Live } from "./live";
import { PRESETS } from "./time_range";
import type { Comparison, Overhead, PlatformScore, Status } from "./types";

/** Fleets up to this many nodes are compared anew, of today, with all nodes. */
export const SMALL_FLEET = 60;

export interface Asked {
  dataset: string;
  scale: "ratio" | "pilot";
  versions: boolean;
  /** auto, or a preset. */
  range: string;
  byNodes: boolean;
  benchmark: string;
}

export interface Compared {
  platforms: PlatformScore[];
  overheads: Overhead[];
  /** All overheads are there, not only those of one benchmark, or none. */
  complete: boolean;
  notes: string[];
  source: string;
  conclusions: Comparison["conclusions"];
  /** For people: what time the figures are of. */
  span: string;
  madeMs: number;
}

const spanOf = (preset: string): string =>
  `the last ${preset.replace(/^(\d+)h$/, "$1 hours").replace(/^(\d+)d$/, "$1 days")}`;

async function compare(asked: Asked, preset: string, etag: string): Promise<Answer<Comparison>> {
  const { dataset, scale, versions } = asked;
  if (dataset !== "") return get<Comparison>(address("compare", { dataset, scale, versions }), etag);
  // The same for all who ask within a minute: the aggregator makes it once.
  const minute = Math.floor(Date.now() / 60_000) * 60;
  const since = preset === "30d" ? undefined : minute - (PRESETS[preset] ?? 86_400);
  return get<Comparison>(address("compare", { versions, since }), etag);
}

// The same object for the same answer: what is made of it is not made again.
const known = new WeakMap<Comparison, Compared>();

function ofComparison(comparison: Comparison, span: string): Compared {
  const before = known.get(comparison);
  if (before) return before;
  const compared = {
    platforms: comparison.platforms,
    overheads: comparison.overheads,
    complete: true,
    notes: comparison.notes,
    source: comparison.source,
    conclusions: comparison.conclusions,
    span: comparison.dataset === "" ? span : `the data set ${comparison.dataset}`,
    madeMs: Number(comparison.made_unix_nanos) / 1e6,
  };
  known.set(comparison, compared);
  return compared;
}

const NONE: Overhead[] = [];
let ready: Compared | undefined;

function ofReady(platforms: PlatformScore[], overheads: Overhead[]): Compared {
  if (ready?.platforms === platforms && ready.overheads === overheads) return ready;
  const span = spanOf("30d");
  ready = { platforms, overheads, complete: false, notes: [], source: "", conclusions: [], span, madeMs: 0 };
  return ready;
}

export function useComparison(asked: Asked, status: Status | undefined): Live<Compared> & { preset: string } {
  const isSet = asked.dataset !== "";
  const isSmall = status !== undefined && status.nodes <= SMALL_FLEET;
  const preset = asked.range === "auto" ? (isSmall ? "24h" : "30d") : asked.range;
  const decided = isSet || status !== undefined;
  // What is kept ready has no versions, and no time but its own.
  const isReady = decided && !isSet && !isSmall && preset === "30d";
  const key =
    decided && !isReady ? `compare ${asked.dataset} ${asked.scale} ${asked.versions} ${preset}` : null;
  const made = useLive<Comparison>(key, (etag) => compare(asked, preset, etag), SELDOM_MS);
  const scores = useGet<{ platforms: PlatformScore[] }>(
    isReady ? address("platforms", { versions: asked.versions }) : null,
    SELDOM_MS,
  );
  const oneBenchmark = isReady && asked.byNodes && !/^(overall$|category:)/.test(asked.benchmark);
  const figures = useOverheads(oneBenchmark ? asked.benchmark : null);
  if (!isReady) {
    const data = made.data && ofComparison(made.data, spanOf(preset));
    return { ...made, data, preset };
  }
  const waits = oneBenchmark && figures.data === undefined;
  const data = scores.data && !waits ? ofReady(scores.data.platforms, figures.data ?? NONE) : undefined;
  return { data, error: scores.error ?? figures.error, again: scores.again, preset };
}
