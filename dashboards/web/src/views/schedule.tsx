// Who measured, measures and will measure on each host.
import { useMemo } from "preact/hooks";
import { AddProbe } from "../components/add_probe";
import { Filter } from "../components/filter";
import { Frame, stateOf } from "../components/frame";
import { HostTimeline } from "../components/host_timeline";
import { Empty, Failed, Loading } from "../components/states";
import { Tabs } from "../components/tabs";
import { count, millis, words } from "../format";
import { address, get } from "../http";
import { useLive } from "../live";
import type { ListedNode } from "../listed_node";
import { matches } from "../names";
import { useNodes } from "../lists";
import { choice, hrefWith, type Route } from "../router";
import { PRESETS, presetLabel } from "../time_range";
import type { Schedule, Status } from "../types";

const RANGES = ["1h", "3h", "6h", "24h"] as const;
const HOSTS_A_PAGE = 20;
// Up to here the timelines of all hosts are one answer.
const SMALL_FLEET = 200;
// Of the time shown so much is to come.
const AHEAD = 0.25;

function hostsOf(nodes: readonly ListedNode[]): string[] {
  return [
    ...new Set(nodes.map((node) => (node.role === "host" || node.host === "" ? node.label : node.host))),
  ].sort();
}

function Counters({ schedule }: { schedule: Schedule }) {
  const reasons = (title: string, counts: Record<string, string>) => {
    const all = Object.entries(counts);
    const sum = all.reduce((total, [, number]) => total + Number(number), 0);
    return (
      <div>
        <dt>{title}</dt>
        <dd>
          <strong>{sum.toLocaleString("en")}</strong>
          <span class="faint"> {all.map(([reason, number]) => `${words(reason)} ${number}`).join(", ")}</span>
        </dd>
      </div>
    );
  };
  return (
    <dl class="counters" data-testid="schedule-counters" aria-label="Since the aggregator started">
      <div>
        <dt>Granted</dt>
        <dd>
          <strong>{Number(schedule.granted).toLocaleString("en")}</strong>
        </dd>
      </div>
      {reasons("Put off", schedule.deferred)}
      {reasons("Missed", schedule.missed)}
      {reasons("Preempted", schedule.preempted)}
      {reasons("Expired", schedule.expired)}
      <div>
        <dt>Collisions</dt>
        <dd class={schedule.collisions === "0" ? "" : "bad-text"}>
          <strong>{schedule.collisions}</strong>
        </dd>
      </div>
    </dl>
  );
}

function Pages({ route, page, pages }: { route: Route; page: number; pages: number }) {
  if (pages <= 1) return null;
  return (
    <nav class="pages" aria-label="Pages of hosts">
      {page > 1 && <a href={hrefWith(route, { page: page - 1 })}>Before</a>}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && <a href={hrefWith(route, { page: page + 1 })}>Next</a>}
    </nav>
  );
}

export function ScheduleView({ route, status }: { route: Route; status: Status | undefined }) {
  const preset = choice(route.params, "range", RANGES);
  const asWas = route.params.get("range");
  const seconds = PRESETS[preset] ?? 3_600;
  const filter = route.params.get("q") ?? "";
  const isSmall = status !== undefined && status.nodes <= SMALL_FLEET;
  const nodes = useNodes(status !== undefined && !isSmall);
  const listed = useMemo(
    () => hostsOf(nodes.data ?? []).filter((host) => matches(filter, host)),
    [nodes.data, filter],
  );
  const asked = Math.max(1, Math.floor(Number(route.params.get("page") ?? 1)) || 1);
  const pageOf = (hosts: number): [number, number] => {
    const pages = Math.max(1, Math.ceil(hosts / HOSTS_A_PAGE));
    return [Math.min(asked, pages), pages];
  };
  const [listedPage] = pageOf(listed.length);
  const wanted = isSmall ? [] : listed.slice((listedPage - 1) * HOSTS_A_PAGE, listedPage * HOSTS_A_PAGE);
  const key = isSmall || wanted.length > 0 ? ["schedule", preset, ...wanted].join("\n") : null;
  const load = (etag: string) =>
    get<Schedule>(
      address("schedule", { host: wanted, since: Math.floor(Date.now() / 1000 - seconds) }),
      etag,
    );
  const live = useLive<Schedule>(key, load);
  const matching = useMemo(
    () => (live.data?.hosts ?? []).filter((host) => matches(filter, host.host, ...host.nodes)),
    [live.data, filter],
  );
  const [page, pages] = pageOf(isSmall ? matching.length : listed.length);
  const shown = isSmall
    ? matching.slice((page - 1) * HOSTS_A_PAGE, page * HOSTS_A_PAGE)
    : (live.data?.hosts ?? []);
  const now = live.data ? millis(live.data.now_unix_nanos) / 1000 : Date.now() / 1000;
  const window = { from: now - seconds, to: now + seconds * AHEAD, now };
  const isEmpty = isSmall ? live.data?.hosts.length === 0 : nodes.data?.length === 0;
  const source = key === null && !isSmall ? nodes : live;
  return (
    <Frame
      view="schedule"
      title="Schedule"
      state={isEmpty ? "empty" : stateOf(source)}
      notices={[
        asWas !== null && !(RANGES as readonly string[]).includes(asWas)
          ? `"${asWas.slice(0, 32)}" is no time that the schedule shows: the last hour is.`
          : undefined,
        String(page) !== (route.params.get("page") ?? "1") && source.data
          ? `There is no page "${route.params.get("page")?.slice(0, 16)}": page ${page} is shown.`
          : undefined,
      ]}
      controls={
        <>
          <Tabs
            route={route}
            label="Time"
            name="range"
            chosen={preset}
            choices={RANGES.map((each) => [each, presetLabel(each)] as const)}
          />
          <Filter route={route} label="Filter hosts" />
        </>
      }
    >
      {!source.data && !source.error && <Loading what="the schedule" />}
      {!source.data && source.error && <Failed what="schedule" error={source.error} again={source.again} />}
      {isEmpty && (
        <Empty title={status?.nodes === 0 ? "No data yet" : "Nothing is planned"}>
          <p>
            {status?.nodes === 0
              ? "No probe has ever connected to this aggregator."
              : "No host is there that could measure: is any probe connected? Fleet says."}{" "}
            Here is how to add one.
          </p>
          <AddProbe />
        </Empty>
      )}
      {live.data && !isEmpty && (
        <>
          <Counters schedule={live.data} />
          <p class="faint">
            {count(isSmall ? matching.length : listed.length, "host")}.{" "}
            <span class="key done">■ measured</span> <span class="key now">■ measures</span>{" "}
            <span class="key planned">□ planned</span> <span class="key broken">■ ended otherwise</span>; the
            line is now. Counts are since the aggregator started.
          </p>
          <Pages route={route} page={page} pages={pages} />
          {shown.map((host) => (
            <HostTimeline key={host.host} host={host} pauses={live.data?.pauses ?? []} window={window} />
          ))}
          {shown.length === 0 && (
            <p>
              {filter === ""
                ? "Nothing is planned on these hosts: none of their probes is connected."
                : "No host is so: change the filter."}
            </p>
          )}
        </>
      )}
    </Frame>
  );
}
