// e2e.mjs --bin DIR [--out FOLDER]: what queries.mjs and draw.mjs do, on one fleet.
import { drawAll, drawOptions } from './draw/draw.mjs';
import { runAsProgram } from './fleet/fleet.mjs';
import { askAll } from './queries/queries.mjs';

await runAsProgram(import.meta.url, drawOptions, async ({ prometheus }, options) =>
  [...await askAll(prometheus), ...await drawAll(prometheus, options)]);
