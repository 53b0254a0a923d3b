// Variables: the same names in every dashboard, so that a link carries them over.
import {
  DatasourceVariableBuilder, QueryVariableBuilder, VariableModel, VariableOption, VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { Builder } from '@grafana/grafana-foundation-sdk/cog';

import { dataSource } from './query';

export type Variable = Builder<VariableModel>;

const all: VariableOption = { selected: true, text: ['All'], value: ['$__all'] };

export function source(): Variable {
  return new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus')
    .description('The Prometheus that scrapes the aggregator and loads hypergauge\'s rules.')
    .multi(false).includeAll(false);
}

function query(name: string, label: string, description: string,
               definition: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name).label(label).description(description)
    .datasource(dataSource).definition(definition)
    .query({ query: definition, refId: `variable-${name}` })
    // What there is depends on the time range.
    .refresh(VariableRefresh.OnTimeRangeChanged).sort(VariableSort.AlphabeticalAsc);
}

/** Any number of values, at first all of them. */
export function several(name: string, label: string, description: string,
                        definition: string): Variable {
  return query(name, label, description, definition).multi(true).includeAll(true).allValue('.+')
    .current(all);
}

/** Exactly one value. `first`: the one at first, where it exists; else the first there is. */
export function one(name: string, label: string, description: string, definition: string,
                    first?: string): Variable {
  const variable = query(name, label, description, definition).multi(false).includeAll(false);
  return first === undefined ? variable
    : variable.current({ selected: true, text: first, value: first });
}

export const suite = () => one('suite', 'Suite',
  'Sizes of the benchmarks; figures of different suites are never mixed.',
  'label_values(hypergauge_benchmark_samples, suite)', 'light');

export const platform = () => several('platform', 'Platform',
  'What runs the guests.', 'label_values(hypergauge_node_info{role!="host"}, platform)');

export const category = () => several('category', 'Category',
  'CPU, memory, kernel, disk, network.', 'label_values(hypergauge_benchmark_info, category)');

export const benchmark = (ofCategory = false) => several('benchmark', 'Benchmark',
  'Benchmarks to show.', ofCategory
    ? 'label_values(hypergauge_benchmark_info{category=~"$category"}, benchmark)'
    : 'label_values(hypergauge_benchmark_info, benchmark)');

export const host = () => several('host', 'Host', 'Physical hosts, with their guests.',
  'label_values(hypergauge_node_info{role="host"}, node)');
