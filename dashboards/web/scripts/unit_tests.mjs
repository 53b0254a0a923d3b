// Bundles test/*.test.ts and runs them with Node's own runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "hypergauge-web-tests-"));
try {
  const tests = readdirSync(join(root, "test")).filter((name) => name.endsWith(".test.ts"));
  if (tests.length === 0) throw new Error("there are no tests in test/");
  await build({
    entryPoints: tests.map((name) => join(root, "test", name)),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node18",
    outExtension: { ".js": ".mjs" },
    outdir: out,
    logLevel: "warning",
  });
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
  // Whatever zone the machine is in, the tests read the same times.
  const env = { ...process.env, TZ: "UTC" };
  const ran = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit", env });
  process.exitCode = ran.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
