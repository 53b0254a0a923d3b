// The fleet's list: with 10,000 nodes it is megabytes of JSON, which a thread of its own reads and
// shortens, so that the page never stands still.
import { ApiError, type Answer } from "./http";
import { useLive, type Live } from "./live";
import type { ListedNode, WorkerAnswer, WorkerQuestion } from "./listed_node";

let worker: Worker | undefined;
let turns = 0;
const waiting = new Map<number, (answer: WorkerAnswer) => void>();

function start(): Worker {
  const started = new Worker(new URL("./nodes.worker.ts", import.meta.url), { type: "module" });
  started.onmessage = (message: MessageEvent<WorkerAnswer>) => {
    waiting.get(message.data.turn)?.(message.data);
    waiting.delete(message.data.turn);
  };
  started.onerror = () => {
    const error = { code: "unexpected", message: "the thread that reads the list of nodes failed" };
    for (const [turn, answer] of waiting) answer({ turn, etag: "", error });
    waiting.clear();
    worker = undefined;
  };
  return started;
}

async function loadNodes(etag: string): Promise<Answer<ListedNode[]>> {
  worker ??= start();
  const turn = ++turns;
  // A worker's relative addresses are its own.
  const question: WorkerQuestion = { turn, url: new URL("api/v1/nodes?brief=true", document.baseURI).href, etag };
  const answer = await new Promise<WorkerAnswer>((resolve) => {
    waiting.set(turn, resolve);
    worker?.postMessage(question);
  });
  if (answer.error) throw new ApiError(answer.error.code, answer.error.message);
  return answer.nodes === undefined ? { etag: answer.etag } : { data: answer.nodes, etag: answer.etag };
}

/** All nodes, shortened, by name; not before they are wanted. */
export function useNodes(wanted = true): Live<ListedNode[]> {
  return useLive<ListedNode[]>(wanted ? "nodes" : null, loadNodes);
}
