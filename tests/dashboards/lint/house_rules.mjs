// Rules of hypergauge's own: what keeps six dashboards one thing.
import { annotationsOf, panelsOf, promqlOf, queryOf, variablesOf } from './dashboard.mjs';
import { selectorsIn, variablesIn } from './promql.mjs';

const columns = 24;
const types = new Set(['timeseries', 'stat', 'bargauge', 'table', 'text']);

/** Of a whole dashboard, as objects {title, url}: links of values, wherever they stand. */
function dataLinksOf(panel) {
  const overrides = (panel.fieldConfig?.overrides ?? []).flatMap((each) => each.properties)
    .filter((each) => each.id === 'links').flatMap((each) => each.value);
  return [...panel.fieldConfig?.defaults?.links ?? [], ...overrides];
}

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function repeated(values) {
  return [...new Set(values.filter((each, index) => values.indexOf(each) !== index))];
}

/** (dashboard, uids of all dashboards) => sentences. */
export const houseRules = {
  'uid-and-tag': (dashboard) => [
    ...dashboard.uid?.startsWith('hypergauge-') ? [] : [`uid ${dashboard.uid} is not hypergauge-NAME`],
    ...dashboard.id === undefined ? [] : ['an id belongs to one Grafana only'],
    ...dashboard.tags?.includes('hypergauge') ? [] : ['no tag hypergauge, by which links find it'],
    ...dashboard.title && dashboard.description ? [] : ['no title or no description'],
  ],

  'links-keep-choice': (dashboard) => {
    const links = dashboard.links ?? [];
    const lossy = links.filter((each) => !each.includeVars || !each.keepTime);
    return [
      ...links.some((each) => each.tags?.includes('hypergauge')) ? []
        : ['no link to the other dashboards'],
      ...lossy.map((each) => `link "${each.title}" drops variables or time`),
    ];
  },

  'data-links-lead-on': (dashboard, uids) =>
    panelsOf(dashboard).flatMap((panel) => dataLinksOf(panel).flatMap(({ title, url }) => {
      const where = `panel "${panel.title}", link "${title}"`;
      const uid = url.match(/^\/d\/([\w-]+)\?/)?.[1];
      return [
        ...uids.includes(uid) ? [] : [`${where} leads to no dashboard of ours: ${url}`],
        ...url.includes('${__url_time_range}') ? [] : [`${where} drops the time range`],
        ...url.includes('${datasource:queryparam}') ? [] : [`${where} drops the data source`],
        // A node's name may hold what has a meaning in an address.
        ...[...url.matchAll(/\$\{__[\w.]+\}/g)].map((match) => match[0])
          .filter((value) => value !== '${__url_time_range}')
          .map((value) => `${where} does not encode ${value}`),
      ];
    })),

  'ids-are-unique': (dashboard) => [
    ...repeated((dashboard.panels ?? []).map((panel) => panel.id)).map((id) => `id ${id} is taken`),
    ...panelsOf(dashboard).flatMap((panel) =>
      repeated((panel.targets ?? []).map((target) => target.refId))
        .map((refId) => `panel "${panel.title}": two queries ${refId}`)),
  ],

  'grid': (dashboard) => {
    const panels = dashboard.panels ?? [];
    return panels.flatMap((panel, index) => [
      ...panel.gridPos.x + panel.gridPos.w <= columns ? [] : [`panel "${panel.title}" is too wide`],
      ...panels.slice(index + 1).filter((other) => overlap(panel.gridPos, other.gridPos))
        .map((other) => `panels "${panel.title}" and "${other.title}" overlap`),
    ]);
  },

  'panel-type': (dashboard) =>
    panelsOf(dashboard).filter((panel) => !types.has(panel.type))
      .map((panel) => `panel "${panel.title}": type ${panel.type}`),

  'variables-are-explained': (dashboard) =>
    variablesOf(dashboard).filter((each) => !each.label || !each.description)
      .map((each) => `variable "${each.name}" lacks a label or a description`),

  'variables-exist': (dashboard) => {
    const names = variablesOf(dashboard).map((each) => each.name);
    const texts = [...promqlOf(dashboard).map((each) => each.expr),
      ...variablesOf(dashboard).map(queryOf)];
    return [...new Set(texts.flatMap(variablesIn))].filter((name) => !names.includes(name))
      .map((name) => `$${name} is asked for and no variable`);
  },

  'annotations-explain': (dashboard) =>
    ['Regressions', 'changes'].filter((word) => !annotationsOf(dashboard)
      .some((each) => each.enable && each.name.includes(word)))
      .map((word) => `no annotation of ${word.toLowerCase()}`),

  'fixed-increase': (dashboard) =>
    promqlOf(dashboard).flatMap((each) => selectorsIn(each.expr)
      .filter((selector) => selector.call === 'increase' && !selector.range.startsWith('$'))
      .map((selector) => `${each.where}: increase over ${selector.range}`)),
};
