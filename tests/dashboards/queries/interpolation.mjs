// Variables in queries, as Grafana puts values in their place.

const quoted = (value) => value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n');
const pattern = (value) => quoted(value.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&'));

/** What a variable stands for in a query: a pattern where several may be chosen, else a value. */
export function valueOf(variable, found, chosen) {
  if (chosen !== undefined) return variable.multi ? pattern(chosen) : quoted(chosen);
  if (variable.includeAll) return variable.allValue;
  const first = variable.current?.value;
  return quoted(found.includes(first) ? first : found[0] ?? '');
}

/** Grafana's own variables of time, in seconds; `scrape`: of the data source. */
export function durationsFor(span, step, scrape) {
  return { __range: `${span}s`, __interval: `${step}s`,
           __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s` };
}

export function interpolated(expr, values) {
  return expr.replace(/\$([A-Za-z_]\w*)|\$\{(\w+)(?::\w+)?\}/g, (whole, plain, braced) => {
    const value = values[plain ?? braced];
    if (value === undefined) throw new Error(`${whole} has no value`);
    return value;
  });
}
