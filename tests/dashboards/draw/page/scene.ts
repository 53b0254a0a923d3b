// A classic dashboard as a scene.
import {
  DataSourceVariable, EmbeddedScene, QueryVariable, SceneDataTransformer, SceneGridItem,
  SceneGridLayout, SceneGridRow, SceneQueryRunner, SceneTimePicker, SceneTimeRange,
  SceneControlsSpacer, SceneVariableSet, VariableValueSelectors, VizPanel,
} from '@grafana/scenes';

const source = { uid: 'prom', type: 'prometheus' };

function variableOf(json: any, chosen: string | null): any {
  if (json.type === 'datasource') {
    return new DataSourceVariable({ name: json.name, label: json.label, pluginId: json.query,
                                    value: 'prom', text: 'Prometheus' });
  }
  if (json.type !== 'query') throw new Error(`variable type ${json.type}`);
  const value = chosen ?? json.current?.value;
  return new QueryVariable({
    name: json.name, label: json.label, description: json.description, datasource: source,
    query: json.query.query, sort: json.sort, refresh: json.refresh, isMulti: json.multi,
    includeAll: json.includeAll, allValue: json.allValue, skipUrlSync: true,
    ...value === undefined ? {} : { value, text: chosen ?? json.current.text },
  } as any);
}

function panelOf(json: any): SceneGridItem {
  let data: any = json.targets?.length ? new SceneQueryRunner({
    datasource: source, queries: json.targets.map((each: any) => ({ ...each, datasource: source })),
  }) : undefined;
  if (data && json.transformations?.length) {
    data = new SceneDataTransformer({ $data: data, transformations: json.transformations });
  }
  const { x, y, w, h } = json.gridPos;
  return new SceneGridItem({ x, y, width: w, height: h, body: new VizPanel({
    key: `panel-${json.id}`, title: json.title, description: json.description, pluginId: json.type,
    options: json.options ?? {}, fieldConfig: json.fieldConfig ?? { defaults: {}, overrides: [] },
    $data: data,
  } as any) });
}

export function sceneOf(dashboard: any, query: URLSearchParams): EmbeddedScene {
  const children: any[] = [];
  for (const json of dashboard.panels) {
    const row = children.at(-1);
    if (json.type === 'row') {
      children.push(new SceneGridRow({ title: json.title, isCollapsible: true, isCollapsed: false,
                                       y: json.gridPos.y, children: [] }));
    } else if (row instanceof SceneGridRow) {
      row.setState({ children: [...row.state.children, panelOf(json)] });
    } else {
      children.push(panelOf(json));
    }
  }
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: query.get('from') ?? dashboard.time.from,
                                     to: dashboard.time.to, timeZone: 'utc' }),
    $variables: new SceneVariableSet({ variables: dashboard.templating.list.map((each: any) =>
      variableOf(each, query.get(`var-${each.name}`))) }),
    controls: [new VariableValueSelectors({}), new SceneControlsSpacer(), new SceneTimePicker({})],
    body: new SceneGridLayout({ children, isLazy: false } as any),
  });
}
