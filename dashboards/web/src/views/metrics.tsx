// What /metrics shows now: families, without their values.
import { useMemo } from "preact/hooks";
import { Filter } from "../components/filter";
import { Frame, stateOf } from "../components/frame";
import { Empty, Failed, Loading } from "../components/states";
import { count } from "../format";
import { address } from "../http";
import { useGet, SELDOM_MS } from "../live";
import { matches } from "../names";
import { go, hrefWith, type Route } from "../router";
import type { Family } from "../types";

export function MetricsView({ route }: { route: Route }) {
  const live = useGet<{ families: Family[] }>(address("metrics"), SELDOM_MS);
  const families = live.data?.families ?? [];
  const filter = route.params.get("q") ?? "";
  const type = route.params.get("type") ?? "";
  const types = useMemo(() => [...new Set(families.map((family) => family.type))].sort(), [live.data]);
  const shown = families.filter(
    (each) => (type === "" || each.type === type) && matches(filter, each.name, each.help, each.type),
  );
  const series = shown.reduce((sum, each) => sum + Number(each.series), 0);
  const isEmpty = live.data !== undefined && families.length === 0;
  return (
    <Frame
      view="metrics"
      title="Metrics"
      state={stateOf(live, isEmpty)}
      controls={
        <>
          <Filter route={route} />
          <label class="field">
            <span>Type</span>
            <select
              value={type}
              onChange={(event) => go(hrefWith(route, { type: event.currentTarget.value }))}
            >
              <option value="">All</option>
              {types.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        </>
      }
    >
      <p class="faint">
        What <a href="metrics">/metrics</a> exposes to Prometheus now, in text 0.0.4 and OpenMetrics 1.0.0.
        The programs' own interface is described in <a href="api/v1/openapi.json">OpenAPI</a>.
      </p>
      {!live.data && !live.error && <Loading what="the families" />}
      {!live.data && live.error && <Failed what="list of metrics" error={live.error} again={live.again} />}
      {isEmpty && <Empty title="Nothing is exposed yet" />}
      {live.data && !isEmpty && (
        <>
          <p class="faint" role="status">
            {count(shown.length, "family", "families")} with {count(series, "series", "series")}
          </p>
          <div class="scroll-x" tabIndex={0} role="region" aria-label="Metrics">
            <table data-testid="metrics-table" aria-label="Families of metrics">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Type</th>
                  <th scope="col">Unit</th>
                  <th scope="col" class="right">
                    Series
                  </th>
                  <th scope="col">What it says</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((each) => (
                  <tr key={each.name}>
                    <th scope="row">
                      <code>{each.name}</code>
                    </th>
                    <td>{each.type}</td>
                    <td>{each.unit}</td>
                    <td class="right">{Number(each.series).toLocaleString("en")}</td>
                    <td class="help">
                      <bdi>{each.help}</bdi>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Frame>
  );
}
