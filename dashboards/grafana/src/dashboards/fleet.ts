// Does the fleet measure as planned, and does the aggregator keep up?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfCell } from '../kit/link';
import { bars, figure, lines, neverSteps, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { rowsOf } from '../kit/table';
import { host } from '../kit/variables';

const kMillis = 1000;
const ofHost = 'host=~"$host"';
const counted = (family: string) => `sum(increase(hypergauge_${family}_total[$__range]))`;

const state = {
  title: 'Now',
  panels: [
    figure({
      title: 'Collisions', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Pairs of measurements that met on one host in the time range. The target is 0.',
      queries: [now(counted('schedule_collisions'))], steps: neverSteps, noValue: '0',
    }),
    figure({
      title: 'Runs without the right', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Runs in the time range that had no lease, or an old or a foreign one.',
      queries: [now(`${counted('schedule_violations')} or vector(0)`)], steps: neverSteps,
    }),
    figure({
      title: 'Missed turns', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Turns in the time range that did not come before the next round.',
      queries: [now(counted('schedule_missed'))], steps: steps('green', [1, 'yellow']),
      noValue: '0',
    }),
    figure({
      title: 'Stale probes', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Known nodes whose probe is not connected.',
      queries: [now('count(hypergauge_node_up == 0) or vector(0)')], steps: neverSteps,
    }),
    figure({
      title: 'Messages refused', width: 4, height: 4, unit: 'short', decimals: 0,
      description: 'Messages of probes in the time range that broke the contract.',
      queries: [now(counted('rejected_messages'))], steps: neverSteps, noValue: '0',
    }),
    figure({
      title: 'Store', width: 4, height: 4, unit: 'bytes', decimals: 1,
      description: 'Size of the store\'s files.',
      queries: [over('max(hypergauge_store_size_bytes)', 'store')], trend: true,
      steps: steps('text'),
    }),
  ],
};

const schedule = {
  title: 'Schedule',
  panels: [
    lines({
      title: 'Occupancy', width: 12, height: 10, unit: 'percentunit', min: 0,
      description: 'Share of the hour before in which a lease held the host, the twenty fullest. ' +
        'A host\'s share is 10 % by default.',
      queries: [over(`topk(20, max by (host) (hypergauge_schedule_utilisation_ratio{${ofHost}}))`,
        '{{host}}')], calcs: ['lastNotNull', 'max'],
    }),
    rowsOf({
      title: 'Rounds of each host', width: 12, height: 10,
      description: 'How long a round takes, how often it comes and how often it was asked for: an ' +
        'interval that is longer than asked for was stretched to keep the host\'s share.',
      labels: [
        { field: 'host', title: 'Host', link: nodeOfCell },
        { field: 'plan', title: 'Plan', width: 110 },
      ],
      figures: [
        { expr: `max by (host, plan) (hypergauge_schedule_round_seconds{${ofHost}})`,
          title: 'Round', unit: 's', decimals: 0, width: 90 },
        { expr: `max by (host, plan) (hypergauge_schedule_wanted_interval_seconds{${ofHost}})`,
          title: 'Asked for', unit: 's', decimals: 1, width: 100 },
        { expr: `max by (host, plan) (hypergauge_schedule_interval_seconds{${ofHost}})`,
          title: 'Interval', unit: 's', decimals: 1, width: 100 },
        { expr: 'max by (host, plan) ' +
          `(hypergauge_schedule_next_round_timestamp_seconds{${ofHost}}) * ${kMillis}`,
        title: 'Next', unit: 'dateTimeFromNow', width: 140 },
      ],
      sortBy: 'Host',
    }),
    lines({
      title: 'Leases', width: 8, height: 9, unit: 'cps', min: 0,
      description: 'Turns that were planned, leases that were granted and given back as ' +
        'completed. The lines should lie on each other.',
      queries: [
        over('sum(rate(hypergauge_schedule_planned_total[$__rate_interval]))', 'planned'),
        over('sum(rate(hypergauge_schedule_granted_total[$__rate_interval]))', 'granted'),
        over('sum(rate(hypergauge_schedule_completed_total[$__rate_interval]))', 'completed')],
    }),
    bars({
      title: 'Put off, by reason', width: 8, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'Turns of the time range that were put off, once for each reason.',
      queries: [now('sort_desc(sum by (reason) ' +
        '(increase(hypergauge_schedule_deferred_total[$__range])))', '{{reason}}')],
      steps: steps('yellow'),
    }),
    bars({
      title: 'Missed, by reason', width: 8, height: 9, unit: 'short', decimals: 0, min: 0,
      description: 'Turns of the time range that never came, by the last reason of putting them ' +
        'off.',
      queries: [now('sort_desc(sum by (reason) ' +
        '(increase(hypergauge_schedule_missed_total[$__range])))', '{{reason}}')],
      steps: steps('orange'),
    }),
    bars({
      title: 'Broken off', width: 8, height: 8, unit: 'short', decimals: 0, min: 0,
      description: 'Leases of the time range that were taken back, and those that expired while ' +
        'their probe was connected or gone.',
      queries: [
        now('sum by (reason) (increase(hypergauge_schedule_preempted_total[$__range]))',
          'taken back: {{reason}}'),
        now('sum by (reason) (increase(hypergauge_schedule_expired_total[$__range]))',
          'expired: {{reason}}')],
      steps: steps('orange'),
    }),
    lines({
      title: 'Hosts locked or held', width: 16, height: 8, unit: 'short', decimals: 0, min: 0,
      description: 'Hosts on which somebody measures, and hosts on which nothing is granted, by ' +
        'reason.',
      queries: [
        over(`sum(max by (host) (hypergauge_schedule_locked{${ofHost}}))`, 'measuring'),
        over(`sum by (reason) (max by (host, reason) (hypergauge_schedule_held{${ofHost}}))`,
          '{{reason}}')],
    }),
  ],
};

const probes = {
  title: 'Probes',
  panels: [
    rowsOf({
      title: 'Longest silent', width: 12, height: 10,
      description: 'Nodes by the time of their last message. A node that is silent for 30 days ' +
        'leaves all lists.',
      labels: [{ field: 'node', title: 'Node', link: nodeOfCell }],
      figures: [
        { expr: 'max by (node) (hypergauge_node_up)\n' +
          'and bottomk(50, max by (node) (hypergauge_node_last_seen_timestamp_seconds))',
        title: 'Probe', width: 110,
        words: { 0: { text: 'silent', color: 'red' }, 1: { text: 'connected', color: 'green' } } },
        { expr: 'bottomk(50, max by (node) (hypergauge_node_last_seen_timestamp_seconds)) ' +
          `* ${kMillis}`, title: 'Last heard of', unit: 'dateTimeFromNow', width: 150 },
        { expr: '(max by (node) (hypergauge_benchmark_last_clean_timestamp_seconds)\n' +
          'and bottomk(50, max by (node) (hypergauge_node_last_seen_timestamp_seconds)))\n' +
          `* ${kMillis}`, title: 'Last clean run', unit: 'dateTimeFromNow', width: 150 },
      ],
      sortBy: 'Last heard of',
    }),
    lines({
      title: 'Connected probes', width: 6, height: 10, unit: 'short', decimals: 0, min: 0,
      description: 'Sessions now, and nodes that are known.',
      queries: [over('sum(hypergauge_sessions)', 'sessions'),
        over('count(hypergauge_node_up)', 'known nodes')],
    }),
    bars({
      title: 'Probe versions', width: 6, height: 10, unit: 'short', decimals: 0, min: 0,
      description: 'Nodes by the version of their probe.',
      queries: [now('sort_desc(count by (probe_version) ' +
        '(max by (node, probe_version) (hypergauge_node_info)))', '{{probe_version}}')],
      steps: steps('blue'),
    }),
    lines({
      title: 'Runs that wait on probes', width: 12, height: 8, unit: 'short', decimals: 0, min: 0,
      description: 'Finished runs that probes keep until the aggregator has them, the ten fullest.',
      queries: [over('topk(10, max by (node) (hypergauge_probe_spool_waiting_runs))', '{{node}}')],
      noValue: 'no probe tells',
    }),
    lines({
      title: 'Runs that were lost or refused', width: 12, height: 8, unit: 'short', decimals: 0,
      min: 0,
      description: 'Runs that probes dropped because their queue was full, and those that the ' +
        'aggregator refused, since the point before.',
      queries: [
        over('sum(increase(hypergauge_probe_spool_dropped_runs_total[$__rate_interval])) ' +
          'or vector(0)', 'dropped'),
        over('sum(increase(hypergauge_probe_spool_rejected_runs_total[$__rate_interval])) ' +
          'or vector(0)', 'refused')],
    }),
  ],
};

const quantiles = (family: string, name: string) => [0.5, 0.99].map((quantile) =>
  over(`histogram_quantile(${quantile}, sum by (le) ` +
    `(rate(hypergauge_${family}_duration_seconds_bucket[$__rate_interval])))`,
  `${name}, ${quantile * 100} of 100`));

const aggregator = {
  title: 'Aggregator',
  panels: [
    lines({
      title: 'Ingest', width: 12, height: 9, unit: 'cps', min: 0,
      description: 'Runs a second that were stored for the first time, and those that probes sent ' +
        'again.',
      queries: [over('sum(rate(hypergauge_ingested_runs_total[$__rate_interval]))', 'runs'),
        over('sum(rate(hypergauge_duplicate_runs_total[$__rate_interval]))', 'sent again'),
        over('sum(rate(hypergauge_rejected_messages_total[$__rate_interval]))',
          'messages refused')],
    }),
    lines({
      title: 'Store', width: 12, height: 9, unit: 's', min: 0,
      description: 'How long a transaction takes until it is on disk.',
      queries: quantiles('store_commit', 'commit'),
    }),
    lines({
      title: 'Scrapes', width: 8, height: 8, unit: 's', min: 0,
      description: 'How long the aggregator takes to answer Prometheus.',
      queries: quantiles('scrape', 'scrape'),
    }),
    lines({
      title: 'Memory', width: 8, height: 8, unit: 'bytes', min: 0,
      description: 'Resident memory of the aggregator.',
      queries: [over('process_resident_memory_bytes{job="hypergauge"}', '{{instance}}')],
    }),
    lines({
      title: 'CPU', width: 8, height: 8, unit: 'short', min: 0,
      description: 'CPUs that the aggregator uses.',
      queries: [over('rate(process_cpu_seconds_total{job="hypergauge"}[$__rate_interval])',
        '{{instance}}')],
    }),
  ],
};

export const fleet: Board = {
  name: 'fleet',
  title: 'hypergauge 6: schedule and fleet',
  question: 'Does the fleet measure as planned, and does the aggregator keep up?',
  from: 'now-24h',
  variables: [host()],
  annotations: [annotations.alerts(), annotations.versions('node=~".+"'),
    annotations.regressions('scope=~"host|platform"')],
  rows: [state, schedule, probes, aggregator],
};
