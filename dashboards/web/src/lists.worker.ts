// Reads long lists; see lists.ts.
import { ApiError, get } from "./http";
import { shorten } from "./listed_node";
import type { ListPart, ListQuestion } from "./lists";
import type { Node } from "./types";

const A_PART = 500;

async function answer({ turn, list, url, etag }: ListQuestion, say: (part: ListPart) => void): Promise<void> {
  try {
    const got = await get<Record<string, unknown[]>>(url, etag);
    let items = got.data?.[list];
    if (list === "nodes") items = items?.map((node) => shorten(node as Node));
    if (items) {
      say({ turn, items: items.slice(0, A_PART) });
      for (let at = A_PART; at < items.length; at += A_PART)
        say({ turn, items: items.slice(at, at + A_PART) });
    }
    say({ turn, last: { etag: got.etag } });
  } catch (thrown) {
    const code = thrown instanceof ApiError ? thrown.code : "unexpected";
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    say({ turn, last: { etag: "", error: { code, message } } });
  }
}

addEventListener("message", (message: MessageEvent<ListQuestion>) => {
  void answer(message.data, (part) => postMessage(part));
});
