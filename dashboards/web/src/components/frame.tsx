// What every view has: its title, its notices, and whether it is ready.
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { View } from "../router";
import { Notice } from "./states";

export type ViewState = "loading" | "ready" | "empty" | "error";

interface Props {
  view: View;
  title: ComponentChildren;
  /** Of the document, where the title is no plain text. */
  documentTitle?: string;
  state: ViewState;
  notices?: (string | undefined)[];
  /** Beside the title. */
  controls?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ view, title, documentTitle, state, notices = [], controls, children }: Props) {
  const name = documentTitle ?? (typeof title === "string" ? title : "");
  useEffect(() => {
    document.title = name === "" ? "hypergauge" : `${name} · hypergauge`;
  }, [name]);
  return (
    <main id="content" tabIndex={-1} data-view={view} data-state={state} aria-busy={state === "loading"}>
      <header class="view-head">
        <h1>{title}</h1>
        {controls !== undefined && <div class="controls">{controls}</div>}
      </header>
      {notices.map((notice) => (notice === undefined ? null : <Notice key={notice}>{notice}</Notice>))}
      {children}
    </main>
  );
}

/** The state of a view that shows what `live` yields. */
export function stateOf(live: { data?: unknown; error?: unknown }, isEmpty = false): ViewState {
  if (live.data === undefined) return live.error === undefined ? "loading" : "error";
  return isEmpty ? "empty" : "ready";
}
