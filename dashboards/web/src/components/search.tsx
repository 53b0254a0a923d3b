// Finds a node by its name, platform or host; asks for the list when it is first needed.
import type { RefObject } from "preact";
import { useMemo, useState } from "preact/hooks";
import { matches } from "../names";
import { useNodes } from "../lists";
import { go, href } from "../router";
import { Name } from "./name";

const MOST = 12;

export function Search({ input }: { input: RefObject<HTMLInputElement> }) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const nodes = useNodes(open);
  const found = useMemo(() => {
    if (!open || text.trim() === "") return [];
    const all = [];
    for (const node of nodes.data ?? []) {
      if (matches(text, node.label, node.platform, node.host)) all.push(node);
      if (all.length === MOST) break;
    }
    return all;
  }, [text, open, nodes.data]);
  const pick = (label: string | undefined): void => {
    if (label === undefined) return;
    setOpen(false);
    setText("");
    input.current?.blur();
    go(href("node", { node: label }));
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setChosen(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") pick(found[chosen]?.label);
    else if (event.key === "Escape") {
      setOpen(false);
      input.current?.blur();
    } else return;
    event.preventDefault();
  };
  const shown = open && text.trim() !== "";
  return (
    <div class="search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search nodes"
        aria-expanded={shown}
        aria-controls="search-list"
        aria-autocomplete="list"
        aria-activedescendant={shown && found.length > 0 ? `search-${chosen}` : undefined}
        placeholder="Search nodes  /"
        autocomplete="off"
        spellcheck={false}
        maxLength={300}
        value={text}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
          setOpen(true);
        }}
        onKeyDown={pressed}
      />
      <ul id="search-list" role="listbox" aria-label="Nodes found" hidden={!shown}>
        {found.map((node, index) => (
          <li
            key={node.label}
            id={`search-${index}`}
            role="option"
            aria-selected={index === chosen}
            // Before the field loses the focus.
            onMouseDown={(event) => {
              event.preventDefault();
              pick(node.label);
            }}
          >
            <Name text={node.label} />
            <span class="faint">
              {" "}
              {node.platform}
              {node.host !== "" && (
                <>
                  {" "}
                  on <Name text={node.host} />
                </>
              )}
            </span>
          </li>
        ))}
        {shown && found.length === 0 && (
          <li role="option" aria-selected={false} aria-disabled="true" class="faint">
            {nodes.data ? "No node is called so" : nodes.error ? "The list cannot be had" : "Loading …"}
          </li>
        )}
      </ul>
    </div>
  );
}
