// Ten thousand nodes: the first view within a second, and no task that holds the page up.
import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import { isIn, open } from "../support/view";

test.use({ fleet: "large", live: false });
test.describe.configure({ mode: "serial", timeout: 120_000 });

const FIRST_VIEW_MS = 1_000;
const LONGEST_TASK_MS = 200;
// The machine may be doing something else: the best of so many counts.
const TRIES = 3;

async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: "longtask" });
  });
}

/** The longest task since it was asked last; 0 where none took 50 ms. */
async function longestTask(page: Page): Promise<number> {
  // What was done is observed once the page rests.
  await page.evaluate(() => new Promise((rest) => requestAnimationFrame(() => setTimeout(rest, 50))));
  return page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks.splice(0)));
}

async function bestOf(measure: () => Promise<number>, goal: number): Promise<number> {
  let best = Infinity;
  for (let attempt = 0; attempt < TRIES && best > goal; ++attempt) best = Math.min(best, await measure());
  return best;
}

interface Scores {
  platforms: unknown[];
}

test("the first view is there within a second", async ({ page, aggregator }, info) => {
  // What there is to show is made a few seconds after the start.
  await expect
    .poll(async () => (await aggregator.get<Scores>("platforms")).platforms.length, { timeout: 60_000 })
    .toBeGreaterThan(0);
  await open(page, "compare"); // warms the server
  const took = await bestOf(async () => {
    await page.goto("about:blank");
    const begin = Date.now();
    await page.goto("/#/compare");
    await isIn(page, "compare");
    return Date.now() - begin;
  }, FIRST_VIEW_MS);
  info.annotations.push({ type: "first view, ms", description: String(took) });
  expect(took).toBeLessThan(FIRST_VIEW_MS);
});

test("all nodes are in the list, and few of them in the document", async ({ page }) => {
  await open(page, "fleet");
  await expect(page.getByTestId("fleet-table")).toHaveAttribute("aria-rowcount", /^1000[01]$/);
  expect(await page.getByTestId("fleet-row").count()).toBeLessThan(200);
});

test("scrolling, filtering and sorting hold nothing up", async ({ page }, info) => {
  await open(page, "fleet");
  await watchTasks(page);
  const scroller = page.getByRole("region", { name: "Probes" });
  const scrolls = async (): Promise<number> => {
    await scroller.evaluate(async (element) => {
      for (let step = 1; step <= 60; ++step) {
        element.scrollTop = (element.scrollHeight * step) / 60;
        await new Promise((frame) => requestAnimationFrame(frame));
      }
      element.scrollTop = 0;
    });
    return longestTask(page);
  };
  const filters = async (): Promise<number> => {
    const filter = page.getByLabel("Filter", { exact: true });
    for (const text of ["hv-4", "hv-499-guest-1", ""]) {
      await filter.fill(text);
      await expect(page.getByTestId("fleet-table")).toHaveAttribute("aria-rowcount", text === "" ? /^1000[01]$/ : /^\d{1,4}$/);
    }
    return longestTask(page);
  };
  const sorts = async (): Promise<number> => {
    for (const title of ["Platform", "Host", "Node"]) {
      await page.getByTestId("fleet-table").getByRole("link", { name: new RegExp(`^${title}`) }).click();
    }
    return longestTask(page);
  };
  for (const [what, act] of [["scrolling", scrolls], ["filtering", filters], ["sorting", sorts]] as const) {
    const longest = await bestOf(act, LONGEST_TASK_MS);
    info.annotations.push({ type: `longest task, ${what}, ms`, description: longest.toFixed(0) });
    expect(longest, what).toBeLessThan(LONGEST_TASK_MS);
  }
});

test("search among them answers while one types", async ({ page }) => {
  await open(page, "compare", {}, /ready|empty/);
  await page.keyboard.press("/");
  await page.keyboard.type("hv-317-guest-9");
  await expect(page.getByRole("option", { name: /hv-317-guest-9/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await isIn(page, "node");
});

test("every view answers", async ({ page }) => {
  for (const view of ["schedule", "platforms", "metrics", "regressions"] as const) {
    await open(page, view, {}, /ready|empty/);
  }
  await open(page, "compare", { by: "nodes", benchmark: "cpu_blowfish" });
  await expect(page.getByTestId("compare-row").first()).toBeVisible();
});
