import { figure, millis, percent } from "../format";
import { href } from "../router";
import type { Regression } from "../types";
import { unitOf } from "../units";
import { Mark } from "./mark";
import { Moment } from "./moment";
import { Name } from "./name";
import { VirtualTable, type Column, type Sorting } from "./virtual_table";

/** Before and after in the family's unit; of a pooled one a ratio, of which 1 is before. */
export function beforeAfter(
  each: { before: number; after: number; family: string },
  pooled: boolean,
): string {
  const unit = pooled ? "ratio" : unitOf(each.family);
  return `${figure(each.before, unit)} → ${figure(each.after, unit)}`;
}

function columnsOf(linkTo: (each: Regression) => string): Column<Regression>[] {
  return [
    {
      id: "subject",
      title: "What",
      sortable: true,
      kind: "name-cell",
      cell: (each) => (
        <a href={linkTo(each)}>
          <Name text={each.subject} />
        </a>
      ),
    },
    { id: "benchmark", title: "Benchmark", sortable: true, cell: (each) => each.benchmark },
    {
      id: "effect",
      title: "Worse by",
      sortable: true,
      right: true,
      cell: (each) => <strong>{percent(each.effect_ratio, true)}</strong>,
    },
    { id: "figures", title: "Before → after", right: true, cell: (each) => beforeAfter(each, each.pooled) },
    {
      id: "onset",
      title: "Since",
      sortable: true,
      cell: (each) => <Moment ms={millis(each.onset_unix_nanos)} />,
    },
    { id: "state", title: "State", sortable: true, cell: (each) => <Mark word={each.state} /> },
    { id: "scope", title: "Scope", cell: (each) => each.scope.replace(/_/g, " ") },
    {
      id: "cause",
      title: "Cause",
      kind: "help",
      cell: (each) => <bdi title={each.cause.slice(0, 1000)}>{each.cause.slice(0, 120)}</bdi>,
    },
  ];
}

interface Props {
  label?: string;
  regressions: readonly Regression[];
  testid: string;
  sorting?: Sorting;
  linkTo?: (each: Regression) => string;
}

export function RegressionsTable({ label = "Regressions", regressions, testid, sorting, linkTo }: Props) {
  if (regressions.length === 0) return <p class="faint">None.</p>;
  return (
    <VirtualTable
      label={label}
      testid={testid}
      columns={columnsOf(linkTo ?? ((each) => href("regressions", { id: each.id })))}
      rows={[...regressions]}
      keyOf={(each) => each.id}
      rowProps={(each) => ({ "data-testid": "regression-row", "data-id": each.id })}
      {...(sorting ? { sorting } : {})}
    />
  );
}
