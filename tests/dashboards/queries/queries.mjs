// queries.mjs --bin DIR: asks a real Prometheus, which scraped a real aggregator, everything that
// dashboards ask: panels, variables, annotations. Fails for an error, and for what has no answer.
import { runAsProgram, step } from '../fleet/fleet.mjs';
import { promqlOf, variablesOf } from '../lint/dashboard.mjs';
import { treeDashboards } from '../lint/lint.mjs';
import { Api } from './api.mjs';
import { choices } from './choices.mjs';
import { durationsFor, interpolated, valueOf } from './interpolation.mjs';
import { mayBeEmpty } from './may_be_empty.mjs';

const span = 24 * 3600;
const points = 200;

/** Values of all variables, in their order, since one may need another. */
async function variablesFor(api, dashboard, chosen, { from, to }, complaints) {
  const values = {};
  for (const variable of variablesOf(dashboard).filter((each) => each.type === 'query')) {
    const { expr, label } = promqlOf(dashboard).find((each) => each.variable === variable);
    const found = await api.labelValues(interpolated(expr, values), label, from, to);
    if (found.length === 0) complaints.push(`variable "${variable.name}" has no value`);
    values[variable.name] = valueOf(variable, found, chosen[variable.name]);
  }
  return values;
}

async function ask(api, each, expr, { from, to }) {
  if (each.kind === 'target' && each.target.instant) return api.now(expr, to);
  return api.over(expr, from, to, span / points);
}

/** What is wrong with a dashboard's queries, and how many there are. */
async function check(api, dashboard, chosen) {
  const name = dashboard.uid.replace('hypergauge-', '');
  const complaints = [];
  const to = Date.now() / 1000;
  const times = { from: to - span, to };
  const values = await variablesFor(api, dashboard, chosen, times, complaints);
  const queries = promqlOf(dashboard).filter((each) => each.kind !== 'variable');
  const answered = new Map();
  for (const each of queries) {
    const expr = interpolated(each.expr, { ...values, ...durationsFor(span, span / points, step) });
    try {
      const series = await ask(api, each, expr, times);
      const thing = each.panel ?? each.annotation;
      answered.set(thing, (answered.get(thing) ?? 0) + series.length);
      if (series.length === 0 && !mayBeEmpty(`${name}: ${each.where}`)) {
        complaints.push(`${each.where} has no answer: ${expr}`);
      }
    } catch (error) {
      complaints.push(`${each.where}: ${error.message}: ${expr}`);
    }
  }
  return { complaints, asked: queries.length };
}

/** Sentences about all that is wrong with what the tree's dashboards ask. */
export async function askAll(prometheus) {
  const api = new Api(prometheus);
  const chosen = await choices(prometheus);
  const all = [];
  for (const [name, dashboard] of treeDashboards()) {
    const { complaints, asked } = await check(api, dashboard,
      dashboard.uid === 'hypergauge-node' ? chosen : {});
    console.log(`${name}: ${asked} queries, ${complaints.length} complaints`);
    all.push(...complaints.map((each) => `${name}: ${each}`));
  }
  return all;
}

await runAsProgram(import.meta.url, {}, ({ prometheus }) => askAll(prometheus));
