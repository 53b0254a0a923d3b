// Panels with what all of them share; everything that a reader needs to understand one is required.
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as text from '@grafana/grafana-foundation-sdk/text';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

import { Link } from './link';
import { dataSource } from './query';

/** Texts in place of values. */
export type Words = Record<string, { text: string; color?: string }>;

export function wordMappings(words: Words): dashboard.ValueMapping[] {
  const options = Object.fromEntries(Object.entries(words)
    .map(([value, shown], index) => [value, { ...shown, index }]));
  return [{ type: dashboard.MappingType.ValueToText, options }];
}

export interface Shown {
  title: string;
  /** What it shows, how to read it, and what to do about it. */
  description: string;
  queries: DataqueryBuilder[];
  unit: string;
  /** Columns of the grid's 24. */
  width: number;
  height: number;
  decimals?: number;
  min?: number;
  max?: number;
  /** What stands there where there is nothing to show. */
  noValue?: string;
  steps?: dashboard.Threshold[];
  link?: Link;
}

type AnyPanel = timeseries.PanelBuilder | stat.PanelBuilder | bargauge.PanelBuilder;

export const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

/** Thresholds: the first colour is that of the lowest values. */
export function steps(lowest: string, ...others: [number, string][]): dashboard.Threshold[] {
  return [{ value: null, color: lowest }, ...others.map(([value, color]) => ({ value, color }))];
}

/** Time against the host: 1 is as fast, 2 takes twice as long. */
export const costSteps = steps('green', [1.1, 'yellow'], [1.5, 'orange'], [3, 'red']);

export const shareSteps = steps('red', [0.5, 'orange'], [0.8, 'green']);

export const neverSteps = steps('green', [1, 'red']);

export function fill<Panel extends AnyPanel>(panel: Panel, shown: Shown): Panel {
  panel.title(shown.title).description(shown.description).datasource(dataSource)
    .unit(shown.unit).span(shown.width).height(shown.height);
  shown.queries.forEach((query, index) => panel.withTarget(query.refId(refId(index))));
  if (shown.decimals !== undefined) panel.decimals(shown.decimals);
  if (shown.min !== undefined) panel.min(shown.min);
  if (shown.max !== undefined) panel.max(shown.max);
  if (shown.noValue !== undefined) panel.noValue(shown.noValue);
  if (shown.link) panel.dataLinks([shown.link.builder()]);
  if (shown.steps) {
    panel.thresholds(new dashboard.ThresholdsConfigBuilder()
      .mode(dashboard.ThresholdsMode.Absolute).steps(shown.steps));
    panel.colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds));
  }
  return panel;
}

const lastValue = () =>
  new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');

export interface Figure extends Shown {
  trend?: boolean;
  /** With the series' name above it. */
  named?: boolean;
  words?: Words;
}

/** One figure, large. */
export function figure(shown: Figure): stat.PanelBuilder {
  const panel = fill(new stat.PanelBuilder(), { ...shown, steps: shown.steps ?? steps('text') })
    .reduceOptions(lastValue())
    .graphMode(shown.trend ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None)
    .colorMode(common.BigValueColorMode.Value)
    .textMode(shown.named ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value)
    .justifyMode(common.BigValueJustifyMode.Auto)
    .orientation(common.VizOrientation.Auto);
  return shown.words ? panel.mappings(wordMappings(shown.words)) : panel;
}

/** A bar a series, for comparing at one look. Sort in the query. */
export function bars(shown: Shown): bargauge.PanelBuilder {
  return fill(new bargauge.PanelBuilder(), shown)
    .reduceOptions(lastValue())
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Text)
    .namePlacement(common.BarGaugeNamePlacement.Left)
    .showUnfilled(false)
    .text(new common.VizTextDisplayOptionsBuilder().valueSize(15))
    .sizing(common.BarGaugeSizing.Auto)
    .minVizWidth(8).minVizHeight(16).maxVizHeight(26);
}

export interface Lines extends Shown {
  /** Columns of the legend's table, such as "lastNotNull"; a plain list without. */
  calcs?: string[];
  stacked?: boolean;
  logarithmic?: boolean;
  /** The refId of queries whose lines are dashed. */
  dashed?: string[];
  dashedInLegend?: boolean;
}

/** Lines over time. */
export function lines(shown: Lines): timeseries.PanelBuilder {
  const legend = new common.VizLegendOptionsBuilder().showLegend(true).calcs(shown.calcs ?? [])
    .displayMode(shown.calcs ? common.LegendDisplayMode.Table : common.LegendDisplayMode.List)
    .placement(shown.calcs ? common.LegendPlacement.Right : common.LegendPlacement.Bottom);
  if (shown.calcs) legend.sortBy('Last *').sortDesc(true);
  const panel = fill(new timeseries.PanelBuilder(), shown)
    .legend(legend)
    .tooltip(new common.VizTooltipOptionsBuilder()
      .mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending))
    .drawStyle(common.GraphDrawStyle.Line)
    .lineInterpolation(common.LineInterpolation.Linear)
    .lineWidth(1).fillOpacity(shown.stacked ? 40 : 0)
    .showPoints(common.VisibilityMode.Never)
    // A line ends where its figures end, but a scrape that was missed breaks none.
    .spanNulls(shown.stacked ? false : 900_000)
    .axisPlacement(common.AxisPlacement.Auto)
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic));
  // Counts that are all 0 would have an axis up to 100.
  if (shown.decimals === 0) panel.axisSoftMax(1);
  if (shown.stacked) {
    panel.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group('A'));
  }
  for (const each of shown.dashed ?? []) {
    panel.overrideByQuery(each, [
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [4, 6] } },
      ...shown.dashedInLegend === false
        ? [{ id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } }] : [],
    ]);
  }
  if (shown.logarithmic) {
    panel.scaleDistribution(new common.ScaleDistributionConfigBuilder()
      .type(common.ScaleDistribution.Log).log(10));
  }
  return panel;
}

/** Words, in Markdown. */
export function words(title: string, description: string, content: string,
                      width: number, height: number): Builder<dashboard.Panel> {
  return new text.PanelBuilder().title(title).description(description).span(width).height(height)
    .datasource(dataSource).mode(text.TextMode.Markdown).content(content.trim());
}
