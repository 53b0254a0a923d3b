// What every test of the page has: an aggregator, and a guard that nothing went wrong unseen.
import { test as base, expect, type ConsoleMessage, type Page } from "@playwright/test";
import { existsSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { Aggregator, Probes } from "./programs";
import { storeOf, type FleetName } from "./fleets";

/** What hostile names would set if a browser ran them; see tests/load/names.h. */
const CANARY = "hypergaugeCanary";

/** What went wrong in a page that no test looked for. */
export class Guard {
  readonly wrong: string[] = [];
  private readonly allowed: RegExp[] = [];

  constructor(
    private readonly page: Page,
    private readonly origin: string,
  ) {
    page.on("console", (message) => this.said(message));
    page.on("pageerror", (error) => this.wrong.push(`uncaught: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      const isOwn = url.origin === this.origin || url.protocol === "data:" || url.protocol === "blob:";
      if (!isOwn) this.wrong.push(`request to ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      this.wrong.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Chromium itself tells of every answer that is no success. */
  allow(pattern: RegExp): void {
    this.allowed.push(pattern);
  }

  private said(message: ConsoleMessage): void {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (!this.allowed.some((pattern) => pattern.test(text))) this.wrong.push(`console: ${text}`);
  }

  async check(): Promise<void> {
    if (!this.page.isClosed()) {
      const canary = await this.page.evaluate((name) => Object.hasOwn(window, name), CANARY);
      if (canary) this.wrong.push("a name from outside was run as a script");
    }
    expect(this.wrong).toEqual([]);
  }
}

interface TestFixtures {
  guard: Guard;
}
interface WorkerFixtures {
  /** Which fleet; with live probes unless it says otherwise. */
  fleet: FleetName;
  live: boolean;
  aggregator: Aggregator;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  fleet: ["usual", { option: true, scope: "worker" }],
  live: [true, { option: true, scope: "worker" }],
  aggregator: [
    async ({ fleet, live }, use, worker) => {
      const own = `${storeOf(fleet)}-${process.pid}-${worker.workerIndex}`;
      // An aggregator of each worker has a store of its own.
      if (existsSync(storeOf(fleet))) await cp(storeOf(fleet), own, { recursive: true });
      const aggregator = await Aggregator.start(own);
      const probes = live ? await Probes.start(aggregator, fleet) : undefined;
      await use(aggregator);
      await probes?.stop();
      await aggregator.stop();
      await rm(own, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ aggregator }, use) => use(aggregator.url),
  guard: [
    async ({ page, aggregator }, use) => {
      const guard = new Guard(page, new URL(aggregator.url).origin);
      await use(guard);
      await guard.check();
    },
    { auto: true },
  ],
});

export { expect };
