/**
 * `npm run mutants -- src/data src/core/random.ts`: mutation testing of folders or files, configured by
 * stryker.config.js. Options after a second `--` are for Stryker: `-- --concurrency 1`.
 *
 * The end-to-end tests do not run, since they start the built program, which does not contain the mutants.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname } from "node:path";

const given = process.argv.slice(2);
const end = given.includes("--") ? given.indexOf("--") : given.length;
// A file may be followed by lines: src/core/random.ts:20-30.
const targets = given.slice(0, end).map((path) => path.replace(/^\.\/|\/$/g, ""));
const paths = targets.map((path) => path.replace(/:[\d:-]+$/, ""));
if (paths.length === 0 || !paths.every((path) => path.startsWith("src/") && existsSync(path))) {
  console.error("usage: npm run mutants -- <folder or file in src> ...");
  process.exit(2);
}

/** The tests of a file or, if it has none, of its folder. @param {string} path */
function testsBeside(path) {
  if (!path.endsWith(".ts")) return [`${path}/**/*.test.ts`];
  const folder = dirname(path);
  const stem = basename(path, ".ts");
  const own = readdirSync(folder).filter((name) => name.startsWith(stem) && name.endsWith(".test.ts"));
  return own.length > 0 ? own.map((name) => `${folder}/${name}`) : [`${folder}/**/*.test.ts`];
}

// Tests that train take long and would hide gaps in a folder's own tests. Layers and training need them.
const trained = !paths.every((path) => /^src\/(core|data|formats|report)\b/.test(path));
const tests = trained
  ? ["src/**/*.test.ts", "test/model/*.test.ts", "test/engine/*.test.ts", "test/golden/*.test.ts"]
  : paths.flatMap(testsBeside);

const mutate = targets.map((path) => (path.includes(".ts") ? path : `${path}/**/*.ts`));
const { status } = spawnSync(
  process.execPath,
  [
    "node_modules/@stryker-mutator/core/bin/stryker.js",
    "run",
    "--mutate",
    [...mutate, "!src/**/*.test.ts"].join(","),
    ...given.slice(end + 1),
  ],
  {
    stdio: "inherit",
    // Without MNIST, since the test that reads all of it takes seconds for each of hundreds of mutants.
    env: { ...process.env, LENET5_DATA: "", MUTANTS_TESTS: [...new Set(tests)].join(",") },
  },
);
process.exit(status ?? 1);
