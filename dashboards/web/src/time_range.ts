// From when until when: what an address says, and what comes of it.

export const PRESETS: Readonly<Record<string, number>> = {
  "1h": 3_600,
  "3h": 10_800,
  "6h": 21_600,
  "24h": 86_400,
  "7d": 604_800,
  "30d": 2_592_000,
  "90d": 7_776_000,
  "365d": 31_536_000,
};

const MOST_SECONDS = 366 * 86_400;
const LEAST_SECONDS = 60;

export interface TimeRange {
  /** The preset's name; empty where from and to are given. */
  preset: string;
  /** Seconds since 1970. */
  from: number;
  to: number;
  /** What was wrong with what was asked for. */
  notice?: string;
}

/** "24h" as "24 h". */
export function presetLabel(preset: string): string {
  return preset.replace(/^(\d+)([hd])$/, "$1 $2");
}

/** Seconds since 1970 of "1700000000", "1700000000.5" or RFC 3339; undefined for anything else. */
export function parseMoment(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{1,12}(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(trimmed)) return undefined;
  const ms = Date.parse(trimmed);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}

/** What the parameters range, from and to mean at `now` (seconds); `preset` where they say nothing. */
export function rangeOf(params: URLSearchParams, now: number, preset = "24h"): TimeRange {
  const recent = (name: string, notice?: string): TimeRange => {
    const range = { preset: name, from: now - (PRESETS[name] ?? 86_400), to: now };
    return notice === undefined ? range : { ...range, notice };
  };
  const shown = `The last ${presetLabel(preset)} are shown.`;
  const fromText = params.get("from");
  const toText = params.get("to");
  if (fromText === null && toText === null) {
    const wanted = params.get("range");
    if (wanted === null || Object.hasOwn(PRESETS, wanted)) return recent(wanted ?? preset);
    return recent(preset, `"${wanted.slice(0, 32)}" is no time range. ${shown}`);
  }
  let to = toText === null ? now : parseMoment(toText);
  if (to === undefined) return recent(preset, `"${toText?.slice(0, 32)}" is no moment. ${shown}`);
  let from = fromText === null ? to - 86_400 : parseMoment(fromText);
  if (from === undefined) return recent(preset, `"${fromText?.slice(0, 32)}" is no moment. ${shown}`);
  const notices: string[] = [];
  if (from >= to) return recent(preset, `A time range must begin before it ends. ${shown}`);
  if (from >= now) return recent(preset, `The time range is in the future. ${shown}`);
  if (to > now + LEAST_SECONDS) {
    to = now;
    notices.push("The time range ended in the future and ends now instead.");
  }
  if (to - from > MOST_SECONDS) {
    from = to - MOST_SECONDS;
    notices.push("At most 366 days can be shown at once: the last of them are.");
  }
  if (to - from < LEAST_SECONDS) {
    from = Math.max(0, to - LEAST_SECONDS);
    to = from + LEAST_SECONDS;
  }
  const range = { preset: "", from, to };
  return notices.length === 0 ? range : { ...range, notice: notices.join(" ") };
}
