import { defineConfig } from "vitest/config";
import { common } from "./vitest.config.ts";

/** What measures times or memory. */
const measuring = ["commands", "page-train", "page-whole"].map((name) => `test/slow/${name}.test.ts`);

/** The tests of `npm run test:all`: long trainings, real services, packages from the registry. */
export default defineConfig({
  ...common,
  test: {
    ...common.test,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    projects: [
      // Most of them start processes of their own, and many wait: two at a time keep two cores busy.
      {
        extends: true,
        test: {
          name: "two at a time",
          include: ["test/slow/**/*.test.ts"],
          exclude: measuring,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "alone", include: measuring, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
