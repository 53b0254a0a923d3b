// Debian's real Prometheus with hypergauge's rules, over an imported history.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

import { promqlOf } from '../lint/dashboard.mjs';
import { treeDashboards } from '../lint/lint.mjs';
import { selectorsIn } from '../lint/promql.mjs';
import { Program, run } from './processes.mjs';

const rulesFolder = fileURLToPath(new URL('../../../dashboards/prometheus/rules', import.meta.url));
const minute = 60_000;
const block = 2 * 3600;  // seconds

const metricsIn = (expr) => selectorsIn(expr).map(({ metric }) => metric);

/** What some of the rules record, and what that needs. */
function needed(rules, wanted) {
  const names = new Set(wanted);
  for (let before = -1; before < names.size;) {
    before = names.size;
    for (const rule of rules.filter((each) => names.has(each.record))) {
      for (const metric of metricsIn(rule.expr)) names.add(metric);
    }
  }
  return rules.filter((rule) => names.has(rule.record));
}

/** The recording rules that `wanted` metrics need, in steps: each needs only what is before it. */
export function rulesInOrder(wanted, folder = rulesFolder) {
  const rules = fs.readdirSync(folder).filter((name) => name.endsWith('.yml')).sort()
    .flatMap((name) => parse(fs.readFileSync(path.join(folder, name), 'utf8')).groups)
    .flatMap((group) => group.rules).filter((rule) => rule.record);
  const steps = [];
  let left = needed(rules, wanted);
  while (left.length > 0) {
    const names = new Set(left.map((rule) => rule.record));
    const ready = left.filter((rule) => !metricsIn(rule.expr).some((metric) => names.has(metric)));
    if (ready.length === 0) throw new Error('recording rules need each other');
    steps.push(ready);
    left = left.filter((rule) => !ready.includes(rule));
  }
  return steps;
}

const shownMetrics = () => treeDashboards().flatMap(([, dashboard]) => promqlOf(dashboard))
  .flatMap(({ expr }) => metricsIn(expr));

export class Prometheus {
  /** `config`: of a Prometheus, as an object. */
  static async start(folder, data, config) {
    const file = path.join(folder, 'prometheus.yml');
    fs.writeFileSync(file, JSON.stringify(config));
    const prometheus = new Prometheus();
    prometheus.program = new Program('prometheus', [`--config.file=${file}`,
      `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0',
      '--storage.tsdb.retention.time=30d']);
    await prometheus.program.says(/Server is ready to receive web requests/, minute);
    prometheus.url = `http://127.0.0.1:${listeningPort(prometheus.program.process.pid)}`;
    return prometheus;
  }

  async stop() { await this.program.stop(); }
}

/** The port on which a process listens: Prometheus does not say which one it was given. */
function listeningPort(pid) {
  const inodes = new Set(fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try { return fs.readlinkSync(`/proc/${pid}/fd/${fd}`); } catch { return ''; }
  }));
  const listening = '0A';
  for (const table of ['tcp', 'tcp6']) {
    for (const line of fs.readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      if (columns[3] === listening && inodes.has(`socket:[${columns[9]}]`)) {
        return Number.parseInt(columns[1].split(':')[1], 16);
      }
    }
  }
  throw new Error(`process ${pid} listens on no port`);
}

/**
 * Makes blocks of a history, and then of what the rules record of them. A file a block, since
 * promtool reads all of a file for each block of it.
 */
export async function importHistory(folder, data, history) {
  const { begin, now, step } = history.times;
  const file = path.join(folder, 'history.txt');
  for (let from = begin; from <= now;) {
    const to = Math.min((Math.floor(from / block) + 1) * block, now + 1);
    history.write(file, from, to);
    await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data],
      minute);
    from += Math.ceil((to - from) / step) * step;
  }
  fs.rmSync(file);
  for (const rules of rulesInOrder(shownMetrics())) {
    const file = path.join(folder, 'step.yml');
    fs.writeFileSync(file, JSON.stringify({ groups: [{ name: 'step', rules }] }));
    const prometheus = await Prometheus.start(folder, data, {});
    try {
      await run('promtool', ['tsdb', 'create-blocks-from', 'rules', `--url=${prometheus.url}`,
        `--start=${begin}`, `--end=${now}`, `--eval-interval=${step}s`, `--output-dir=${data}`,
        file], 10 * minute);
    } finally {
      await prometheus.stop();
    }
  }
}

/** One that scrapes the aggregator and evaluates all rules from here on. */
export function configFor(target, scrapeSeconds) {
  return {
    global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: `${scrapeSeconds}s` },
    rule_files: [path.join(rulesFolder, '*.yml')],
    scrape_configs: [{ job_name: 'hypergauge', static_configs: [{ targets: [target] }] }],
  };
}
