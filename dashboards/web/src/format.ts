// Figures and moments as a person reads them.

const SYMBOLS: Record<string, string> = {
  seconds: "s",
  bytes: "B",
  bytes_per_second: "B/s",
  operations_per_second: "ops/s",
  events_per_second: "events/s",
  connections_per_second: "conn/s",
  ratio: "",
};

const PREFIXES: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
  [1, ""],
  [1e-3, "m"],
  [1e-6, "µ"],
  [1e-9, "n"],
  [1e-12, "p"],
];

/** Three significant digits, without an exponent: 1.23, 12.3, 123. */
export function threeDigits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 99.95 || value === 0 ? 0 : size >= 9.995 ? 1 : 2;
  return value.toFixed(decimals);
}

/** "1.42 GB/s", "180 µs", "63.5 kops/s"; what is no figure is a dash. */
export function figure(value: number, unit: string): string {
  if (!Number.isFinite(value)) return "–";
  const symbol = SYMBOLS[unit] ?? unit;
  if (symbol === "") return threeDigits(value);
  const isTime = unit === "seconds";
  const size = Math.abs(value);
  // Minutes of a long benchmark read better as seconds than as kiloseconds.
  const [factor, prefix] =
    (isTime && size >= 1) || size === 0
      ? ([1, ""] as const)
      : (PREFIXES.find(([each]) => size >= each * 0.9995 && (isTime || each >= 1)) ?? ([1, ""] as const));
  return `${threeDigits(value / factor)} ${prefix}${symbol}`;
}

/** "1.43×": times of the baseline. */
export function ratio(value: number): string {
  return Number.isFinite(value) ? `${threeDigits(value)}×` : "–";
}

export function hasInterval(score: { lower: number; upper: number }): boolean {
  return score.lower > 0 && score.upper > 0;
}

/** "1.38–1.49", or empty where there is no interval. */
export function interval(score: { lower: number; upper: number }): string {
  if (!hasInterval(score)) return "";
  const [lower, upper] = [threeDigits(score.lower), threeDigits(score.upper)];
  // Of a narrow one more digits, so that its ends differ.
  return lower === upper
    ? `${score.lower.toPrecision(4)}–${score.upper.toPrecision(4)}`
    : `${lower}–${upper}`;
}

/** "+12 %", "−3.1 %": of a share. */
export function percent(share: number, signed = false): string {
  if (!Number.isFinite(share)) return "–";
  const value = share * 100;
  const size = Math.abs(value);
  const digits = size >= 9.95 || size === 0 ? 0 : size >= 0.995 ? 1 : 2;
  const sign = value < 0 ? "−" : signed && value > 0 ? "+" : "";
  return `${sign}${size.toFixed(digits)} %`;
}

export function bytes(value: string | number): string {
  return figure(Number(value), "bytes");
}

/** "42 s", "3 min", "5 h 20 min", "12 d". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const size = Math.abs(seconds);
  if (size < 1) return figure(size, "seconds");
  if (size < 99.5) return `${Math.round(size)} s`;
  if (size < 5_940) return `${Math.round(size / 60)} min`;
  if (size < 172_800) {
    const minutes = Math.round(size / 60);
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
  }
  return `${Math.round(size / 86_400)} d`;
}

/** Milliseconds since 1970 of nanoseconds as text; 0 where there are none. */
export function millis(nanos: string | undefined): number {
  const value = Number(nanos ?? 0);
  return Number.isFinite(value) ? value / 1e6 : 0;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/** "2026-11-29 17:03" in the reader's own zone; with seconds where asked for. */
export function localTime(ms: number, seconds = false): string {
  if (!(ms > 0) || ms > 8.64e15) return "–";
  const at = new Date(ms);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}${seconds ? `:${pad(at.getSeconds())}` : ""}`;
}

export function utcTime(ms: number): string {
  if (!(ms > 0) || ms > 8.64e15) return "";
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "3 min ago", "in 20 s". */
export function ago(ms: number, now: number): string {
  if (!(ms > 0)) return "never";
  const seconds = (now - ms) / 1000;
  if (Math.abs(seconds) < 2) return "now";
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(seconds)}`;
}

/** {a: "1", b: "2"} as "a=1 b=2"; what every series has says nothing and is left out. */
export function labelText(labels: Record<string, string>, without: readonly string[] = []): string {
  return Object.keys(labels)
    .filter((name) => !without.includes(name) && labels[name] !== "")
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(" ");
}

/** "environment_changed" as "environment changed". */
export function words(name: string): string {
  return name.replace(/_/g, " ");
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString("en")} ${value === 1 ? one : many}`;
}
