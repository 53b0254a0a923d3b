// lint.mjs [FILE ...]: complains about what dashboards do against the rules; without files about all
// of the tree's, and about the provisioning that brings them to Grafana.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { grafanaRules } from './grafana_rules.mjs';
import { houseRules } from './house_rules.mjs';
import { provisioningComplaints } from './provisioning.mjs';

const grafana = fileURLToPath(new URL('../../../dashboards/grafana', import.meta.url));
export const dashboardsFolder = path.join(grafana, 'dashboards');

export const rules = { ...grafanaRules, ...houseRules };

/** The dashboards of the tree, by file name. */
export function treeDashboards() {
  return fs.readdirSync(dashboardsFolder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => [name, JSON.parse(fs.readFileSync(path.join(dashboardsFolder, name), 'utf8'))]);
}

export const treeUids = () => treeDashboards().map(([, dashboard]) => dashboard.uid);

/** {rule, text} of everything that is wrong with a dashboard. */
export function complaintsOf(dashboard, uids = treeUids()) {
  return Object.entries(rules).flatMap(([rule, check]) =>
    check(dashboard, uids).map((text) => ({ rule, text })));
}

function main(files) {
  const dashboards = files.length === 0 ? treeDashboards()
    : files.map((file) => [file, JSON.parse(fs.readFileSync(file, 'utf8'))]);
  const lines = dashboards.flatMap(([name, dashboard]) =>
    complaintsOf(dashboard).map(({ rule, text }) => `${name}: ${rule}: ${text}`));
  const uids = dashboards.map(([, dashboard]) => dashboard.uid);
  if (new Set(uids).size !== uids.length) lines.push(`uids are not unique: ${uids.join(' ')}`);
  if (files.length === 0) lines.push(...provisioningComplaints(path.join(grafana, 'provisioning')));
  for (const line of lines) console.error(line);
  console.log(`${dashboards.length} dashboards, ${Object.keys(rules).length} rules, ` +
    `${lines.length} complaints`);
  return lines.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
