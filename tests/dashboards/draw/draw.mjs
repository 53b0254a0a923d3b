// draw.mjs --bin DIR [--out FOLDER] [--only NAME]: draws every dashboard against a simulated fleet, in
// Chromium, with the components that Grafana itself is made of, and writes a PNG each. Fails where a
// query fails, a panel has nothing to show or the page complains. It shows Grafana's components, not
// Grafana: annotations, data links and repeats are not drawn.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';

import { runAsProgram, step } from '../fleet/fleet.mjs';
import { until } from '../fleet/processes.mjs';
import { treeDashboards } from '../lint/lint.mjs';
import { choices } from '../queries/choices.mjs';
import { mayBeEmpty } from '../queries/may_be_empty.mjs';
import { bundle, bundleFolder } from './bundle.mjs';

const width = 1600;
const rowHeight = 38;  // a grid unit and the gap under it
const headHeight = 190;
const patience = 120_000;
const images = fileURLToPath(new URL('../node_modules/@grafana/ui/dist/public/img',
  import.meta.url));
const page = fileURLToPath(new URL('page/index.html', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css',
                '.svg': 'image/svg+xml' };

/** The page, the dashboard that `shown` holds, and Prometheus' API under one address. */
function serve(prometheus, shown) {
  const upstream = new URL(prometheus);
  const forward = (request, response) => {
    const options = { host: upstream.hostname, port: upstream.port, path: request.url };
    http.get(options, (answer) => {
      response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] });
      answer.pipe(response);
    }).on('error', (error) => { response.writeHead(502); response.end(String(error)); });
  };
  const fileOf = (name) => {
    if (name === '/') return page;
    const image = name.match(/^\/public\/build\/img\/([\w./-]+)$/)?.[1];
    const file = image && !image.includes('..') ? path.join(images, image)
      : path.join(bundleFolder, path.basename(name));
    return fs.existsSync(file) ? file : undefined;
  };
  return http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname.startsWith('/api/v1/')) return forward(request, response);
    if (pathname === '/dashboard.json') return response.end(JSON.stringify(shown.dashboard));
    const file = fileOf(pathname);
    if (!file) return response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
    return fs.createReadStream(file).pipe(response);
  });
}

async function draw(browser, address, dashboard, query, file) {
  const tab = await browser.newPage();
  const messages = [];
  tab.on('pageerror', (error) => messages.push(String(error?.stack ?? error).slice(0, 500)));
  const rows = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  await tab.setViewport({ width, height: headHeight + rows * rowHeight });
  await tab.goto(`${address}/?${query}`, { waitUntil: 'load', timeout: patience });
  const panels = await until(`the panels of ${dashboard.title}`, patience, async () => {
    const all = await tab.evaluate(() => window.panelStates?.() ?? []);
    const done = all.filter(({ type, state }) =>
      type === 'text' || ['Done', 'Error'].includes(state));
    return all.length > 0 && done.length === all.length ? all : undefined;
  });
  // What came is on the page only some frames later: once two pictures in a row are alike.
  let last = Buffer.alloc(0);
  const picture = await until(`the picture of ${dashboard.title} to stand still`, patience, async () => {
    const next = Buffer.from(await tab.screenshot());
    const still = next.equals(last);
    last = next;
    return still ? next : undefined;
  });
  fs.writeFileSync(file, picture);
  // What names of a hostile fleet would do if they were taken for markup.
  if (await tab.evaluate(() => window.hypergaugeCanary)) messages.push('a name was run as a script');
  await tab.close();
  return { panels, messages };
}

function complaintsOf(name, { panels, messages }) {
  return [
    ...panels.flatMap((panel) => panel.errors.map((error) => `${name}: "${panel.title}": ${error}`)),
    ...panels.filter((panel) => panel.type !== 'text' && panel.rows === 0 && !panel.errors.length)
      .map((panel) => `${name}: panel "${panel.title}"`).filter((where) => !mayBeEmpty(where))
      .map((where) => `${where} is empty`),
    ...messages.map((message) => `${name}: the page: ${message}`),
  ];
}

/** Sentences about all that is wrong with the pictures, which go into a folder. */
export async function drawAll(prometheus, { out, only }) {
  await bundle();
  fs.mkdirSync(out, { recursive: true });
  const shown = {};
  const server = serve(prometheus, shown);
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium',
    timeout: patience, protocolTimeout: patience, args: [
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'] });
  const complaints = [];
  try {
    const address = `http://127.0.0.1:${server.address().port}`;
    for (const [name, dashboard] of treeDashboards()) {
      const base = path.basename(name, '.json');
      if (only && base !== only) continue;
      shown.dashboard = dashboard;
      const variables = Object.entries(await choices(prometheus))
        .map(([variable, value]) => [`var-${variable}`, value]);
      const query = new URLSearchParams([['from', 'now-24h'], ['scrape', step],
        ...base === 'node' ? variables : []]);
      const drawn = await draw(browser, address, dashboard, query,
        path.join(out, `grafana-${base}.png`));
      complaints.push(...complaintsOf(base, drawn));
      console.log(`${base}: ${drawn.panels.length} panels`);
    }
  } finally {
    await browser.close();
    server.close();
  }
  return complaints;
}

export const drawOptions = { out: { type: 'string', default: 'build' }, only: { type: 'string' } };

await runAsProgram(import.meta.url, drawOptions,
  ({ prometheus }, options) => drawAll(prometheus, options));
