// Schedule, platforms, fleet and metrics.
import { expect, test } from "../support/test";
import { choice, column, expectParameter, open } from "../support/view";

test.describe("schedule", () => {
  test("draws who measured when on each host, with a table", async ({ page }) => {
    await open(page, "schedule");
    await expect(page.getByTestId("host-timeline")).toHaveCount(4);
    const host = page.locator('[data-testid=host-timeline][data-host="hv-001"]');
    await expect(host.locator("svg.timeline rect.span").first()).toBeVisible();
    await expect(host).toContainText("every");
    await host.locator("summary").click();
    await expect(host.getByRole("table").getByRole("row").nth(1)).toContainText("hv-001");
    await expect(page.getByTestId("schedule-counters")).toContainText("Granted");
  });

  test("goes on by itself", async ({ page }) => {
    await open(page, "schedule");
    const granted = page.getByTestId("schedule-counters").locator("dd").first();
    const before = await granted.innerText();
    await expect(granted).not.toHaveText(before, { timeout: 45_000 });
  });

  test("chooses a time and hosts", async ({ page }) => {
    await open(page, "schedule");
    for (const [name, value] of [["3 h", "3h"], ["24 h", "24h"]] as const) {
      await page.getByRole("navigation", { name: "Time" }).getByRole("link", { name, exact: true }).click();
      await expectParameter(page, "range", value);
    }
    await page.getByLabel("Filter hosts").fill("hv-003");
    await expect(page.getByTestId("host-timeline")).toHaveCount(1);
    await expectParameter(page, "q", "hv-003");
  });
});

test.describe("platforms", () => {
  test("shows what products can do, what they cost, and their consoles", async ({ page, aggregator }) => {
    const { products } = await aggregator.get<{ products: unknown[] }>("catalogue");
    expect(products.length).toBeGreaterThan(5);
    await open(page, "platforms");
    const matrix = page.getByTestId("feature-matrix");
    await expect(matrix.locator("tbody tr")).toHaveCount(products.length);
    await expect(matrix.locator('tr[data-platform="xen"]').first()).toContainText("×");
    for (const link of await matrix.locator('a[href^="http"]').all()) {
      await expect(link).toHaveAttribute("rel", "noopener noreferrer");
    }
  });

  test("is filtered", async ({ page }) => {
    await open(page, "platforms");
    await page.getByLabel("Filter", { exact: true }).fill("virtualbox");
    await expectParameter(page, "q", "virtualbox");
    for (const row of await page.getByTestId("feature-matrix").locator("tbody tr").all()) {
      await expect(row).toContainText(/virtualbox/i);
    }
  });
});

test.describe("fleet", () => {
  test("lists all probes, and what each cannot run and why", async ({ page }) => {
    await open(page, "fleet");
    await expect(page.getByTestId("fleet-row")).toHaveCount(16);
    const host = page.locator('[data-testid=fleet-row][data-node="hv-001"]');
    await host.getByRole("link", { name: /^Details/ }).click();
    const detail = page.getByTestId("fleet-detail");
    await expect(detail.getByTestId("unavailable")).toContainText("no hypervisor runs this machine");
    await expectParameter(page, "node", "hv-001");
    await detail.getByRole("link", { name: "Close" }).click();
    await expect(detail).toHaveCount(0);
  });

  test("sorts by every column", async ({ page }) => {
    await open(page, "fleet");
    const table = page.getByTestId("fleet-table");
    for (const [title, sort] of [["Last seen", "seen"], ["Role", "role"], ["Platform", "platform"], ["Host", "host"],
      ["Probe", "version"], ["Cannot run", "unavailable"], ["Spool", "spool"], ["Node", "node"]] as const) {
      await table.getByRole("link", { name: new RegExp(`^${title}`) }).first().click();
      await expectParameter(page, "sort", sort);
      await expect(table.getByRole("columnheader", { name: new RegExp(`^${title}`) })).toHaveAttribute("aria-sort", "ascending");
    }
    const rising = await column(page, "fleet-table", "Node");
    await table.getByRole("link", { name: /^Node/ }).click();
    await expectParameter(page, "dir", "desc");
    await expect(table.getByRole("columnheader", { name: /^Node/ })).toHaveAttribute("aria-sort", "descending");
    expect(await column(page, "fleet-table", "Node")).toEqual([...rising].reverse());
  });

  test("is filtered by text, state and role", async ({ page }) => {
    await open(page, "fleet");
    await choice(page, "Role").selectOption("host");
    await expect(page.getByTestId("fleet-row")).toHaveCount(4);
    await choice(page, "Role").selectOption("");
    await choice(page, "State").selectOption("silent");
    await expect(page.getByTestId("fleet-row")).toHaveCount(1);
    await expect(page.getByTestId("fleet-row")).toContainText("hv-002-guest-3");
    await choice(page, "State").selectOption("connected");
    await page.getByLabel("Filter", { exact: true }).fill("hyperv");
    await expect(page.getByTestId("fleet-row")).toHaveCount(3);
    await page.getByLabel("Filter", { exact: true }).fill("no such thing");
    await expect(page.getByText("No node is so")).toBeVisible();
  });

  test("tells how to add a probe, with the command to paste", async ({ page, context }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await open(page, "fleet");
    await page.getByRole("link", { name: "Add a probe" }).click();
    await expectParameter(page, "add", "true");
    const command = await page.getByTestId("add-probe-command").innerText();
    expect(command).toContain("hypergauge-probe agent --aggregator.address 127.0.0.1:");
    await page.getByTestId("add-probe").getByRole("button", { name: "Copy" }).click();
    await expect(page.getByTestId("add-probe").getByRole("status")).toHaveText("Copied.");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command.trim());
  });
});

test.describe("metrics", () => {
  test("lists every family that Prometheus is shown", async ({ page, aggregator }) => {
    const { families } = await aggregator.get<{ families: { name: string }[] }>("metrics");
    await open(page, "metrics");
    const rows = page.getByTestId("metrics-table").locator("tbody tr");
    await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(families.length);
    await expect(page.getByTestId("metrics-table")).toContainText("hypergauge_regression_state");
  });

  test("is filtered by text and type", async ({ page }) => {
    await open(page, "metrics");
    const rows = page.getByTestId("metrics-table").locator("tbody tr");
    await page.getByLabel("Filter", { exact: true }).fill("store_commit");
    await expectParameter(page, "q", "store_commit");
    await expect(rows).toHaveCount(1);
    await page.getByLabel("Filter", { exact: true }).fill("");
    await choice(page, "Type").selectOption("histogram");
    await expectParameter(page, "type", "histogram");
    await expect
      .poll(async () => [...new Set(await column(page, "metrics-table", "Type"))])
      .toEqual(["histogram"]);
  });
});
