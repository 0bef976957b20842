/**
 * `npm run mutants -- src/data src/core/random.ts`: mutation testing of some folders or files, set up by
 * stryker.config.js. What follows `--` after them goes to Stryker: `-- --concurrency 1`.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";

const given = process.argv.slice(2);
const end = given.indexOf("--");
const paths = (end < 0 ? given : given.slice(0, end)).map((path) => path.replace(/^\.\/|\/$/g, ""));
if (
  paths.length === 0 ||
  !paths.every((path) => path.startsWith("src/") && existsSync(path.replace(/:[\d:-]+$/, "")))
) {
  console.error("usage: npm run mutants -- <folder or file in src> ...");
  process.exit(2);
}

const mutate = paths.map((path) => (path.endsWith(".ts") || path.includes(":") ? path : `${path}/**/*.ts`));

/** Folders whose own tests must suffice: those that train would hide what these leave open. */
const alone = paths.every((path) => /^src\/(core|data|formats|report)\b/.test(path));
const folders = paths.map((path) => (path.includes(".ts") ? dirname(path) : path));
// The end-to-end tests run the built program, which the mutants are not in.
const everywhere = ["src/**/*.test.ts", ...["model", "engine", "golden"].map((folder) => `test/${folder}/*.test.ts`)];
const tests = alone ? folders.map((folder) => `${folder}/**/*.test.ts`) : everywhere;

const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/@stryker-mutator/core/bin/stryker.js", "run"],
    ...["--mutate", [...mutate, "!**/*.test.ts"].join(",")],
    ...["--testFiles", tests.join(",")],
    ...(end < 0 ? [] : given.slice(end + 1)),
  ],
  // Without MNIST: the test that reads it takes seconds, and would run again for hundreds of mutants.
  { stdio: "inherit", env: { ...process.env, LENET5_DATA: "" } },
);
process.exit(status ?? 1);
