// Where figures stand on the bars' common axis.

export interface BarScale {
  low: number;
  high: number;
  logarithmic: boolean;
  ticks: number[];
}

// Beyond this a linear axis squeezes all but the worst into nothing.
const MOST_LINEAR = 6;

function niceStep(span: number): number {
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((each) => each * power >= raw) ?? 10);
}

function linearTicks(low: number, high: number): number[] {
  const step = niceStep(high - low);
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high * (1 + 1e-9); ++at) {
    ticks.push(Number((at * step).toPrecision(6)));
  }
  return ticks;
}

function logTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const heads = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); ++power) {
    for (const head of heads) {
      const at = Number((head * 10 ** power).toPrecision(3));
      if (at >= low && at <= high) ticks.push(at);
    }
  }
  return ticks;
}

/** An axis of ratios that holds all of them and 1, the baseline. */
export function ratioScale(values: readonly number[]): BarScale {
  let low = 1;
  let high = 1;
  for (const value of values) {
    if (!Number.isFinite(value) || value <= 0) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high / low > MOST_LINEAR) {
    const scale = { low: low / 1.15, high: high * 1.15, logarithmic: true };
    return { ...scale, ticks: logTicks(scale.low, scale.high) };
  }
  const room = Math.max((high - low) * 0.06, 0.02);
  const scale = { low: Math.max(0, low - room), high: high + room, logarithmic: false };
  return { ...scale, ticks: linearTicks(scale.low, scale.high) };
}

/** An axis of figures in a unit, from 0. */
export function absoluteScale(values: readonly number[]): BarScale {
  const most = values.reduce((high, value) => (Number.isFinite(value) ? Math.max(high, value) : high), 0);
  const high = most > 0 ? most * 1.06 : 1;
  return { low: 0, high, logarithmic: false, ticks: linearTicks(0, high) };
}

/** 0 at the axis' beginning, 1 at its end. */
export function position(scale: BarScale, value: number): number {
  const at = scale.logarithmic
    ? Math.log(value / scale.low) / Math.log(scale.high / scale.low)
    : (value - scale.low) / (scale.high - scale.low);
  return Math.min(1, Math.max(0, at));
}
