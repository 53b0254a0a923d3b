// See types.ts.
import type { Labels, Nanos } from "./types";

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
