/**
 * Mutation testing: `npm run mutants -- <folder or file>` (tools/mutants.js) changes the source in small ways, one at a
 * time, and lists the changes that no test notices. Reports: build/mutants.html and build/mutants.json.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  // Of the tests that tools/mutants.js names, those that import a changed file; each mutant meets only the tests that
  // ran its line.
  vitest: { configFile: "vitest.config.ts", related: true },
  coverageAnalysis: "perTest",
  // Vitest strips types without a check of them.
  disableTypeChecks: false,
  // Error messages and other prose: tests name the part that matters, not every word.
  mutator: { excludedMutations: ["StringLiteral"] },
  reporters: ["clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: "build/mutants.html" },
  jsonReporter: { fileName: "build/mutants.json" },
  // Within build/, which git, Biome and Vitest leave out.
  tempDirName: "build/mutants",
  ignorePatterns: ["/build", "/dist", "/docs", "/notebooks", "/bench", "/runs", "/.ci"],
  concurrency: 2,
  timeoutMS: 20_000,
};
