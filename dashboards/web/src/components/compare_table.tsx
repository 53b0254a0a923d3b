// The comparison: a table whose bars stand in its cells.
import { useMemo } from "preact/hooks";
import { absoluteScale, ratioScale, type BarScale } from "../bar_scale";
import type { CompareRow } from "../compare_rows";
import { figure, interval, ratio } from "../format";
import { Bar, BarAxis, type BarFigure } from "./bar";
import { Mark } from "./mark";
import { Name } from "./name";
import { VirtualTable, type Column, type Sorting } from "./virtual_table";

interface Props {
  rows: CompareRow[];
  mode: "ratio" | "absolute";
  byNodes: boolean;
  /** The pilot's points in place of ratios. */
  points: boolean;
  sorting: Sorting;
  /** The nodes of a platform. */
  nodesOf: (platform: string) => string;
}

function barOf(row: CompareRow, { mode, points }: Props): BarFigure | undefined {
  if (points)
    return row.points === undefined ? undefined : { value: row.points, lower: 0, upper: 0, origin: 0 };
  const { score, absolute } = row;
  if (mode === "ratio") {
    return Number.isNaN(score.ratio)
      ? undefined
      : { value: score.ratio, lower: score.lower, upper: score.upper, origin: 1 };
  }
  return (
    absolute && {
      value: absolute.value,
      lower: absolute.lower,
      upper: absolute.upper,
      reference: absolute.reference,
      origin: 0,
    }
  );
}

function scaleOf(props: Props): BarScale {
  const { rows, mode, points } = props;
  if (points) return absoluteScale([9]);
  const values: number[] = [];
  for (const row of rows) {
    const bar = barOf(row, props);
    if (bar) values.push(bar.value, bar.lower, bar.upper, bar.reference ?? bar.value);
  }
  return mode === "ratio" ? ratioScale(values) : absoluteScale(values);
}

function toneOf(row: CompareRow): string {
  if (!(row.score.lower > 0)) return "unsure";
  if (row.score.lower > 1.02) return "slow";
  if (row.score.upper < 1 / 1.05) return "fast";
  return "even";
}

function shownFigure(row: CompareRow, { mode, points }: Props): string {
  if (points) return row.points === undefined ? "–" : row.points.toFixed(2);
  if (mode === "ratio") return ratio(row.score.ratio);
  return row.absolute ? figure(row.absolute.value, row.absolute.unit) : "–";
}

function shownInterval(row: CompareRow, { mode, points }: Props): string {
  if (points) return "";
  if (mode === "ratio") return interval(row.score);
  const { absolute } = row;
  return absolute && absolute.upper > 0
    ? `${figure(absolute.lower, absolute.unit)} – ${figure(absolute.upper, absolute.unit)}`
    : "";
}

export function CompareTable(props: Props) {
  const { rows, mode, byNodes, points, sorting, nodesOf } = props;
  const scale = useMemo(() => scaleOf(props), [rows, mode, points]);
  const unit = mode === "absolute" ? (rows.find((row) => row.absolute)?.absolute?.unit ?? "") : "";
  const columns: Column<CompareRow>[] = [
    {
      id: "name",
      title: byNodes ? "Node" : "Platform",
      sortable: true,
      kind: "name-cell",
      cell: (row) =>
        row.isNode ? (
          <Name text={row.name} node />
        ) : (
          <a href={nodesOf(row.platform)}>
            <Name text={row.name} />
          </a>
        ),
    },
    {
      id: "bar",
      title: points
        ? "Points, 9 is best"
        : mode === "ratio"
          ? "Slower →"
          : "Figure, | is the baseline's",
      kind: "bar-cell",
      head: (
        <BarAxis
          scale={scale}
          textOf={(tick) => (points ? String(tick) : mode === "ratio" ? ratio(tick) : figure(tick, unit))}
        />
      ),
      cell: (row) => {
        const bar = barOf(row, props);
        return bar ? (
          <Bar scale={scale} bar={bar} tone={points ? "even" : toneOf(row)} />
        ) : (
          <span class="faint">no figure</span>
        );
      },
    },
    {
      id: "ratio",
      title: points ? "Points" : mode === "ratio" ? "Ratio" : "Figure",
      sortable: true,
      right: true,
      cell: (row) => <strong>{shownFigure(row, props)}</strong>,
    },
    {
      id: "interval",
      title: mode === "absolute" && !byNodes ? "Least – greatest" : "95 % interval",
      right: true,
      cell: (row) => shownInterval(row, props) || <span class="faint">none yet</span>,
    },
    { id: "blocks", title: "Rests on", sortable: true, cell: (row) => row.basis },
    {
      id: "marks",
      title: "Marks",
      cell: (row) => row.marks().map((mark) => <Mark key={mark.word} {...mark} />),
    },
  ];
  // Nor has what was made of many figures of a node.
  if (points || (byNodes && rows.every((row) => !row.absolute))) columns.splice(3, 1);
  if (byNodes) {
    columns.splice(1, 0, { id: "platform", title: "Platform", cell: (row) => <Name text={row.platform} /> });
    columns.push(
      { id: "baseline", title: "Against", cell: (row) => <Name text={row.baseline} node /> },
      { id: "detail", title: "Suite", cell: (row) => row.detail },
    );
  } else
    columns.splice(1, 0, {
      id: "rank",
      title: "Rank",
      kind: "rank-cell",
      right: true,
      sortable: true,
      cell: (row) => (row.rank > 0 ? row.rank : "–"),
    });
  return (
    <VirtualTable
      label={byNodes ? "Nodes compared" : "Platforms compared"}
      testid="compare-table"
      columns={columns}
      rows={rows}
      keyOf={(row) => row.key}
      rowProps={(row) => ({ "data-testid": "compare-row", "data-name": row.name })}
      sorting={sorting}
    />
  );
}
