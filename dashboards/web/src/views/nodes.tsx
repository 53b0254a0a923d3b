// All nodes, to choose one of.
import { useMemo } from "preact/hooks";
import { AddProbe } from "../components/add_probe";
import { Filter } from "../components/filter";
import { Frame, stateOf } from "../components/frame";
import { Moment } from "../components/moment";
import { Name } from "../components/name";
import { Empty, Failed, Loading } from "../components/states";
import { VirtualTable, type Column } from "../components/virtual_table";
import { count } from "../format";
import type { ListedNode } from "../listed_node";
import { matches } from "../names";
import { useNodes } from "../lists";
import type { Route } from "../router";

const COLUMNS: Column<ListedNode>[] = [
  { id: "node", title: "Node", kind: "name-cell", cell: (node) => <Name text={node.label} node /> },
  { id: "role", title: "Role", cell: (node) => node.role },
  {
    id: "platform",
    title: "Platform",
    cell: (node) => <Name text={`${node.platform} ${node.version}`.trim()} />,
  },
  { id: "host", title: "Host", cell: (node) => (node.host === "" ? "–" : <Name text={node.host} node />) },
  {
    id: "seen",
    title: "Last seen",
    cell: (node) =>
      node.connected ? <span class="good">connected</span> : <Moment ms={node.lastSeen} relative />,
  },
];

export function NodesView({ route }: { route: Route }) {
  const nodes = useNodes();
  const filter = route.params.get("q") ?? "";
  const shown = useMemo(
    () =>
      (nodes.data ?? []).filter((node) =>
        matches(filter, node.label, node.platform, node.version, node.host, node.role),
      ),
    [nodes.data, filter],
  );
  const isEmpty = nodes.data?.length === 0;
  return (
    <Frame view="node" title="Nodes" state={stateOf(nodes, isEmpty)} controls={<Filter route={route} />}>
      {!nodes.data && !nodes.error && <Loading what="the nodes" />}
      {!nodes.data && nodes.error && <Failed what="list of nodes" error={nodes.error} again={nodes.again} />}
      {isEmpty && (
        <Empty title="No data yet">
          <p>No probe has ever connected to this aggregator. Here is how to add one.</p>
          <AddProbe />
        </Empty>
      )}
      {nodes.data && !isEmpty && (
        <>
          <p class="faint" role="status">
            {count(shown.length, "node")} of {nodes.data.length.toLocaleString("en")}
          </p>
          <VirtualTable
            label="Nodes"
            testid="nodes-table"
            columns={COLUMNS}
            rows={shown}
            keyOf={(node) => node.label}
            rowProps={(node) => ({ "data-testid": "node-row", "data-node": node.label })}
          />
        </>
      )}
    </Frame>
  );
}
