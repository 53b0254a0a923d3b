// Prometheus as a data source: frames as Grafana's own makes them, of the same API.
import { FieldType, rangeUtil } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { RuntimeDataSource } from '@grafana/scenes';

const scrapeMillis = 1000 * Number(new URLSearchParams(location.search).get('scrape') ?? 15);
const gapSteps = 1.5;

const duration = (millis: number) => millis % 1000 ? `${millis}ms` : `${millis / 1000}s`;

const quoted = (value: string) => value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n');
const pattern = (value: string) => quoted(value.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&'));

/** As Grafana's own does it: patterns are escaped where several may be chosen, and only there. */
function interpolated(value: any, variable: any): string {
  if (Array.isArray(value)) return `(${value.map(pattern).join('|')})`;
  return variable?.multi || variable?.includeAll ? pattern(String(value)) : quoted(String(value));
}

function withLegend(legend: string | undefined, metric: Record<string, string>, expr: string) {
  if (legend) return legend.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name) => metric[name] ?? '');
  const { __name__: name = '', ...labels } = metric;
  const shown = Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(', ');
  return name + (shown ? `{${shown}}` : '') || expr;
}

function tableFrame(target: any, result: any[], valueName: string) {
  const labels = [...new Set(result.flatMap((each) => Object.keys(each.metric)))].sort();
  const column = (name: string, type: FieldType, values: any[], config = {}) =>
    ({ name, type, config, values });
  return { refId: target.refId, fields: [
    column('Time', FieldType.time, result.map((each) => each.value[0] * 1000)),
    ...labels.map((label) => column(label, FieldType.string,
      result.map((each) => each.metric[label] ?? ''), { filterable: true })),
    column(valueName, FieldType.number, result.map((each) => Number(each.value[1]))),
  ] };
}

function seriesFrame(target: any, expr: string, metric: any, points: [number, string][],
                     stepSeconds?: number) {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const [at, value] of points) {
    const last = times.at(-1);
    // A gap is a null, else a line would be drawn over it.
    if (stepSeconds && last && at - last / 1000 > gapSteps * stepSeconds) {
      times.push(last + stepSeconds * 1000);
      values.push(null);
    }
    times.push(at * 1000);
    values.push(value === 'NaN' ? null : Number(value));
  }
  const config = stepSeconds ? { interval: stepSeconds * 1000 } : {};
  return { refId: target.refId, meta: { type: 'timeseries-multi' }, fields: [
    { name: 'Time', type: FieldType.time, config, values: times },
    { name: 'Value', type: FieldType.number, labels: metric, values,
      config: { displayNameFromDS: withLegend(target.legendFormat, metric, expr) } },
  ] };
}

export class Prometheus extends RuntimeDataSource<any> {
  constructor() {
    super('prometheus', 'prom');
    (this as any).name = 'Prometheus';
  }

  private async get(path: string, parameters: Record<string, string>): Promise<any> {
    const answer = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const json = await answer.json();
    if (json.status !== 'success') throw new Error(json.error);
    return json.data;
  }

  query(request: any): any { return this.frames(request); }

  private async frames(request: any) {
    const from = request.range.from.valueOf() / 1000;
    const to = request.range.to.valueOf() / 1000;
    const data: any[] = [];
    for (const target of request.targets.filter((each: any) => !each.hide)) {
      const stepMillis = Math.max(scrapeMillis, rangeUtil.roundInterval(
        (to - from) * 1000 / (request.maxDataPoints ?? 800)));
      const rate = Math.max(stepMillis + scrapeMillis, 4 * scrapeMillis);
      const span = Math.round(to - from);
      const expr = getTemplateSrv().replace(target.expr, { ...request.scopedVars,
        __interval: { value: duration(stepMillis) }, __rate_interval: { value: duration(rate) },
        __range: { value: `${span}s` }, __range_s: { value: span } },
      interpolated);
      data.push(...target.instant ? await this.instant(target, expr, to, request.targets.length)
        : await this.overTime(target, expr, from, to, stepMillis / 1000));
    }
    return { data };
  }

  private async instant(target: any, expr: string, at: number, targets: number) {
    const { result } = await this.get('query', { query: expr, time: String(at) });
    if (target.format === 'table') {
      return [tableFrame(target, result, targets > 1 ? `Value #${target.refId}` : 'Value')];
    }
    return result.map((each: any) => seriesFrame(target, expr, each.metric, [each.value]));
  }

  private async overTime(target: any, expr: string, from: number, to: number, step: number) {
    const aligned = (at: number) => String(Math.floor(at / step) * step);
    const { result } = await this.get('query_range',
      { query: expr, start: aligned(from), end: aligned(to), step: String(step) });
    return result.map((each: any) => seriesFrame(target, expr, each.metric, each.values, step));
  }

  async metricFindQuery(query: any, options: any) {
    const text = getTemplateSrv().replace(typeof query === 'string' ? query : query.query,
      options?.scopedVars, interpolated);
    const match = text.match(/^label_values\(([\s\S]+),\s*([a-zA-Z_]\w*)\)$/);
    if (!match) throw new Error(`no label_values(series, label): ${text}`);
    const values: string[] = await this.get(`label/${match[2]}/values`, { 'match[]': match[1] });
    return values.map((value) => ({ text: value, value }));
  }
}
