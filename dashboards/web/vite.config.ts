import { defineConfig } from "vite";

// An aggregator that runs, for `npm run dev`.
const aggregator = process.env["HYPERGAUGE"] ?? "http://127.0.0.1:10910";

export default defineConfig({
  // It may live behind a proxy's path.
  base: "./",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  build: {
    target: "es2021",
    // A policy that allows no inline code allows no data: scripts and styles either.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
  worker: { format: "es" },
  server: { host: "127.0.0.1", proxy: { "/api": aggregator } },
});
