// Long lists: of 10,000 nodes they are megabytes of JSON, which a thread of its own reads and hands
// over in parts, so that the page never stands still.
import { ApiError, address, type Answer } from "./http";
import { SELDOM_MS, useLive, type Live } from "./live";
import type { ListedNode } from "./listed_node";
import type { Overhead } from "./types";

export interface ListQuestion {
  turn: number;
  list: "nodes" | "overheads";
  url: string;
  etag: string;
}

/** A part of the answer; the last one has the ETag, or what went wrong. */
export interface ListPart {
  turn: number;
  /** Undefined where nothing changed. */
  items?: unknown[];
  last?: { etag: string; error?: { code: string; message: string } };
}

interface Waiting {
  items: unknown[] | undefined;
  done: (answer: Answer<unknown[]>) => void;
  failed: (error: ApiError) => void;
}

let worker: Worker | undefined;
let turns = 0;
const waiting = new Map<number, Waiting>();

function take({ turn, items, last }: ListPart): void {
  const one = waiting.get(turn);
  if (!one) return;
  if (items) one.items = one.items ? one.items.concat(items) : items;
  if (!last) return;
  waiting.delete(turn);
  if (last.error) one.failed(new ApiError(last.error.code, last.error.message));
  else one.done(one.items === undefined ? { etag: last.etag } : { data: one.items, etag: last.etag });
}

function start(): Worker {
  const started = new Worker(new URL("./lists.worker.ts", import.meta.url), { type: "module" });
  started.onmessage = (message: MessageEvent<ListPart>) => take(message.data);
  started.onerror = () => {
    for (const one of waiting.values())
      one.failed(new ApiError("unexpected", "the thread that reads lists failed"));
    waiting.clear();
    worker = undefined;
  };
  return started;
}

function load(list: ListQuestion["list"], url: string, etag: string): Promise<Answer<unknown[]>> {
  worker ??= start();
  const turn = ++turns;
  // A worker's relative addresses are its own.
  const question: ListQuestion = { turn, list, url: new URL(url, document.baseURI).href, etag };
  return new Promise((done, failed) => {
    waiting.set(turn, { items: undefined, done, failed });
    worker?.postMessage(question);
  });
}

/** All nodes, shortened, by name; not before they are wanted. */
export function useNodes(wanted = true): Live<ListedNode[]> {
  const url = address("nodes", { brief: true });
  return useLive<ListedNode[]>(
    wanted ? url : null,
    (etag) => load("nodes", url, etag) as Promise<Answer<ListedNode[]>>,
  );
}

/** Of all nodes, by one benchmark; nothing is asked without it. */
export function useOverheads(benchmark: string | null): Live<Overhead[]> {
  const url = benchmark === null ? null : address("overheads", { benchmark });
  return useLive<Overhead[]>(
    url,
    (etag) => load("overheads", url ?? "", etag) as Promise<Answer<Overhead[]>>,
    SELDOM_MS,
  );
}
