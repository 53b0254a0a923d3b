import { defineConfig } from "@playwright/test";
import { browserOptions, outputFolder } from "./support/places";

// The machine may be busy: limits are far above what a test needs, and only bound a broken one.
export default defineConfig({
  testDir: "./specs",
  outputDir: outputFolder,
  globalSetup: "./global_setup.ts",
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  globalTimeout: 840_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...browserOptions,
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    timezoneId: "UTC",
    actionTimeout: 15_000,
    trace: "retain-on-failure",
  },
});
