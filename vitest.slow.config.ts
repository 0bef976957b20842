import { defineConfig } from "vitest/config";
import { common } from "./vitest.config.ts";

/** The tests of `npm run test:all`: minutes of measuring, and packages from the registry. */
export default defineConfig({
  ...common,
  test: {
    ...common.test,
    include: ["test/slow/**/*.test.ts"],
    exclude: [],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // One after the other: `lenet5 bench` measures.
    fileParallelism: false,
  },
});
