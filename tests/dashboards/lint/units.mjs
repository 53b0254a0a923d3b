// Units that Grafana knows and a dashboard of hypergauge has use for. A unit that is none of these
// is shown as text behind the figure, which is what a misspelt one looks like.
export const units = new Set([
  'none', 'string', 'short', 'percent', 'percentunit', 'sci', 'ppm',
  'bytes', 'decbytes', 'bits', 'decbits', 'Bps', 'binBps', 'bps', 'binbps', 'pps',
  'ns', 'µs', 'ms', 's', 'm', 'h', 'd', 'dtdurationms', 'dtdurations', 'clocks', 'hertz',
  'dateTimeAsIso', 'dateTimeAsIsoNoDateIfToday', 'dateTimeAsLocal', 'dateTimeAsSystem',
  'dateTimeFromNow',
  'cps', 'ops', 'reqps', 'rps', 'wps', 'iops', 'cpm', 'opm', 'rpm', 'wpm',
  'bool', 'bool_yes_no', 'bool_on_off',
]);
