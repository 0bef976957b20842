/**
 * Commands that the pages print and that no test runs, each with the reason. All other commands are run. What is named
 * here must be printed somewhere, and its scripts and files must be there.
 */
export const notRun: Readonly<Record<string, string>> = {
  "npm ci && npm start": "installs the packages from the registry and trains for half a minute",
  "npm ci && npm test": "is what runs this test; .ci/run runs it",
  "npm ci && npm run build && npm pack": "installs the packages from the registry; .ci/run packs the tarball",
  "npm install ../lenet5/lenet5-0.1.0.tgz": "installs the packages from the registry; .ci/run installs the tarball",
  "npx lenet5 bench --quick": "measures for 15 seconds; test/end-to-end/bench.test.ts runs it",
  "npm run bench:peers -- --quick": "installs 8 GB of other frameworks",
  "lenet5 paper --out runs/paper": "trains for 40 minutes; `lenet5 paper --quick` is run",
  "npm ci": "installs the packages from the registry; .ci/run runs it",
  "npm test": "is what runs this test",
  "npm run mutants -- src/report/statistics": "runs the tests once for each of some hundred mutants",
  "npm run lint": ".ci/run runs it",
  "npm run types": ".ci/run runs it",
  "npm run format": "writes into the repository",
  "npm run docs": "documents the repository; `npm run lint` checks the same docstrings",
  "npx vitest run test/model/fit.test.ts": "is one of the files that `npm test` runs",
};
