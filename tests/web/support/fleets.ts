// The simulated fleets that the tests look at.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { program } from "./places";

export interface Fleet {
  /** Flags that store and probes share. */
  readonly flags: readonly string[];
  /** Those of the store alone. */
  readonly history: readonly string[];
}

const few = "cpu_blowfish,cpu_zlib,memory_triad,kernel_syscall,disk_rand_read,network_tcp_rr,tool_hardinfo";

export const fleets = {
  /** All that ships, on five platforms, with regressions in all states. */
  usual: {
    flags: ["--hosts", "4", "--guests-per-host", "3", "--seed", "7", "--regressions", "7"],
    history: ["--days", "2"],
  },
  /** Names and facts that hold script, markup and control marks. */
  hostile: {
    flags: ["--hosts", "9", "--guests-per-host", "2", "--seed", "3", "--regressions", "2", "--hostile", "--benchmarks", few],
    history: ["--days", "4"], // enough runs to confirm regressions of such names
  },
  /** A store in which nothing ever was. */
  none: { flags: [], history: [] },
  single: {
    flags: ["--hosts", "1", "--guests-per-host", "0", "--seed", "5", "--benchmarks", few],
    history: ["--days", "0.5"],
  },
  large: {
    flags: ["--hosts", "500", "--guests-per-host", "19", "--seed", "1", "--benchmarks", "cpu_blowfish,memory_triad"],
    history: ["--days", "0.25", "--interval", "3h"],
  },
} as const satisfies Record<string, Fleet>;

export type FleetName = keyof typeof fleets;

const PLACE = "HYPERGAUGE_WEB_STORES";

/** Writes the store of a fleet; the worker processes find it by `storeOf`. */
export async function writeStore(name: FleetName): Promise<void> {
  const { flags, history } = fleets[name];
  if (history.length === 0 || existsSync(storeOf(name))) return;
  await promisify(execFile)(program("hypergauge-load"), ["store", storeOf(name), ...flags, ...history]);
}

/**
 * A folder for stores and settings, which the environment tells the workers of. Who sets the variable
 * keeps the stores, for the next run to use again; otherwise the folder is to be removed.
 */
export function makePlace(): { path: string; isKept: boolean } {
  const kept = process.env[PLACE];
  if (kept !== undefined) {
    mkdirSync(kept, { recursive: true });
    return { path: kept, isKept: true };
  }
  // Stores sync each transaction: in memory they are written in a tenth of the time.
  const path = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "hypergauge-web-"));
  process.env[PLACE] = path;
  return { path, isKept: false };
}

export function place(): string {
  const found = process.env[PLACE];
  if (found === undefined) throw new Error("the global setup made no folder for stores");
  return found;
}

export const storeOf = (name: FleetName): string => join(place(), name);

/** The aggregator's settings: rounds come every minute, so that there is something to see. */
export function settings(): string {
  const path = join(place(), "aggregator.yml");
  writeFileSync(path, readFileSync(join(__dirname, "aggregator.yml")));
  return path;
}
