// What the JSON API answers: proto/hypergauge/v1, as far as the page reads it. 64-bit numbers are
// strings, enums lower-case words, moments nanoseconds since 1970 by the aggregator's clock. A message
// that is not set is not there.

export type Nanos = string;
export type Labels = Record<string, string>;

export interface Status {
  version: string;
  started_unix_nanos: Nanos;
  now_unix_nanos: Nanos;
  nodes: number;
  connected: number;
  store_bytes: string;
  open_regressions: number;
}

export interface NoiseFloor {
  benchmark: string;
  family: string;
  labels: Labels;
  suite: string;
  floor_ratio: number;
  detectable_ratio: number;
  rounds: number;
}

export interface Environment {
  kernel_release: string;
  architecture: string;
  cpu_model: string;
  online_cpus: number;
  memory_bytes: string;
  os_release: string;
  clocksource: string;
  work_filesystem: string;
  facts: Labels;
  noise: NoiseFloor[];
  digest: string;
}

export interface PlatformLayer {
  kind: string;
  hypervisor: string;
  product: string;
  guest_type: string;
  confidence: string;
  evidence: string[];
}

export interface Platform {
  name: string;
  hypervisor: string;
  container: string;
  version: string;
  evidence: string[];
  layers: PlatformLayer[];
}

export interface Placement {
  host: string;
  source: string;
  reported_host: string;
}

export interface Unavailable {
  benchmark: string;
  reason: string;
}

export interface Progress {
  benchmark: string;
  finished_benchmarks: number;
  total_benchmarks: number;
}

export interface Node {
  label: string;
  identity?: { node_id: string; epoch: string; name: string } | null;
  role: string;
  platform?: Platform | null;
  placement?: Placement | null;
  environment?: Environment | null;
  build?: Build | null;
  connected: boolean;
  last_seen_unix_nanos: Nanos;
  progress?: Progress | null;
  completed_leases: string;
  spool?: Spool | null;
  wanted_interval_seconds: number;
  unavailable: Unavailable[];
  unavailable_count: number;
}

export interface Spool {
  waiting_runs: string;
  waiting_bytes: string;
  dropped_runs: string;
  rejected_runs: string;
}

export interface Build {
  probe_version: string;
  bench_sha256: string;
  compiler: string;
}

export interface Quantity {
  family: string;
  unit: string;
  direction: string;
  help: string;
  labels: Labels;
  unranked: boolean;
}

export interface Benchmark {
  name: string;
  version: number;
  category: string;
  help: string;
  quantities: Quantity[];
  suites: string[];
}

export interface Measure {
  family: string;
  labels: Labels;
  samples: number[];
  median: number;
  mad: number;
}

export interface ClockRatio {
  clock: string;
  ratio: number;
  error: number;
}

export interface Run {
  benchmark: string;
  suite: string;
  started_unix_nanos: Nanos;
  wall_nanos: Nanos;
  verdict: string;
  verdict_reason: string;
  marks: string[];
  labels: Labels;
  measures: Measure[];
  clock?: {
    ratios: ClockRatio[];
    window_ratios: ClockRatio[];
    offset_nanos: Nanos;
    clocksource: string;
    stepped: boolean;
    warning: string;
  } | null;
  peer: string;
}

export interface LatestRun {
  node: string;
  run: Run;
  clean?: Run | null;
}

export interface HyperEvent {
  id: string;
  unix_nanos: Nanos;
  kind: string;
  node: string;
  subject: string;
  old_value: string;
  new_value: string;
  text: string;
}

export interface EnvironmentEpoch {
  began_unix_nanos: Nanos;
  ended_unix_nanos: Nanos;
  environment?: Environment | null;
  platform?: Platform | null;
}

export interface PlacementEpoch {
  began_unix_nanos: Nanos;
  ended_unix_nanos: Nanos;
  host: string;
  source: string;
}

export interface Epochs {
  environments: EnvironmentEpoch[];
  placements: PlacementEpoch[];
}

export interface Lock {
  host: string;
  resources: string[];
}

export interface Lease {
  fencing_token: string;
  lease_id: string;
  locks: Lock[];
  purpose: string;
  plan: string;
  suite: string;
  start_unix_nanos: Nanos;
  end_unix_nanos: Nanos;
  ended_unix_nanos: Nanos;
  outcome: string;
  cause: string;
  node: string;
  peer: string;
}

export interface Interval {
  plan: string;
  suite: string;
  wanted_seconds: number;
  effective_seconds: number;
  cycle_seconds: number;
  round_seconds: number;
  turns: number;
  text: string;
  next_unix_nanos: Nanos;
}

export interface PlannedTurn {
  node: string;
  plan: string;
  start_unix_nanos: Nanos;
  end_unix_nanos: Nanos;
  purpose: string;
}

export interface HostSchedule {
  host: string;
  nodes: string[];
  intervals: Interval[];
  leases: Lease[];
  planned: PlannedTurn[];
  utilisation_ratio: number;
  held_by: string;
  held_reason: string;
  cpu_seconds_today: number;
  bytes_written_today: string;
  bytes_sent_today: string;
}

export interface Pause {
  host: string;
  began_unix_nanos: Nanos;
  until_unix_nanos: Nanos;
  reason: string;
}

export interface Schedule {
  hosts: HostSchedule[];
  pauses: Pause[];
  now_unix_nanos: Nanos;
  deferred: Labels;
  missed: Labels;
  preempted: Labels;
  expired: Labels;
  granted: string;
  collisions: string;
}

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
