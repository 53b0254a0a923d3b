// What got slower, since when, and whose fault is it?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfCell, nodeOfSeries } from '../kit/link';
import { bars, figure, lines, neverSteps, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { openRegressions, worseSteps } from '../kit/regressions';
import { rowsOf } from '../kit/table';
import { benchmark, several } from '../kit/variables';

const which = 'benchmark=~"$benchmark", scope=~"$scope", subject=~"$subject"';
const inState = (state: string) =>
  `count(max by (regression) (hypergauge_regression_state{${which}, state="${state}"})) ` +
  'or vector(0)';

const summary = {
  title: 'Now',
  panels: [
    figure({
      title: 'Firing', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Confirmed by runs that were asked for, and nobody has dealt with them.',
      queries: [now(inState('firing'))], steps: neverSteps,
    }),
    figure({
      title: 'Suspect', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Seen, and being confirmed. Many suspects never fire.',
      queries: [now(inState('suspect'))], steps: steps('green', [1, 'yellow']),
    }),
    figure({
      title: 'Acknowledged', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Somebody looks after them: `hypergauge regressions ack`.',
      queries: [now(inState('acknowledged'))], steps: steps('text', [1, 'blue']),
    }),
    figure({
      title: 'Muted', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Nobody wants to hear of them: `hypergauge regressions mute`.',
      queries: [now(inState('muted'))], steps: steps('text'),
    }),
    figure({
      title: 'Worst', width: 4, height: 4, unit: 'percentunit', decimals: 1,
      description: 'How much worse the worst one is than it was.',
      queries: [now(`max(hypergauge_regression_magnitude_ratio{${which}})`)],
      steps: worseSteps, noValue: 'none',
    }),
    figure({
      title: 'People told', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Regressions of which people were told in the time range. A day\'s budget ' +
        'limits them.',
      queries: [now('sum(increase(hypergauge_regression_notifications_total[$__range]))')],
      steps: steps('text'), noValue: '0',
    }),
  ],
};

const open = {
  title: 'Open',
  panels: [
    openRegressions('Open regressions', 'What got slower, by how much, since when, how sure that ' +
      'is, what seems to be at fault, and the nearest event before the change. Numbers are those ' +
      'of `hypergauge regressions`.', [which], 10),
  ],
};

const past = 'max by (regression, scope, subject, benchmark, suite, kind) ' +
  `(last_over_time(hypergauge_regression_magnitude_ratio{${which}}[$__range]))\n` +
  'unless on (regression) hypergauge_regression_magnitude_ratio';

const history = {
  title: 'History',
  panels: [
    lines({
      title: 'Open regressions by state', width: 12, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'How many there were at each moment.',
      queries: [over('count by (state) (max by (regression, state) ' +
        `(hypergauge_regression_state{${which}}))`, '{{state}}')], stacked: true,
    }),
    lines({
      title: 'How much worse', width: 12, height: 9, unit: 'percentunit', decimals: 1,
      description: 'Each open regression over time; its line ends where it is over.',
      queries: [over('max by (regression, benchmark, subject) ' +
        `(hypergauge_regression_magnitude_ratio{${which}})`,
      '{{regression}}: {{benchmark}} of {{subject}}')],
      calcs: ['lastNotNull'],
    }),
    rowsOf({
      title: 'Over since', width: 24, height: 7, noValue: '-',
      description: 'Regressions that were open in the time range and are not any more: resolved, ' +
        'accepted or retracted. `hypergauge regressions --all` tells which.',
      labels: [
        { field: 'subject', title: 'What', link: nodeOfCell },
        { field: 'scope', title: 'Scope', width: 100 },
        { field: 'benchmark', title: 'Benchmark' },
        { field: 'suite', title: 'Suite', width: 100 },
        { field: 'kind', title: 'Kind', width: 100 },
      ],
      figures: [{ expr: past, title: 'Was worse by', unit: 'percentunit', decimals: 1, width: 130 }],
      labelsBehind: [{ field: 'regression', title: 'Number', width: 90 }],
      sortBy: 'Was worse by', descending: true,
    }),
  ],
};

const cause = {
  title: 'Cause',
  panels: [
    bars({
      title: 'Blamed on', width: 8, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'What the open regressions seem to be the fault of: a change that all guests of ' +
        'a host share is the host\'s, one that all nodes of a kernel share is the kernel\'s.',
      queries: [now('sort_desc(count by (blame) (max by (regression, blame) ' +
        `(hypergauge_regression_cause_info * on (instance, regression) group_left () max by ` +
        `(instance, regression) (hypergauge_regression_magnitude_ratio{${which}} * 0 + 1))))`,
      '{{blame}}')],
      steps: steps('orange'), noValue: 'nothing open',
    }),
    lines({
      title: 'Slowdown of the subjects', width: 16, height: 9, unit: 'none', decimals: 2,
      description: 'Latest time against the host\'s of the nodes and benchmarks that have an open ' +
        'regression.',
      queries: [over('max by (node, benchmark) (node_benchmark:hypergauge_slowdown:ratio)\n' +
        'and on (node, benchmark) label_replace(\n' +
        `  hypergauge_regression_magnitude_ratio{${which}}, "node", "$1", "subject", "(.*)")`,
      '{{node}}: {{benchmark}}')],
      calcs: ['lastNotNull', 'min', 'max'], link: nodeOfSeries,
    }),
    bars({
      title: 'Events', width: 8, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'What happened to the fleet in the time range. `hypergauge events` lists it.',
      queries: [now('sort_desc(sum by (kind) (increase(hypergauge_events_total[$__range])) > 0)',
        '{{kind}}')],
      steps: steps('purple'), noValue: 'nothing happened',
    }),
    bars({
      title: 'Changes of environments', width: 16, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'Changes of a fact of the environment in the time range, nodes with the most ' +
        'first.',
      queries: [now('sort_desc(topk(10, max by (node) ' +
        '(increase(hypergauge_environment_changes_total[$__range])) > 0))', '{{node}}')],
      steps: steps('purple'),
      link: nodeOfSeries, noValue: 'nothing changed',
    }),
  ],
};

const power = {
  title: 'What would be seen',
  panels: [
    bars({
      title: 'Smallest change that is found', width: 12, height: 12, unit: 'percentunit',
      decimals: 1, min: 0,
      description: 'By benchmark, the median over nodes of the change that is suspected within 20 ' +
        'runs with 80 % power. Nothing smaller can be asked for.',
      queries: [now('sort_desc(quantile by (benchmark) (0.5, ' +
        'hypergauge_series_smallest_detectable_change_ratio{benchmark=~"$benchmark"}))',
      '{{benchmark}}')],
      steps: steps('green', [0.1, 'yellow'], [0.3, 'orange']), noValue: 'too few runs yet',
    }),
    lines({
      title: 'Work of the analysis', width: 12, height: 12, unit: 's',
      description: 'How long a round of the analysis takes: 99 of 100 take less.',
      queries: [over('histogram_quantile(0.99, sum by (le) ' +
        '(rate(hypergauge_analysis_round_duration_seconds_bucket[$__rate_interval])))',
      'a round of the analysis'),
      over('histogram_quantile(0.99, sum by (le) ' +
        '(rate(hypergauge_comparison_duration_seconds_bucket[$__rate_interval])))',
      'a comparison of the fleet')],
    }),
  ],
};

export const regressions: Board = {
  name: 'regressions',
  title: 'hypergauge 5: regressions',
  question: 'What got slower, since when, and whose fault is it?',
  from: 'now-7d',
  variables: [
    several('scope', 'Scope', 'What got slower: a node, a host, a platform, a kernel ...',
      'label_values(hypergauge_regression_state, scope)'),
    several('subject', 'What', 'The node, host, release, kernel or image.',
      'label_values(hypergauge_regression_state{scope=~"$scope"}, subject)'),
    benchmark(),
  ],
  annotations: [annotations.regressions(which), annotations.environments('node=~".+"'),
    annotations.versions('node=~".+"')],
  rows: [summary, open, history, cause, power],
};
