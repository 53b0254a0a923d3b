// One node: with its host, its history, environment, events.
import { expect, test } from "../support/test";
import { choice, expectParameter, isIn, main, open } from "../support/view";

const GUEST = "hv-001-guest-1";

test("is found in a list that can be filtered", async ({ page }) => {
  await open(page, "node");
  await page.getByLabel("Filter", { exact: true }).fill("lxc");
  await expect(page.getByTestId("node-row")).toHaveCount(1);
  await page.getByRole("link", { name: "hv-001-guest-3" }).click();
  await isIn(page, "node");
  await expect(page.getByTestId("node-identity")).toContainText("lxc");
});

test("says who it is and where it runs", async ({ page }) => {
  await open(page, "node", { node: GUEST });
  const identity = page.getByTestId("node-identity");
  await expect(identity).toContainText("proxmox-ve");
  await expect(identity).toContainText("hv-001");
  await expect(page.getByTestId("chart").first()).toBeVisible();
});

test("draws the history, with a real table beside every chart", async ({ page }) => {
  await open(page, "node", { node: GUEST, category: "cpu", range: "7d" });
  const chart = page.getByTestId("chart").first();
  await expect(chart.locator("canvas")).toBeVisible();
  await chart.locator("summary").click();
  await expect(chart.getByRole("table").getByRole("row").nth(1)).toContainText(/\d/);
});

test("chooses a category, a suite and a time", async ({ page }) => {
  await open(page, "node", { node: GUEST });
  await main(page).getByRole("navigation", { name: "Category" }).getByRole("link", { name: "memory" }).click();
  await expectParameter(page, "category", "memory");
  await expect(page.locator("section.node-chart")).toHaveCount(5);
  await choice(page, "Suite").selectOption("light");
  await expectParameter(page, "suite", "light");
  const range = page.getByRole("group", { name: "Time range" });
  for (const [name, value] of [["1 h", "1h"], ["6 h", "6h"], ["7 d", "7d"]] as const) {
    await range.getByRole("button", { name, exact: true }).click();
    await expectParameter(page, "range", value);
    await expect(range.getByRole("button", { name, exact: true })).toHaveAttribute("aria-pressed", "true");
  }
  await range.locator("summary").click();
  await range.getByLabel("From").fill("2026-01-01T00:00");
  await range.getByLabel("To").fill("2026-01-02T00:00");
  await range.getByRole("button", { name: "Apply" }).click();
  await expectParameter(page, "from", /^\d+$/);
  await expect(page.getByTestId("chart")).toHaveCount(0);
});

test("a stretch that is drawn over is looked at closer", async ({ page }) => {
  await open(page, "node", { node: GUEST, category: "cpu", range: "24h" });
  const canvas = page.getByTestId("chart").first().locator(".u-over");
  const box = await canvas.boundingBox();
  expect(box).not.toBeNull();
  if (!box) return;
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expectParameter(page, "from", /^\d+$/);
  await page.goBack();
  await expectParameter(page, "range", "24h");
});

test("lists its last runs with their verdicts", async ({ page }) => {
  await open(page, "node", { node: GUEST, tab: "runs" });
  const runs = page.getByTestId("runs-table");
  await expect(runs).toContainText("cpu_blowfish");
  await expect(runs).toContainText("clean");
});

test("shows the environment and when it changed", async ({ page }) => {
  await open(page, "node", { node: GUEST, tab: "environment" });
  await expect(page.getByTestId("environment")).toContainText("kvm-clock");
  await expect(page.getByTestId("environment")).toContainText("Xeon");
});

test("shows its events and regressions", async ({ page, aggregator }) => {
  const { regressions } = await aggregator.get<{ regressions: { subject: string; scope: string }[] }>("regressions");
  const own = regressions.find((each) => each.scope === "node");
  expect(own).toBeDefined();
  await open(page, "node", { node: own?.subject ?? "", tab: "events" });
  await expect(page.getByTestId("events-table")).toContainText("regression");
  await expect(page.getByTestId("regressions-table").getByTestId("regression-row").first()).toBeVisible();
});
