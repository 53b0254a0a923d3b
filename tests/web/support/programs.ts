// The real programs under test.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fleets, settings, type FleetName } from "./fleets";
import { program } from "./places";

const READY_MS = 60_000;
const MOST_OUTPUT = 200_000;

class Program {
  private output = "";
  private readonly child: ChildProcess;

  constructor(name: string, flags: readonly string[]) {
    this.child = spawn(program(name), flags, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        this.output = (this.output + bytes.toString()).slice(-MOST_OUTPUT);
      });
    }
  }

  get text(): string {
    return this.output;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async waitFor(pattern: RegExp): Promise<RegExpMatchArray> {
    const until = Date.now() + READY_MS;
    for (;;) {
      const found = this.output.match(pattern);
      if (found) return found;
      if (this.ended || Date.now() > until) throw new Error(`no ${String(pattern)} in:\n${this.output}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.ended) return;
    const over = once(this.child, "exit");
    this.child.kill(signal);
    await over;
  }
}

/** A hypergauge-aggregator on free ports, or again on those that it had. */
export class Aggregator {
  private constructor(
    private running: Program,
    private readonly storage: string,
    readonly webPort: number,
    readonly grpcPort: number,
  ) {}

  static async start(storage: string): Promise<Aggregator> {
    const running = Aggregator.launch(storage, 0, 0);
    const ready = await running.waitFor(/gRPC port (\d+), web port (\d+)/);
    return new Aggregator(running, storage, Number(ready[2]), Number(ready[1]));
  }

  private static launch(storage: string, web: number, grpc: number): Program {
    return new Program("hypergauge-aggregator", [
      "--config.file", settings(),
      "--storage.path", storage,
      "--web.listen-address", `127.0.0.1:${web}`,
      "--grpc.listen-address", `127.0.0.1:${grpc}`,
    ]);
  }

  get url(): string {
    return `http://127.0.0.1:${this.webPort}/`;
  }

  async restart(): Promise<void> {
    this.running = Aggregator.launch(this.storage, this.webPort, this.grpcPort);
    await this.running.waitFor(/web port \d+/);
  }

  kill(): Promise<void> {
    return this.running.stop("SIGKILL");
  }

  stop(): Promise<void> {
    return this.running.stop();
  }

  /** An answer of the JSON API. */
  async get<Answer>(address: string): Promise<Answer> {
    const response = await fetch(`${this.url}api/v1/${address}`);
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }
}

/** The fleet's live probes, once all of them are connected. */
export class Probes {
  private constructor(private readonly running: Program) {}

  static async start(aggregator: Aggregator, fleet: FleetName): Promise<Probes> {
    const probes = new Probes(
      new Program("hypergauge-load", [
        "probes", "--aggregator.address", `127.0.0.1:${aggregator.grpcPort}`, ...fleets[fleet].flags,
      ]),
    );
    const until = Date.now() + READY_MS;
    for (;;) {
      const { nodes, connected } = await aggregator.get<{ nodes: number; connected: number }>("status");
      // Some of the simulated nodes fell silent for good.
      if (connected > 0 && connected >= 0.9 * nodes) return probes;
      if (probes.running.ended || Date.now() > until) {
        throw new Error(`${connected} of ${nodes} nodes are connected: ${probes.running.text}`);
      }
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}
