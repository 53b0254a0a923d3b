// Queries, all against the data source that the reader chooses.
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

export const dataSource = { type: 'prometheus', uid: '${datasource}' };

/** A line a series over the time range. `legend` in Grafana's {{label}} form. */
export function over(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(dataSource).expr(expr.trim()).legendFormat(legend)
    .format(PromQueryFormat.TimeSeries).range();
}

/** One value a series, at the end of the time range. */
export function now(expr: string, legend = ''): DataqueryBuilder {
  return new DataqueryBuilder().datasource(dataSource).expr(expr.trim()).legendFormat(legend)
    .format(PromQueryFormat.TimeSeries).instant();
}

/** A row a series, at the end of the time range, with a column a label and one of the value. */
export function rows(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(dataSource).expr(expr.trim())
    .format(PromQueryFormat.Table).instant();
}
