// See types.ts.
import type { Labels, Nanos } from "./types";

export interface HistoryPoint {
  at_unix_nanos: Nanos;
  value: number;
  least: number;
  greatest: number;
  runs: number;
}

export interface HistorySeries {
  node: string;
  benchmark: string;
  category: string;
  suite: string;
  family: string;
  labels: Labels;
  unit: string;
  direction: string;
  segment: string;
  points: HistoryPoint[];
}

export interface History {
  series: HistorySeries[];
  since_unix_nanos: Nanos;
  until_unix_nanos: Nanos;
  left_out: number;
}

export interface AffectedSeries {
  node: string;
  benchmark: string;
  suite: string;
  family: string;
  labels: Labels;
  onset_unix_nanos: Nanos;
  before: number;
  after: number;
  effect_ratio: number;
}

export interface Regression {
  id: string;
  scope: string;
  kind: string;
  state: string;
  subject: string;
  benchmark: string;
  suite: string;
  family: string;
  labels: Labels;
  higher_is_better: boolean;
  pooled: boolean;
  onset_unix_nanos: Nanos;
  onset_low_unix_nanos: Nanos;
  onset_high_unix_nanos: Nanos;
  before: number;
  after: number;
  effect_ratio: number;
  p: number;
  q: number;
  blame: string;
  cause: string;
  children: AffectedSeries[];
  notified: boolean;
  entered_unix_nanos: Record<string, Nanos>;
  note: string;
  text: string;
}

export interface Score {
  ratio: number;
  /** Both 0 where there is no interval. */
  lower: number;
  upper: number;
}

export interface PlatformScore {
  platform: string;
  overall?: Score | null;
  categories: Record<string, Score>;
  worst: Record<string, Score>;
  benchmarks: Record<string, Score>;
  rank: number;
  nodes: number;
  hosts: number;
  points?: number | null;
  tied: boolean;
  worst_category: string;
  unranked: string[];
  test_points: Record<string, number>;
}

export interface Overhead {
  node: string;
  baseline: string;
  substitute: boolean;
  platform: string;
  platform_version: string;
  benchmark: string;
  category: string;
  suite: string;
  family: string;
  labels: Labels;
  ratio: number;
  lower: number;
  upper: number;
  blocks: number;
  missing_for_2_percent?: number | null;
  missing_for_5_percent?: number | null;
  answer: string;
  super_native: boolean;
  review: string[];
  unranked: boolean;
  unit: string;
  baseline_median: number;
  node_median: number;
}

export interface Comparison {
  platforms: PlatformScore[];
  scale: string;
  dataset: string;
  overheads: Overhead[];
  notes: string[];
  source: string;
  features: { platform: string; features: { name: string; text: string }[] }[];
  conclusions: { subject: string; text: string }[];
  since_unix_nanos: Nanos;
  made_unix_nanos: Nanos;
}

export interface Catalogue {
  products: {
    platform: string;
    product: string;
    source: string;
    features: Record<string, string>;
    consoles: { title: string; url: string }[];
  }[];
  features: { id: string; title: string }[];
  notes: string[];
}

export interface Family {
  name: string;
  type: string;
  help: string;
  unit: string;
  series: number;
}
