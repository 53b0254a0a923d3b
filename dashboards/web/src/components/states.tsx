// A view that has nothing to show yet, or cannot.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../http";

export function Loading({ what }: { what: string }) {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what} …
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state" data-testid="empty">
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}

export function Failed({ what, error, again }: { what: string; error: ApiError; again: () => void }) {
  return (
    <div class="state" role="alert" data-testid="error">
      <p class="state-title">
        {error.code === "offline"
          ? `No ${what} yet`
          : `${what[0]?.toUpperCase()}${what.slice(1)} cannot be shown`}
      </p>
      <p>
        <bdi>{error.message.slice(0, 500)}</bdi>
        {error.code === "offline" && ". The page asks again by itself."}
      </p>
      <button type="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}

export function Notice({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice" role="status" data-testid="notice">
      {children}
    </p>
  );
}
