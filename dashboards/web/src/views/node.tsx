// One node: who it is, what it measured, what happened to it.
import { useMemo } from "preact/hooks";
import { EnvironmentPanel } from "../components/environment";
import { EventsTable } from "../components/events_table";
import { Frame, type ViewState } from "../components/frame";
import { Name } from "../components/name";
import { NodeChart, type NodeMarker } from "../components/node_charts";
import { NodeIdentityCard } from "../components/node_identity";
import { RangePicker } from "../components/range_picker";
import { RegressionsTable } from "../components/regressions_table";
import { RunsTable } from "../components/runs_table";
import { Empty, Failed, Loading } from "../components/states";
import { Tabs } from "../components/tabs";
import { useBenchmarks } from "../benchmarks";
import { millis, percent } from "../format";
import { address } from "../http";
import { SELDOM_MS, useGet } from "../live";
import { shortName, visible } from "../names";
import { useNodes } from "../lists";
import { useNow } from "../now";
import { choice, go, href, hrefWith, type Route } from "../router";
import { rangeOf, type TimeRange } from "../time_range";
import { ALL_STATES, OPEN_STATES } from "../regression_states";
import type { Epochs, HyperEvent, LatestRun, Node, Regression } from "../types";

const TABS = [
  ["charts", "History"],
  ["runs", "Last runs"],
  ["environment", "Environment"],
  ["events", "Events and regressions"],
] as const;
const TAB_NAMES = ["charts", "runs", "environment", "events"] as const;
const PRESETS = ["1h", "6h", "24h", "7d", "30d", "90d", "365d"] as const;
const SHOWN_KINDS = new Set(["environment_changed", "placement_changed", "node_replaced", "node_returned"]);

function markersOf(events: readonly HyperEvent[], regressions: readonly Regression[]): NodeMarker[] {
  const markers: NodeMarker[] = [];
  for (const event of events) {
    if (!SHOWN_KINDS.has(event.kind)) continue;
    markers.push({
      at: millis(event.unix_nanos) / 1000,
      text: visible(event.text.slice(0, 200)),
      kind: "environment",
      benchmark: "",
    });
  }
  for (const each of regressions) {
    const text = `regression of ${each.benchmark}, ${percent(each.effect_ratio, true)}, ${each.state}`;
    markers.push({
      at: millis(each.onset_unix_nanos) / 1000,
      text,
      kind: "regression",
      benchmark: each.benchmark,
    });
  }
  return markers;
}

interface ChartsProps {
  route: Route;
  label: string;
  /** Empty where it is no known node. */
  host: string;
  range: TimeRange;
  latest: readonly LatestRun[];
  markers: NodeMarker[];
}

