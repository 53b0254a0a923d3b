// A moment in the reader's own zone, with UTC on hover.
import { ago, localTime, utcTime } from "../format";
import { useNow } from "../now";

interface Props {
  /** Milliseconds since 1970; 0 where there is none. */
  ms: number;
  /** How long ago, with the moment itself on hover. */
  relative?: boolean;
  seconds?: boolean;
}

export function Moment({ ms, relative = false, seconds = false }: Props) {
  const now = useNow(relative);
  if (!(ms > 0) || ms > 8.64e15) return <span class="faint">{relative ? "never" : "–"}</span>;
  const local = localTime(ms, true);
  return (
    <time dateTime={new Date(ms).toISOString()} title={relative ? `${local} (${utcTime(ms)})` : utcTime(ms)}>
      {relative ? ago(ms, now) : localTime(ms, seconds)}
    </time>
  );
}
