// The first view: which platform is slow, since when, and why to believe it.
import { useMemo } from "preact/hooks";
import { AddProbe } from "../components/add_probe";
import { CompareControls, RANGES } from "../components/compare_controls";
import { CompareTable } from "../components/compare_table";
import { Frame, stateOf } from "../components/frame";
import { Headline } from "../components/headline";
import { Moment } from "../components/moment";
import { OpenRegressions } from "../components/open_regressions";
import { Empty, Failed, Loading } from "../components/states";
import { useBenchmarks, type BenchmarkIndex } from "../benchmarks";
import {
  choicesOf,
  nodeRows,
  platformName,
  platformRows,
  sortRows,
  CATEGORY,
  OVERALL,
} from "../compare_rows";
import { SMALL_FLEET, useComparison, type Asked, type Compared } from "../comparison";
import { headline } from "../headline";
import { address } from "../http";
import { useGet, SELDOM_MS } from "../live";
import { choice, hrefWith, type Route } from "../router";
import type { Regression, Status } from "../types";

// That an answer has.
const MOST_OVERHEADS = 10_000;
// What people were told, or would be: as many as the status counts.
const OPEN = ["firing", "acknowledged"];

function asked(
  route: Route,
  status: Status | undefined,
): Asked & { mode: "ratio" | "absolute"; platform: string } {
  const { params } = route;
  return {
    byNodes: choice(params, "by", ["platforms", "nodes"]) === "nodes",
    benchmark: params.get("benchmark") ?? OVERALL,
    mode: choice(params, "mode", ["ratio", "absolute"]),
    range: choice(params, "range", RANGES),
    dataset: params.get("dataset") ?? "",
    scale: choice(params, "scale", ["ratio", "pilot"]),
    // Which release is slow is the question; large fleets have no such comparison ready.
    versions: params.has("versions")
      ? params.get("versions") === "true"
      : !params.get("dataset") && (status?.nodes ?? 0) <= SMALL_FLEET,
    platform: params.get("platform") ?? "",
  };
}

function noticesOf(
  route: Route,
  wanted: ReturnType<typeof asked>,
  data: Compared | undefined,
  rows: number,
): (string | undefined)[] {
  const range = route.params.get("range");
  const wrongRange = range !== null && !(RANGES as readonly string[]).includes(range);
  const isWhole = wanted.benchmark === OVERALL || wanted.benchmark.startsWith(CATEGORY);
  const any = data !== undefined && (data.platforms.length > 0 || data.overheads.length > 0);
  return [
    route.unknown === undefined ? undefined : `There is no view "${route.unknown}": this is the comparison.`,
    wrongRange
      ? `"${range.slice(0, 32)}" is no time range of comparisons: the automatic one is shown.`
      : undefined,
    any && wanted.mode === "absolute" && isWhole
      ? "Only a single benchmark has absolute figures: choose one under Figure. Ratios are shown."
      : undefined,
    any && wanted.byNodes && isWhole && !data.complete
      ? "In a fleet of this size nodes are compared a benchmark at a time: choose one under Figure."
      : undefined,
    any && rows === 0 && !(wanted.byNodes && isWhole && !data.complete)
      ? `Nothing was compared by "${wanted.benchmark.slice(0, 80)}"${wanted.platform === "" ? "" : ` on "${wanted.platform.slice(0, 80)}"`}.`
      : undefined,
    data && !data.complete && data.overheads.length >= MOST_OVERHEADS
      ? `The first ${MOST_OVERHEADS} figures are shown, by name.`
      : undefined,
  ];
}

function rowsOf(data: Compared, wanted: ReturnType<typeof asked>) {
  if (!wanted.byNodes) return platformRows(data.platforms, data.overheads, wanted.benchmark, wanted.versions);
  return nodeRows(data.overheads, wanted.benchmark, wanted.versions).filter(
    (row) =>
      wanted.platform === "" ||
      row.platform === wanted.platform ||
      row.platform.split(" ", 1)[0] === wanted.platform,
  );
}

function Notes({ data }: { data: Compared }) {
  if (data.notes.length === 0 && data.conclusions.length === 0 && data.source === "") return null;
  return (
    <details class="card">
      <summary>What to know of these figures ({data.notes.length + data.conclusions.length})</summary>
      {data.source !== "" && <p>{data.source}</p>}
      <ul>
        {data.notes.map((note) => (
          <li key={note}>
            <bdi>{note.slice(0, 600)}</bdi>
          </li>
        ))}
        {data.conclusions.map((each) => (
          <li key={each.subject}>
            <strong>{each.subject}</strong>: {each.text}
          </li>
        ))}
      </ul>
    </details>
  );
}

function useHeadline(
  data: Compared | undefined,
  regressions: Regression[] | undefined,
  versions: boolean,
  index: BenchmarkIndex,
) {
  return useMemo(() => {
    if (!data) return undefined;
    const platforms = new Map(data.overheads.map((each) => [each.node, platformName(each, versions)]));
    return headline(data.platforms, regressions ?? [], {
      platformOf: (node) => platforms.get(node),
      categoryOf: index.categoryOf,
    });
  }, [data, regressions, versions, index]);
}

