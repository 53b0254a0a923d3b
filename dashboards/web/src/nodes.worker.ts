import { ApiError, get } from "./http";
import { shorten, type WorkerAnswer, type WorkerQuestion } from "./listed_node";
import type { Node } from "./types";

async function answer({ turn, url, etag }: WorkerQuestion): Promise<WorkerAnswer> {
  try {
    const got = await get<{ nodes: Node[] }>(url, etag);
    if (got.data === undefined) return { turn, etag: got.etag };
    return { turn, etag: got.etag, nodes: got.data.nodes.map(shorten) };
  } catch (thrown) {
    const code = thrown instanceof ApiError ? thrown.code : "unexpected";
    return { turn, etag: "", error: { code, message: thrown instanceof Error ? thrown.message : String(thrown) } };
  }
}

addEventListener("message", (message: MessageEvent<WorkerQuestion>) => {
  void answer(message.data).then((reply) => postMessage(reply));
});
