// The aggregator is killed under an open page, and comes back on the same store.
import { expect, test } from "../support/test";
import { isIn, open } from "../support/view";

test("tells that nobody answers, keeps what it has, and goes on by itself", async ({ page, guard, aggregator }) => {
  test.setTimeout(120_000);
  guard.allow(/Failed to load resource: net::ERR_/);
  await open(page, "fleet");
  await expect(page.getByTestId("fleet-row")).toHaveCount(16);
  await aggregator.kill();
  const banner = page.getByTestId("offline");
  await expect(banner).toBeVisible({ timeout: 30_000 });
  await expect(banner).toContainText("Last good data");
  await expect(page.getByTestId("fleet-row")).toHaveCount(16);
  // A view that was never seen has nothing to show, and says why.
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Metrics" }).click();
  await isIn(page, "metrics", "error");
  await expect(page.getByTestId("error").getByRole("button", { name: "Try again" })).toBeVisible();

  await aggregator.restart();
  await expect(banner).toHaveCount(0, { timeout: 30_000 });
  await isIn(page, "metrics");
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Fleet" }).click();
  // The probes came back by themselves as well.
  await expect(page.getByTestId("fleet-row").filter({ hasText: /connected|measures/ })).toHaveCount(15, { timeout: 60_000 });
});
