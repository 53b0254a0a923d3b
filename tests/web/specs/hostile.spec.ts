// Names, labels and facts that hold script, markup, marks for right to left, line breaks, and are long:
// they are text, and nothing else. The guard looks at the canary that they would set.
import { expect, test } from "../support/test";
import { fitsTheWidth, hash, isIn, main, open, parameter, VIEWS } from "../support/view";

test.use({ fleet: "hostile" });

interface Listed {
  nodes: { label: string }[];
}

test("every view shows them as text", async ({ page }) => {
  for (const view of VIEWS) {
    await open(page, view);
    await expect(main(page, view).locator("script, img[src=x], [onfocus], [onerror]")).toHaveCount(0);
    await fitsTheWidth(page);
  }
  await open(page, "fleet");
  await expect(page.getByTestId("fleet-row").filter({ hasText: "<script>" }).first()).toBeVisible();
});

test("regressions of such names are told and steered", async ({ page }) => {
  await open(page, "regressions", { show: "all" });
  await page.getByTestId("regression-row").first().getByRole("link").first().click();
  await expect(page.getByTestId("regression-detail")).toBeVisible();
  await fitsTheWidth(page);
});

test("each node is reached by its link, and its address can be sent", async ({ page, aggregator }) => {
  const { nodes } = await aggregator.get<Listed>("nodes?brief=true");
  expect(nodes).toHaveLength(27);
  // One of each pattern.
  for (const { label } of nodes.filter((_, index) => index % 3 === 0)) {
    await page.goto(`/${hash("node", { node: label })}`);
    await isIn(page, "node");
    expect(parameter(page, "node")).toBe(label);
    await expect(page.getByTestId("node-identity")).toBeVisible();
  }
});

test("a long name is shortened, and can be seen whole", async ({ page, aggregator }) => {
  const { nodes } = await aggregator.get<Listed>("nodes?brief=true");
  const long = nodes.find(({ label }) => label.length > 200)?.label ?? "";
  await open(page, "node", { node: long });
  const heading = page.getByRole("heading", { level: 1 });
  expect((await heading.locator("bdi").innerText()).length).toBeLessThan(60);
  await heading.getByRole("button", { name: "Whole name" }).click();
  await expect(heading.locator("bdi")).toHaveText(long);
  await fitsTheWidth(page);
});

test("marks that turn the direction stay inside of their name", async ({ page }) => {
  await open(page, "fleet");
  const row = page.getByTestId("fleet-row").filter({ hasText: "evil" }).first();
  await expect(row.locator("bdi").first()).toBeVisible();
  await expect(row.getByRole("cell").nth(2)).toHaveText(/^(host|guest|container)$/);
});

test("search, the environment and what cannot be run hold them too", async ({ page, aggregator }) => {
  const { nodes } = await aggregator.get<Listed>("nodes?brief=true");
  const script = nodes.find(({ label }) => label.includes("<script>"))?.label ?? "";
  await open(page, "node", { node: script, tab: "environment" });
  await expect(page.getByTestId("environment")).toContainText("<script>");
  await page.keyboard.press("/");
  await page.keyboard.insertText("<script>");
  await expect(page.getByRole("listbox").getByRole("option").first()).toContainText("<script>");
  await page.keyboard.press("Enter");
  await isIn(page, "node");
  for (const tab of ["charts", "runs", "events"]) {
    await open(page, "node", { node: script, tab });
    await fitsTheWidth(page);
  }
  for (const { label } of nodes.slice(0, 2)) {
    await open(page, "fleet", { node: label });
    await expect(page.getByTestId("fleet-detail")).toContainText(/Cannot run|every benchmark/);
  }
});
