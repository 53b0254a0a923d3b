// What the views show is kept fresh by asking again; one poll of an address serves all who show it.
import { useEffect, useReducer } from "preact/hooks";
import { ApiError, get, type Answer } from "./http";

const RETRY_MS = 3_000;
// A large fleet's list takes long to answer: the aggregator has other things to do.
const LEAST_REST = 9;
const MOST_KEPT = 60;

export const EVERY_MS = 10_000;
export const SELDOM_MS = 60_000;

export type Load<Data> = (etag: string) => Promise<Answer<Data>>;

interface Shown {
  data?: unknown;
  error?: ApiError;
}

interface Poll extends Shown {
  load: Load<unknown>;
  etag: string;
  everyMs: number;
  askedAt: number;
  tookMs: number;
  busy: boolean;
  timer?: ReturnType<typeof setTimeout>;
  listeners: Set<() => void>;
}

export interface Connection {
  /** When the aggregator answered last; milliseconds since 1970. */
  lastGood: number;
  failing: boolean;
}

const polls = new Map<string, Poll>();
const watchers = new Set<() => void>();
let connection: Connection = { lastGood: 0, failing: false };

function tell(listeners: Set<() => void>): void {
  for (const listener of [...listeners]) listener();
}

function answered(): void {
  const recovered = connection.failing;
  connection = { lastGood: Date.now(), failing: false };
  if (!recovered) return;
  tell(watchers);
  for (const poll of polls.values()) if (poll.listeners.size > 0) void ask(poll);
}

function unanswered(): void {
  if (connection.failing) return;
  connection = { ...connection, failing: true };
  tell(watchers);
}

function plan(poll: Poll): void {
  clearTimeout(poll.timer);
  if (poll.listeners.size === 0 || document.hidden) return;
  const rest = connection.failing ? RETRY_MS : Math.max(poll.everyMs, poll.tookMs * LEAST_REST);
  poll.timer = setTimeout(() => void ask(poll), rest);
}

async function ask(poll: Poll): Promise<void> {
  if (poll.busy) return;
  poll.busy = true;
  poll.askedAt = Date.now();
  try {
    const { data, etag } = await poll.load(poll.etag);
    poll.tookMs = Date.now() - poll.askedAt;
    const changed = data !== undefined || poll.error !== undefined;
    if (data !== undefined) poll.data = data;
    poll.etag = etag;
    delete poll.error;
    answered();
    if (changed) tell(poll.listeners);
  } catch (thrown) {
    const error = thrown instanceof ApiError ? thrown : new ApiError("unexpected", String(thrown));
    if (error.code === "offline") unanswered();
    else answered();
    poll.error = error;
    tell(poll.listeners);
  } finally {
    poll.busy = false;
    plan(poll);
  }
}

function pollOf(key: string, load: Load<unknown>, everyMs: number): Poll {
  const known = polls.get(key);
  if (known) return known;
  for (const [old, poll] of polls) {
    if (polls.size < MOST_KEPT) break;
    if (poll.listeners.size === 0) polls.delete(old);
  }
  const poll: Poll = {
    load,
    etag: "",
    everyMs,
    askedAt: 0,
    tookMs: 0,
    busy: false,
    listeners: new Set(),
  };
  polls.set(key, poll);
  return poll;
}

export interface Live<Data> {
  /** The last that came; it stays while the aggregator does not answer. */
  data?: Data;
  error?: ApiError;
  again: () => void;
}

/** What `load` yields, asked again every `everyMs`; nothing is asked where the key is null. */
export function useLive<Data>(key: string | null, load: Load<Data>, everyMs = EVERY_MS): Live<Data> {
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  useEffect(() => {
    if (key === null) return undefined;
    const poll = pollOf(key, load, everyMs);
    const listener = (): void => redraw(undefined);
    poll.listeners.add(listener);
    redraw(undefined);
    if (Date.now() - poll.askedAt >= poll.everyMs || poll.data === undefined) void ask(poll);
    else plan(poll);
    return () => {
      poll.listeners.delete(listener);
      if (poll.listeners.size === 0) clearTimeout(poll.timer);
    };
    // The key stands for what is loaded.
  }, [key, everyMs]);
  const poll = key === null ? undefined : polls.get(key);
  return {
    data: poll?.data as Data | undefined,
    error: poll?.error,
    again: () => {
      if (poll) void ask(poll);
    },
  };
}

/** GET of an address, kept fresh. */
export function useGet<Data>(url: string | null, everyMs = EVERY_MS): Live<Data> {
  return useLive<Data>(url, (etag) => get<Data>(url ?? "", etag), everyMs);
}

/** Asks again, now, for whatever is shown of addresses that begin so: after something was changed. */
export function refresh(prefix: string): void {
  for (const [key, poll] of polls) {
    if (!key.startsWith(prefix)) continue;
    poll.askedAt = 0;
    if (poll.listeners.size > 0) void ask(poll);
  }
}

export function useConnection(): Connection {
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  useEffect(() => {
    const watcher = (): void => redraw(undefined);
    watchers.add(watcher);
    return () => void watchers.delete(watcher);
  }, []);
  return connection;
}

/** Once, in main: nothing is asked while nobody looks. */
export function followVisibility(): void {
  document.addEventListener("visibilitychange", () => {
    for (const poll of polls.values()) {
      clearTimeout(poll.timer);
      if (document.hidden || poll.listeners.size === 0) continue;
      if (Date.now() - poll.askedAt >= poll.everyMs) void ask(poll);
      else plan(poll);
    }
  });
}
