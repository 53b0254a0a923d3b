// What changed from one epoch of a node's environment to the next.
import type { Environment, EnvironmentEpoch } from "./types";

export interface Change {
  fact: string;
  before: string;
  after: string;
}

export function factsOf(environment: Environment | null | undefined): Map<string, string> {
  const facts = new Map<string, string>();
  if (!environment) return facts;
  for (const [name, value] of Object.entries(environment)) {
    if (name === "digest" || typeof value === "object") continue;
    facts.set(name, String(value));
  }
  for (const [name, value] of Object.entries(environment.facts ?? {})) facts.set(name, value);
  return facts;
}

export function changesBetween(before: EnvironmentEpoch, after: EnvironmentEpoch): Change[] {
  const old = factsOf(before.environment);
  const now = factsOf(after.environment);
  const changes: Change[] = [];
  for (const fact of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [left, right] = [old.get(fact) ?? "", now.get(fact) ?? ""];
    if (left !== right) changes.push({ fact, before: left, after: right });
  }
  const [left, right] = [before, after].map(({ platform }) =>
    `${platform?.name ?? ""} ${platform?.version ?? ""}`.trim(),
  );
  if (left !== right) changes.push({ fact: "platform", before: left ?? "", after: right ?? "" });
  return changes;
}
