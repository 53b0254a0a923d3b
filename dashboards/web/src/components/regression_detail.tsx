// One regression: what, since when, by how much, why to believe it, and what may be done.
import { useMemo, useState } from "preact/hooks";
import { figure, labelText, localTime, millis, percent } from "../format";
import { address } from "../http";
import { useGet } from "../live";
import { useNow } from "../now";
import { linesOf, windowOf } from "../regression_chart";
import { href, hrefWith, type Route } from "../router";
import type { AffectedSeries, History, Regression } from "../types";
import { unitOf } from "../units";
import { Chart, type Marker } from "./chart";
import { ChartTable } from "./chart_table";
import { Facts } from "./facts";
import { Mark } from "./mark";
import { Moment } from "./moment";
import { Name } from "./name";
import { beforeAfter } from "./regressions_table";
import { Failed, Loading } from "./states";
import { Steer } from "./steer";

const MOST_CHILDREN = 100;

function Around({ regression, child }: { regression: Regression; child: AffectedSeries }) {
  const hour = Math.floor(useNow() / 3_600_000) * 3_600 + 3_600;
  const { from, to } = windowOf(regression, hour);
  const live = useGet<History>(
    address("history", {
      node: child.node,
      benchmark: child.benchmark,
      suite: child.suite,
      since: from,
      until: to,
      points: 400,
    }),
  );
  const unit = unitOf(child.family);
  const lines = useMemo(
    () => linesOf(live.data?.series ?? [], child, from, to),
    [live.data, child, from, to],
  );
  const markers = useMemo<Marker[]>(
    () => [
      {
        at: millis(child.onset_unix_nanos) / 1000,
        text: `onset, ${percent(child.effect_ratio, true)}`,
        kind: "regression",
      },
    ],
    [child],
  );
  if (live.error && !live.data) return <p class="faint">{live.error.message}</p>;
  if (!live.data) return <Loading what="its history" />;
  if ((lines[0]?.points.length ?? 0) === 0)
    return <p class="faint">No point of this series is kept around the onset.</p>;
  return (
    <div data-testid="chart" data-benchmark={child.benchmark}>
      <Chart
        lines={lines}
        markers={markers}
        unit={unit}
        from={from}
        to={to}
        label={`${child.benchmark} around the onset`}
      />
      <ChartTable
        lines={lines.slice(0, 1)}
        markers={markers}
        unit={unit}
        label={`${child.benchmark} around the onset`}
      />
    </div>
  );
}

