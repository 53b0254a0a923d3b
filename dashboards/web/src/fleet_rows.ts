// Which nodes the fleet's view shows, in which order.
import type { ListedNode } from "./listed_node";
import { matches } from "./names";

export const FLEET_STATES = ["all", "connected", "silent", "limited"] as const;
export type FleetState = (typeof FLEET_STATES)[number];
export const FLEET_SORTS = [
  "node",
  "role",
  "platform",
  "host",
  "seen",
  "version",
  "unavailable",
  "spool",
] as const;
export type FleetSort = (typeof FLEET_SORTS)[number];

const KEYS: Record<FleetSort, (node: ListedNode) => string | number> = {
  node: (node) => node.label,
  role: (node) => node.role,
  platform: (node) => `${node.platform} ${node.version}`,
  host: (node) => node.host,
  // Who is connected was seen just now.
  seen: (node) => (node.connected ? Number.MAX_SAFE_INTEGER : node.lastSeen),
  version: (node) => node.probe,
  unavailable: (node) => node.unavailable,
  spool: (node) => node.waiting + node.dropped,
};

const STATES: Record<FleetState, (node: ListedNode) => boolean> = {
  all: () => true,
  connected: (node) => node.connected,
  silent: (node) => !node.connected,
  limited: (node) => node.unavailable > 0,
};

export function fleetRows(
  nodes: readonly ListedNode[],
  state: FleetState,
  role: string,
  filter: string,
  by: FleetSort,
  descending: boolean,
): ListedNode[] {
  const key = KEYS[by];
  const keyed = nodes
    .filter((node) => STATES[state](node) && (role === "" || node.role === role))
    .filter((node) => matches(filter, node.label, node.platform, node.version, node.host, node.probe))
    .map((node) => ({ node, key: key(node) }));
  keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
  if (descending) keyed.reverse();
  return keyed.map(({ node }) => node);
}
