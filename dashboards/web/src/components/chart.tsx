// Figures over time, with what happened meanwhile; the table below holds the same.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { align, valueRange, type Line } from "../chart_data";
import { figure, localTime } from "../format";
import { shortName } from "../names";
import { useTheme } from "../theme";

export interface Marker {
  /** Seconds since 1970. */
  at: number;
  text: string;
  kind: "regression" | "environment" | "version";
}

interface Props {
  lines: Line[];
  markers: Marker[];
  unit: string;
  from: number;
  to: number;
  /** What is drawn, for those who do not see it. */
  label: string;
  /** A stretch of time was drawn over with the mouse. */
  onZoom?: (from: number, to: number) => void;
}

const HEIGHT = 190;
const NEAR_PIXELS = 8;
const MARKER_COLORS = { regression: "--bad", environment: "--series-3", version: "--faint" };
const MARKER_SIZE = 5;

const css = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function drawMarkers(plot: uPlot, markers: readonly Marker[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  for (const { at, kind } of markers) {
    const x = plot.valToPos(at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = css(MARKER_COLORS[kind]);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = ratio;
    ctx.setLineDash(kind === "regression" ? [] : [4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x - MARKER_SIZE * ratio, bbox.top);
    ctx.lineTo(x + MARKER_SIZE * ratio, bbox.top);
    ctx.lineTo(x, bbox.top + MARKER_SIZE * 1.4 * ratio);
    ctx.fill();
  }
  ctx.restore();
}

function nearest(plot: uPlot, markers: readonly Marker[]): string {
  const left = plot.cursor.left ?? -1;
  if (left < 0) return "";
  const near = markers.filter(({ at }) => Math.abs(plot.valToPos(at, "x") - left) < NEAR_PIXELS);
  return near.map(({ at, text }) => `${localTime(at * 1000)}: ${text}`).join("; ");
}

const HOUR = 3_600;
const DAY = 24 * HOUR;
// Least distance of two ticks; the text; what is added where the year, day ... is another one.
const TIMES: uPlot.Axis.Values = [
  [365 * DAY, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * DAY, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
  [DAY, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
];
const FONT = "11px system-ui, sans-serif";

function optionsOf(props: Props, width: number, say: (text: string) => void): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: css("--muted"),
    font: FONT,
    grid: { stroke: css("--line"), width: 1 },
    ticks: { stroke: css("--line"), width: 1, size: 4 },
  };
  return {
    width,
    height: HEIGHT,
    scales: {
      x: { time: true, range: () => [props.from, props.to] },
      y: { range: (_plot, low, high) => valueRange(low, high) },
    },
    axes: [
      { ...axis, space: 60, values: TIMES },
      { ...axis, size: 78, values: (_plot, splits) => splits.map((value) => figure(value, props.unit)) },
    ],
    series: [
      { label: "Time", value: (_plot, value) => (value === null ? "–" : localTime(value * 1000)) },
      ...props.lines.map(
        (line): uPlot.Series => ({
          label: shortName(line.label),
          stroke: css(line.color),
          width: 1.5,
          ...(line.dashed ? { dash: [5, 3] } : {}),
          points: { show: !line.level && line.points.length < 60, size: 4, fill: css(line.color) },
          value: (_plot, value) => (value === null || value === undefined ? "–" : figure(value, props.unit)),
        }),
      ),
    ],
    legend: { show: true, live: true },
    cursor: { drag: { x: props.onZoom !== undefined, y: false, setScale: false }, points: { size: 6 } },
    hooks: {
      draw: [(plot) => drawMarkers(plot, props.markers)],
      setCursor: [(plot) => say(nearest(plot, props.markers))],
      setSelect: [
        (plot) => {
          if (plot.select.width < NEAR_PIXELS) return;
          const from = plot.posToVal(plot.select.left, "x");
          props.onZoom?.(from, plot.posToVal(plot.select.left + plot.select.width, "x"));
        },
      ],
    },
  };
}

export function Chart(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const [said, setSaid] = useState("");
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const { times, values } = align(props.lines);
    const data = [times, ...values] as uPlot.AlignedData;
    const plot = new uPlot(optionsOf(props, Math.max(element.clientWidth, 200), setSaid), data, element);
    const observer = new ResizeObserver(() => {
      const width = Math.max(element.clientWidth, 200);
      if (width !== plot.width) plot.setSize({ width, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [props.lines, props.markers, props.unit, props.from, props.to, theme]);
  return (
    <div class="chart">
      <div ref={box} role="img" aria-label={`${props.label}; the table below holds the same figures`} />
      <p class="chart-said faint" aria-hidden="true">
        {said}
      </p>
    </div>
  );
}
