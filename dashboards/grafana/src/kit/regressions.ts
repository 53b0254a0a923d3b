// The table of regressions, as several dashboards show it.
import { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { Panel } from '@grafana/grafana-foundation-sdk/dashboard';

import { benchmarkOfCell, nodeOfCell } from './link';
import { steps } from './panel';
import { rowsOf } from './table';

const kMillis = 1000;
const kShown = 'regression, scope, subject, benchmark, suite, kind, state, blame, cause';

/** Every open regression that one of `which` matches, with the labels of its state and cause. */
function withStateAndCause(family: string, which: string[]): string {
  const all = which.map((each) => `hypergauge_regression_${family}{${each}}`).join(' or ');
  return `max by (${kShown}) (
  (${all})
  * on (instance, regression) group_left (state) hypergauge_regression_state
  * on (instance, regression) group_left (blame, cause) hypergauge_regression_cause_info
)`;
}

export const stateWords = {
  suspect: { text: 'suspect', color: 'yellow' },
  firing: { text: 'firing', color: 'red' },
  acknowledged: { text: 'acknowledged', color: 'blue' },
  muted: { text: 'muted', color: 'text' },
};

export const worseSteps = steps('text', [0.05, 'yellow'], [0.15, 'orange'], [0.5, 'red']);

export function openRegressions(title: string, description: string, which: string[],
                                height: number, most?: number): Builder<Panel> {
  const magnitude = withStateAndCause('magnitude_ratio', which);
  const cut = (expr: string) => most === undefined ? expr
    : `${expr}\nand topk(${most}, ${magnitude})`;
  return rowsOf({
    title, description, width: 24, height, noValue: '-',
    labels: [
      { field: 'subject', title: 'What', link: nodeOfCell, width: 160 },
      { field: 'scope', title: 'Scope', width: 80 },
      { field: 'benchmark', title: 'Benchmark', link: benchmarkOfCell, width: 170 },
      { field: 'suite', title: 'Suite', width: 80 },
      { field: 'state', title: 'State', words: stateWords, width: 115 },
    ],
    figures: [
      { expr: cut(magnitude), title: 'Worse by', unit: 'percentunit', decimals: 1, width: 90,
        steps: worseSteps },
      { expr: cut(`${withStateAndCause('onset_timestamp_seconds', which)} * ${kMillis}`),
        title: 'Since', unit: 'dateTimeFromNow', width: 120 },
      { expr: cut(withStateAndCause('confidence_ratio', which)), title: 'Confidence',
        unit: 'percentunit', decimals: 2, width: 100 },
    ],
    labelsBehind: [
      { field: 'blame', title: 'Blamed on', width: 110 },
      { field: 'cause', title: 'Cause', wrapped: true },
      { field: 'regression', title: 'Number', width: 80 },
    ],
    sortBy: 'Worse by', descending: true,
  });
}
