// A node of the fleet's list: no more of it than lists show.
import type { Node } from "./types";

export interface ListedNode {
  label: string;
  role: string;
  platform: string;
  version: string;
  host: string;
  connected: boolean;
  /** Milliseconds since 1970. */
  lastSeen: number;
  probe: string;
  kernel: string;
  unavailable: number;
  waiting: number;
  dropped: number;
  /** The benchmark that it runs now. */
  measures: string;
}

export function shorten(node: Node): ListedNode {
  return {
    label: node.label,
    role: node.role,
    platform: node.platform?.name ?? "",
    version: node.platform?.version ?? "",
    host: node.placement?.host ?? "",
    connected: node.connected,
    lastSeen: Number(node.last_seen_unix_nanos) / 1e6,
    probe: node.build?.probe_version ?? "",
    kernel: node.environment?.kernel_release ?? "",
    unavailable: node.unavailable_count ?? 0,
    waiting: Number(node.spool?.waiting_runs ?? 0),
    dropped: Number(node.spool?.dropped_runs ?? 0) + Number(node.spool?.rejected_runs ?? 0),
    measures: node.progress?.benchmark ?? "",
  };
}
