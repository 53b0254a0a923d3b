// What an address says wrongly is told, and the page goes on.
import { expect, test } from "../support/test";
import { isIn, main, open, hash, VIEWS } from "../support/view";

test.beforeEach(({ guard }) => guard.allow(/Failed to load resource.*(404|400)/));

test("an unknown view is the comparison, with a notice", async ({ page }) => {
  await page.goto("/#/nowhere?x=1");
  await isIn(page, "compare");
  await expect(page.getByTestId("notice")).toContainText("nowhere");
});

test("an unknown node, regression, benchmark and data set", async ({ page }) => {
  await open(page, "node", { node: "no such node" }, "empty");
  await expect(page.getByTestId("empty")).toContainText("There is no such node");
  for (const id of ["999999", "0", "-1", "abc", "99999999999999999999999999"]) {
    await page.goto(`/${hash("regressions", { id })}`);
    await expect(page.getByTestId("regression-detail")).toContainText("There is no regression");
  }
  await open(page, "compare", { benchmark: "cpu_nothing" });
  await expect(page.getByTestId("notice").first()).toContainText("cpu_nothing");
  await open(page, "compare", { dataset: "nobody's" }, "error");
  await expect(page.getByTestId("error")).toContainText("pilot2011");
  await open(page, "fleet", { node: "no such node" });
  await expect(page.getByTestId("fleet-detail")).toContainText(/no node/);
});

test("absurd time ranges", async ({ page }) => {
  const absurd: [Record<string, string>, RegExp | undefined][] = [
    [{ range: "for ever" }, /no time range/],
    [{ from: "99999999999", to: "999999999999" }, /future/],
    [{ from: "1800000000", to: "1000000000" }, /before it ends/],
    [{ from: "0", to: "4000000000" }, /366 days|future/],
    [{ from: "-5", to: "1e400" }, /no moment/],
    [{ from: "2026-02-30T99:99Z" }, /no moment/],
    [{ from: "0", to: "1" }, undefined],
    [{ from: "NaN", to: "Infinity" }, /no moment/],
  ];
  for (const [parameters, notice] of absurd) {
    await open(page, "node", { node: "hv-001", ...parameters });
    if (notice) await expect(page.getByTestId("notice").first()).toContainText(notice);
    await expect(page.locator("section.node-chart").first()).toBeVisible();
  }
  await open(page, "compare", { range: "7 years" });
  await expect(page.getByTestId("notice").first()).toContainText("7 years");
});

test("parameters full of nonsense leave every view on its feet", async ({ page }) => {
  const long = "x".repeat(10_000);
  const nonsense = ["<script>window.hypergaugeCanary=1</script>", "%00\u202e", "__proto__", "-1", long];
  for (const view of VIEWS) {
    for (const text of nonsense) {
      const parameters = new URLSearchParams();
      for (const name of ["q", "sort", "dir", "range", "page", "state", "role", "type", "mode", "show", "tab", "category", "scale",
        "benchmark", "platform"]) parameters.set(name, text);
      await page.goto(`/#/${view}?${parameters.toString()}`);
      await expect(main(page, view)).toHaveAttribute("data-state", /ready|empty|error/);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    }
  }
});
