import { defineConfig } from "vitest/config";
import type { TestModule, Vitest } from "vitest/node";
import { common } from "./vitest.config.ts";

/** Stryker overlooks test files that fail before their first test: as errors outside of tests it sees them. */
class FailedFiles {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestModuleEnd(file: TestModule): void {
    for (const error of file.errors()) this.vitest?.state.catchError(error, "Unhandled Error");
  }
}

/** The tests that `npm run mutants` chose (tools/mutants.js). */
export default defineConfig({
  ...common,
  // Stryker's copy is built already; its sources hold all mutants at once.
  test: {
    ...common.test,
    globalSetup: [],
    include: process.env.MUTANTS_TESTS?.split(","),
    reporters: [new FailedFiles()],
  },
});
