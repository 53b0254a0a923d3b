// No data yet: every view says so, and how to add a probe.
import { expect, test } from "../support/test";
import { open, type View } from "../support/view";

test.use({ fleet: "none", live: false });

for (const view of ["compare", "node", "schedule", "fleet"] as const) {
  test(`${view} tells how to begin`, async ({ page }) => {
    await open(page, view, {}, "empty");
    await expect(page.getByTestId("empty")).toBeVisible();
    await expect(page.getByTestId("add-probe-command")).toContainText("hypergauge-probe agent");
  });
}

test("no regression, a catalogue, and metrics are there from the start", async ({ page }) => {
  await open(page, "regressions", {}, "empty");
  await expect(page.getByTestId("empty")).toContainText("No open regression");
  await open(page, "platforms");
  await open(page, "metrics");
});

test("the published comparison needs no fleet", async ({ page }) => {
  await open(page, "compare", { dataset: "pilot2011" });
  await expect(page.getByTestId("headline")).toContainText(/slowest/i);
});

test("a probe that comes is seen without a reload", async ({ page, aggregator }) => {
  const { Probes } = await import("../support/programs");
  const view: View = "fleet";
  await open(page, view, {}, "empty");
  const probes = await Probes.start(aggregator, "single");
  await expect(page.getByTestId("fleet-row")).toHaveCount(1, { timeout: 30_000 });
  await probes.stop();
  await expect(page.getByTestId("fleet-row")).not.toContainText(/connected|measures/, { timeout: 30_000 });
});
