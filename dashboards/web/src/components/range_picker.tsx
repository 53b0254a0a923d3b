import { useState } from "preact/hooks";
import { localTime } from "../format";
import { go, hrefWith, type Route } from "../router";
import { parseMoment, presetLabel, type TimeRange } from "../time_range";

interface Props {
  route: Route;
  range: TimeRange;
  presets: readonly string[];
}

// As <input type="datetime-local"> wants it: in the reader's own zone.
const field = (seconds: number): string => (seconds > 0 ? localTime(seconds * 1000).replace(" ", "T") : "");
const local = (text: string): number | undefined =>
  text === "" ? undefined : parseMoment(String(new Date(text).getTime() / 1000));

export function RangePicker({ route, range, presets }: Props) {
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const [wrong, setWrong] = useState("");
  const apply = (event: Event): void => {
    event.preventDefault();
    const begin = local(from ?? field(range.from));
    const end = local(to ?? field(range.to));
    if (begin === undefined || end === undefined) return setWrong("That is no moment.");
    if (begin >= end) return setWrong("It must begin before it ends.");
    setWrong("");
    go(hrefWith(route, { range: null, from: Math.round(begin), to: Math.round(end) }));
  };
  return (
    <div class="range" role="group" aria-label="Time range">
      <div class="buttons">
        {presets.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={range.preset === preset}
            onClick={() => go(hrefWith(route, { range: preset, from: null, to: null }))}
          >
            {presetLabel(preset)}
          </button>
        ))}
      </div>
      <details class="custom-range" open={range.preset === ""}>
        <summary>From … to …</summary>
        <form onSubmit={apply}>
          <label>
            From
            <input
              type="datetime-local"
              value={from ?? field(range.from)}
              onInput={(event) => setFrom(event.currentTarget.value)}
            />
          </label>
          <label>
            To
            <input
              type="datetime-local"
              value={to ?? field(range.to)}
              onInput={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <button type="submit">Apply</button>
          {wrong !== "" && <span role="alert">{wrong}</span>}
        </form>
      </details>
    </div>
  );
}
