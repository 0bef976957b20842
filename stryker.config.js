/**
 * Mutation testing: `npm run mutants -- <folder or file>` (tools/mutants.js) changes the source in small ways, one at a
 * time, and lists the changes that no test notices. Reports: build/mutants.html and build/mutants.json.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  // Of the tests that tools/mutants.js chose those that import the changed file, and of these those that ran the changed
  // line. (Not by Stryker's own --testFiles: version 9.6 then never activates mutants of code that runs on import.)
  vitest: { configFile: "vitest.mutants.config.ts", related: true },
  coverageAnalysis: "perTest",
  // Vitest strips types without a check of them.
  disableTypeChecks: false,
  // Error messages and other prose: tests name the part that matters, not every word.
  mutator: { excludedMutations: ["StringLiteral"] },
  reporters: ["progress-append-only", "clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: "build/mutants.html" },
  jsonReporter: { fileName: "build/mutants.json" },
  // Within build/, which git, Biome and Vitest leave out.
  tempDirName: "build/mutants",
  ignorePatterns: ["/build", "/dist", "/docs", "/notebooks", "/bench", "/runs", "/.ci"],
  concurrency: 2,
  warnings: { slow: false },
  timeoutMS: 10_000,
};
