// A node's last runs, with verdicts and marks, and why they are not clean.
import { figure, labelText, millis, percent } from "../format";
import type { LatestRun, Measure } from "../types";
import { unitOf } from "../units";
import { Mark } from "./mark";
import { Moment } from "./moment";

function Figures({ measures }: { measures: readonly Measure[] }) {
  const [first, ...rest] = measures;
  if (!first) return <span class="faint">–</span>;
  const text = (measure: Measure): string => figure(measure.median, unitOf(measure.family));
  return (
    <>
      <strong>{text(first)}</strong>
      {first.median > 0 && <span class="faint"> ± {percent(first.mad / first.median)}</span>}
      {rest.length > 0 && (
        <details class="inline">
          <summary>{rest.length} more</summary>
          <ul>
            {measures.map((measure) => (
              <li key={`${measure.family} ${labelText(measure.labels)}`}>
                {measure.family} {labelText(measure.labels)}: {text(measure)}, {measure.samples.length}{" "}
                samples
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function order(left: LatestRun, right: LatestRun): number {
  const key = ({ run }: LatestRun): string => `${run.benchmark} ${run.suite} ${labelText(run.labels)}`;
  return key(left) < key(right) ? -1 : 1;
}

export function RunsTable({ latest }: { latest: readonly LatestRun[] }) {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label="Last runs">
      <table data-testid="runs-table" aria-label="Last runs">
        <thead>
          <tr>
            <th scope="col">Benchmark</th>
            <th scope="col">Suite</th>
            <th scope="col">Verdict</th>
            <th scope="col">Why</th>
            <th scope="col" class="right">
              Figure
            </th>
            <th scope="col">Run</th>
            <th scope="col">Last clean run</th>
          </tr>
        </thead>
        <tbody>
          {[...latest].sort(order).map(({ run, clean }) => (
            <tr key={`${run.benchmark} ${run.suite} ${labelText(run.labels)}`}>
              <th scope="row">
                {run.benchmark}{" "}
                <span class="faint">
                  {labelText(run.labels, ["clocksource", "mitigations"]).slice(0, 80)}
                </span>
              </th>
              <td>{run.suite}</td>
              <td>
                <Mark word={run.verdict} />
                {run.marks.map((mark) => (
                  <Mark key={mark} word={mark} />
                ))}
              </td>
              <td class="help">
                <bdi>{run.verdict_reason.slice(0, 300)}</bdi>
              </td>
              <td class="right">
                <Figures measures={(run.measures.length > 0 ? run : (clean ?? run)).measures} />
              </td>
              <td>
                <Moment ms={millis(run.started_unix_nanos)} relative />
              </td>
              <td>
                {clean ? (
                  <Moment ms={millis(clean.started_unix_nanos)} relative />
                ) : (
                  <span class="bad-text">never</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
