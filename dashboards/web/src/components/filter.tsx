// A filter that is kept in the address, without a step for Back a letter.
import { useEffect, useRef, useState } from "preact/hooks";
import { hrefWith, replace, type Route } from "../router";

const REST_MS = 150;

export function Filter({
  route,
  label = "Filter",
  name = "q",
}: {
  route: Route;
  label?: string;
  name?: string;
}) {
  const given = route.params.get(name) ?? "";
  const [text, setText] = useState(given);
  // What comes back from the address while somebody types on is not theirs any more.
  const sent = useRef(given);
  useEffect(() => {
    if (given !== sent.current) setText(given);
    sent.current = given;
  }, [given]);
  useEffect(() => {
    if (text === given) return undefined;
    const timer = setTimeout(() => {
      sent.current = text;
      replace(hrefWith(route, { [name]: text, page: null }));
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="search"
        value={text}
        maxLength={300}
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </label>
  );
}
