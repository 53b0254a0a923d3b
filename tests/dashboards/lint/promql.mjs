// What the rules ask of PromQL: Prometheus' own parser for whether it is any, and a grammar of it
// for what stands in it.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { parser } from '@prometheus-io/lezer-promql';

const durations = { __rate_interval: '4m', __interval: '1m', __range: '1d' };

/** With every variable replaced: durations by one, all others by a word. */
export function withoutVariables(expr) {
  return expr.replace(/\$([A-Za-z_]\w*)|\$\{(\w+)(?::\w+)?\}/g, (_, plain, braced) =>
    durations[plain ?? braced] ?? (plain ?? braced));
}

/** Names of the variables in a text, Grafana's own (__name) left out. */
export function variablesIn(text) {
  return [...text.matchAll(/\$([A-Za-z_]\w*)|\$\{(\w+)(?::\w+)?\}/g)].map((match) => match[1] ?? match[2])
    .filter((name) => !name.startsWith('__'));
}

/** For each text what Prometheus says of it; undefined where it is well. */
export function parseErrors(exprs) {
  const rules = exprs.map((expr) =>
    ({ record: 'level:metric:operation', expr: withoutVariables(expr) }));
  const errors = exprs.map(() => undefined);
  const said = exprs.length > 0 ? checkRules(rules) : '';
  for (const match of said.matchAll(/rule (\d+), "[^"]*": (?:could not parse expression: )?(.*)/g)) {
    errors[Number(match[1]) - 1] ??= match[2];
  }
  if (said && errors.every((each) => each === undefined)) throw new Error(said);
  return errors;
}

/** What promtool complains about; empty where it has nothing to say. */
function checkRules(rules) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hypergauge-promql-'));
  const file = path.join(folder, 'rules.yml');
  try {
    fs.writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }, null, 1));
    execFileSync('promtool', ['check', 'rules', '--lint=none', file], { stdio: 'pipe' });
    return '';
  } catch (error) {
    if (error.code === 'ENOENT') {
      throw new Error('promtool is missing; it comes with Debian\'s package prometheus');
    }
    return String(error.stderr ?? error);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/**
 * Every selector: its metric, its label matchers, the range and function it stands in, if any.
 * Read from the text as it is, so that a range may be a variable.
 */
export function selectorsIn(expr) {
  // A variable is no duration of the grammar: each is replaced by one that stands for it.
  const named = expr.replace(/\[\s*\$(?:\{(\w+)\}|(\w+))/g, '[77777s');
  const ranges = [...expr.matchAll(/\[\s*\$(?:\{(\w+)\}|(\w+))/g)].map((match) =>
    `$${match[1] ?? match[2]}`);
  const text = withoutVariables(named);
  const selectors = [];
  parser.parse(text).iterate({ enter(node) {
    if (node.name === 'VectorSelector') selectors.push(selectorAt(node.node, text, ranges));
  } });
  return selectors;
}

function selectorAt(node, text, ranges) {
  const slice = (each) => text.slice(each.from, each.to);
  const name = node.getChild('Identifier');
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const parent = node.parent;
  let range;
  let call;
  if (parent?.name === 'MatrixSelector') {
    range = slice(parent).slice(slice(parent).lastIndexOf('[') + 1, -1).trim();
    if (range === '77777s') range = ranges.shift();
    const body = parent.parent;
    if (body?.name === 'FunctionCallBody' && body.parent?.name === 'FunctionCall') {
      call = slice(body.parent.getChild('FunctionIdentifier'));
    }
  }
  return {
    metric: name ? slice(name) : '',
    labels: matchers.map((each) => slice(each.getChild('LabelName'))),
    range, call,
  };
}
