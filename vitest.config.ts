import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "#platform": fileURLToPath(new URL("src/platform/node.ts", import.meta.url)),
      "#document": fileURLToPath(new URL("src/platform/node/document.ts", import.meta.url)),
      "#report": fileURLToPath(new URL("src/runs/report.ts", import.meta.url)),
      "#notebook": fileURLToPath(new URL("src/report/page/notebook.ts", import.meta.url)),
    },
  },
  test: {
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/slow/**"],
    // A single test file, too, runs against kernels and worker threads that are up to date.
    globalSetup: "tools/fresh-build.js",
    setupFiles: "test/equal-bytes.ts",
    // Only a test that hangs takes as long: on a busy machine, a training of a second may take a minute.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Vitest keeps one core free by default, which on two cores leaves one of them idle.
    maxWorkers: "100%",
  },
});
