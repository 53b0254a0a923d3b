// Each rule complains about the fixture that breaks it and that one only, and the tree keeps them all.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { complaintsOf, dashboardsFolder, rules, treeDashboards } from './lint.mjs';
import { parseErrors, selectorsIn, variablesIn } from './promql.mjs';
import { provisioningComplaints } from './provisioning.mjs';

const folder = fileURLToPath(new URL('fixtures', import.meta.url));
const fixture = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));

test('a fixture that keeps every rule is complained about by none', () => {
  assert.deepEqual(complaintsOf(fixture('clean')), []);
});

for (const rule of Object.keys(rules)) {
  test(`${rule} complains about its fixture, and no other rule does`, () => {
    const broken = complaintsOf(fixture(rule)).map((each) => each.rule);
    assert.ok(broken.length > 0);
    assert.deepEqual([...new Set(broken)], [rule]);
  });
}

test('every fixture belongs to a rule', () => {
  const names = fs.readdirSync(folder).map((name) => path.basename(name, '.json'));
  assert.deepEqual(names.filter((name) => name !== 'clean').sort(), Object.keys(rules).sort());
});

test('the six dashboards of the tree keep all rules and have their uids', () => {
  const dashboards = treeDashboards();
  assert.deepEqual(dashboards.map(([, each]) => each.uid), ['fleet', 'network', 'node', 'overview',
    'platforms', 'regressions'].map((name) => `hypergauge-${name}`));
  for (const [name, dashboard] of dashboards) {
    assert.deepEqual(complaintsOf(dashboard), [], name);
  }
});

test('selectors are found with metric, labels, range and function', () => {
  assert.deepEqual(selectorsIn('sum(rate(a_total{job="x"}[$__rate_interval])) / b offset 1h'), [
    { metric: 'a_total', labels: ['job'], range: '$__rate_interval', call: 'rate' },
    { metric: 'b', labels: [], range: undefined, call: undefined }]);
  assert.deepEqual(selectorsIn('increase(a[${__range}]) + rate(b[5m])').map((each) => each.range),
    ['$__range', '5m']);
});

test('variables are found, Grafana\'s own and replacements of label_replace are not', () => {
  assert.deepEqual(variablesIn('a{n="$node", h=~"${host:regex}"}[$__range] "$1"'), ['node', 'host']);
});

test('Prometheus itself says which of several queries is none', () => {
  const [good, bad, mixed] = parseErrors(['up', 'sum(', 'rate(up)']);
  assert.equal(good, undefined);
  assert.match(bad, /unclosed|unexpected/);
  assert.match(mixed, /expected type range vector/);
});

test('provisioning files are complained about where Grafana could not use them', () => {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'hypergauge-provisioning-'));
  fs.cpSync(path.join(dashboardsFolder, '../provisioning'), copy, { recursive: true });
  assert.deepEqual(provisioningComplaints(copy), []);
  fs.writeFileSync(path.join(copy, 'datasources/hypergauge.yml'), 'apiVersion: 1\ndatasources: []\n');
  assert.ok(provisioningComplaints(copy).some((each) => each.includes('data source')));
  fs.rmSync(path.join(copy, 'dashboards/hypergauge.yml'));
  assert.ok(provisioningComplaints(copy).some((each) => each.includes('ENOENT')));
  fs.rmSync(copy, { recursive: true });
});

test('a dashboard that is not what its source makes is found', () => {
  const root = path.join(dashboardsFolder, '../../..');
  execFileSync(path.join(root, 'scripts/npm.sh'), [path.join(root, 'dashboards/grafana'), 'build']);
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'hypergauge-dashboards-'));
  fs.cpSync(dashboardsFolder, copy, { recursive: true });
  const check = () => spawnSync('node',
    [path.join(root, 'dashboards/grafana/build/build.js'), '--check', copy], { encoding: 'utf8' });
  assert.equal(check().status, 0);
  fs.appendFileSync(path.join(copy, 'node.json'), ' ');
  fs.rmSync(path.join(copy, 'fleet.json'));
  fs.writeFileSync(path.join(copy, 'old.json'), '{}');
  const { status, stderr } = check();
  assert.equal(status, 1);
  assert.match(stderr, /node\.json is not what its source makes/);
  assert.match(stderr, /fleet\.json is missing/);
  assert.match(stderr, /old\.json has no source/);
  fs.rmSync(copy, { recursive: true });
});
