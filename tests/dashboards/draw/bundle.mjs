// Bundles the page that draws a dashboard with Grafana's own components, unless that is done.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const bundleFolder = here('../node_modules/.cache/hypergauge-draw');

/** Of all that goes into it: the page's sources, and the versions of packages. */
function newest() {
  const files = [...fs.readdirSync(here('page')).map((name) => here(`page/${name}`)),
    here('bundle.mjs'), here('../package-lock.json')];
  return Math.max(...files.map((file) => fs.statSync(file).mtimeMs));
}

export async function bundle() {
  const output = `${bundleFolder}/main.js`;
  if (fs.existsSync(output) && fs.statSync(output).mtimeMs > newest()) return;
  await esbuild.build({
    entryPoints: [here('page/main.tsx')],
    outfile: output,
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.JEST_WORKER_ID': 'undefined',
              global: 'window' },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'dataurl', '.woff2': 'dataurl' },
    alias: { 'react-router-dom-v5-compat': 'react-router-dom',
             'monaco-editor': here('page/no_editor.js') },
    logLevel: 'error',
  });
}
