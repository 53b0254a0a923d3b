// fleet.mjs --bin DIR [--hostile]: a simulated fleet with a day of history behind it: a real
// aggregator, simulated probes, and a real Prometheus, until it is interrupted.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

import { Aggregator } from './aggregator.mjs';
import { History } from './history.mjs';
import { Prometheus, configFor, importHistory } from './prometheus.mjs';
import { until } from './processes.mjs';

/** Seconds between two points of the history; below the 5 minutes that Prometheus looks back. */
export const step = 240;
const hours = 26;
const turnHours = 3;
const liveScrape = 5;

/** Waits until the live Prometheus has both scraped and evaluated the rules. */
async function scraped(prometheus) {
  const fresh = 'time() - max(timestamp(node_benchmark:hypergauge_slowdown:ratio)) < 20 ' +
    'and on () up{job="hypergauge"} == 1';
  await until('Prometheus to evaluate rules on a scrape', 60_000, async () => {
    const answer = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query: fresh })}`);
    return (await answer.json()).data?.result?.length > 0;
  });
}

/** On standard error: what is made, since when the program runs. */
const progress = (what) => console.error(`${(performance.now() / 1000).toFixed(1)} s: ${what}`);

/** Runs `use` with {prometheus: URL}; everything is gone afterwards. */
export async function withFleet({ bin, hostile = false }, use) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hypergauge-fleet-'));
  const running = [];
  try {
    progress('a store, and an aggregator on it');
    const aggregator = await Aggregator.start(bin, folder, hostile);
    running.push(aggregator);
    const before = await aggregator.scrape();
    progress('probes');
    await aggregator.connectProbes();
    await aggregator.steer();
    const after = await aggregator.scrape();

    const data = path.join(folder, 'data');
    const now = Math.floor(Date.now() / 1000 / step) * step;
    const times = { begin: now - hours * 3600, now, step, turn: now - turnHours * 3600 };
    const history = new History(before, after, times,
      `instance="${aggregator.web}",job="hypergauge"`);
    progress('a history for Prometheus');
    await importHistory(folder, data, history);
    const prometheus = await Prometheus.start(folder, data, configFor(aggregator.web, liveScrape));
    running.push(prometheus);
    await scraped(prometheus.url);
    progress('ready');
    return await use({ prometheus: prometheus.url });
  } finally {
    for (const each of running.reverse()) await each.stop();
    fs.rmSync(folder, { recursive: true });
  }
}

const isMain = (url) => process.argv[1] === fileURLToPath(url);

/**
 * Where the module of `url` is the program: runs `check` on a fleet, or on the Prometheus that
 * --prometheus names. The exit code is 1 when `check` returns complaints, which it prints.
 */
export async function runAsProgram(url, more, check) {
  if (!isMain(url)) return;
  const { values } = parseArgs({ options: { bin: { type: 'string' }, prometheus: { type: 'string' },
                                            hostile: { type: 'boolean' }, ...more } });
  if (!values.bin && !values.prometheus) {
    console.error('give --bin DIR, where the programs of a build are, or --prometheus URL');
    process.exitCode = 2;
    return;
  }
  const use = (fleet) => check(fleet, values);
  const complaints = await (values.prometheus ? use({ prometheus: values.prometheus })
    : withFleet(values, use));
  for (const each of complaints) console.error(each);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

await runAsProgram(import.meta.url, {}, async ({ prometheus }) => {
  console.log(prometheus);
  await new Promise((resolve) => {
    // A timer keeps the process alive; a signal's handler alone does not.
    const timer = setInterval(() => {}, 1 << 30);
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => { clearInterval(timer); resolve(); });
    }
  });
  return [];
});