function Charts({ route, label, host, range, latest, markers }: ChartsProps) {
  const index = useBenchmarks();
  const names = [...new Set(latest.map(({ run }) => run.benchmark))].sort();
  const categories = [...new Set(names.map(index.categoryOf))].sort();
  const suites = [...new Set(latest.map(({ run }) => run.suite))].sort();
  const category = choice(route.params, "category", ["all", ...categories]);
  const suite = choice(route.params, "suite", ["", ...suites]);
  const shown = names.filter((name) => category === "all" || index.categoryOf(name) === category);
  const nodes = useMemo(() => (host === "" ? [label] : [label, host]), [label, host]);
  return (
    <>
      <div class="controls">
        <RangePicker route={route} range={range} presets={PRESETS} />
        <Tabs
          route={route}
          label="Category"
          name="category"
          chosen={category}
          choices={["all", ...categories].map((each) => [each, each === "all" ? "All" : each] as const)}
        />
        {suites.length > 1 && (
          <label class="field">
            <span>Suite</span>
            <select
              value={suite}
              onChange={(event) => go(hrefWith(route, { suite: event.currentTarget.value }))}
            >
              <option value="">All</option>
              {suites.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <p class="faint">
        Medians of clean runs.{" "}
        {nodes.length > 1 && (
          <>
            The dashed line is its host, <Name text={host} node />.
          </>
        )}{" "}
        <span class="key regression">▼ regression</span>{" "}
        <span class="key environment">▼ change of the environment</span>
      </p>
      {names.length === 0 && (
        <Empty title="No run yet">Its first runs come with the next turn of its host: see Schedule.</Empty>
      )}
      <div class="chart-grid">
        {shown.map((name) => (
          <NodeChart
            key={name}
            route={route}
            nodes={nodes}
            benchmark={name}
            suite={suite}
            range={range}
            markers={markers}
          />
        ))}
      </div>
    </>
  );
}

function Unknown({ label }: { label: string }) {
  return (
    <Empty title="There is no such node">
      <p>
        Nothing is called <Name text={label} expand />: it may have been renamed or removed, or have been
        silent for so long that it left the lists. <a href={href("node")}>All nodes</a>
      </p>
    </Empty>
  );
}

export function NodeView({ route, label }: { route: Route; label: string }) {
  const live = useGet<{ nodes: Node[] }>(address("nodes", { node: label }));
  const node = live.data?.nodes.find((each) => each.label === label);
  const known = node !== undefined;
  const runs = useGet<{ latest: LatestRun[] }>(known ? address("runs", { node: label }) : null);
  const declared = node?.placement?.host ?? "";
  const events = useGet<{ events: HyperEvent[] }>(
    known ? address("events", { node: label, limit: 300 }) : null,
  );
  // A host that somebody declared may be no node.
  const hostNode = useGet<{ nodes: Node[] }>(
    known && declared !== "" ? address("nodes", { brief: true, node: declared }) : null,
    SELDOM_MS,
  );
  const host = hostNode.data?.nodes[0] ? declared : "";
  const waits = declared !== "" && !hostNode.data && !hostNode.error;
  const hostEvents = useGet<{ events: HyperEvent[] }>(
    host !== "" ? address("events", { node: host, limit: 100 }) : null,
  );
  const epochs = useGet<Epochs>(known ? address("epochs", { node: label }) : null);
  const regressions = useGet<{ regressions: Regression[] }>(
    known ? address("regressions", { node: label, state: ALL_STATES, limit: 100 }) : null,
  );
  const nodes = useNodes(node?.role === "host");
  const tab = choice(route.params, "tab", TAB_NAMES);
  const minute = Math.floor(useNow() / 60_000) * 60;
  const range = useMemo(() => rangeOf(route.params, minute + 60), [route.params.toString(), minute]);
  const markers = useMemo(
    () =>
      markersOf(
        [...(events.data?.events ?? []), ...(hostEvents.data?.events ?? [])],
        regressions.data?.regressions ?? [],
      ),
    [events.data, hostEvents.data, regressions.data],
  );
  const guests = useMemo(
    () => (nodes.data ?? []).filter((each) => each.host === label && each.label !== label),
    [nodes.data, label],
  );
  const open = regressions.data?.regressions.filter((each) => OPEN_STATES.includes(each.state)) ?? [];
  const missing = (live.data && !known) || live.error?.code === "not_found";
  const state: ViewState = missing ? "empty" : known ? "ready" : live.error ? "error" : "loading";
  return (
    <Frame
      view="node"
      title={<Name text={label} expand />}
      documentTitle={shortName(label)}
      state={state}
      notices={[range.notice]}
    >
      {state === "loading" && <Loading what="the node" />}
      {missing && <Unknown label={label} />}
      {state === "error" && live.error && <Failed what="node" error={live.error} again={live.again} />}
      {node && (
        <>
          <NodeIdentityCard node={node} guests={guests} />
          {open.length > 0 && (
            <section class="card warn-card" aria-label="Open regressions of this node">
              <h2>
                Open regressions <span class="count">{open.length}</span>
              </h2>
              <RegressionsTable label="Open regressions" regressions={open} testid="open-regressions-table" />
            </section>
          )}
          <Tabs route={route} label="Parts of the node" name="tab" chosen={tab} choices={TABS} />
          {tab === "charts" && runs.data && !waits && (
            <Charts
              route={route}
              label={label}
              host={host}
              range={range}
              latest={runs.data.latest}
              markers={markers}
            />
          )}
          {tab === "runs" && runs.data && <RunsTable latest={runs.data.latest} />}
          {(tab === "charts" || tab === "runs") &&
            !runs.data &&
            (runs.error ? (
              <Failed what="runs" error={runs.error} again={runs.again} />
            ) : (
              <Loading what="its runs" />
            ))}
          {tab === "environment" && <EnvironmentPanel node={node} epochs={epochs.data} />}
          {tab === "events" && (
            <>
              <h2>Regressions</h2>
              <RegressionsTable
                regressions={regressions.data?.regressions ?? []}
                testid="regressions-table"
              />
              <h2>Events</h2>
              {events.data ? <EventsTable events={events.data.events} /> : <Loading what="events" />}
            </>
          )}
        </>
      )}
    </Frame>
  );
}
