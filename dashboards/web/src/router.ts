// Where the page is: all state of a view is in the hash, so that it can be sent to somebody.
import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["compare", "node", "regressions", "schedule", "platforms", "fleet", "metrics"] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  view: View;
  params: URLSearchParams;
  /** What stands where a view's name should, if no view is called so. */
  unknown?: string;
}

export type Changes = Record<string, string | number | boolean | null | undefined>;

const isView = (word: string): word is View => (VIEWS as readonly string[]).includes(word);

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#?\/?/, "");
  const mark = text.indexOf("?");
  const word = mark < 0 ? text : text.slice(0, mark);
  const params = new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1));
  if (isView(word)) return { view: word, params };
  return word === "" ? { view: "compare", params } : { view: "compare", params, unknown: word.slice(0, 64) };
}

/** The address of a view; what is null, undefined or empty is left out. */
export function href(view: View, params: Changes = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return `#/${view}${text === "" ? "" : `?${text}`}`;
}

/** The same view with some parameters changed. */
export function hrefWith(route: Route, changes: Changes): string {
  return href(route.view, { ...Object.fromEntries(route.params), ...changes });
}

export function go(address: string): void {
  location.hash = address.slice(1);
}

/** Changes parameters without a step for Back: typing into a filter, for example. */
export function replace(address: string): void {
  history.replaceState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = (): void => setHash(location.hash);
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return parseRoute(hash);
}

/** The parameter where it is one of the choices, else the first of them. */
export function choice<Choice extends string>(
  params: URLSearchParams,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const given = params.get(name);
  return choices.find((each) => each === given) ?? choices[0];
}
