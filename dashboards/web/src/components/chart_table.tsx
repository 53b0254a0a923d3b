// The chart's figures as a table, made when it is opened.
import { useState } from "preact/hooks";
import type { Line } from "../chart_data";
import { figure, millis } from "../format";
import type { Marker } from "./chart";
import { Moment } from "./moment";
import { Name } from "./name";

const MOST_ROWS = 500;

interface Props {
  lines: readonly Line[];
  markers: readonly Marker[];
  unit: string;
  label: string;
}

interface Row {
  line: string;
  ms: number;
  value: number;
  spread: string;
  runs: number;
}

function rowsOf(lines: readonly Line[], unit: string): Row[] {
  const rows: Row[] = [];
  for (const line of lines) {
    for (const point of line.points) {
      if (Number.isNaN(point.value)) continue;
      const spread = point.runs > 1 ? `${figure(point.least, unit)} – ${figure(point.greatest, unit)}` : "";
      rows.push({
        line: line.label,
        ms: millis(point.at_unix_nanos),
        value: point.value,
        spread,
        runs: point.runs,
      });
    }
  }
  return rows.sort((left, right) => right.ms - left.ms);
}

function Rows({ lines, markers, unit, label }: Props) {
  const rows = rowsOf(lines, unit);
  return (
    <div class="scroll-x tall" tabIndex={0} role="region" aria-label={`Table: ${label}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Series</th>
            <th scope="col" class="right">
              Median
            </th>
            <th scope="col" class="right">
              Least – greatest
            </th>
            <th scope="col" class="right">
              Runs
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={`${row.line} ${row.ms}`}>
              <td>
                <Moment ms={row.ms} seconds />
              </td>
              <td>
                <Name text={row.line} />
              </td>
              <td class="right">{figure(row.value, unit)}</td>
              <td class="right">{row.spread}</td>
              <td class="right">{row.runs}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p class="faint">
          The newest {MOST_ROWS} of {rows.length} points.
        </p>
      )}
      {markers.length > 0 && (
        <ul class="markers">
          {markers.map((marker) => (
            <li key={`${marker.at} ${marker.text}`}>
              <Moment ms={marker.at * 1000} />: <bdi>{marker.text}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function ChartTable(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`Table: ${props.label}`}>Table</summary>
      {open && <Rows {...props} />}
    </details>
  );
}
