import { defineConfig } from "vitest/config";
import { common } from "./vitest.config.ts";

/** The tests of `npm run test:all`: long trainings, real services, packages from the registry. */
export default defineConfig({
  ...common,
  test: {
    ...common.test,
    include: ["test/slow/**/*.test.ts"],
    exclude: [],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // Most of them start processes of their own, and many wait: two at a time keep two cores busy.
    maxWorkers: 2,
  },
});
