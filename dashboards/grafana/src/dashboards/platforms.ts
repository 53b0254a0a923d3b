// What does each platform cost, benchmark by benchmark, and how sure is that?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfCell, platformOfSeries } from '../kit/link';
import { bars, costSteps, lines, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { matrix, rowsOf } from '../kit/table';
import { benchmark, category, platform, suite } from '../kit/variables';

const chosen = 'platform=~"$platform", benchmark=~"$benchmark", suite="$suite"';

/** One label for what tells variants of a benchmark apart. */
export const variant = (expr: string) =>
  `label_join(max without (instance, job) (${expr}),
  "variant", " ", "flow", "mode", "operation", "queue_depth", "stat", "peer")`;

const score = (which: string, category: string) => 'max by (platform) ' +
  `(hypergauge_platform_score_${which}{platform=~"$platform", category=${category}})`;

const ranking = {
  title: 'Ranking',
  panels: [
    rowsOf({
      title: 'Ranking', width: 10, height: 8,
      description: 'Time on the platform as a multiple of the host\'s, with its 95 % interval. ' +
        'Platforms whose intervals overlap have equal ranks.',
      labels: [{ field: 'platform', title: 'Platform' }],
      figures: [
        { expr: 'max by (platform) (hypergauge_platform_rank{platform=~"$platform"})',
          title: 'Rank', decimals: 0, width: 70 },
        { expr: score('ratio', '"all"'), title: 'Time / host', decimals: 3, width: 110,
          steps: costSteps },
        { expr: score('lower_ratio', '"all"'), title: 'At least', decimals: 3, width: 90 },
        { expr: score('upper_ratio', '"all"'), title: 'At most', decimals: 3, width: 90 },
      ],
      sortBy: 'Rank',
    }),
    matrix({
      title: 'By category', width: 14, height: 8, unit: 'none', decimals: 2,
      description: 'The same in each category; the geometric mean of its benchmarks.',
      expr: 'max by (platform, category) ' +
        '(hypergauge_platform_score_ratio{platform=~"$platform", category!="all"})',
      row: 'platform', column: 'category', steps: costSteps, rowWidth: 130,
    }),
    bars({
      title: 'On the pilot\'s scale', width: 10, height: 8, unit: 'none', decimals: 1,
      min: 0, max: 9,
      description: 'Points from 0, the slowest in both tests of the comparison of 2011 (compile ' +
        'and disk_dd), to 9, the fastest in both, from the latest clean runs of the suite. The ' +
        'hosts take part as platform metal. `hypergauge compare --scale pilot` has it over ' +
        'thirty days.',
      queries: [now('sort_desc(max by (platform) ' +
        '(platform:hypergauge_pilot_points:mean{suite="$suite"}))', '{{platform}}')],
      steps: steps('red', [3, 'orange'], [6, 'green']), noValue: 'needs compile and disk_dd',
    }),
    lines({
      title: 'Score and its bounds', width: 14, height: 8, unit: 'none', decimals: 2,
      description: 'The ranking\'s score over time, with the ends of its 95 % interval dashed.',
      queries: [over(score('ratio', '"all"'), '{{platform}}'),
        over(score('lower_ratio', '"all"'), '{{platform}}, at least'),
        over(score('upper_ratio', '"all"'), '{{platform}}, at most')],
      dashed: ['B', 'C'], dashedInLegend: false, link: platformOfSeries,
    }),
  ],
};

const each = {
  title: 'Each benchmark',
  panels: [
    matrix({
      title: 'Overhead of each benchmark', width: 24, height: 16, unit: 'none', decimals: 2,
      description: 'Time of a guest / time of its host in paired runs, the median over the ' +
        'platform\'s guests and the variants of the benchmark.',
      expr: `quantile by (benchmark, platform) (0.5, hypergauge_overhead_ratio{${chosen}})`,
      row: 'benchmark', column: 'platform', steps: costSteps, rowWidth: 220,
    }),
    rowsOf({
      title: 'Overhead of each guest, with bounds', width: 24, height: 12, noValue: '-',
      description: 'Paired runs of a guest and its baseline: the median ratio of times, its 95 % ' +
        'interval, how many rounds that is and which change so many find. Choose a benchmark or ' +
        'platform above to see less; the 200 highest are shown.',
      labels: [
        { field: 'node', title: 'Guest', link: nodeOfCell },
        { field: 'baseline', title: 'Baseline', link: nodeOfCell },
        { field: 'platform', title: 'Platform', width: 140 },
        { field: 'benchmark', title: 'Benchmark', width: 240 },
        { field: 'variant', title: 'Variant', width: 140 },
      ],
      figures: [
        { expr: variant(`topk(200, hypergauge_overhead_ratio{${chosen}})`), title: 'Time / host',
          decimals: 3, width: 110, steps: costSteps },
        { expr: variant(`hypergauge_overhead_lower_ratio{${chosen}}\n` +
          `  and topk(200, hypergauge_overhead_ratio{${chosen}})`),
        title: 'At least', decimals: 3, width: 90 },
        { expr: variant(`hypergauge_overhead_upper_ratio{${chosen}}\n` +
          `  and topk(200, hypergauge_overhead_ratio{${chosen}})`),
        title: 'At most', decimals: 3, width: 90 },
        { expr: variant(`hypergauge_overhead_smallest_detectable_change_ratio{${chosen}}\n` +
          `  and topk(200, hypergauge_overhead_ratio{${chosen}})`),
        title: 'Finds', unit: 'percentunit', decimals: 1, width: 80 },
        { expr: variant(`hypergauge_overhead_blocks{${chosen}}\n` +
          `  and topk(200, hypergauge_overhead_ratio{${chosen}})`),
        title: 'Rounds', decimals: 0, width: 80 },
      ],
      sortBy: 'Time / host', descending: true, filterable: true,
    }),
  ],
};

const time = {
  title: 'Over time',
  panels: [
    lines({
      title: 'Cost of the latest runs by benchmark', width: 24, height: 10, unit: 'none',
      decimals: 2,
      description: 'Median over the platform\'s guests of the latest clean run against the host\'s; ' +
        'the twenty highest of those chosen above.',
      queries: [over('topk(20, quantile by (platform, benchmark) (0.5, ' +
        `node_benchmark:hypergauge_slowdown:ratio{${chosen}, category=~"$category"}))`,
      '{{platform}}: {{benchmark}}')],
      calcs: ['lastNotNull', 'min', 'max'],
      link: platformOfSeries,
    }),
  ],
};

const closest = `bottomk(20, hypergauge_overhead_ratio{${chosen}})`;

const review = {
  title: 'To be looked at',
  panels: [
    rowsOf({
      title: 'Closest to their host, or faster', width: 24, height: 9, noValue: '-',
      description: 'A guest that is more than 5 % faster than the machine it runs on is marked: a ' +
        'clock that runs slow, a cache that only the guest has, or a host that was busy.',
      labels: [
        { field: 'node', title: 'Guest', link: nodeOfCell },
        { field: 'baseline', title: 'Baseline', link: nodeOfCell },
        { field: 'platform', title: 'Platform' },
        { field: 'benchmark', title: 'Benchmark' },
        { field: 'variant', title: 'Variant' },
      ],
      figures: [
        { expr: variant(closest), title: 'Time / host', decimals: 3, width: 120 },
        { expr: variant(`hypergauge_overhead_super_native{${chosen}} and ${closest}`),
          title: 'Faster', width: 120,
          words: { 0: { text: 'no' }, 1: { text: 'look at it', color: 'orange' } } },
      ],
      sortBy: 'Time / host',
    }),
  ],
};

export const platforms: Board = {
  name: 'platforms',
  title: 'hypergauge 2: platforms',
  question: 'What does each platform cost, benchmark by benchmark, and how sure is that?',
  from: 'now-24h',
  variables: [platform(), category(), benchmark(true), suite()],
  annotations: [annotations.regressions('benchmark=~"$benchmark"'),
    annotations.versions('platform=~"$platform"')],
  rows: [ranking, each, time, review],
};
