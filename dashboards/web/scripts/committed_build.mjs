// Builds into a folder of its own: what is committed in dist/ must be the same, byte by byte, small
// enough, and free of what the page's Content-Security-Policy forbids.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const MOST_GZIP_BYTES = 80_000;
const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} folder @returns {Map<string, Buffer>} */
function filesOf(folder) {
  const files = new Map();
  /** @param {string} at */
  const walk = (at) => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else files.set(relative(folder, path), readFileSync(path));
    }
  };
  walk(folder);
  return files;
}

/** @param {Map<string, Buffer>} fresh @param {Map<string, Buffer>} committed */
function differences(fresh, committed) {
  const wrong = [];
  for (const [name, bytes] of fresh) {
    const old = committed.get(name);
    if (old === undefined) wrong.push(`dist/${name} is missing`);
    else if (!old.equals(bytes)) wrong.push(`dist/${name} differs`);
  }
  for (const name of committed.keys()) {
    if (!fresh.has(name)) wrong.push(`dist/${name} is not of these sources`);
  }
  return wrong;
}

/** What is forbidden in the files themselves. @param {Map<string, Buffer>} files */
function offences(files) {
  const wrong = [];
  const html = files.get("index.html")?.toString() ?? "";
  for (const tag of html.match(/<script\b[^>]*>[^<]*/g) ?? []) {
    if (!/\ssrc="\.\//.test(tag) || /<script\b[^>]*>\s*\S/.test(tag)) wrong.push(`inline or foreign: ${tag}`);
  }
  if (/<style\b|\sstyle=|\son[a-z]+=/.test(html)) wrong.push("index.html has inline styles or handlers");
  for (const [name, bytes] of files) {
    if (!/\.(html|css|js)$/.test(name)) continue;
    for (const url of bytes.toString().match(/https?:\/\/[a-z0-9.-]+[^\s"'`)]*/gi) ?? []) {
      // Names of XML's vocabularies are never fetched.
      if (!url.startsWith("http://www.w3.org/")) wrong.push(`${name} names ${url}`);
    }
    if (name.endsWith(".css") && /url\(/.test(bytes.toString())) wrong.push(`${name} fetches something`);
  }
  return wrong;
}

const out = mkdtempSync(join(tmpdir(), "hypergauge-web-dist-"));
try {
  await build({ root, logLevel: "warn", build: { outDir: out, emptyOutDir: true } });
  const fresh = filesOf(out);
  const wrong = [...differences(fresh, filesOf(join(root, "dist"))), ...offences(fresh)];
  let total = 0;
  for (const bytes of fresh.values()) total += gzipSync(bytes, { level: 9 }).length;
  console.log(`dist: ${fresh.size} files, ${total} bytes after gzip, of ${MOST_GZIP_BYTES}`);
  if (total > MOST_GZIP_BYTES) wrong.push(`${total} bytes after gzip are more than ${MOST_GZIP_BYTES}`);
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) {
    console.error("build the page (npm run build) and commit dist/ with its sources");
    process.exitCode = 1;
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
