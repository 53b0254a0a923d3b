// Light, dark, or as the system says; kept by the browser.
import { useEffect, useState } from "preact/hooks";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "hypergauge-theme";
const CHANGED = "hypergauge-theme-changed";

export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((each) => each === kept) ?? "system";
  } catch {
    // The browser keeps nothing for pages.
    return (document.documentElement.dataset["theme"] as Theme | undefined) ?? "system";
  }
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
}

export function nextTheme(): void {
  const next = THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length] ?? "system";
  applyTheme(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It lasts as long as the page does.
  }
  dispatchEvent(new Event(CHANGED));
}

/** Changes whenever the colours do: "dark", "system light" ... */
export function useTheme(): string {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const name = (): string => `${chosenTheme()} ${dark.matches ? "dark" : "light"}`;
  const [theme, setTheme] = useState(name);
  useEffect(() => {
    const changed = (): void => setTheme(name());
    addEventListener(CHANGED, changed);
    dark.addEventListener("change", changed);
    return () => {
      removeEventListener(CHANGED, changed);
      dark.removeEventListener("change", changed);
    };
  }, []);
  return theme;
}
