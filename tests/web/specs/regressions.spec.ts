// What got slower: open and over, why, and what may be done about it.
import { expect, test } from "../support/test";
import { column, expectParameter, open } from "../support/view";

interface Listed {
  regressions: {
    id: string;
    state: string;
    subject: string;
    benchmark: string;
    onset_low_unix_nanos: string;
    onset_high_unix_nanos: string;
  }[];
}

test("lists what is open, and what is over", async ({ page, aggregator }) => {
  const { regressions } = await aggregator.get<Listed>("regressions");
  await open(page, "regressions");
  await expect(page.getByTestId("regression-row")).toHaveCount(regressions.length);
  const which = page.getByRole("navigation", { name: "Which regressions" });
  await which.getByRole("link", { name: "Over" }).click();
  await expectParameter(page, "show", "past");
  await expect(page.getByTestId("regression-row").first()).toContainText(/resolved|accepted|retracted/);
  await which.getByRole("link", { name: "All" }).click();
  await expect.poll(() => page.getByTestId("regression-row").count()).toBeGreaterThan(regressions.length);
});

test("is sorted and filtered", async ({ page }) => {
  await open(page, "regressions");
  const table = page.getByTestId("regressions-table");
  await table.getByRole("link", { name: /^What/ }).click();
  await expectParameter(page, "sort", "subject");
  const title = table.getByRole("columnheader", { name: /^What/ });
  await expect(title).toHaveAttribute("aria-sort", "ascending");
  const names = await column(page, "regressions-table", "What");
  expect(names).toEqual([...names].sort());
  await table.getByRole("link", { name: /^What/ }).click();
  await expect(title).toHaveAttribute("aria-sort", "descending");
  expect(await column(page, "regressions-table", "What")).toEqual([...names].sort().reverse());
  await page.getByLabel("Filter", { exact: true }).fill("fpu_raytracing");
  await expectParameter(page, "q", "fpu_raytracing");
  await expect
    .poll(async () => [...new Set(await column(page, "regressions-table", "Benchmark"))])
    .toEqual(["fpu_raytracing"]);
});

test("says of one why to believe it, and draws it", async ({ page, aggregator }) => {
  const { regressions } = await aggregator.get<Listed>("regressions");
  const one = regressions[0];
  await open(page, "regressions");
  await page.locator(`[data-testid=regression-row][data-id="${one?.id}"]`).getByRole("link").first().click();
  await expectParameter(page, "id", one?.id ?? "");
  const detail = page.getByTestId("regression-detail");
  await expect(detail).toContainText(one?.benchmark ?? "?");
  // Bounds that are one minute say nothing.
  const minutes = [one?.onset_low_unix_nanos, one?.onset_high_unix_nanos].map((at) => Math.floor(Number(at) / 60e9));
  if (minutes[0] === minutes[1]) await expect(detail).not.toContainText("90 %");
  else await expect(detail).toContainText("90 %");
  await expect(detail.getByTestId("chart").locator("canvas")).toBeVisible();
  await detail.locator("summary").first().click();
  await expect(detail.getByRole("table").first().getByRole("row").nth(2)).toBeVisible();
  await detail.getByRole("link", { name: "Close" }).click();
  await expect(detail).toHaveCount(0);
});

test("is acknowledged, muted and accepted, each with a note", async ({ page, aggregator }) => {
  const firing = (await aggregator.get<Listed>("regressions?state=firing")).regressions;
  expect(firing.length).toBeGreaterThanOrEqual(2);
  const [first, second] = firing;
  await open(page, "regressions", { id: first?.id ?? "" });
  const detail = page.getByTestId("regression-detail");
  await detail.getByLabel("Note").fill("ticket <b>4712</b>");
  await detail.getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByTestId("steer-result")).toContainText("acknowledged");
  await expect(detail.getByRole("button", { name: "Acknowledge" })).toBeDisabled();
  expect((await aggregator.get<{ note: string; state: string }>(`regression?id=${first?.id}`)).note).toBe("ticket <b>4712</b>");
  await expect(page.locator(`[data-testid=regression-row][data-id="${first?.id}"]`)).toContainText("acknowledged");

  await detail.getByRole("button", { name: "Mute" }).click();
  await expect(page.getByTestId("steer-result")).toContainText("muted");

  await open(page, "regressions", { id: second?.id ?? "" });
  await detail.getByLabel("Note").fill("wanted");
  await detail.getByRole("button", { name: "Accept" }).click();
  await expect(page.getByTestId("steer-result")).toContainText("accepted");
  await expect(page.locator(`[data-testid=regression-row][data-id="${second?.id}"]`)).toHaveCount(0);
  for (const name of ["Acknowledge", "Accept", "Mute"]) {
    await expect(detail.getByRole("button", { name })).toBeDisabled();
  }
});

test("a note that is too long is not sent", async ({ page, aggregator }) => {
  const { regressions } = await aggregator.get<Listed>("regressions");
  await open(page, "regressions", { id: regressions[0]?.id ?? "" });
  await page.getByLabel("Note").fill("ä".repeat(600));
  await expect(page.getByRole("alert")).toContainText("1024 bytes");
  await expect(page.getByRole("button", { name: "Mute" })).toBeDisabled();
});
