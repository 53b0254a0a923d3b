// What a Grafana that reads its configuration from files needs.
import fs from 'node:fs';
import path from 'node:path';

import { parse } from 'yaml';

function read(folder, kind, complaints) {
  const file = path.join(folder, kind, 'hypergauge.yml');
  try {
    return parse(fs.readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    complaints.push(`${file}: ${error.message}`);
    return {};
  }
}

/** What is wrong with the files in a folder provisioning/. */
export function provisioningComplaints(folder) {
  const complaints = [];
  const require = (condition, text) => { if (!condition) complaints.push(`${folder}: ${text}`); };
  const sources = read(folder, 'datasources', complaints);
  const boards = read(folder, 'dashboards', complaints);
  require(sources.apiVersion === 1 && boards.apiVersion === 1, 'apiVersion is not 1');
  const source = (sources.datasources ?? [])[0] ?? {};
  require(source.type === 'prometheus' && source.isDefault === true,
    'the first data source is not a Prometheus that is the default');
  require(/^https?:\/\//.test(source.url ?? ''), 'the data source has no url');
  require(/^\d+[smh]$/.test(source.jsonData?.timeInterval ?? ''),
    'the data source does not tell the scrape interval, from which $__rate_interval follows');
  const provider = (boards.providers ?? [])[0] ?? {};
  require(provider.type === 'file' && path.isAbsolute(provider.options?.path ?? ''),
    'the first provider does not read dashboards from a folder');
  require(Boolean(provider.folder), 'dashboards come into no folder');
  return complaints;
}
