// The unit that a family's name ends with.

const UNITS = [
  "bytes_per_second",
  "operations_per_second",
  "events_per_second",
  "connections_per_second",
  "seconds",
  "bytes",
  "ratio",
];

export function unitOf(family: string): string {
  return UNITS.find((unit) => family.endsWith(`_${unit}`)) ?? "";
}
