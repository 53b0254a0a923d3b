// The rules of Grafana's dashboard-linter, by its names. Left out:
//   template-job-rule, template-instance-rule, target-instance-rule: every family of hypergauge has
//     its prefix, and what is looked at is a node, never the one aggregator that tells of it; several
//     aggregators share a fleet, and a choice among them would hide part of it.
//   target-job-rule: here for metrics only that any program has, such as process_*.
//   target-logql-*: nothing asks Loki.
import { annotationsOf, labelValues, panelsOf, promqlOf, queryOf, variablesOf } from './dashboard.mjs';
import { parseErrors, selectorsIn } from './promql.mjs';
import { units } from './units.mjs';

const templated = '${datasource}';
const rates = new Set(['rate', 'irate']);
const ofCounters = new Set([...rates, 'increase', 'resets', 'changes']);
const withUnits = new Set(['timeseries', 'stat', 'gauge', 'bargauge', 'table']);

const targetsOf = (dashboard) => promqlOf(dashboard).filter((each) => each.kind === 'target');

/** What each rule complains about: (dashboard) => sentences. */
export const grafanaRules = {
  'template-datasource-rule': (dashboard) => {
    const sources = variablesOf(dashboard).filter((each) => each.type === 'datasource');
    if (sources.length === 0) return ['no variable chooses the data source'];
    return sources.flatMap((each) => [
      ...each.name === 'datasource' ? [] : [`variable "${each.name}" should be "datasource"`],
      ...each.label === 'Data source' ? [] : [`variable "${each.name}" should be labelled "Data source"`],
      ...each.query === 'prometheus' ? [] : [`variable "${each.name}" chooses ${each.query}`],
    ]);
  },

  'template-label-promql-rule': (dashboard) => {
    const variables = variablesOf(dashboard).filter((each) => each.type === 'query');
    const parts = variables.map((each) => labelValues(queryOf(each)));
    const errors = parseErrors(parts.map((each) => each?.series ?? 'up'));
    return variables.flatMap((each, index) => [
      ...parts[index] ? [] : [`variable "${each.name}" is no label_values(series, label)`],
      ...errors[index] ? [`variable "${each.name}": ${errors[index]}`] : [],
    ]);
  },

  'template-on-time-change-reload-rule': (dashboard) =>
    variablesOf(dashboard).filter((each) => each.type === 'query' && each.refresh !== 2)
      .map((each) => `variable "${each.name}" is not read anew when the time range changes`),

  'panel-datasource-rule': (dashboard) => {
    const used = [
      ...panelsOf(dashboard).flatMap((panel) => [[`panel "${panel.title}"`, panel.datasource],
        ...(panel.targets ?? []).map((target) =>
          [`panel "${panel.title}", query ${target.refId}`, target.datasource])]),
      ...annotationsOf(dashboard).map((each) => [`annotation "${each.name}"`, each.datasource]),
      ...variablesOf(dashboard).filter((each) => each.type === 'query')
        .map((each) => [`variable "${each.name}"`, each.datasource]),
    ];
    return used.filter(([, source]) => source?.uid !== templated)
      .map(([where, source]) => `${where}: data source ${source?.uid ?? 'is missing'}`);
  },

  'panel-title-description-rule': (dashboard) =>
    panelsOf(dashboard).filter((panel) => !panel.title?.trim() || !panel.description?.trim())
      .map((panel) => `panel ${panel.id} "${panel.title ?? ''}" lacks a title or a description`),

  'panel-units-rule': (dashboard) =>
    panelsOf(dashboard).filter((panel) => withUnits.has(panel.type)).flatMap((panel) => {
      const overrides = (panel.fieldConfig?.overrides ?? []).flatMap((each) => each.properties)
        .filter((each) => each.id === 'unit').map((each) => each.value);
      return [panel.fieldConfig?.defaults?.unit, ...overrides].filter((unit) => !units.has(unit))
        .map((unit) => `panel "${panel.title}": unit ${unit ?? 'is missing'}`);
    }),

  'panel-no-targets-rule': (dashboard) =>
    panelsOf(dashboard).filter((panel) => panel.type !== 'text' && !panel.targets?.length)
      .map((panel) => `panel "${panel.title}" has no query`),

  'target-promql-rule': (dashboard) => {
    const all = promqlOf(dashboard).filter((each) => each.kind !== 'variable');
    const errors = parseErrors(all.map((each) => each.expr));
    return all.flatMap((each, index) => errors[index] ? [`${each.where}: ${errors[index]}`] : []);
  },

  'target-rate-interval-rule': (dashboard) =>
    targetsOf(dashboard).flatMap((each) => selectorsIn(each.expr)
      .filter((selector) => rates.has(selector.call) && selector.range !== '$__rate_interval')
      .map((selector) => `${each.where}: ${selector.call} over ${selector.range}`)),

  'target-counter-agg-rule': (dashboard) =>
    targetsOf(dashboard).flatMap((each) => selectorsIn(each.expr)
      .filter((selector) => selector.metric.endsWith('_total') && !ofCounters.has(selector.call))
      .map((selector) => `${each.where}: counter ${selector.metric} without rate or increase`)),

  'target-job-rule': (dashboard) =>
    targetsOf(dashboard).flatMap((each) => selectorsIn(each.expr)
      .filter((selector) => !/(^|:)hypergauge_/.test(selector.metric) && selector.metric !== 'ALERTS')
      .filter((selector) => !selector.labels.includes('job'))
      .map((selector) => `${each.where}: ${selector.metric} of any job`)),

  'uneditable-dashboard-rule': (dashboard) =>
    dashboard.editable === false ? [] : ['what is edited here is lost with the next provisioning'],
};
