// Pictures of the page for README: npm run screenshots -- --url http://127.0.0.1:10910/ --out ../../docs/images
// --node NAME chooses the node that is shown; by default the first guest.
import { chromium } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const WIDTH = 1280;
const HEIGHT = 960;
const SETTLED_MS = 400; // charts are drawn in the next frames

const usage = "usage: screenshots --url http://HOST:PORT/ --out FOLDER [--node NAME] [--theme light|dark]";

function fail(message) {
  console.error(`screenshots: ${message}\n${usage}`);
  process.exit(2);
}

function flags() {
  try {
    return parseArgs({
      options: {
        url: { type: "string" },
        out: { type: "string" },
        node: { type: "string" },
        theme: { type: "string", default: "light" },
      },
    }).values;
  } catch (error) {
    return fail(error.message);
  }
}

async function firstGuest(url) {
  const response = await fetch(new URL("api/v1/nodes?brief=true", url)).catch((error) => fail(`${url}: ${error.message}`));
  if (!response.ok) fail(`${url}: ${response.status}`);
  const { nodes } = await response.json();
  return (nodes.find(({ role }) => role !== "host") ?? nodes[0])?.label;
}

const { url, out, node: wanted, theme } = flags();
if (!url || !out) fail("--url and --out are needed");
if (theme !== "light" && theme !== "dark") fail(`--theme is light or dark, not ${theme}`);
// npm runs this in the package's folder; the user named a folder from where the command was given.
const folder = resolve(process.env.INIT_CWD ?? ".", out);
mkdirSync(folder, { recursive: true });
const node = wanted ?? (await firstGuest(url));
if (node === undefined) fail(`no node is known at ${url}`);

const views = {
  compare: "#/compare",
  node: `#/node?${new URLSearchParams({ node, range: "24h" })}`,
  regressions: "#/regressions?show=all",
  schedule: "#/schedule?range=1h",
  platforms: "#/platforms",
  fleet: "#/fleet?add=true",
  metrics: "#/metrics",
};
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme: theme, locale: "en-GB" });
for (const [name, hash] of Object.entries(views)) {
  await page.goto(new URL(hash, url).href);
  await page.locator("main[data-state=ready], main[data-state=empty]").waitFor();
  await page.locator(".state[role=status]").waitFor({ state: "detached" });
  if (name === "node") await page.locator("[data-testid=chart] canvas").first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
  const path = join(folder, `page-${name}.png`);
  await page.screenshot({ path });
  console.log(path);
}
await browser.close();
