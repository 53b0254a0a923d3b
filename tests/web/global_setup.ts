// Writes the stores of all fleets, once for all workers.
import { mkdirSync, rmSync } from "node:fs";
import { fleets, makePlace, writeStore, type FleetName } from "./support/fleets";
import { screenshotFolder } from "./support/places";

export default async function globalSetup(): Promise<() => void> {
  mkdirSync(screenshotFolder, { recursive: true });
  const { path, isKept } = makePlace();
  await Promise.all((Object.keys(fleets) as FleetName[]).map(writeStore));
  return () => {
    if (!isKept) rmSync(path, { recursive: true, force: true });
  };
}
