// What got slower and stayed so: open, and over.
import { useMemo } from "preact/hooks";
import { Filter } from "../components/filter";
import { Frame, stateOf } from "../components/frame";
import { RegressionDetail } from "../components/regression_detail";
import { RegressionsTable } from "../components/regressions_table";
import { Empty, Failed, Loading } from "../components/states";
import { Tabs } from "../components/tabs";
import { count } from "../format";
import { address } from "../http";
import { useGet } from "../live";
import { ALL_STATES, OPEN_STATES, PAST_STATES, REGRESSION_SORTS, regressionRows } from "../regression_states";
import { choice, hrefWith, type Route } from "../router";
import type { Regression } from "../types";

const SHOWS = [
  ["open", "Open"],
  ["past", "Over"],
  ["all", "All"],
] as const;
const STATES = { open: OPEN_STATES, past: PAST_STATES, all: ALL_STATES };
const MOST = 1000;

export function RegressionsView({ route }: { route: Route }) {
  const { params } = route;
  const show = choice(params, "show", ["open", "past", "all"]);
  const by = choice(params, "sort", REGRESSION_SORTS);
  const descending = params.has("dir") ? params.get("dir") !== "asc" : by === "onset" || by === "effect";
  const filter = params.get("q") ?? "";
  const id = params.get("id");
  const live = useGet<{ regressions: Regression[] }>(
    address("regressions", { state: STATES[show], limit: MOST }),
  );
  const all = live.data?.regressions ?? [];
  const rows = useMemo(
    () => regressionRows(all, filter, by, descending),
    [live.data, filter, by, descending],
  );
  const isEmpty = live.data !== undefined && all.length === 0;
  return (
    <Frame
      view="regressions"
      title="Regressions"
      state={stateOf(live, isEmpty && id === null)}
      notices={[all.length >= MOST ? `The newest ${MOST} are shown.` : undefined]}
      controls={
        <>
          <Tabs route={route} label="Which regressions" name="show" chosen={show} choices={SHOWS} />
          <Filter route={route} />
        </>
      }
    >
      {id !== null && <RegressionDetail key={id} route={route} id={id} />}
      {!live.data && !live.error && <Loading what="regressions" />}
      {!live.data && live.error && <Failed what="regressions" error={live.error} again={live.again} />}
      {isEmpty && (
        <Empty title={show === "open" ? "No open regression" : "None"}>
          <p>
            {show === "open"
              ? "No figure got worse and stayed so. A regression shows here once runs that were asked for confirm it."
              : "Nothing that was found is over."}
          </p>
        </Empty>
      )}
      {live.data && !isEmpty && (
        <>
          <p class="faint" role="status">
            {count(rows.length, "regression")}
          </p>
          <RegressionsTable
            regressions={rows}
            testid="regressions-table"
            linkTo={(each) => hrefWith(route, { id: each.id })}
            sorting={{
              by,
              descending,
              to: (column) =>
                hrefWith(route, {
                  sort: column,
                  dir: (by === column ? !descending : column === "onset" || column === "effect")
                    ? "desc"
                    : "asc",
                }),
            }}
          />
        </>
      )}
    </Frame>
  );
}
