// Keys that work wherever nobody types.
import { useEffect } from "preact/hooks";
import type { View } from "./router";
import { nextTheme } from "./theme";

export const VIEW_KEYS: readonly [string, View, string][] = [
  ["c", "compare", "Compare"],
  ["n", "node", "Nodes"],
  ["r", "regressions", "Regressions"],
  ["s", "schedule", "Schedule"],
  ["p", "platforms", "Platforms"],
  ["f", "fleet", "Fleet"],
  ["m", "metrics", "Metrics"],
];

const SECOND_KEY_MS = 1_500;

interface Actions {
  view: (view: View) => void;
  search: () => void;
  help: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useShortcuts(actions: Actions): void {
  useEffect(() => {
    let goAt = 0;
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]")) return;
      const second = Date.now() - goAt < SECOND_KEY_MS;
      goAt = 0;
      const found = second && VIEW_KEYS.find(([key]) => key === event.key);
      if (found) actions.view(found[1]);
      else if (event.key === "g") goAt = Date.now();
      else if (event.key === "t") nextTheme();
      else if (event.key === "?") actions.help();
      else if (event.key === "/") actions.search();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
