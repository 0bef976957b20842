import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      "#platform": fileURLToPath(new URL("src/platform/node.ts", import.meta.url)),
      "#document": fileURLToPath(new URL("src/platform/node/document.ts", import.meta.url)),
    },
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Processes of many tests share the cores: a training of a second may take ten.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest keeps one core free by default, which on two cores leaves one of them idle.
    maxWorkers: "100%",
  },
});
