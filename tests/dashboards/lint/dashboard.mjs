// What is in a classic dashboard, for everybody who reads one.

/** All panels but rows, those inside of collapsed rows too. */
export function panelsOf(dashboard) {
  return (dashboard.panels ?? []).flatMap((panel) =>
    panel.type === 'row' ? panel.panels ?? [] : [panel]);
}

export const variablesOf = (dashboard) => dashboard.templating?.list ?? [];

export const annotationsOf = (dashboard) =>
  (dashboard.annotations?.list ?? []).filter((each) => !each.builtIn);

export const queryOf = (variable) =>
  typeof variable.query === 'string' ? variable.query : variable.query?.query ?? '';

/** The series and label of label_values(SERIES, LABEL); nothing of another form. */
export function labelValues(query) {
  const match = query.match(/^label_values\(([\s\S]+),\s*([a-zA-Z_]\w*)\)$/);
  return match ? { series: match[1].trim(), label: match[2] } : undefined;
}

/** Every PromQL text, with where it stands: panels' targets, annotations, variables' series. */
export function promqlOf(dashboard) {
  const found = [];
  for (const panel of panelsOf(dashboard)) {
    for (const target of panel.targets ?? []) {
      found.push({ where: `panel "${panel.title}", query ${target.refId}`, expr: target.expr ?? '',
                   kind: 'target', panel, target });
    }
  }
  for (const annotation of annotationsOf(dashboard)) {
    found.push({ where: `annotation "${annotation.name}"`, expr: annotation.expr ?? '',
                 kind: 'annotation', annotation });
  }
  for (const variable of variablesOf(dashboard)) {
    const parts = variable.type === 'query' ? labelValues(queryOf(variable)) : undefined;
    if (parts) {
      found.push({ where: `variable "${variable.name}"`, expr: parts.series, kind: 'variable',
                   variable, label: parts.label });
    }
  }
  return found;
}
