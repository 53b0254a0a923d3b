// A name from outside: it may hold anything, so that it is text, isolated, and not longer than a line.
import { useState } from "preact/hooks";
import { shortName, visible } from "../names";
import { href } from "../router";

interface Props {
  text: string;
  /** Leads to the node of this label. */
  node?: boolean;
  /** Offers the whole of a long name; lists with many rows leave that to the node's own view. */
  expand?: boolean;
}

export function Name({ text, node = false, expand = false }: Props) {
  const [whole, setWhole] = useState(false);
  const short = shortName(text);
  const shown = whole ? visible(text) : short;
  const cut = short !== visible(text);
  const inner = <bdi title={cut ? visible(text).slice(0, 2000) : undefined}>{shown}</bdi>;
  return (
    <span class="name">
      {node ? <a href={href("node", { node: text })}>{inner}</a> : inner}
      {cut && expand && (
        <button type="button" class="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Shorter" : "Whole name"}
        </button>
      )}
    </span>
  );
}
