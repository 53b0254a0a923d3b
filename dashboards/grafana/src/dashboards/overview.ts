// Which platform is slow today, since when, and why to believe it?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfSeries, platformOfCell, platformOfSeries } from '../kit/link';
import { bars, costSteps, figure, lines, neverSteps, shareSteps, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { openRegressions } from '../kit/regressions';
import { matrix, rowsOf } from '../kit/table';
import { platform, suite } from '../kit/variables';

const score = (which: string, category = '"all"') =>
  `max by (platform) (hypergauge_platform_${which}{platform=~"$platform", category=${category}})`;

const platformOfNode = 'on (node) group_left (platform) ' +
  'max by (node, platform) (hypergauge_node_info{role!="host", platform=~"$platform"})';

const fresh = 'max by (node, benchmark) ' +
  '(hypergauge_benchmark_last_clean_timestamp_seconds > bool 0)';

// What some node runs at all; benchmarks of no suite are available and never run.
const wanted = 'hypergauge_benchmark_available == 1\n' +
  '  and on (benchmark) hypergauge_benchmark_last_run_timestamp_seconds';

const today = {
  title: 'Today',
  panels: [
    figure({
      title: 'Slowest platform', width: 5, height: 4, unit: 'none', decimals: 2,
      description: 'The platform that takes longest, as a multiple of its own hosts\' time over all ' +
        'benchmarks. 1 is as fast as the host.',
      queries: [now(`topk(1, ${score('score_ratio')})`, '{{platform}}')],
      steps: costSteps, noValue: 'not compared yet', link: platformOfSeries, named: true,
    }),
    figure({
      title: 'Firing regressions', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Benchmarks that got worse, as runs bear out that were made to confirm it.',
      queries: [now('count(max by (regression) (hypergauge_regression_state{state="firing"})) ' +
        'or vector(0)')],
      steps: neverSteps,
    }),
    figure({
      title: 'Clean runs', width: 4, height: 4, unit: 'percentunit', decimals: 0, min: 0, max: 1,
      description: 'Share of the time range\'s runs that nothing disturbed. Only clean runs give ' +
        'figures; those that cannot run at all do not count.',
      queries: [now('sum(increase(hypergauge_runs_total{verdict="clean"}[$__range]))\n' +
        '/ (sum(increase(hypergauge_runs_total{verdict!="unsupported"}[$__range])) > 0)')],
      steps: shareSteps, noValue: 'no runs',
    }),
    figure({
      title: 'Coverage', width: 4, height: 4, unit: 'percentunit', decimals: 0, min: 0, max: 1,
      description: 'Of what nodes can measure and somebody does measure, the share that has a ' +
        'figure now. A figure ends two and a half intervals after its run.',
      queries: [now(`count(${fresh}) / count(${wanted})`)],
      steps: shareSteps, noValue: 'no runs',
    }),
    figure({
      title: 'Connected nodes', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Hosts, guests and containers whose probe is connected to the aggregator.',
      queries: [now('sum(hypergauge_node_up)')],
      steps: steps('red', [1, 'green']), noValue: '0',
    }),
    figure({
      title: 'Silent nodes', width: 3, height: 4, unit: 'short', decimals: 0,
      description: 'Known nodes whose probe is not connected. After ten minutes the alert ' +
        'HypergaugeProbeStale fires for each.',
      queries: [now('count(hypergauge_node_up == 0) or vector(0)')],
      steps: neverSteps,
    }),
  ],
};

const sideBySide = {
  title: 'Platforms side by side',
  panels: [
    bars({
      title: 'Time against the host', width: 8, height: 8, unit: 'none', decimals: 2, min: 0,
      description: 'How many times as long as its own host a guest of the platform takes, the ' +
        'geometric mean of all categories. The shortest bar is the best.',
      queries: [now(`sort(${score('score_ratio')})`, '{{platform}}')],
      steps: costSteps, link: platformOfSeries,
    }),
    rowsOf({
      title: 'Ranking, and how sure it is', width: 16, height: 8,
      description: 'The score with its 95 % interval. Platforms whose intervals overlap have equal ' +
        'ranks: nobody knows which of them is faster.',
      labels: [{ field: 'platform', title: 'Platform', link: platformOfCell }],
      figures: [
        { expr: 'max by (platform) (hypergauge_platform_rank{platform=~"$platform"})',
          title: 'Rank', decimals: 0, width: 80 },
        { expr: score('score_ratio'), title: 'Time / host', decimals: 3, steps: costSteps },
        { expr: score('score_lower_ratio'), title: 'At least', decimals: 3 },
        { expr: score('score_upper_ratio'), title: 'At most', decimals: 3 },
        { expr: 'count by (platform) (hypergauge_node_info{role!="host", platform=~"$platform"})',
          title: 'Nodes', decimals: 0, width: 80 },
      ],
      sortBy: 'Rank',
    }),
    matrix({
      title: 'By category', width: 24, height: 7, unit: 'none', decimals: 2,
      description: 'What each platform costs in each category: time as a multiple of the host\'s.',
      expr: 'max by (platform, category) ' +
        '(hypergauge_platform_score_ratio{platform=~"$platform", category!="all"})',
      row: 'platform', column: 'category', steps: costSteps, rowLink: platformOfCell,
    }),
  ],
};

const trend = {
  title: 'Since when',
  panels: [
    lines({
      title: 'Cost of the latest runs', width: 12, height: 9, unit: 'none', decimals: 2,
      description: 'Median over all guests and benchmarks of the latest clean run against the ' +
        'host\'s latest: moves at once, and scatters.',
      queries: [over('quantile by (platform) (0.5, ' +
        'node_benchmark:hypergauge_slowdown:ratio{platform=~"$platform", suite="$suite"})',
      '{{platform}}')],
      link: platformOfSeries,
    }),
    lines({
      title: 'Cost over thirty days', width: 12, height: 9, unit: 'none', decimals: 2,
      description: 'The score of the ranking, from paired runs of the last thirty days: moves ' +
        'slowly, and can be believed.',
      queries: [over(score('score_ratio'), '{{platform}}')],
      link: platformOfSeries,
    }),
  ],
};

const regressions = {
  title: 'Worst regressions',
  panels: [
    openRegressions('Open regressions', 'The ten worst that are open: what got slower, since when, ' +
      'how sure that is and what seems to have caused it. More in the dashboard of regressions.',
    ['benchmark=~".+"'], 8, 10),
  ],
};

const trust = {
  title: 'Why to believe it',
  panels: [
    bars({
      title: 'Coverage by platform', width: 8, height: 8, unit: 'percentunit', decimals: 0,
      min: 0, max: 1,
      description: 'Of what its guests can measure, the share that has a figure now.',
      queries: [now('sort(\n' +
        `  sum by (platform) (${fresh} * ${platformOfNode})\n` +
        `  / count by (platform) ((${wanted}) * ${platformOfNode})\n)`, '{{platform}}')],
      steps: shareSteps, link: platformOfSeries,
    }),
    lines({
      title: 'Clean runs by platform', width: 8, height: 8, unit: 'percentunit', decimals: 0,
      min: 0, max: 1,
      description: 'Share of clean runs of its guests, mean over them.',
      queries: [over(`avg by (platform) (hypergauge_node_clean_runs_ratio * ${platformOfNode})`,
        '{{platform}}')],
    }),
    bars({
      title: 'Noisiest guests', width: 8, height: 8, unit: 'percentunit', decimals: 1, min: 0,
      description: 'Median spread of the samples of a guest\'s latest clean runs. What scatters ' +
        'by 10 % cannot show a change of 2 %.',
      queries: [now('sort_desc(topk(8, quantile by (node) (0.5, ' +
        `hypergauge_benchmark_spread_ratio{suite="$suite"} * ${platformOfNode})))`, '{{node}}')],
      steps: steps('green', [0.05, 'yellow'], [0.15, 'red']), link: nodeOfSeries,
    }),
  ],
};

export const overview: Board = {
  name: 'overview',
  title: 'hypergauge 1: overview',
  question: 'Which platform is slow today, since when, and why to believe it?',
  from: 'now-24h',
  variables: [platform(), suite()],
  annotations: [annotations.regressions('benchmark=~".+"'), annotations.alerts(),
    annotations.versions('node=~".+"')],
  rows: [today, sideBySide, trend, regressions, trust],
};
