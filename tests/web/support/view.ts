// How tests find their way about the page: dashboards/web/README.md, "Hooks for tests".
import { expect, type Locator, type Page } from "@playwright/test";

export const VIEWS = ["compare", "node", "regressions", "schedule", "platforms", "fleet", "metrics"] as const;
export type View = (typeof VIEWS)[number];

type Parameters = Record<string, string | number>;

export function hash(view: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  return `#/${view}${query.size > 0 ? `?${query.toString()}` : ""}`;
}

export const main = (page: Page, view?: View): Locator =>
  page.locator(view === undefined ? "main[data-view]" : `main[data-view=${view}]`);

/** Opens a view by its address and waits until it shows what it has. */
export async function open(page: Page, view: View, parameters: Parameters = {}, state: string | RegExp = "ready"): Promise<void> {
  await page.goto(`/${hash(view, parameters)}`);
  await isIn(page, view, state);
}

export async function isIn(page: Page, view: View, state: string | RegExp = "ready"): Promise<void> {
  await expect(main(page, view)).toHaveAttribute("data-state", state);
}

/** A select, whose label holds it. */
export const choice = (page: Page, name: string): Locator => page.getByRole("combobox", { name, exact: true });

/** The value of a parameter in the address; empty where it is not there. */
export function parameter(page: Page, name: string): string {
  const { hash: own } = new URL(page.url());
  return new URLSearchParams(own.split("?")[1] ?? "").get(name) ?? "";
}

export async function expectParameter(page: Page, name: string, value: string | RegExp): Promise<void> {
  const shown = expect.poll(() => parameter(page, name), { message: `the parameter ${name} of the address` });
  await (value instanceof RegExp ? shown.toMatch(value) : shown.toBe(value));
}

/** Texts of one column of a table's rows. */
export async function column(page: Page, table: string, title: string): Promise<string[]> {
  const box = page.getByTestId(table);
  const titles = await box.getByRole("columnheader").allInnerTexts();
  const index = titles.findIndex((each) => each.startsWith(title));
  expect(index, `the column ${title} of ${table}, which has ${titles.join(", ")}`).toBeGreaterThanOrEqual(0);
  return box.locator(`tbody tr:not([aria-hidden]) > :nth-child(${index + 1})`).allInnerTexts();
}

/** The page itself does not scroll sideways. */
export async function fitsTheWidth(page: Page): Promise<void> {
  const { scroll, own } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    own: document.documentElement.clientWidth,
  }));
  expect(scroll, "the width of what is in the page").toBeLessThanOrEqual(own);
}
