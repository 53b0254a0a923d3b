// Probes: who is there, of which release, what they cannot run, and how to add one.
import { useMemo } from "preact/hooks";
import { AddProbe } from "../components/add_probe";
import { Filter } from "../components/filter";
import { FleetDetail } from "../components/fleet_detail";
import { Frame, stateOf } from "../components/frame";
import { Moment } from "../components/moment";
import { Name } from "../components/name";
import { Empty, Failed, Loading } from "../components/states";
import { VirtualTable, type Column } from "../components/virtual_table";
import { fleetRows, FLEET_SORTS, FLEET_STATES } from "../fleet_rows";
import { count } from "../format";
import type { ListedNode } from "../listed_node";
import { useNodes } from "../lists";
import { choice, go, hrefWith, type Route } from "../router";

const ROLES = ["host", "guest", "container"];
const STATE_TITLES = {
  all: "All",
  connected: "Connected",
  silent: "Not connected",
  limited: "Cannot run something",
};

function columnsOf(route: Route): Column<ListedNode>[] {
  return [
    {
      id: "node",
      title: "Node",
      sortable: true,
      kind: "name-cell",
      cell: (node) => <Name text={node.label} node />,
    },
    {
      id: "seen",
      title: "Last seen",
      sortable: true,
      cell: (node) =>
        node.connected ? (
          <span class="good" title={node.measures === "" ? undefined : `measures ${node.measures}`}>
            {node.measures === "" ? "connected" : "measures"}
          </span>
        ) : (
          <Moment ms={node.lastSeen} relative />
        ),
    },
    { id: "role", title: "Role", sortable: true, cell: (node) => node.role },
    {
      id: "platform",
      title: "Platform",
      sortable: true,
      cell: (node) => <Name text={`${node.platform} ${node.version}`.trim()} />,
    },
    {
      id: "host",
      title: "Host",
      sortable: true,
      cell: (node) => (node.host === "" ? "–" : <Name text={node.host} node />),
    },
    { id: "version", title: "Probe", sortable: true, cell: (node) => <Name text={node.probe} /> },
    {
      id: "unavailable",
      title: "Cannot run",
      sortable: true,
      right: true,
      cell: (node) => (
        <a
          href={hrefWith(route, { node: node.label })}
          aria-label={`Details: ${node.unavailable} benchmarks cannot run`}
        >
          {node.unavailable === 0 ? "Details" : node.unavailable}
        </a>
      ),
    },
    {
      id: "spool",
      title: "Spool",
      sortable: true,
      right: true,
      cell: (node) => (
        <span title="Runs that wait to be sent; those that were dropped or rejected">
          {node.waiting}
          {node.dropped > 0 && <span class="bad-text"> ({node.dropped} lost)</span>}
        </span>
      ),
    },
  ];
}

function Controls({ route, state, role }: { route: Route; state: string; role: string }) {
  return (
    <>
      <Filter route={route} />
      <label class="field">
        <span>State</span>
        <select value={state} onChange={(event) => go(hrefWith(route, { state: event.currentTarget.value }))}>
          {FLEET_STATES.map((each) => (
            <option key={each} value={each}>
              {STATE_TITLES[each]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Role</span>
        <select value={role} onChange={(event) => go(hrefWith(route, { role: event.currentTarget.value }))}>
          <option value="">All</option>
          {ROLES.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <a class="button" href={hrefWith(route, { add: route.params.get("add") === "true" ? null : "true" })}>
        Add a probe
      </a>
    </>
  );
}

function Versions({ nodes }: { nodes: readonly ListedNode[] }) {
  const versions = new Map<string, number>();
  for (const node of nodes) versions.set(node.probe, (versions.get(node.probe) ?? 0) + 1);
  const sorted = [...versions].sort(([, left], [, right]) => right - left);
  const connected = nodes.filter((node) => node.connected).length;
  return (
    <p class="faint" role="status">
      {count(nodes.length, "node")}, {connected.toLocaleString("en")} connected. Releases of the probe:{" "}
      {sorted.slice(0, 4).map(([version, number], index) => (
        <span key={version}>
          {index > 0 && ", "}
          <Name text={version || "unknown"} /> ({number.toLocaleString("en")})
        </span>
      ))}
      {sorted.length > 4 && ` and ${sorted.length - 4} more`}
    </p>
  );
}

export function FleetView({ route }: { route: Route }) {
  const live = useNodes();
  const { params } = route;
  const state = choice(params, "state", FLEET_STATES);
  const role = ROLES.includes(params.get("role") ?? "") ? (params.get("role") ?? "") : "";
  const by = choice(params, "sort", FLEET_SORTS);
  const descending = params.get("dir") === "desc";
  const filter = params.get("q") ?? "";
  const rows = useMemo(
    () => fleetRows(live.data ?? [], state, role, filter, by, descending),
    [live.data, state, role, filter, by, descending],
  );
  const columns = useMemo(() => columnsOf(route), [params.toString()]);
  const isEmpty = live.data?.length === 0;
  const node = params.get("node");
  return (
    <Frame
      view="fleet"
      title="Fleet"
      state={stateOf(live, isEmpty)}
      controls={<Controls route={route} state={state} role={role} />}
    >
      {params.get("add") === "true" && !isEmpty && <AddProbe />}
      {node !== null && <FleetDetail key={node} route={route} label={node} />}
      {!live.data && !live.error && <Loading what="the fleet" />}
      {!live.data && live.error && <Failed what="fleet" error={live.error} again={live.again} />}
      {isEmpty && (
        <Empty title="No data yet">
          <p>No probe has ever connected to this aggregator. Here is how to add one.</p>
          <AddProbe />
        </Empty>
      )}
      {live.data && !isEmpty && (
        <>
          <Versions nodes={live.data} />
          {rows.length === 0 && <p>No node is so: change the filter.</p>}
          {rows.length > 0 && (
            <VirtualTable
              label="Probes"
              testid="fleet-table"
              columns={columns}
              rows={rows}
              keyOf={(row) => row.label}
              rowProps={(row) => ({ "data-testid": "fleet-row", "data-node": row.label })}
              sorting={{
                by,
                descending,
                to: (column) =>
                  hrefWith(route, { sort: column, dir: by === column && !descending ? "desc" : "asc" }),
              }}
            />
          )}
        </>
      )}
    </Frame>
  );
}