function Children({
  regression,
  chosen,
  onChoose,
}: {
  regression: Regression;
  chosen: number;
  onChoose: (index: number) => void;
}) {
  return (
    <div class="scroll-x tall" tabIndex={0} role="region" aria-label="Affected series">
      <table aria-label="Affected series">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Series</th>
            <th scope="col" class="right">
              Worse by
            </th>
            <th scope="col" class="right">
              Before → after
            </th>
            <th scope="col">Since</th>
            <th scope="col">Chart</th>
          </tr>
        </thead>
        <tbody>
          {regression.children.slice(0, MOST_CHILDREN).map((child, index) => (
            <tr key={`${child.node} ${child.family} ${labelText(child.labels)} ${child.suite}`}>
              <th scope="row">
                <Name text={child.node} node />
              </th>
              <td>
                {child.benchmark}{" "}
                <span class="faint">
                  {child.suite} {labelText(child.labels).slice(0, 80)}
                </span>
              </td>
              <td class="right">{percent(child.effect_ratio, true)}</td>
              <td class="right">{beforeAfter(child, false)}</td>
              <td>
                <Moment ms={millis(child.onset_unix_nanos)} />
              </td>
              <td>
                <button
                  type="button"
                  aria-pressed={index === chosen}
                  onClick={() => onChoose(index)}
                  aria-label={`Show the chart of series ${index + 1}`}
                >
                  Show
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {regression.children.length > MOST_CHILDREN && (
        <p class="faint">
          The clearest {MOST_CHILDREN} of {regression.children.length}.
        </p>
      )}
    </div>
  );
}

function Entered({ regression }: { regression: Regression }) {
  const states = Object.entries(regression.entered_unix_nanos).sort(
    ([, left], [, right]) => Number(left) - Number(right),
  );
  return (
    <>
      {states.map(([state, nanos], index) => (
        <span key={state}>
          {index > 0 && ", "}
          {state} <Moment ms={millis(nanos)} />
        </span>
      ))}
    </>
  );
}

/** Of 90 %; empty where both are of one minute. */
function onsetBounds(regression: Regression): string {
  const low = localTime(millis(regression.onset_low_unix_nanos));
  const high = localTime(millis(regression.onset_high_unix_nanos));
  return low === high ? "" : `${low} and ${high} (90 %)`;
}

function Body({ regression, again }: { regression: Regression; again: () => void }) {
  const [chosen, setChosen] = useState(0);
  const child = regression.children[chosen] ?? regression.children[0];
  const isNode = regression.scope === "node" || regression.scope === "host";
  const unit = regression.pooled ? "ratio" : unitOf(regression.family);
  return (
    <>
      <p class="sentence">
        <bdi>{regression.text.slice(0, 600)}</bdi>
      </p>
      <div class="columns">
        <Facts
          rows={[
            ["State", <Mark word={regression.state} />],
            [regression.scope.replace(/_/g, " "), <Name text={regression.subject} node={isNode} expand />],
            ["Benchmark", `${regression.benchmark} (${regression.suite}) ${labelText(regression.labels)}`],
            ["Worse by", <strong>{percent(regression.effect_ratio, true)}</strong>],
            ["Before", figure(regression.before, unit)],
            ["After", figure(regression.after, unit)],
            ["Kind", regression.kind],
          ]}
        />
        <Facts
          rows={[
            ["Since", <Moment ms={millis(regression.onset_unix_nanos)} />],
            ["Began between", onsetBounds(regression)],
            [
              "Chance of an error",
              `p ${regression.p.toPrecision(2)}, adjusted ${regression.q.toPrecision(2)}`,
            ],
            ["Seems the fault of", regression.blame],
            [
              "Before it",
              regression.cause === "" ? (
                "nothing is known to have changed"
              ) : (
                <bdi>{regression.cause.slice(0, 600)}</bdi>
              ),
            ],
            ["States", <Entered regression={regression} />],
            ["Told", regression.notified ? "yes" : "no"],
            ["Note", regression.note === "" ? "" : <bdi>{regression.note}</bdi>],
          ]}
        />
      </div>
      {child && <Around key={`${child.node} ${chosen}`} regression={regression} child={child} />}
      <h3>
        Affected series <span class="count">{regression.children.length}</span>
      </h3>
      <Children regression={regression} chosen={chosen} onChoose={setChosen} />
      <Steer key={regression.id} regression={regression} onChange={again} />
    </>
  );
}

export function RegressionDetail({ route, id }: { route: Route; id: string }) {
  const isNumber = /^\d{1,18}$/.test(id);
  const live = useGet<Regression>(isNumber ? address("regression", { id }) : null);
  const missing = !isNumber || live.error?.code === "not_found";
  return (
    <section class="card" data-testid="regression-detail" aria-label="Regression">
      <header class="card-head">
        <h2>Regression {id.slice(0, 20)}</h2>
        <a href={hrefWith(route, { id: null })}>Close</a>
      </header>
      {missing && (
        <p role="status">
          There is no regression {id.slice(0, 20)}: it may be older than what is kept.{" "}
          <a href={href("regressions", { show: "all" })}>All regressions</a>
        </p>
      )}
      {!missing && !live.data && !live.error && <Loading what="the regression" />}
      {!missing && !live.data && live.error && (
        <Failed what="regression" error={live.error} again={live.again} />
      )}
      {!missing && live.data && <Body regression={live.data} again={live.again} />}
    </section>
  );
}