export function CompareView({ route, status }: { route: Route; status: Status | undefined }) {
  const wanted = asked(route, status);
  const index = useBenchmarks();
  const live = useComparison(wanted, status);
  const regressions = useGet<{ regressions: Regression[] }>(
    address("regressions", { state: OPEN, limit: 200 }),
  );
  const datasets = useGet<{ names: string[] }>(address("datasets"), SELDOM_MS);
  const { data } = live;
  const isWhole = wanted.benchmark === OVERALL || wanted.benchmark.startsWith(CATEGORY);
  const mode = isWhole ? "ratio" : wanted.mode;
  const points = wanted.dataset !== "" && wanted.scale === "pilot" && !wanted.byNodes;
  const by = choice(route.params, "sort", ["ratio", "name", "blocks", "rank"]);
  const descending = route.params.has("dir") ? route.params.get("dir") !== "asc" : by === "ratio" && !points;
  const rows = useMemo(
    () => (data ? sortRows(rowsOf(data, wanted), by, descending, mode === "absolute") : []),
    [data, wanted.byNodes, wanted.benchmark, wanted.versions, wanted.platform, by, descending, mode],
  );
  const choices = useMemo(() => choicesOf(data?.platforms ?? [], index.categoryOf), [data, index]);
  const open = regressions.data?.regressions;
  const found = useHeadline(data, open, wanted.versions, index);
  const isEmpty = data !== undefined && data.platforms.length === 0 && data.overheads.length === 0;
  return (
    <Frame
      view="compare"
      title={wanted.dataset === "" ? "Compare" : `Compare: ${wanted.dataset.slice(0, 48)}`}
      state={stateOf(live, isEmpty)}
      notices={noticesOf(route, wanted, isEmpty ? undefined : data, rows.length)}
    >
      {data && !isEmpty && (
        <Headline
          route={route}
          found={found}
          span={data.span}
          regressions={open}
          status={status}
          isDataset={wanted.dataset !== ""}
        />
      )}
      <CompareControls
        {...wanted}
        route={route}
        by={wanted.byNodes ? "nodes" : "platforms"}
        mode={mode}
        preset={live.preset}
        datasets={datasets.data?.names ?? []}
        choices={choices}
      />
      <div class={wanted.byNodes || mode === "absolute" ? "stacked" : "beside"}>
        <div class="wide">
          {!data && !live.error && <Loading what="the comparison" />}
          {!data && live.error && <Failed what="comparison" error={live.error} again={live.again} />}
          {isEmpty && <NothingYet status={status} />}
          {rows.length > 0 && (
            <CompareTable
              rows={rows}
              mode={mode}
              byNodes={wanted.byNodes}
              points={points}
              nodesOf={(platform) => hrefWith(route, { by: "nodes", platform, scale: null })}
              sorting={{
                by,
                descending,
                to: (column) =>
                  hrefWith(route, {
                    sort: column,
                    dir: (by === column ? !descending : column === "ratio") ? "desc" : "asc",
                  }),
              }}
            />
          )}
          {data && !isEmpty && (
            <p class="faint caption">
              {points
                ? "The pilot's scale: the slowest product of each test has 0 points, bare metal 9."
                : mode === "ratio"
                  ? "1.00× is the baseline: a guest's own host. 1.10× takes 10 % longer, or does 10 % less in the same time. Whiskers are 95 % intervals."
                  : wanted.byNodes
                    ? "Medians of the rounds; whiskers are the ratio's 95 % interval times the baseline's figure, which the tick shows."
                    : "Medians of the platform's nodes; whiskers go from the least to the greatest, the tick is the median of their baselines."}{" "}
              {data.madeMs > 0 && (
                <>
                  Made <Moment ms={data.madeMs} relative />.
                </>
              )}
            </p>
          )}
          {data && !isEmpty && <Notes data={data} />}
        </div>
        {wanted.dataset === "" && <OpenRegressions regressions={open} />}
      </div>
    </Frame>
  );
}

function NothingYet({ status }: { status: Status | undefined }) {
  if (!status || status.nodes === 0) {
    return (
      <Empty title="No data yet">
        <p>No probe has ever connected to this aggregator. Here is how to add one.</p>
        <AddProbe />
      </Empty>
    );
  }
  return (
    <Empty title="Nothing to compare yet">
      <p>
        {status.nodes} {status.nodes === 1 ? "node is" : "nodes are"} known, {status.connected} connected. A
        comparison needs a host and a guest on it, measured in the same round: the next one is under{" "}
        <a href="#/schedule">Schedule</a>. Meanwhile a published comparison is under{" "}
        <a href="#/compare?dataset=pilot2011">pilot2011</a>.
      </p>
      {status.nodes > SMALL_FLEET && (
        <p>
          Of a fleet of this size the aggregator makes one every five minutes; its first may be under way.
        </p>
      )}
      <AddProbe />
    </Empty>
  );
}
