// A real aggregator on the store of a simulated fleet, whose simulated probes are connected.
import path from 'node:path';

import { Program, run, until } from './processes.mjs';

// Enough of every category and label for each panel, and few enough for a history of a day.
const benchmarks = ['compile', 'cpu_blowfish', 'cpu_zlib', 'fpu_raytracing', 'memory_triad',
  'memory_latency', 'kernel_context_switch', 'kernel_syscall', 'disk_dd', 'disk_rand_read',
  'disk_sync', 'disk_seq_write', 'network_tcp', 'network_tcp_rr', 'network_udp',
  'network_udp_rtt', 'network_connect'];

const sizes = ['--hosts', '3', '--guests-per-host', '3', '--seed', '7', '--benchmarks',
  ...benchmarks];
const minute = 60_000;

export class Aggregator {
  /** Starts with all that the store tells, before any probe is there. */
  static async start(bin, folder, hostile) {
    const names = hostile ? ['--hostile'] : [];
    const store = path.join(folder, 'store');
    const load = path.join(bin, 'hypergauge-load');
    await run(load, ['store', store, ...sizes, '--days', '4', '--regressions', '4', ...names],
      5 * minute);
    const aggregator = new Aggregator();
    Object.assign(aggregator, { bin, names });
    aggregator.program = new Program(path.join(bin, 'hypergauge-aggregator'), [
      '--storage.path', store,
      '--web.listen-address', '127.0.0.1:0', '--grpc.listen-address', '127.0.0.1:0']);
    const ports = await aggregator.program.says(/gRPC port (\d+), web port (\d+)/, minute);
    aggregator.grpc = `127.0.0.1:${ports[1]}`;
    aggregator.web = `127.0.0.1:${ports[2]}`;
    await aggregator.shows(/^hypergauge_regression_state\{/m);
    return aggregator;
  }

  /** Their environment is that of before the slow-downs: it changed as they connect. */
  async connectProbes() {
    this.probes = new Program(path.join(this.bin, 'hypergauge-load'),
      ['probes', '--aggregator.address', this.grpc, ...sizes, ...this.names]);
    // One of the twelve may be a node that fell silent.
    await this.shows(/^hypergauge_sessions 1[12]$/m);
    await this.shows(/^hypergauge_ingested_runs_total [1-9]\d/m);
    await this.shows(/^hypergauge_network_tcp_rr_latency_seconds\{.*peer="10\./m);
    // The first comparison comes a minute after the start.
    await this.shows(/^hypergauge_platform_rank\{/m);
  }

  /** A person steers: events, and a regression that is over. */
  async steer() {
    const open = await (await fetch(`http://${this.web}/api/v1/regressions`)).json();
    const [first] = open.regressions;
    const accepted = await fetch(`http://${this.web}/api/v1/regression/accept`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: first.id, note: 'the new kernel is wanted' }) });
    if (!accepted.ok) throw new Error(`accept answers ${accepted.status} ${await accepted.text()}`);
    const command = path.join(this.bin, 'hypergauge');
    const server = ['--server', this.grpc];
    await run(command, [...server, 'pause', '--for', '1m'], minute);
    await run(command, [...server, 'resume'], minute);
    await until('the accepted regression to be over', minute, async () =>
      !(await this.scrape()).includes(`regression="${first.id}"`));
  }

  async scrape() {
    const answer = await fetch(`http://${this.web}/metrics`,
      { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
    if (!answer.ok) throw new Error(`/metrics answers ${answer.status}`);
    return answer.text();
  }

  async shows(pattern) {
    return until(`/metrics to show ${pattern}`, 3 * minute, async () => {
      if (!this.program.running) throw new Error(`the aggregator ended:\n${this.program.output}`);
      return pattern.test(await this.scrape());
    });
  }

  async stop() {
    await this.probes?.stop();
    await this.program.stop();
  }
}
