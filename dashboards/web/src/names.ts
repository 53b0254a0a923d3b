// Names from outside, made fit to be shown.

const MOST_SHOWN = 48;

/**
 * Control characters as their pictures, so that a newline in a name is seen, "⇄" for what would turn it round, "·" for
 * what cannot be seen.
 */
export function visible(text: string): string {
  return text
    .replace(/[\u0000-\u001f\u007f]/g, (each) =>
      each === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + each.charCodeAt(0)),
    )
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "⇄")
    .replace(/[\u200b-\u200d\u2028\u2029\u2060\ufeff]/g, "·");
}

/** At most 48 code points, without halving one. */
export function shortName(text: string): string {
  // Far more than can be needed, so that a name of 10 KB costs nothing.
  const characters = [...visible(text.slice(0, MOST_SHOWN * 8))];
  if (characters.length <= MOST_SHOWN) return characters.join("");
  return `${characters.slice(0, MOST_SHOWN - 1).join("")}…`;
}

/** http and https only: a link from a file or a node must not run anything. */
export function safeLink(url: string): string | undefined {
  try {
    const { protocol, href } = new URL(url);
    return protocol === "http:" || protocol === "https:" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether all words of the filter are somewhere in the texts, whatever their case. */
export function matches(filter: string, ...texts: string[]): boolean {
  const wanted = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (wanted.length === 0) return true;
  const all = texts.join("\n").toLowerCase();
  return wanted.every((word) => all.includes(word));
}
