// Tables: one query a column, joined by their labels, or a matrix of one query.
import * as common from '@grafana/grafana-foundation-sdk/common';
import { DynamicConfigValue, Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import * as table from '@grafana/grafana-foundation-sdk/table';

import { Link } from './link';
import { Shown, Words, refId, steps, wordMappings } from './panel';
import { dataSource, rows } from './query';

export interface Column {
  /** The label, or "Value" for the query's figure. */
  field: string;
  title: string;
  unit?: string;
  decimals?: number;
  width?: number;
  link?: Link;
  /** Colours the cell's background, or its text where `words` is set. */
  steps?: Threshold[];
  /** Long texts take several lines. */
  wrapped?: boolean;
  /** Texts instead of values, with their colours. */
  words?: Words;
}

export interface Rows extends Omit<Shown, 'queries' | 'unit' | 'link'> {
  /** PromQL of each column of figures, in their order. All have the same labels. */
  figures: ({ expr: string } & Omit<Column, 'field'>)[];
  /** A query whose labels are all that there is to show, in place of figures. */
  base?: string;
  /** Labels to show, in their order, before the figures. */
  labels: Column[];
  /** Of columns that come behind the figures. */
  labelsBehind?: Column[];
  /** Title of a column. */
  sortBy: string;
  descending?: boolean;
  filterable?: boolean;
}

function properties(column: Column): DynamicConfigValue[] {
  const all: DynamicConfigValue[] = [];
  if (column.words) all.push({ id: 'mappings', value: wordMappings(column.words) });
  if (column.unit) all.push({ id: 'unit', value: column.unit });
  if (column.decimals !== undefined) all.push({ id: 'decimals', value: column.decimals });
  if (column.width) all.push({ id: 'custom.width', value: column.width });
  if (column.link) all.push(column.link.property());
  if (column.wrapped) {
    // Where Grafana 11 looks for it, and where later ones do.
    all.push({ id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } });
    all.push({ id: 'custom.wrapText', value: true });
  }
  if (column.steps || column.words) {
    all.push({ id: 'thresholds', value: { mode: 'absolute', steps: column.steps ?? steps('text') } });
    all.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
  }
  return all;
}

function empty(shown: Omit<Rows, 'figures' | 'labels' | 'sortBy'>): table.PanelBuilder {
  const panel = new table.PanelBuilder().title(shown.title).description(shown.description)
    .datasource(dataSource).span(shown.width).height(shown.height)
    .cellHeight(common.TableCellHeight.Sm).filterable(false).align(common.FieldTextAlignment.Auto);
  if (shown.noValue !== undefined) panel.noValue(shown.noValue);
  return panel;
}

/** A row a label set. Of one query the figure's field is "Value", of several "Value #A" and so on. */
export function rowsOf(shown: Rows): table.PanelBuilder {
  // Labels are words, be they made of digits.
  const panel = empty(shown).unit('string');
  if (shown.filterable) panel.filterable(true);
  const queries = shown.base ? [shown.base] : shown.figures.map((column) => column.expr);
  const alone = queries.length === 1;
  queries.forEach((expr, index) => panel.withTarget(rows(expr).refId(refId(index))));
  if (!alone) panel.withTransformation({ id: 'merge', options: {} });
  const columns: Column[] = [
    ...shown.labels,
    ...shown.figures.map((column, index) =>
      ({ unit: 'none', ...column, field: alone ? 'Value' : `Value #${refId(index)}` })),
    ...shown.labelsBehind ?? [],
  ];
  panel.withTransformation({ id: 'filterFieldsByName',
                             options: { include: { names: columns.map((each) => each.field) } } });
  panel.withTransformation({ id: 'organize', options: {
    excludeByName: {},
    indexByName: Object.fromEntries(columns.map((each, index) => [each.field, index])),
    renameByName: Object.fromEntries(columns.map((each) => [each.field, each.title])),
  } });
  panel.withTransformation({ id: 'sortBy', options: { fields: {},
    sort: [{ field: shown.sortBy, desc: shown.descending ?? false }] } });
  for (const column of columns) {
    const wanted = properties(column);
    if (wanted.length > 0) panel.overrideByName(column.title, wanted);
  }
  return panel.sortBy([new common.TableSortByFieldStateBuilder()
    .displayName(shown.sortBy).desc(shown.descending ?? false)]);
}

export interface Matrix extends Omit<Shown, 'queries' | 'link'> {
  expr: string;
  row: string;
  column: string;
  rowLink?: Link;
  /** Not every pair has a figure: a background would colour those too that have none. */
  sparse?: boolean;
  rowWidth?: number;
}

/** A row for each value of one label, a column for each of another. */
export function matrix(shown: Matrix): table.PanelBuilder {
  const corner = `${shown.row}\\${shown.column}`;
  const panel = empty(shown).unit(shown.unit).withTarget(rows(shown.expr).refId('A'))
    .withTransformation({ id: 'groupingToMatrix', options: {
      columnField: shown.column, rowField: shown.row, valueField: 'Value', emptyValue: 'null' } });
  if (shown.decimals !== undefined) panel.decimals(shown.decimals);
  if (shown.steps) {
    panel.overrideByFieldType('number', [
      { id: 'thresholds', value: { mode: 'absolute', steps: shown.steps } },
      { id: 'custom.cellOptions', value: shown.sparse ? { type: 'color-text' }
        : { type: 'color-background', mode: 'basic' } },
    ]);
  }
  const first: DynamicConfigValue[] = [{ id: 'custom.width', value: shown.rowWidth ?? 160 },
    { id: 'custom.align', value: 'left' }];
  if (shown.rowLink) first.push(shown.rowLink.property());
  return panel.overrideByName(corner, first)
    .sortBy([new common.TableSortByFieldStateBuilder().displayName(corner).desc(false)]);
}
