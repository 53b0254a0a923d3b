// What explains a change in the figures, drawn over them at the moment in which it happened.
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

import { dataSource } from './query';

const kMillis = 1000;

function annotation(name: string, color: string, expr: string, title: string,
                    text: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder().name(name).enable(true).hide(false).iconColor(color)
    .datasource(dataSource).expr(expr).step('60s').titleFormat(title).textFormat(text);
}

// A name may hold what has a meaning in a pattern: two matchers, not one of $node|$host.
const either = (family: string, matchers: string[]) =>
  matchers.map((each) => `${family}{${each}}`).join(' or ');

/** `nodes`: matchers of the label `node`, such as node=~"$node"; one is enough. */
export function environments(...nodes: string[]): AnnotationQueryBuilder {
  return annotation('Environment changes', 'purple',
    `(${either('hypergauge_environment_epoch_timestamp_seconds', nodes)}) * ${kMillis}`,
    '{{node}}: its environment changed',
    'Kernel, clock source, governor, drivers or another fact; the node view tells which.')
    .tagKeys('node').useValueForTime(true);
}

/** A node whose probe or platform is another one than ten minutes before; not one that is new. */
export function versions(...nodes: string[]): AnnotationQueryBuilder {
  return annotation('Version changes', 'blue',
    `(${either('hypergauge_node_info', nodes)})\n` +
    'unless on (node, platform, probe_version) hypergauge_node_info offset 10m\n' +
    'and on (node) hypergauge_node_info offset 10m',
    '{{node}} has another version', 'probe {{probe_version}}, platform {{platform}}')
    .tagKeys('node,platform');
}

/** `which`: matchers of a regression's labels, such as benchmark=~"$benchmark". */
export function regressions(...which: string[]): AnnotationQueryBuilder {
  return annotation('Regressions', 'red',
    `(${either('hypergauge_regression_onset_timestamp_seconds', which)}) * ${kMillis}`,
    '{{benchmark}} of {{scope}} {{subject}} got worse', 'regression {{regression}}, {{suite}}')
    .tagKeys('benchmark,subject').useValueForTime(true);
}

export function alerts(): AnnotationQueryBuilder {
  return annotation('Alerts', 'orange',
    'ALERTS{alertname=~"Hypergauge.+", alertstate="firing"}', '{{alertname}}', '{{node}}{{host}}')
    .tagKeys('severity');
}
