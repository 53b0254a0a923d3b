// Between which nodes is the network slow?
import * as annotations from '../kit/annotations';
import { Board } from '../kit/board';
import { nodeOfCell, nodeOfSeries } from '../kit/link';
import { figure, lines, neverSteps, steps } from '../kit/panel';
import { now, over } from '../kit/query';
import { matrix } from '../kit/table';
import { several, suite } from '../kit/variables';

// Over loopback a node was its own other end.
const pairs = 'node=~"$node", peer=~"$peer", peer!="loopback", suite="$suite"';
const pair = (family: string, more = '') =>
  `max by (node, peer) (hypergauge_network_${family}{${pairs}${more}})`;
// A node shows the pair that it was measured in last: the range has all that took turns.
const seen = (family: string, more = '') => 'max by (node, peer) (last_over_time(' +
  `hypergauge_network_${family}{${pairs}${more}}[$__range]))`;
const median = pair('tcp_rr_latency_seconds', ', stat="p50"');
const slowSteps = steps('green', [0.001, 'yellow'], [0.01, 'orange'], [0.1, 'red']);

const summary = {
  title: 'Now',
  panels: [
    figure({
      title: 'Pairs measured', width: 6, height: 4, unit: 'short', decimals: 0,
      description: 'Pairs of a node and another end with a clean round-trip figure in the time ' +
        'range. A node that was measured against itself, over loopback, does not count.',
      queries: [now(`count(${seen('tcp_rr_latency_seconds', ', stat="p50"')})`)], noValue: 'none',
    }),
    figure({
      title: 'Median round trip', width: 6, height: 4, unit: 's', decimals: 1,
      description: 'Of one byte over TCP there and back: the median of all pairs.',
      queries: [now(`quantile(0.5, ${median})`)], steps: slowSteps, noValue: 'none',
    }),
    figure({
      title: 'Slowest pair', width: 6, height: 4, unit: 's', decimals: 1,
      description: 'The highest median round trip of all pairs.',
      queries: [now(`max(${median})`)], steps: slowSteps, noValue: 'none',
    }),
    figure({
      title: 'Pairs that lose datagrams', width: 6, height: 4, unit: 'short', decimals: 0,
      description: 'Pairs in whose latest clean run more than one of a thousand UDP datagrams did ' +
        'not come back.',
      queries: [now(`count(${pair('udp_rtt_loss_ratio')} > 0.001) or vector(0)`)], steps: neverSteps,
    }),
  ],
};

const matrices = {
  title: 'Pair by pair',
  panels: [
    matrix({
      title: 'Round trip', width: 12, height: 10, unit: 's', decimals: 1,
      description: 'Median round trip over TCP from the node in the row to the other end in the ' +
        'column, by its address: the latest of the time range.',
      expr: seen('tcp_rr_latency_seconds', ', stat="p50"'), row: 'node', column: 'peer',
      steps: slowSteps, rowLink: nodeOfCell, sparse: true,
    }),
    matrix({
      title: 'Slow round trips', width: 12, height: 10, unit: 's', decimals: 1,
      description: 'The 99th percentile of the same round trips: what a busy vCPU or a queue adds.',
      expr: seen('tcp_rr_latency_seconds', ', stat="p99"'), row: 'node', column: 'peer',
      steps: slowSteps, rowLink: nodeOfCell, sparse: true,
    }),
    matrix({
      title: 'Throughput up', width: 12, height: 10, unit: 'Bps', decimals: 1,
      description: 'TCP from the node in the row to the other end in the column.',
      expr: seen('tcp_bytes_per_second', ', flow="up"'), row: 'node', column: 'peer',
      rowLink: nodeOfCell, sparse: true,
    }),
    matrix({
      title: 'Throughput down', width: 12, height: 10, unit: 'Bps', decimals: 1,
      description: 'TCP to the node in the row from the other end in the column.',
      expr: seen('tcp_bytes_per_second', ', flow="down"'), row: 'node', column: 'peer',
      rowLink: nodeOfCell, sparse: true,
    }),
  ],
};

const name = '{{node}} - {{peer}}';

const history = {
  title: 'Over time',
  panels: [
    lines({
      title: 'Round trips', width: 12, height: 10, unit: 's',
      description: 'Median round trip over TCP, the twenty slowest pairs.',
      queries: [over(`topk(20, ${median})`, name)], calcs: ['lastNotNull', 'max'],
      logarithmic: true, link: nodeOfSeries,
    }),
    lines({
      title: 'Throughput', width: 12, height: 10, unit: 'Bps', min: 0,
      description: 'TCP up and down, the twenty slowest flows.',
      queries: [over('bottomk(20, max by (node, peer, flow) ' +
        `(hypergauge_network_tcp_bytes_per_second{${pairs}}))`, `${name} {{flow}}`)],
      calcs: ['lastNotNull', 'min'], link: nodeOfSeries,
    }),
    lines({
      title: 'Round trips of datagrams', width: 8, height: 9, unit: 's',
      description: 'Median round trip over UDP, the ten slowest pairs.',
      queries: [over(`topk(10, ${pair('udp_rtt_latency_seconds', ', stat="p50"')})`, name)],
      logarithmic: true, link: nodeOfSeries,
    }),
    lines({
      title: 'Lost datagrams', width: 8, height: 9, unit: 'percentunit', min: 0,
      description: 'Share of UDP datagrams that did not come back, the ten worst pairs.',
      queries: [over(`topk(10, ${pair('udp_rtt_loss_ratio')})`, name)], link: nodeOfSeries,
    }),
    lines({
      title: 'Jitter', width: 8, height: 9, unit: 's', min: 0,
      description: 'How unevenly UDP datagrams arrive, the ten worst pairs.',
      queries: [over(`topk(10, ${pair('udp_jitter_seconds')})`, name)], link: nodeOfSeries,
    }),
    lines({
      title: 'Connections', width: 12, height: 9, unit: 'cps', min: 0,
      description: 'TCP connections a second that a pair can open, the ten slowest pairs.',
      queries: [over(`bottomk(10, ${pair('connect_connections_per_second')})`, name)],
      link: nodeOfSeries,
    }),
    lines({
      title: 'Segments sent again', width: 12, height: 9, unit: 'short', min: 0,
      description: 'TCP segments that were lost on the way up, the ten worst pairs; throughput ' +
        'falls with them.',
      queries: [over(`topk(10, ${pair('tcp_retransmitted_segments')})`, name)],
      link: nodeOfSeries,
    }),
  ],
};

export const network: Board = {
  name: 'network',
  title: 'hypergauge 4: network',
  question: 'Between which nodes is the network slow?',
  from: 'now-24h',
  variables: [
    several('node', 'From', 'Nodes that measure: the clients.',
      'label_values(hypergauge_network_tcp_rr_latency_seconds{peer!="loopback"}, node)'),
    several('peer', 'To', 'The other ends: the servers, by address.',
      'label_values(hypergauge_network_tcp_rr_latency_seconds{peer!="loopback", ' +
      'node=~"$node"}, peer)'),
    suite(),
  ],
  annotations: [annotations.environments('node=~"$node"'),
    annotations.regressions('benchmark=~"network_.+"')],
  rows: [summary, matrices, history],
};
