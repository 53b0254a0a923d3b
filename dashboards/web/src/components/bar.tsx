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

const percent = (scale: BarScale, value: number): string => `${(position(scale, value) * 100).toFixed(2)}%`;

export function Bar({ scale, bar, tone }: { scale: BarScale; bar: BarFigure; tone: string }) {
  const begin = position(scale, Math.min(bar.origin, bar.value));
  const end = position(scale, Math.max(bar.origin, bar.value));
  const whisker = bar.lower > 0 || bar.upper > 0;
  return (
    <svg class="bar" width="100%" height="22" aria-hidden="true" focusable="false">
      {scale.ticks.map((tick) => (
        <line key={tick} class="grid" x1={percent(scale, tick)} x2={percent(scale, tick)} y1="0" y2="22" />
      ))}
      <rect
        class={`fill ${tone}`}
        x={`${(begin * 100).toFixed(2)}%`}
        width={`${((end - begin) * 100).toFixed(2)}%`}
        y="5"
        height="12"
      />
      {whisker && (
        <g class="whisker">
          <line x1={percent(scale, bar.lower)} x2={percent(scale, bar.upper)} y1="11" y2="11" />
          <line x1={percent(scale, bar.lower)} x2={percent(scale, bar.lower)} y1="6" y2="16" />
          <line x1={percent(scale, bar.upper)} x2={percent(scale, bar.upper)} y1="6" y2="16" />
        </g>
      )}
      {bar.reference !== undefined && (
        <line class="reference" x1={percent(scale, bar.reference)} x2={percent(scale, bar.reference)} y1="1" y2="21" />
      )}
      {bar.origin === 1 && <line class="baseline" x1={percent(scale, 1)} x2={percent(scale, 1)} y1="0" y2="22" />}
      <circle class={`dot ${tone}`} cx={percent(scale, bar.value)} cy="11" r="3" />
    </svg>
  );
}

/** The axis' numbers, in the column's title. */
export function BarAxis({ scale, textOf }: { scale: BarScale; textOf: (tick: number) => string }) {
  return (
    <svg class="bar-axis" width="100%" height="14" aria-hidden="true" focusable="false">
      {scale.ticks.map((tick, index) => (
        <text
          key={tick}
          x={percent(scale, tick)}
          y="11"
          text-anchor={position(scale, tick) < 0.04 ? "start" : position(scale, tick) > 0.96 ? "end" : "middle"}
          class={scale.ticks.length > 5 && index % 2 === 1 && tick !== 1 ? "dense" : undefined}
        >
          {textOf(tick)}
        </text>
      ))}
    </svg>
  );
}
