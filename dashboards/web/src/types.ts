// What the JSON API answers: proto/hypergauge/v1, as far as the page reads it. 64-bit numbers are
// strings, enums lower-case words, moments nanoseconds since 1970 by the aggregator's clock. A message
// that is not set is not there.

export * from "./types_analysis";
export * from "./types_schedule";

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
