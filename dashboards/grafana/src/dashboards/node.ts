// How is this node, and what explains its figures?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfCell } from '../kit/link';
import { bars, costSteps, figure, lines, neverSteps, shareSteps, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { openRegressions } from '../kit/regressions';
import { rowsOf } from '../kit/table';
import { benchmark, one, suite } from '../kit/variables';
import { variant } from './platforms';

const kMillis = 1000;
const node = 'node="$node"';
const chosen = `${node}, benchmark=~"$benchmark", suite="$suite"`;
const hostOfNode = 'on (host) group_left () max by (host) (hypergauge_node_info{node="$node"})';

const state = {
  title: 'Now',
  panels: [
    figure({
      title: 'Probe', width: 3, height: 4, unit: 'none',
      description: 'Whether the node\'s probe is connected to the aggregator.',
      queries: [now(`hypergauge_node_up{${node}}`)], steps: steps('red', [1, 'green']),
      words: { 0: { text: 'silent', color: 'red' }, 1: { text: 'connected', color: 'green' } },
    }),
    figure({
      title: 'Last heard of', width: 4, height: 4, unit: 'dateTimeFromNow',
      description: 'When the aggregator last had a message of the probe.',
      queries: [now(`hypergauge_node_last_seen_timestamp_seconds{${node}} * ${kMillis}`)],
    }),
    figure({
      title: 'Clean runs', width: 3, height: 4, unit: 'percentunit', decimals: 0, min: 0, max: 1,
      description: 'Share of its runs that nothing disturbed. Only those give figures.',
      queries: [now(`hypergauge_node_clean_runs_ratio{${node}}`)], steps: shareSteps,
      noValue: 'no runs',
    }),
    figure({
      title: 'Against its host', width: 4, height: 4, unit: 'none', decimals: 2,
      description: 'Median over its benchmarks of its latest time / its host\'s. 1 is as fast.',
      queries: [now(`quantile(0.5, node_benchmark:hypergauge_slowdown:ratio{${chosen}})`)],
      steps: costSteps, noValue: 'no guest',
    }),
    figure({
      title: 'Environment since', width: 4, height: 4, unit: 'dateTimeFromNow',
      description: 'Since when kernel, clock source, drivers and all other facts are as they are.',
      queries: [now(`hypergauge_environment_epoch_timestamp_seconds{${node}} * ${kMillis}`)],
    }),
    figure({
      title: 'Timing clock', width: 3, height: 4, unit: 'ppm', decimals: 1,
      description: 'By how much the clock that times benchmarks, CLOCK_MONOTONIC_RAW, is wrong for ' +
        'certain: what the comparison may be wrong by is taken off. From 500 ppm on runs do not count.',
      queries: [now('clamp_min(abs(hypergauge_clock_ratio{node="$node", ' +
        'clock="CLOCK_MONOTONIC_RAW"} - 1)\n  - hypergauge_clock_error_ratio, 0) * 1e6')],
      steps: steps('green', [50, 'yellow'], [500, 'red']), noValue: 'not compared',
    }),
    figure({
      title: 'Open regressions', width: 3, height: 4, unit: 'short', decimals: 0,
      description: 'Of the node itself; those of its host and its platform are in the table below.',
      queries: [now('count(max by (regression) (hypergauge_regression_state{subject="$node"})) ' +
        'or vector(0)')],
      steps: neverSteps,
    }),
    rowsOf({
      title: 'What it is', width: 24, height: 4,
      description: 'What runs the node, and where.',
      labels: [
        { field: 'role', title: 'Role', width: 90 },
        { field: 'platform', title: 'Platform', width: 150 },
        { field: 'host', title: 'Host', link: nodeOfCell },
        { field: 'kernel', title: 'Kernel' },
        { field: 'cpu_model', title: 'CPU' },
        { field: 'clocksource', title: 'Clock source', width: 120 },
        { field: 'probe_version', title: 'Probe', width: 110 },
      ],
      figures: [], base: `hypergauge_node_info{${node}}`, sortBy: 'Role',
    }),
  ],
};

const cost = {
  title: 'Against its host',
  panels: [
    bars({
      title: 'Latest runs', width: 8, height: 14, unit: 'none', decimals: 2, min: 0,
      description: 'Time of the latest clean run / that of the host\'s, the sixteen highest. Of a ' +
        'host there is none.',
      queries: [now('sort_desc(topk(16, max by (series) ' +
        `(node_benchmark:hypergauge_slowdown:ratio{${chosen}})))`, '{{series}}')],
      steps: costSteps, noValue: 'no guest',
    }),
    rowsOf({
      title: 'Overhead with bounds', width: 16, height: 14, noValue: '-',
      description: 'From paired runs of thirty days: the median ratio, its 95 % interval, the ' +
        'rounds it rests on and the change that so many find.',
      labels: [
        { field: 'benchmark', title: 'Benchmark', width: 240 },
        { field: 'variant', title: 'Variant' },
        { field: 'baseline', title: 'Baseline', link: nodeOfCell },
      ],
      figures: [
        { expr: variant(`hypergauge_overhead_ratio{${chosen}}`), title: 'Time / host',
          decimals: 3, width: 110, steps: costSteps },
        { expr: variant(`hypergauge_overhead_lower_ratio{${chosen}}`), title: 'At least',
          decimals: 3, width: 90 },
        { expr: variant(`hypergauge_overhead_upper_ratio{${chosen}}`), title: 'At most',
          decimals: 3, width: 90 },
        { expr: variant(
          `hypergauge_overhead_smallest_detectable_change_ratio{${chosen}}`),
        title: 'Finds', unit: 'percentunit', decimals: 1, width: 80 },
        { expr: variant(`hypergauge_overhead_blocks{${chosen}}`), title: 'Rounds', decimals: 0,
          width: 80 },
      ],
      sortBy: 'Time / host', descending: true,
    }),
    lines({
      title: 'Cost over time', width: 24, height: 9, unit: 'none', decimals: 2,
      description: 'Time of the latest clean run / that of the host\'s, by benchmark.',
      queries: [over('max by (series) ' +
        `(node_benchmark:hypergauge_slowdown:ratio{${chosen}})`, '{{series}}')],
      calcs: ['lastNotNull', 'min', 'max'],
    }),
  ],
};

const figureOf = (unit: string) =>
  `max by (series) (node_benchmark:hypergauge_figure:primary{${chosen}, unit="${unit}"})`;

const figures = {
  title: 'Figures',
  panels: [
    lines({
      title: 'Times', width: 12, height: 10, unit: 's',
      description: 'Benchmarks that are measured by the time they take: less is better.',
      queries: [over(figureOf('seconds'), '{{series}}')], calcs: ['lastNotNull'], logarithmic: true,
    }),
    lines({
      title: 'Throughput', width: 12, height: 10, unit: 'Bps',
      description: 'Bytes a second: more is better.',
      queries: [over(figureOf('bytes_per_second'), '{{series}}')], calcs: ['lastNotNull'],
      logarithmic: true,
    }),
    lines({
      title: 'Operations', width: 12, height: 10, unit: 'ops',
      description: 'Operations, events and connections a second: more is better.',
      queries: [over('max by (series) (node_benchmark:hypergauge_figure:primary' +
        `{${chosen}, unit=~"(operations|events|connections)_per_second"})`, '{{series}}')],
      calcs: ['lastNotNull'], logarithmic: true,
    }),
    bars({
      title: 'Moved most against its own day', width: 12, height: 10, unit: 'percentunit',
      decimals: 1, min: 0,
      description: 'How far the mean of the last two hours is from that of the day, either way. ' +
        'What moved together has one cause.',
      queries: [now(`sort_desc(topk(12, max by (series) (abs(
  avg_over_time(node_benchmark:hypergauge_figure:primary{${chosen}}[2h])
  / avg_over_time(node_benchmark:hypergauge_figure:primary{${chosen}}[1d]) - 1))))`, '{{series}}')],
      steps: steps('green', [0.05, 'yellow'], [0.15, 'orange'], [0.5, 'red']),
    }),
  ],
};

const regressions = {
  title: 'Regressions',
  panels: [
    openRegressions('Open regressions of the node and its host',
      'What got slower on this node or on the host that it runs on, since when, and what seems to ' +
      'have caused it.', ['subject="$node"', 'subject="$host"'], 7),
  ],
};

const host = {
  title: 'Its host',
  panels: [
    rowsOf({
      title: 'Who shares the host', width: 10, height: 9,
      description: 'The host and all its guests: when figures of several moved together, the ' +
        'host is the one to look at.',
      labels: [
        { field: 'node', title: 'Node', link: nodeOfCell },
        { field: 'role', title: 'Role', width: 90 },
        { field: 'platform', title: 'Platform', width: 150 },
      ],
      figures: [{ expr: `hypergauge_node_up * on (node) group_left (role, platform, host) (
  max by (node, role, platform, host) (hypergauge_node_info) * ${hostOfNode}\n)`,
      title: 'Probe', width: 100,
      words: { 0: { text: 'silent', color: 'red' }, 1: { text: 'connected', color: 'green' } } }],
      sortBy: 'Role', descending: true,
    }),
    lines({
      title: 'How long measurements held the host', width: 7, height: 9, unit: 'percentunit',
      min: 0,
      description: 'Share of the hour before in which a lease held the host: nobody else measures ' +
        'meanwhile.',
      queries: [over(`max by (host) (hypergauge_schedule_utilisation_ratio) * ${hostOfNode}`,
        '{{host}}')],
    }),
    lines({
      title: 'CPUs used by others on the host', width: 7, height: 9, unit: 'short', decimals: 2,
      min: 0,
      description: 'CPUs that anybody else used while the host itself measured.',
      queries: [over('quantile by (node) (0.5, ' +
        'hypergauge_benchmark_others_cpus{node="$host", suite="$suite"})', '{{node}}, median')],
    }),
  ],
};

const interference = {
  title: 'Interference',
  panels: [
    lines({
      title: 'CPUs used by others', width: 8, height: 9, unit: 'short', decimals: 2, min: 0,
      description: 'CPUs of this node that others used during its clean runs. Compare runs of ' +
        'like load only.',
      queries: [over(`max by (benchmark) (hypergauge_benchmark_others_cpus{${chosen}})`,
        '{{benchmark}}')], calcs: ['lastNotNull'],
    }),
    lines({
      title: 'Spread of samples', width: 8, height: 9, unit: 'percentunit', decimals: 1, min: 0,
      description: 'How much the samples of a run scatter: 1.4826 x MAD / median.',
      queries: [over(`max by (benchmark) (hypergauge_benchmark_spread_ratio{${chosen}})`,
        '{{benchmark}}')], calcs: ['lastNotNull'],
    }),
    bars({
      title: 'Runs by verdict', width: 8, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'Runs in the time range: clean, or why not. busy, steal and throttled are ' +
        'others at work; clock is a clock that runs wrong.',
      queries: [now('sort_desc(sum by (verdict) ' +
        '(increase(hypergauge_runs_total{node="$node"}[$__range])))', '{{verdict}}')],
      steps: steps('blue'),
    }),
  ],
};

const environment = {
  title: 'Environment and clock',
  panels: [
    rowsOf({
      title: 'Facts', width: 12, height: 10,
      description: 'What predicts its figures: governor, drivers, SMT, mitigations. All facts with ' +
        'their history: `hypergauge history`.',
      labels: [
        { field: 'fact', title: 'Fact', width: 220 },
        { field: 'value', title: 'Value', wrapped: true },
      ],
      figures: [], base: `hypergauge_environment_fact_info{${node}}`, sortBy: 'Fact',
    }),
    lines({
      title: 'Age of the environment', width: 6, height: 10, unit: 's', min: 0,
      description: 'How long kernel, clock source, drivers and all other facts have been as they ' +
        'are, of the node and its host. It falls to 0 at a change; figures before and after one ' +
        'are not alike.',
      queries: [over('time() - max by (node) (' +
        'hypergauge_environment_epoch_timestamp_seconds{node="$node"} or ' +
        'hypergauge_environment_epoch_timestamp_seconds{node="$host"})', '{{node}}')],
    }),
    lines({
      title: 'Clocks', width: 6, height: 10, unit: 'ppm', decimals: 1,
      description: 'How much faster than the aggregator\'s each clock of the node runs, as far as ' +
        'the comparison can tell.',
      queries: [over('max by (clock) ' +
        `(hypergauge_clock_ratio{${node}} - 1) * 1e6`, '{{clock}}'),
      over(`max by (clock) (hypergauge_clock_error_ratio{${node}}) * 1e6`,
        'error of {{clock}}')],
      dashed: ['B'],
    }),
  ],
};

export const nodeView: Board = {
  name: 'node',
  title: 'hypergauge 3: node',
  question: 'How is this node, and what explains its figures?',
  from: 'now-24h',
  variables: [
    one('node', 'Node', 'The guest, container or host to look at.',
      'label_values(hypergauge_node_info, node)'),
    one('host', 'Its host', 'The machine that it runs on.',
      'label_values(hypergauge_node_info{node="$node"}, host)'),
    suite(), benchmark(),
  ],
  annotations: [annotations.environments('node="$node"', 'node="$host"'),
    annotations.versions('node="$node"', 'node="$host"'),
    annotations.regressions('subject="$node"', 'subject="$host"')],
  rows: [state, cost, regressions, figures, host, interference, environment],
};
