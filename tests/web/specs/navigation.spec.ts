// Links, Back, keys, search and theme.
import { expect, test } from "../support/test";
import { choice, expectParameter, isIn, main, open, parameter, VIEWS, type View } from "../support/view";

const TITLES: Record<View, string> = {
  compare: "Compare", node: "Nodes", regressions: "Regressions", schedule: "Schedule", platforms: "Platforms",
  fleet: "Fleet", metrics: "Metrics",
};

test("every view has a link, and Back leads to the one before", async ({ page }) => {
  await open(page, "compare");
  for (const view of VIEWS) {
    const link = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: TITLES[view] });
    await link.click();
    await isIn(page, view);
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expect(page).toHaveTitle(/hypergauge/);
  }
  for (const view of [...VIEWS].reverse().slice(1)) {
    await page.goBack();
    await isIn(page, view);
  }
  await page.goForward();
  await isIn(page, "node");
});

test("an address holds all state: it can be sent to somebody", async ({ page, context }) => {
  await open(page, "fleet", { role: "guest", sort: "platform", dir: "desc", q: "hv", state: "connected" });
  const other = await context.newPage();
  await other.goto(page.url());
  await isIn(other, "fleet");
  await expect(choice(other, "Role")).toHaveValue("guest");
  await expect(choice(other, "State")).toHaveValue("connected");
  await expect(other.getByLabel("Filter", { exact: true })).toHaveValue("hv");
  expect(await other.getByTestId("fleet-row").allInnerTexts()).toHaveLength(await page.getByTestId("fleet-row").count());
});

test("deep links restore what each view was set to", async ({ page }) => {
  await open(page, "compare", { by: "nodes", benchmark: "memory_triad", mode: "absolute", range: "7d", sort: "name", dir: "asc" });
  await expect(choice(page, "Figure")).toHaveValue("memory_triad");
  await expect(page.getByLabel("Absolute")).toBeChecked();
  await expect(choice(page, "Time")).toHaveValue("7d");
  await open(page, "schedule", { range: "24h", q: "hv-002" });
  await expect(page.getByTestId("host-timeline")).toHaveCount(1);
  await open(page, "metrics", { q: "scrape", type: "histogram" });
  await expect(page.getByLabel("Filter", { exact: true })).toHaveValue("scrape");
  await open(page, "node", { node: "hv-001", tab: "environment" });
  await expect(page.getByTestId("environment")).toBeVisible();
});

test("typing into a filter makes no steps for Back", async ({ page }) => {
  await open(page, "compare");
  await open(page, "fleet");
  await page.getByLabel("Filter", { exact: true }).pressSequentially("hv-00", { delay: 60 });
  await expectParameter(page, "q", "hv-00");
  await page.goBack();
  await isIn(page, "compare");
});

test("keys lead to every view, to the search, the theme and the help", async ({ page }) => {
  await open(page, "compare");
  const keys: [string, View][] = [["n", "node"], ["r", "regressions"], ["s", "schedule"], ["p", "platforms"], ["f", "fleet"],
    ["m", "metrics"], ["c", "compare"]];
  for (const [key, view] of keys) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await isIn(page, view);
  }
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Search nodes" })).toBeFocused();
  // A field takes letters as letters.
  await page.keyboard.type("gf");
  await isIn(page, "compare");
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("search finds a node, by keyboard alone", async ({ page }) => {
  await open(page, "compare");
  await page.keyboard.press("/");
  await page.keyboard.type("hv-003-guest");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveCount(3);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await isIn(page, "node");
  expect(parameter(page, "node")).toBe("hv-003-guest-2");
  await page.keyboard.press("/");
  await page.keyboard.type("nobody at all");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveText(/No node is called so/);
  await page.getByRole("combobox", { name: "Search nodes" }).fill("hv-004-guest-1");
  await page.getByRole("option", { name: /hv-004-guest-1/ }).click();
  await expectParameter(page, "node", "hv-004-guest-1");
});

test("the theme goes round, and is kept", async ({ page }) => {
  await open(page, "compare");
  const html = page.locator("html");
  await page.getByRole("button", { name: "Theme: system" }).click();
  await expect(html).toHaveAttribute("data-theme", "light");
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(html).toHaveAttribute("data-theme", "dark");
  expect(await background()).not.toBe(light);
  await page.reload();
  await isIn(page, "compare");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Theme: dark" }).click();
  await expect(html).not.toHaveAttribute("data-theme", /./);
});

test("the first link of the page leads past the navigation", async ({ page }) => {
  await open(page, "fleet");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(main(page)).toBeFocused();
});

test("an answer that did not change is not sent again", async ({ page, aggregator }) => {
  await open(page, "platforms");
  const address = `${aggregator.url}api/v1/catalogue`;
  const first = await fetch(address);
  const again = await fetch(address, { headers: { "If-None-Match": first.headers.get("etag") ?? "" } });
  expect(again.status).toBe(304);
});
