// Where a comparison comes from. The aggregator keeps that of the last 30 days ready; any other reads
// all figures of its time, which takes seconds in a large fleet.
import { address, get, type Answer } from "./http";
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
  leftOut: number;
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

function ofComparison(comparison: Comparison, span: string): Compared {
  return {
    platforms: comparison.platforms,
    overheads: comparison.overheads,
    complete: true,
    leftOut: 0,
    notes: comparison.notes,
    source: comparison.source,
    conclusions: comparison.conclusions,
    span: comparison.dataset === "" ? span : `the data set ${comparison.dataset}`,
    madeMs: Number(comparison.made_unix_nanos) / 1e6,
  };
}

export function useComparison(asked: Asked, status: Status | undefined): Live<Compared> & { preset: string } {
  const isSet = asked.dataset !== "";
  const isSmall = status !== undefined && status.nodes <= SMALL_FLEET;
  const preset = asked.range === "auto" ? (isSmall ? "24h" : "30d") : asked.range;
  const known = isSet || status !== undefined;
  // What is kept ready has no versions, and no time but its own.
  const ready = known && !isSet && !isSmall && preset === "30d";
  const key = known && !ready ? `compare ${asked.dataset} ${asked.scale} ${asked.versions} ${preset}` : null;
  const made = useLive<Comparison>(key, (etag) => compare(asked, preset, etag), SELDOM_MS);
  const scores = useGet<{ platforms: PlatformScore[] }>(
    ready ? address("platforms", { versions: asked.versions }) : null,
    SELDOM_MS,
  );
  const oneBenchmark = ready && asked.byNodes && !/^(overall$|category:)/.test(asked.benchmark);
  const figures = useGet<{ overheads: Overhead[]; left_out: number }>(
    oneBenchmark ? address("overheads", { benchmark: asked.benchmark }) : null,
    SELDOM_MS,
  );
  if (!ready) {
    const data = made.data && ofComparison(made.data, spanOf(preset));
    return { ...made, data, preset };
  }
  const waits = oneBenchmark && figures.data === undefined;
  const data = scores.data && !waits ? {
    platforms: scores.data.platforms,
    overheads: figures.data?.overheads ?? [],
    complete: false,
    leftOut: figures.data?.left_out ?? 0,
    notes: [],
    source: "",
    conclusions: [],
    span: spanOf("30d"),
    madeMs: 0,
  } : undefined;
  return { data, error: scores.error ?? figures.error, again: scores.again, preset };
}
