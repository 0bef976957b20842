import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import { defineConfig } from "vitest/config";
import { swapModules } from "./tools/build-checked.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const source = (path: string) => join(root, path);

/** What all tests share, also those of the other configs. */
export const common = {
  resolve: {
    alias: {
      "#platform": source("src/platform/node.ts"),
      "#document": source("src/platform/node/document.ts"),
      "#report": source("src/runs/report.ts"),
      "#notebook": source("src/report/page/notebook.ts"),
    },
  },
  test: {
    // A single test file, too, runs against kernels and worker threads that are up to date.
    globalSetup: "tools/fresh-build.js",
    setupFiles: "test/equal-bytes.ts",
    // Only a test that hangs takes as long: on a busy machine, a training of a second may take a minute.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Of `expect.poll`, as for everything else that a test waits for: its default is a second.
    expect: { poll: { timeout: 30_000 } },
    // Vitest keeps one core free by default, which on two cores leaves one of them idle.
    maxWorkers: "100%",
  },
} as const;

/** The folders of test/ with test files that share processes. */
const sharing = ["model", "engine", "golden", "oracle", "pictures", "end-to-end", "exchange", "fuzz", "versions"];
const folders = ["src", "web", ...sharing.map((name) => `test/${name}`)];

/** What a test file has that others in its process would see (other modules, globals, folder), and a browser. */
const changesOthers = /\bvi\.|\bglobalThis\b|without-sharing|\bprocess\.chdir\b|chromium/;

/**
 * Files that run one after the other in the same processes: each saves the second that loading the library takes, a
 * third of the time of all tests. Those of the command share its process too. Others have a process of their own.
 */
export const together = folders
  .flatMap((folder) =>
    readdirSync(source(folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith(".test.ts") && !changesOthers.test(readFileSync(source(path), "utf8")));

/** The tests of the page, where Chromium does not start: on other systems than Linux, and where libraries are missing. */
async function withoutBrowser(): Promise<readonly string[]> {
  const { status, error, stderr } = spawnSync(await chromium.executablePath(), ["--version"], { encoding: "utf8" });
  if (status === 0) return [];
  const [why] = (error?.message ?? stderr).split("\n");
  process.stderr.write(`No browser starts here (${why}): the tests in test/page are left out\n`);
  return ["test/page/**"];
}

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    projects: [
      { extends: true, test: { name: "together", include: together, isolate: false } },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/slow/**", "test/checked/**", ...(await withoutBrowser()), ...together],
        },
      },
      // With guard zones around every buffer; vitest.checked.config.ts runs other tests in this way, too.
      {
        extends: true,
        plugins: [swapModules],
        test: { name: "checked", include: ["test/checked/**/*.test.ts"], globalSetup: "tools/build-checked.js" },
      },
    ],
  },
});
