// A table of any length: only the rows that are seen are in the document.
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const ROW_HEIGHT = 34;
const BEYOND = 6;
// From so many rows on the columns are as wide as they are, whatever is in them.
const LONG = 200;
// Before anything was measured.
const FIRST_HEIGHT = 640;

export interface Column<Row> {
  id: string;
  title: string;
  /** Below the title. */
  head?: ComponentChildren;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the right. */
  right?: boolean;
  sortable?: boolean;
  /** CSS class of its cells. */
  kind?: string;
}

export interface Sorting {
  by: string;
  descending: boolean;
  /** Where a press on the column's title leads. */
  to: (column: string) => string;
}

interface Props<Row> {
  label: string;
  testid: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
  rowProps?: (row: Row) => JSX.HTMLAttributes<HTMLTableRowElement> & Record<`data-${string}`, string>;
  sorting?: Sorting;
}

function Head<Row>({ columns, sorting }: Pick<Props<Row>, "columns" | "sorting">) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const sorted = sorting?.by === column.id;
          const order = sorted ? (sorting.descending ? "descending" : "ascending") : undefined;
          return (
            <th
              key={column.id}
              scope="col"
              class={`${column.right ? "right" : ""} ${column.kind ?? ""}`.trim() || undefined}
              aria-sort={order}
            >
              {sorting && column.sortable ? (
                <a class="sort" href={sorting.to(column.id)}>
                  {column.title}
                  <span aria-hidden="true">{sorted ? (sorting.descending ? " ↓" : " ↑") : ""}</span>
                </a>
              ) : (
                column.title
              )}
              {column.head}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Gap({ rows, columns }: { rows: number; columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="gap" aria-hidden="true">
      <td colSpan={columns} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}

export function VirtualTable<Row>({ label, testid, columns, rows, keyOf, rowProps, sorting }: Props<Row>) {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ first: 0, last: Math.ceil(FIRST_HEIGHT / ROW_HEIGHT) });
  const look = (): void => {
    const element = box.current;
    if (!element) return;
    const first = Math.max(0, Math.floor(element.scrollTop / ROW_HEIGHT) - BEYOND);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / ROW_HEIGHT) + BEYOND;
    setSeen((old) => (old.first === first && old.last === last ? old : { first, last }));
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, [rows.length]);
  const last = Math.min(rows.length, seen.last);
  const first = Math.min(seen.first, Math.max(0, last - 1));
  // Rows that are scrolled away become those that come: changing them costs less than making new ones.
  const isLong = rows.length > LONG;
  const places = seen.last - seen.first;
  return (
    <div class="scroller" ref={box} onScroll={look} tabIndex={0} role="region" aria-label={label}>
      <table
        class={isLong ? "virtual long" : "virtual"}
        data-testid={testid}
        aria-rowcount={rows.length + 1}
        aria-label={label}
      >
        <Head columns={columns} sorting={sorting} />
        <tbody>
          <Gap rows={first} columns={columns.length} />
          {rows.slice(first, last).map((row, index) => (
            <tr
              key={isLong ? (first + index) % places : keyOf(row)}
              aria-rowindex={first + index + 2}
              {...rowProps?.(row)}
            >
              {columns.map((column) => (
                <td
                  key={column.id}
                  class={`${column.right ? "right" : ""} ${column.kind ?? ""}`.trim() || undefined}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Gap rows={rows.length - last} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}
