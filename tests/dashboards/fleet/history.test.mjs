// What history is made of: the parts of an exposition, and what they were before.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';

import { History, labelOf, parseExposition } from './history.mjs';
import { rulesInOrder } from './prometheus.mjs';

const exposition = `# HELP hypergauge_benchmark What it is
# TYPE hypergauge_benchmark info
hypergauge_benchmark_info{benchmark="b",better="lower",family="hypergauge_b_seconds"} 1
# TYPE hypergauge_b_seconds gauge
# UNIT hypergauge_b_seconds seconds
hypergauge_b_seconds{node="a\\"},{b",suite="light"} 2.5
# TYPE hypergauge_sessions gauge
hypergauge_sessions 3
# TYPE hypergauge_sessions counter
hypergauge_sessions_total 4
# TYPE hypergauge_regression_magnitude_ratio gauge
hypergauge_regression_magnitude_ratio{benchmark="b",regression="1",subject="n"} 0.5
# TYPE hypergauge_regression_onset_timestamp_seconds gauge
hypergauge_regression_onset_timestamp_seconds{benchmark="b",regression="1",subject="n"} 5000
# EOF
`;

test('an exposition is taken apart, whatever stands in a label', () => {
  const families = parseExposition(exposition);
  assert.deepEqual(families.map(({ name, type, samples }) => [name, type, samples.length]), [
    ['hypergauge_benchmark', 'info', 1], ['hypergauge_b_seconds', 'gauge', 1],
    ['hypergauge_sessions', 'gauge', 1], ['hypergauge_sessions', 'counter', 1],
    ['hypergauge_regression_magnitude_ratio', 'gauge', 1],
    ['hypergauge_regression_onset_timestamp_seconds', 'gauge', 1]]);
  const [sample] = families[1].samples;
  assert.equal(sample.value, 2.5);
  assert.equal(labelOf(sample.labels, 'node'), 'a\\"},{b');
  assert.equal(labelOf(sample.labels, 'suite'), 'light');
  assert.equal(labelOf(sample.labels, 'absent'), undefined);
});

function pointsOf(after) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hypergauge-history-'));
  const file = path.join(folder, 'history.txt');
  const times = { begin: 0, now: 9600, step: 240, turn: 7200 };
  new History(exposition, after, times, 'job="hypergauge"').write(file, 0, 9601);
  const text = fs.readFileSync(file, 'utf8');
  fs.rmSync(folder, { recursive: true });
  const points = text.split('\n').map((line) => line.match(/^(\w+)(\{.*\}) (\S+) (\d+)$/))
    .filter(Boolean).map(([, name, labels, value, at]) =>
      ({ name, labels, value: Number(value), at: Number(at) }));
  return { text, of: (name) => points.filter((each) => each.name === name) };
}

test('counters grow, and a regression that is over by now was there before', () => {
  const after = exposition.replace(/^hypergauge_regression_\w+\{.*\n/gm, '');
  const history = pointsOf(after);
  assert.ok(history.text.endsWith('# EOF\n'));
  const counted = history.of('hypergauge_sessions_total').map(({ value }) => value);
  assert.equal(counted.length, 41);
  assert.ok(counted.every((value, index) => index === 0 || value >= counted[index - 1]));
  assert.ok(counted.at(-1) > counted[0]);
  const told = history.of('hypergauge_regression_onset_timestamp_seconds');
  assert.deepEqual([told[0].at, told.at(-1).at], [5040, 6960]);
});

test('figures scatter a little, and step where a regression began', () => {
  const points = pointsOf(exposition.replace('a\\"},{b', 'n')).of('hypergauge_b_seconds');
  const near = (wanted) => ({ value }) => Math.abs(value / wanted - 1) <= 0.021;
  assert.ok(points.filter(({ at }) => at < 5000).every(near(2.5 / 1.5)));
  assert.ok(points.filter(({ at }) => at >= 5000).every(near(2.5)));
  assert.ok(new Set(points.map(({ value }) => value)).size > 2);
});

test('recording rules come after what they need, and only those that somebody needs', () => {
  const steps = rulesInOrder(['platform:hypergauge_pilot_points:mean', 'up'])
    .map((rules) => rules.map((rule) => rule.record));
  assert.deepEqual(steps, [['node_benchmark:hypergauge_figure:primary'],
    ['platform_benchmark:hypergauge_pilot_time:mean'], ['platform:hypergauge_pilot_points:mean']]);
});
