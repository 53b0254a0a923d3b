// History of a node's benchmarks, each with its host's in the same chart; asked for as it is scrolled to.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { chartGroups, type ChartGroup } from "../history";
import { address, get } from "../http";
import { useLive } from "../live";
import { go, hrefWith, type Route } from "../router";
import { PRESETS, type TimeRange } from "../time_range";
import type { History } from "../types";
import { Chart, type Marker } from "./chart";
import { ChartTable } from "./chart_table";
import { Mark } from "./mark";

const POINTS = 240;
const MOST_GROUPS = 4;
const EVERY_MS = 30_000;
const AHEAD = "400px";

export interface NodeMarker extends Marker {
  /** Empty for all benchmarks. */
  benchmark: string;
}

interface Props {
  route: Route;
  nodes: string[];
  benchmark: string;
  suite: string;
  range: TimeRange;
  markers: NodeMarker[];
}

function useSeen() {
  const element = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!element.current || seen) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [seen]);
  return { element, seen };
}

function Group({
  group,
  markers,
  range,
  route,
}: {
  group: ChartGroup;
  markers: NodeMarker[];
  range: TimeRange;
  route: Route;
}) {
  const own = useMemo<Marker[]>(
    () =>
      [
        ...markers.filter((marker) => marker.benchmark === "" || marker.benchmark === group.benchmark),
        ...group.versions.map(
          (at): Marker => ({ at, text: "another version or build of the benchmark", kind: "version" }),
        ),
      ].filter((marker) => marker.at >= range.from && marker.at <= range.to),
    [markers, group, range.from, range.to],
  );
  const label = `${group.benchmark} ${group.labels}`.trim();
  return (
    <div class="chart-group" data-testid="chart" data-benchmark={group.benchmark}>
      <h3>
        {label}{" "}
        <span class="faint">
          {group.family} · {group.suite}
        </span>
        {own.some((marker) => marker.kind === "regression") && (
          <Mark word="regression" title="A regression began in this time" />
        )}
      </h3>
      <Chart
        lines={group.lines}
        markers={own}
        unit={group.unit}
        from={range.from}
        to={range.to}
        label={`History of ${label}`}
        onZoom={(from, to) => go(hrefWith(route, { range: null, from: Math.floor(from), to: Math.ceil(to) }))}
      />
      <ChartTable lines={group.lines} markers={own} unit={group.unit} label={`${label}, ${group.suite}`} />
    </div>
  );
}

export function NodeChart({ route, nodes, benchmark, suite, range, markers }: Props) {
  const { element, seen } = useSeen();
  const [all, setAll] = useState(false);
  const fixed = range.preset === "" ? `${range.from} ${range.to}` : range.preset;
  const load = (etag: string) => {
    const now = Date.now() / 1000;
    const times =
      range.preset === ""
        ? { since: range.from, until: range.to }
        : { since: (now - (PRESETS[range.preset] ?? 0)).toFixed(0) };
    return get<History>(
      address("history", { node: nodes, benchmark, suite, points: POINTS, ...times }),
      etag,
    );
  };
  const live = useLive<History>(
    seen ? ["history", ...nodes, benchmark, suite, fixed].join("\n") : null,
    load,
    EVERY_MS,
  );
  const groups = useMemo(() => chartGroups(live.data?.series ?? [], nodes), [live.data, nodes.join("\n")]);
  const shown = all ? groups : groups.slice(0, MOST_GROUPS);
  return (
    <section class="node-chart" ref={element} aria-label={benchmark}>
      {!live.data && !live.error && <p class="faint chart-wait">{benchmark}: loading …</p>}
      {!live.data && live.error && (
        <p class="faint">
          {benchmark}: {live.error.message}
        </p>
      )}
      {live.data && groups.length === 0 && (
        <p class="faint chart-none">{benchmark}: no clean run in this time</p>
      )}
      {shown.map((group) => (
        <Group key={group.key} group={group} markers={markers} range={range} route={route} />
      ))}
      {groups.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          {groups.length - shown.length} more series of {benchmark}
        </button>
      )}
    </section>
  );
}
