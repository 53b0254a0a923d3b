// Where programs, stores and pictures are.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");

/** Programs of the build under test: HYPERGAUGE_BIN, else those of the dev preset. */
export const binFolder = process.env["HYPERGAUGE_BIN"] ?? join(root, "build/dev/bin");

/** Of this run: pictures, stores, what failed. Emptied at its start. */
export const outputFolder = process.env["HYPERGAUGE_WEB_OUTPUT"] ?? join(__dirname, "../test-results");

export const screenshotFolder = join(outputFolder, "screenshots");

export function program(name: string): string {
  const path = join(binFolder, name);
  if (!existsSync(path)) throw new Error(`${path} is not built; HYPERGAUGE_BIN names the folder of programs`);
  return path;
}

const isRoot = process.getuid?.() === 0;

/** Debian's Chromium, which as root runs without its sandbox only. */
export const browserOptions = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: isRoot ? ["--no-sandbox"] : [],
  },
};
