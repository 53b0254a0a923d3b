// A dashboard: rows of panels under one question.
import { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  AnnotationQueryBuilder, Dashboard, DashboardBuilder, DashboardCursorSync, Panel, RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';

import { otherDashboards, tag } from './link';
import { Variable, source } from './variables';

export interface Board {
  /** Without the prefix "hypergauge-". */
  name: string;
  title: string;
  /** The question that it answers. */
  question: string;
  from: string;
  variables: Variable[];
  annotations: AnnotationQueryBuilder[];
  rows: { title: string; panels: Builder<Panel>[] }[];
}

const kColumns = 24;

/** Fails where a line of panels does not fill the grid, or has several heights. */
function checkLines(title: string, panels: Panel[]): void {
  let used = 0;
  let height = 0;
  for (const { gridPos } of panels) {
    if (used > 0 && gridPos!.h !== height) throw new Error(`${title}: heights differ in a line`);
    height = gridPos!.h;
    used += gridPos!.w;
    if (used > kColumns) throw new Error(`${title}: a line is wider than the grid`);
    if (used === kColumns) used = 0;
  }
  if (used !== 0) throw new Error(`${title}: the last line leaves ${kColumns - used} columns`);
}

export function build(board: Board): Dashboard {
  const builder = new DashboardBuilder(board.title).uid(`hypergauge-${board.name}`)
    .description(board.question).tags([tag]).timezone('browser').readonly()
    .tooltip(DashboardCursorSync.Crosshair).refresh('1m').time({ from: board.from, to: 'now' })
    .version(1).link(otherDashboards());
  for (const variable of [source(), ...board.variables]) builder.withVariable(variable);
  for (const annotation of board.annotations) builder.annotation(annotation);
  for (const row of board.rows) {
    checkLines(`${board.title}, ${row.title}`, row.panels.map((panel) => panel.build()));
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panel);
  }
  const built = builder.build();
  (built.panels ?? []).forEach((panel, index) => { panel.id = index + 1; });
  return built;
}
