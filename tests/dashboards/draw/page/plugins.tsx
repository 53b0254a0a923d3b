// The panel types that dashboards use, of the components that Grafana's own panels are made of.
import {
  FieldType, GrafanaTheme2, PanelPlugin, PluginType, VizOrientation, cacheFieldDisplayNames,
  getDisplayValueAlignmentFactors, getFieldDisplayValues, renderTextPanelMarkdown,
} from '@grafana/data';
import { setPluginImportUtils } from '@grafana/runtime';
import * as grafana from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';

import { fieldOption } from './registries';

const ui: any = grafana;

const lineOptions: Record<string, any> = {
  drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none',
  showPoints: 'auto', pointSize: 5, spanNulls: false, stacking: { mode: 'none', group: 'A' },
  axisPlacement: 'auto', axisLabel: '', scaleDistribution: { type: 'linear' },
  thresholdsStyle: { mode: 'off' }, hideFrom: { tooltip: false, viz: false, legend: false },
  axisCenteredZero: false, axisColorMode: 'text', lineStyle: { fill: 'solid' }, barAlignment: 0,
  axisSoftMin: undefined, axisSoftMax: undefined, insertNulls: false, fillBelowTo: undefined,
  axisBorderShow: false, axisGridShow: undefined, axisWidth: undefined,
};
const tableOptions: Record<string, any> = {
  align: 'auto', cellOptions: { type: 'auto' }, inspect: false, width: undefined,
  minWidth: undefined, filterable: false, hidden: false, wrapText: false,
};

function plugin(id: string, component: any, options: Record<string, any> = {},
                color: any = { mode: 'thresholds' }): PanelPlugin {
  const made = new PanelPlugin(component);
  made.meta = { id, name: id, type: PluginType.panel, info: {} as any, module: '', baseUrl: '',
                sort: 1 } as any;
  made.useFieldConfig({
    standardOptions: { color: { defaultValue: color } } as any,
    useCustomConfig: (builder: any) => {
      for (const [name, value] of Object.entries(options)) {
        builder.addCustomEditor(fieldOption(name, undefined, value));
      }
    },
  });
  return made;
}

const Nothing = () => <div style={{ padding: 16 }}>No data</div>;

function Lines({ data, width, height, timeRange, timeZone, options }: any) {
  const frames = data.series.filter((frame: any) =>
    frame.fields.some((field: any) => field.type === FieldType.time));
  if (frames.length === 0) return <Nothing />;
  const legend = { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true,
                   ...options?.legend };
  return <ui.TimeSeries frames={frames} structureRev={data.structureRev} width={width} height={height}
    timeRange={timeRange} timeZone={timeZone} legend={legend} options={options} />;
}

function displayed(panel: any, theme: GrafanaTheme2) {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, data: panel.data.series, theme, timeZone: panel.timeZone,
    reduceOptions: panel.options.reduceOptions, replaceVariables: panel.replaceVariables,
    sparkline: panel.options.graphMode !== 'none',
  } as any);
}

const repeated = (panel: any, theme: GrafanaTheme2) => ({
  getValues: () => displayed(panel, theme), getAlignmentFactors: getDisplayValueAlignmentFactors,
  source: panel.data, width: panel.width, height: panel.height, renderCounter: panel.renderCounter,
});

const figures = (theme: GrafanaTheme2) => function Figures(panel: any) {
  const { options } = panel;
  const render = ({ value, width, height, count, alignmentFactors }: any) =>
    <ui.BigValue value={value.display} count={count} width={width} height={height} theme={theme}
      sparkline={options.graphMode === 'none' ? undefined : value.sparkline}
      colorMode={options.colorMode} graphMode={options.graphMode} justifyMode={options.justifyMode}
      textMode={options.textMode} alignmentFactors={alignmentFactors} />;
  return <ui.VizRepeater {...repeated(panel, theme)} autoGrid orientation={VizOrientation.Auto}
    itemSpacing={3} renderValue={render} />;
};

const bars = (theme: GrafanaTheme2) => function Bars(panel: any) {
  const { options } = panel;
  const render = ({ value, width, height, orientation, count, alignmentFactors }: any) =>
    <ui.BarGauge value={value.display} width={width} height={height} orientation={orientation}
      field={value.field} theme={theme} itemSpacing={10} lcdCellWidth={12}
      display={value.view?.getFieldDisplayProcessor(value.colIndex)}
      displayMode={options.displayMode} showUnfilled={options.showUnfilled}
      alignmentFactors={count > 1 ? alignmentFactors : undefined}
      valueDisplayMode={options.valueMode} namePlacement={options.namePlacement}
      text={options.text} />;
  return <ui.VizRepeater {...repeated(panel, theme)} orientation={VizOrientation.Horizontal}
    minVizHeight={options.minVizHeight} minVizWidth={options.minVizWidth}
    maxVizHeight={options.maxVizHeight} itemSpacing={10} renderValue={render} />;
};

function Table(panel: any) {
  cacheFieldDisplayNames(panel.data.series);
  const frame = panel.data.series[0];
  if (!frame) return <Nothing />;
  return <TableNG data={frame} width={panel.width} height={panel.height} enableVirtualization
    disableSanitizeHtml={false} cellHeight={panel.options?.cellHeight ?? 'sm'}
    initialSortBy={panel.options?.sortBy} fieldConfig={panel.fieldConfig}
    timeRange={panel.timeRange} noHeader={panel.options?.showHeader === false} />;
}

function Words(panel: any) {
  const html = renderTextPanelMarkdown(panel.replaceVariables(panel.options.content));
  return <div className="markdown-html" style={{ padding: 8, overflow: 'auto', height: panel.height }}
    dangerouslySetInnerHTML={{ __html: html }} />;
}

export function offerPlugins(theme: GrafanaTheme2): void {
  const plugins: Record<string, PanelPlugin> = {
    timeseries: plugin('timeseries', Lines, lineOptions, { mode: 'palette-classic' }),
    stat: plugin('stat', figures(theme)),
    bargauge: plugin('bargauge', bars(theme)),
    table: plugin('table', Table, tableOptions),
    text: plugin('text', Words),
  };
  const get = (id: string) => {
    if (!plugins[id]) throw new Error(`no panel type ${id}`);
    return plugins[id];
  };
  setPluginImportUtils({ importPanelPlugin: async (id: string) => get(id),
                         getPanelPluginFromCache: (id: string) => get(id) });
}
