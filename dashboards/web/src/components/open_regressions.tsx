// What got slower and is not over, beside the comparison.
import { millis, percent } from "../format";
import { href } from "../router";
import type { Regression } from "../types";
import { Mark } from "./mark";
import { Moment } from "./moment";
import { Name } from "./name";

const MOST = 8;

export function OpenRegressions({ regressions }: { regressions: Regression[] | undefined }) {
  const shown = regressions?.slice(0, MOST) ?? [];
  const more = (regressions?.length ?? 0) - shown.length;
  return (
    <aside class="card open-regressions" data-testid="open-regressions" aria-label="Open regressions">
      <h2>
        Open regressions{" "}
        {regressions !== undefined && (
          <span class={regressions.length > 0 ? "count" : "count none"}>{regressions.length}</span>
        )}
      </h2>
      {regressions === undefined && <p class="faint">Loading …</p>}
      {regressions?.length === 0 && <p class="faint">None: no figure got worse and stayed so.</p>}
      <ul>
        {shown.map((each) => (
          <li key={each.id}>
            <a href={href("regressions", { id: each.id })}>
              <Name text={each.subject} /> · {each.benchmark}
            </a>
            <div class="faint">
              <strong class="worse">{percent(each.effect_ratio, true)}</strong> slower since{" "}
              <Moment ms={millis(each.onset_unix_nanos)} /> <Mark word={each.state} />
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <a href={href("regressions")}>{more} more</a>}
    </aside>
  );
}
