// What a Grafana server offers its page, as far as panels ask for it.
import { DataQueryRequest, EventBusSrv, GrafanaTheme2, LoadingState, toDataFrame } from '@grafana/data';
import * as runtime from '@grafana/runtime';
import { sceneGraph } from '@grafana/scenes';
import { Observable, from, of } from 'rxjs';
import { catchError, map, startWith } from 'rxjs/operators';

import { Prometheus } from './prometheus';

function runRequest(source: any, request: DataQueryRequest): Observable<any> {
  const base = { series: [], timeRange: request.range, request };
  const answer = source.query(request);
  return (answer instanceof Observable ? answer : from(answer)).pipe(
    map((each: any) => ({ ...base, state: LoadingState.Done, series: each.data.map(toDataFrame),
                          request: { ...request, endTime: Date.now() } })),
    catchError((error) => of({ ...base, state: LoadingState.Error,
                               errors: [{ message: String(error.message ?? error) }] })),
    startWith({ ...base, state: LoadingState.Loading }),
  );
}

const templates = {
  getVariables: () => [],
  containsTemplate: (text?: string) => Boolean(text) && /\$/.test(text!),
  updateTimeRange: () => {},
  replace(text?: string, scoped?: any, format?: any) {
    const scene = scoped?.__sceneObject?.value;
    return scene ? sceneGraph.interpolate(scene.valueOf(), text, scoped, format) : text ?? '';
  },
};

export function offerServices(theme: GrafanaTheme2): void {
  const config: any = runtime.config;
  Object.assign(config, {
    theme2: theme, theme: theme.v1, featureToggles: config.featureToggles ?? {}, panels: {},
    dateFormats: config.dateFormats ?? {},
    bootData: { user: { timezone: 'utc', weekStart: '', locale: 'en-US', orgId: 1,
                        lightTheme: false }, settings: {}, navTree: [] },
  });
  runtime.setAppEvents?.(new EventBusSrv() as any);
  runtime.setEchoSrv?.({ flush: () => {}, addBackend: () => {}, addEvent: () => {} } as any);
  runtime.setTemplateSrv(templates as any);
  runtime.setRunRequest(runRequest as any);
  const prometheus = new Prometheus();
  const settings: any = { uid: 'prom', name: 'Prometheus', type: 'prometheus', isDefault: true,
                          jsonData: {}, meta: { ...prometheus.meta, metrics: true } };
  runtime.setDataSourceSrv({
    get: async () => prometheus, getList: () => [settings], getInstanceSettings: () => settings,
    reload: async () => {}, registerRuntimeDataSource: () => {},
  } as any);
}
