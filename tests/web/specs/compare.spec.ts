// The first view: platforms and nodes, any benchmark, ratio or absolute, any time, published figures.
import { expect, test } from "../support/test";
import { choice, column, expectParameter, isIn, open } from "../support/view";

test.beforeEach(async ({ page }) => open(page, "compare"));

test("says at once which platform is slow, since when, and why to believe it", async ({ page }) => {
  const headline = page.getByTestId("headline");
  await expect(headline).toContainText(/slowest/i);
  await expect(headline).toContainText("×");
  await expect(headline).toContainText("95 % interval");
  for (const platform of ["proxmox-ve", "lxc", "vmware-esx", "xen", "hyperv"]) {
    await expect(page.locator(`[data-testid=compare-row][data-name^="${platform}"]`).first()).toBeVisible();
  }
  await expect(page.getByTestId("open-regressions").getByRole("link").first()).toBeVisible();
});

test("its figures are those of the interface for programs", async ({ page, aggregator }) => {
  await page.getByLabel("Tell versions apart").uncheck();
  await choice(page, "Time").selectOption("30d");
  const { platforms } = await aggregator.get<{ platforms: { platform: string; overall: { ratio: number } }[] }>("platforms");
  for (const { platform, overall } of platforms) {
    const row = page.locator(`[data-testid=compare-row][data-name="${platform}"]`);
    await expect(row).toContainText(overall.ratio.toFixed(2).slice(0, 3));
  }
});

test("sorts by a column's title, both ways", async ({ page }) => {
  const header = page.getByTestId("compare-table").getByRole("columnheader");
  await page.getByTestId("compare-table").getByRole("link", { name: "Platform", exact: true }).click();
  await expectParameter(page, "sort", "name");
  await expect(header.filter({ hasText: "Platform" })).toHaveAttribute("aria-sort", "ascending");
  const rising = await column(page, "compare-table", "Platform");
  expect(rising).toEqual([...rising].sort());
  await page.getByTestId("compare-table").getByRole("link", { name: /^Platform/ }).click();
  await expect(header.filter({ hasText: "Platform" })).toHaveAttribute("aria-sort", "descending");
  const falling = await column(page, "compare-table", "Platform");
  expect(falling).toEqual([...rising].reverse());
});

test("shows one category, one benchmark, and that in its own unit", async ({ page }) => {
  const figure = choice(page, "Figure");
  await figure.selectOption("category:disk");
  await expectParameter(page, "benchmark", "category:disk");
  await figure.selectOption("cpu_blowfish");
  await expectParameter(page, "benchmark", "cpu_blowfish");
  await expect(page.getByTestId("compare-table")).toContainText("×");
  await page.getByLabel("Absolute").check();
  await expectParameter(page, "mode", "absolute");
  await expect(page.getByTestId("compare-row").first()).toContainText(/\d\s?ms/);
  await page.getByLabel("Ratio", { exact: true }).check();
  await expect(page.getByTestId("compare-row").first()).toContainText("×");
});

test("compares nodes with error bars, and leads to them", async ({ page }) => {
  await choice(page, "Compare").selectOption("nodes");
  await choice(page, "Figure").selectOption("memory_triad");
  await expectParameter(page, "by", "nodes");
  const row = page.locator('[data-testid=compare-row][data-name="hv-002-guest-1"]').first();
  await expect(row).toContainText("hv-002");
  await expect(row).toContainText(/\d\.\d+/);
  await row.getByRole("link", { name: "hv-002-guest-1" }).click();
  await isIn(page, "node");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/hv-002-guest-1/);
});

test("takes another time, and keeps it in the address", async ({ page }) => {
  const time = choice(page, "Time");
  for (const range of ["24h", "7d", "365d"]) {
    await time.selectOption(range);
    await expectParameter(page, "range", range);
    await expect(page.getByTestId("compare-row").first()).toBeVisible();
  }
  await page.reload();
  await expect(time).toHaveValue("365d");
});

test("shows the comparison that is published, on its own scale too", async ({ page }) => {
  await choice(page, "Data set").selectOption("pilot2011");
  await expectParameter(page, "dataset", "pilot2011");
  await expect(page.locator('[data-testid=compare-row][data-name="virtualbox"]')).toBeVisible();
  await choice(page, "Scale").selectOption("pilot");
  await expectParameter(page, "scale", "pilot");
  await expect(page.getByTestId("compare-table").getByRole("columnheader", { name: /Points/ }).first()).toBeVisible();
});

test("tells versions of a platform apart, or not", async ({ page }) => {
  const versions = page.getByLabel("Tell versions apart");
  await versions.setChecked(true);
  await expect(page.locator('[data-testid=compare-row][data-name="proxmox-ve 8.2.2"]')).toBeVisible();
  await versions.setChecked(false);
  await expectParameter(page, "versions", "false");
  await expect(page.locator('[data-testid=compare-row][data-name="proxmox-ve"]')).toBeVisible();
});
