// What a probe is, how its clock runs, and what it cannot run; asked for when it is wanted.
import { bytes, duration, figure, millis, words } from "../format";
import { address } from "../http";
import { useGet } from "../live";
import { href, hrefWith, type Route } from "../router";
import type { LatestRun, Node } from "../types";
import { Facts } from "./facts";
import { Moment } from "./moment";
import { Name } from "./name";
import { Failed, Loading } from "./states";

function ClockOf({ label }: { label: string }) {
  const { data } = useGet<{ latest: LatestRun[] }>(address("runs", { node: label }));
  if (!data) return <p class="faint">Clock: loading …</p>;
  const last = data.latest
    .map(({ run }) => run)
    .filter((run) => (run.clock?.ratios.length ?? 0) > 0 || (run.clock?.window_ratios.length ?? 0) > 0)
    .sort((left, right) => Number(right.started_unix_nanos) - Number(left.started_unix_nanos))[0];
  if (!last?.clock) return <p class="faint">Clock: no run compared it with the aggregator's yet.</p>;
  const { clock } = last;
  const ratios = clock.window_ratios.length > 0 ? clock.window_ratios : clock.ratios;
  return (
    <>
      <Facts
        rows={[
          ["Clock source", clock.clocksource],
          ["Offset", `${figure(Number(clock.offset_nanos) / 1e9, "seconds")} against the aggregator`],
          ["Compared", <Moment ms={millis(last.started_unix_nanos)} relative />],
          ...ratios.map(
            (each) =>
              [
                words(each.clock.replace(/^CLOCK_/, "").toLowerCase()),
                `${((each.ratio - 1) * 1e6).toFixed(1)} ppm, ± ${(each.error * 1e6).toFixed(1)}`,
              ] as const,
          ),
        ]}
      />
      {clock.warning !== "" && <p class="bad-text">{clock.warning}</p>}
    </>
  );
}

function CannotRun({ node }: { node: Node }) {
  if (node.unavailable.length === 0) return <p>It can run every benchmark that it knows.</p>;
  return (
    <table data-testid="unavailable">
      <thead>
        <tr>
          <th scope="col">Cannot run</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {node.unavailable.map((each) => (
          <tr key={each.benchmark}>
            <th scope="row">{each.benchmark}</th>
            <td>
              <bdi>{each.reason.slice(0, 400)}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function FleetDetail({ route, label }: { route: Route; label: string }) {
  const live = useGet<{ nodes: Node[] }>(address("nodes", { node: label }));
  const node = live.data?.nodes[0];
  return (
    <section class="card" data-testid="fleet-detail" aria-label="Details of the probe">
      <header class="card-head">
        <h2>
          <Name text={label} expand />
        </h2>
        <a href={hrefWith(route, { node: null })}>Close</a>
      </header>
      {!live.data && !live.error && <Loading what="the probe" />}
      {!node && live.error && live.error.code !== "not_found" && (
        <Failed what="probe" error={live.error} again={live.again} />
      )}
      {!node && (live.data ?? live.error?.code === "not_found") && (
        <p role="status">There is no node of this name.</p>
      )}
      {node && (
        <div class="columns">
          <div>
            <Facts
              rows={[
                [
                  "Connected",
                  node.connected ? "yes" : <Moment ms={millis(node.last_seen_unix_nanos)} relative />,
                ],
                [
                  "Measures now",
                  node.progress
                    ? `${node.progress.benchmark || "between two benchmarks"} (${node.progress.finished_benchmarks} of ${node.progress.total_benchmarks})`
                    : "no",
                ],
                ["Probe", node.build?.probe_version],
                [
                  "hypergauge-bench",
                  node.build?.bench_sha256 ? <code>{node.build.bench_sha256.slice(0, 12)}</code> : "",
                ],
                ["Leases completed", node.completed_leases],
                [
                  "Wanted interval",
                  node.wanted_interval_seconds > 0 ? duration(node.wanted_interval_seconds) : "",
                ],
                [
                  "Spool",
                  node.spool
                    ? `${node.spool.waiting_runs} runs wait (${bytes(node.spool.waiting_bytes)}), ${node.spool.dropped_runs} dropped, ${node.spool.rejected_runs} rejected`
                    : "",
                ],
              ]}
            />
            <ClockOf label={label} />
            <p>
              <a href={href("node", { node: label })}>All of this node</a>
            </p>
          </div>
          <CannotRun node={node} />
        </div>
      )}
    </section>
  );
}
