// Every view in light and dark: axe-core finds nothing serious or critical, and nothing scrolls sideways
// at 400 and 2000 pixels. Pictures of all of it are in the output folder, to be looked at.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { join } from "node:path";
import { screenshotFolder } from "../support/places";
import { expect, test } from "../support/test";
import { fitsTheWidth, open, type View } from "../support/view";

interface Sight {
  name: string;
  view: View;
  parameters?: Record<string, string>;
}

/** In place of a number that only the aggregator knows. */
const FIRST = "first";

const SIGHTS: Sight[] = [
  { name: "compare", view: "compare" },
  { name: "compare-nodes", view: "compare", parameters: { by: "nodes", benchmark: "disk_rand_read", mode: "absolute" } },
  { name: "compare-pilot", view: "compare", parameters: { dataset: "pilot2011", scale: "pilot" } },
  { name: "nodes", view: "node" },
  { name: "node", view: "node", parameters: { node: "hv-001-guest-1", category: "cpu", range: "7d" } },
  { name: "node-runs", view: "node", parameters: { node: "hv-001-guest-1", tab: "runs" } },
  { name: "node-environment", view: "node", parameters: { node: "hv-001-guest-1", tab: "environment" } },
  { name: "node-events", view: "node", parameters: { node: "hv-001-guest-1", tab: "events" } },
  { name: "regressions", view: "regressions", parameters: { show: "all" } },
  { name: "regression", view: "regressions", parameters: { show: "all", id: FIRST } },
  { name: "schedule", view: "schedule", parameters: { range: "3h" } },
  { name: "platforms", view: "platforms" },
  { name: "fleet", view: "fleet", parameters: { node: "hv-001", add: "true" } },
  { name: "metrics", view: "metrics" },
];

let firstRegression = "";

async function shows(page: Page, { view, parameters = {} }: Sight): Promise<void> {
  await open(page, view, parameters["id"] === FIRST ? { ...parameters, id: firstRegression } : parameters);
  await expect(page.locator(".state[role=status]")).toHaveCount(0);
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshotFolder, `${name}.png`) });
}

test.beforeEach(async ({ aggregator }) => {
  const { regressions } = await aggregator.get<{ regressions: { id: string }[] }>("regressions");
  firstRegression = regressions[0]?.id ?? "";
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });
    for (const sight of SIGHTS) {
      test(`${sight.name} is accessible`, async ({ page }) => {
        await shows(page, sight);
        const axe = new AxeBuilder({ page });
        // What has no colour is the same in both.
        const { violations } = await (colorScheme === "light" ? axe : axe.withRules(["color-contrast"])).analyze();
        const grave = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(" | ")}`);
        expect(grave).toEqual([]);
        await picture(page, `${sight.name}-${colorScheme}`);
      });
    }
  });
}

for (const width of [400, 2000]) {
  test(`nothing scrolls sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const sight of SIGHTS) {
      await shows(page, sight);
      await picture(page, `${sight.name}-${width}`);
      await test.step(sight.name, () => fitsTheWidth(page));
    }
  });
}
