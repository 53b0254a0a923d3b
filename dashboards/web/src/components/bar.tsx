// A figure with its interval on the common axis, in a cell of the table that holds the numbers.
import { position, type BarScale } from "../bar_scale";

export interface BarFigure {
  value: number;
  /** Ends of the interval; both 0 where there is none. */
  lower: number;
  upper: number;
  /** Where the bar begins: 1 for ratios, 0 for figures. */
  origin: number;
  /** What it is compared with, where that is not the origin. */
  reference?: number;
}

// Of the drawing, which is stretched to its cell; lines keep their width.
const WIDTH = 1000;
const HEIGHT = 22;
const MIDDLE = 11;
// Of the axis' text, and of the narrowest cell; pixels.
const CHARACTER = 6;
const LEAST_WIDTH = 150;

const at = (scale: BarScale, value: number): string => (position(scale, value) * WIDTH).toFixed(1);

const grids = new WeakMap<BarScale, string>();

// One path for all ticks: a list has thousands of rows.
function gridOf(scale: BarScale): string {
  const known = grids.get(scale);
  if (known !== undefined) return known;
  const path = scale.ticks.map((tick) => `M${at(scale, tick)} 0V${HEIGHT}`).join("");
  grids.set(scale, path);
  return path;
}

function whiskerOf(scale: BarScale, { lower, upper }: BarFigure): string {
  const [left, right] = [at(scale, lower), at(scale, upper)];
  return `M${left} ${MIDDLE}H${right}M${left} 6V16M${right} 6V16`;
}

export function Bar({ scale, bar, tone }: { scale: BarScale; bar: BarFigure; tone: string }) {
  const begin = at(scale, Math.min(bar.origin, bar.value));
  const width = Number(at(scale, Math.max(bar.origin, bar.value))) - Number(begin);
  const dot = `M${at(scale, bar.value)} ${MIDDLE}h0`;
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="grid" d={gridOf(scale)} />
      <rect class={`fill ${tone}`} x={begin} width={width.toFixed(1)} y="5" height="12" />
      {(bar.lower > 0 || bar.upper > 0) && <path class="whisker" d={whiskerOf(scale, bar)} />}
      {bar.reference !== undefined && <path class="reference" d={`M${at(scale, bar.reference)} 1V21`} />}
      {bar.origin === 1 && <path class="baseline" d={`M${at(scale, 1)} 0V${HEIGHT}`} />}
      <path class="dot" d={dot} />
      {tone === "unsure" && <path class="dot hollow" d={dot} />}
    </svg>
  );
}

/** The axis' numbers, in the column's title. */
export function BarAxis({ scale, textOf }: { scale: BarScale; textOf: (tick: number) => string }) {
  const share = (tick: number): number => position(scale, tick);
  // A number that has no room is left out; its line stays.
  const shown: number[] = [];
  for (const tick of scale.ticks) {
    const last = shown[shown.length - 1];
    const needs = (textOf(tick).length * CHARACTER) / LEAST_WIDTH;
    if (last === undefined || share(tick) - share(last) >= needs) shown.push(tick);
  }
  return (
    <svg class="bar-axis" width="100%" height="14" aria-hidden="true" focusable="false">
      {shown.map((tick) => (
        <text
          key={tick}
          x={`${(share(tick) * 100).toFixed(2)}%`}
          y="11"
          text-anchor={share(tick) < 0.04 ? "start" : share(tick) > 0.96 ? "end" : "middle"}
        >
          {textOf(tick)}
        </text>
      ))}
    </svg>
  );
}
