import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { bytes } from "../format";
import { href, type View } from "../router";
import { VIEW_KEYS } from "../shortcuts";
import { chosenTheme, nextTheme, useTheme } from "../theme";
import type { Status } from "../types";

interface Props {
  view: View;
  status: Status | undefined;
  search: ComponentChildren;
  onHelp: () => void;
}

function ThemeButton() {
  useTheme();
  const theme = chosenTheme();
  const sign = theme === "light" ? "☀" : theme === "dark" ? "☾" : "◐";
  return (
    <button
      type="button"
      class="quiet"
      onClick={nextTheme}
      aria-label={`Theme: ${theme}`}
      title={`Theme: ${theme} (t)`}
    >
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

export function Sidebar({ view, status, search, onHelp }: Props) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow screen the views are in a line that is longer than it.
    const bar = nav.current;
    const current = bar?.querySelector<HTMLElement>("[aria-current=page]");
    if (bar && current)
      bar.scrollLeft = current.offsetLeft - bar.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
  }, [view]);
  return (
    <header class="sidebar">
      <a class="brand" href={href("compare")}>
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path
            d="M5 23a11 11 0 0 1 22 0"
            fill="none"
            stroke="currentColor"
            stroke-width="3.4"
            stroke-linecap="round"
          />
          <path class="needle" d="M16 23l6-9" stroke-width="3.4" stroke-linecap="round" />
        </svg>
        hypergauge
      </a>
      <nav aria-label="Views" ref={nav}>
        {VIEW_KEYS.map(([key, name, title]) => (
          <a
            key={name}
            href={href(name)}
            aria-current={view === name ? "page" : undefined}
            title={`g ${key}`}
          >
            {title}
            {name === "regressions" && status && status.open_regressions > 0 && (
              <span class="count" aria-label={`${status.open_regressions} open`}>
                {status.open_regressions}
              </span>
            )}
          </a>
        ))}
      </nav>
      {search}
      <div class="tools">
        <ThemeButton />
        <button
          type="button"
          class="quiet"
          onClick={onHelp}
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
        >
          ?
        </button>
      </div>
      {status && (
        <p class="status faint">
          {status.connected} of {status.nodes} nodes connected · {bytes(status.store_bytes)} stored ·{" "}
          <bdi>{status.version}</bdi>
        </p>
      )}
    </header>
  );
}
