// One node alone: there is nothing to compare it with, and everything else works.
import { expect, test } from "../support/test";
import { isIn, open } from "../support/view";

test.use({ fleet: "single" });

test("says that there is nothing to compare, and shows the node", async ({ page }) => {
  await open(page, "compare", {}, "empty");
  await expect(page.getByTestId("empty")).toContainText("Nothing to compare yet");
  await open(page, "fleet");
  await page.getByRole("link", { name: "hv-001", exact: true }).click();
  await isIn(page, "node");
  await expect(page.getByTestId("chart").first()).toBeVisible();
  await open(page, "schedule");
  await expect(page.getByTestId("host-timeline")).toHaveCount(1);
});
