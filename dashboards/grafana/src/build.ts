// Writes the dashboards to a folder; with --check it only says which files there are not as they
// would be written, and fails for any.
import * as fs from 'node:fs';
import * as path from 'node:path';

import { fleet } from './dashboards/fleet';
import { network } from './dashboards/network';
import { nodeView } from './dashboards/node';
import { overview } from './dashboards/overview';
import { platforms } from './dashboards/platforms';
import { regressions } from './dashboards/regressions';
import { build } from './kit/board';

const boards = [overview, platforms, nodeView, network, regressions, fleet];

function files(): Map<string, string> {
  return new Map(boards.map((board) =>
    [`${board.name}.json`, `${JSON.stringify(build(board), null, 2)}\n`]));
}

function differences(folder: string, wanted: Map<string, string>): string[] {
  const found = fs.readdirSync(folder).filter((name) => name.endsWith('.json'));
  return [
    ...found.filter((name) => !wanted.has(name)).map((name) => `${name} has no source`),
    ...[...wanted].filter(([name]) => !found.includes(name)).map(([name]) => `${name} is missing`),
    ...[...wanted].filter(([name, content]) => found.includes(name) &&
      fs.readFileSync(path.join(folder, name), 'utf8') !== content)
      .map(([name]) => `${name} is not what its source makes`),
  ];
}

function main(args: string[]): number {
  const folder = args.find((each) => !each.startsWith('--'));
  if (!folder || !fs.existsSync(folder)) {
    console.error('usage: build.js [--check] FOLDER');
    return 2;
  }
  const wanted = files();
  if (args.includes('--check')) {
    const complaints = differences(folder, wanted);
    for (const each of complaints) console.error(`${folder}/${each}: run npm run generate`);
    return complaints.length === 0 ? 0 : 1;
  }
  for (const [name, content] of wanted) fs.writeFileSync(path.join(folder, name), content);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
