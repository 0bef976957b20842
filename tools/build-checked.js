/**
 * Builds what tests run instead of the package's own (vitest.checked.config.ts), in build/checked/:
 *   binaries/*.ts  the wasm binaries with a check in front of every access
 *   thread.ts      the text of the worker, with the runner of test/checked/
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { filesIn, isFresh } from "./build-files.js";
import { withChecks } from "./checked-kernels.js";
import freshBuild from "./fresh-build.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const path = (/** @type {string[]} */ ...parts) => join(root, ...parts);
const own = ["tools/build-checked.js", "tools/checked-kernels.js"].map((file) => path(file));

/** By the path of a module, the one that tests run instead. */
export const checkedModules = {
  [path("src/engine/builder.ts")]: path("test/checked/builder.ts"),
  [path("src/engine/runner.ts")]: path("test/checked/runner.ts"),
  [path("src/engine/generated/thread.ts")]: path("build/checked/thread.ts"),
  ...Object.fromEntries(
    ["reproducible", "fast", "reproducible-classify", "fast-classify"].map((name) => [
      path(`src/engine/generated/binaries/${name}.ts`),
      path(`build/checked/binaries/${name}.ts`),
    ]),
  ),
};

/** A plug-in of Rolldown and Vite which puts {@link checkedModules} in the place of the package's. */
export const swapModules = {
  name: "checked-engine",
  /** @type {"pre"} */
  enforce: "pre",
  /** @param {string} source @param {string | undefined} importer */
  resolveId(source, importer) {
    if (!importer || !source.startsWith(".")) return undefined;
    const found = join(importer, "..", source);
    // The modules of tests extend the package's.
    return importer === checkedModules[found] ? found : checkedModules[found];
  },
};

async function buildChecked() {
  mkdirSync(path("build/checked/binaries"), { recursive: true });
  for (const [source, target] of Object.entries(checkedModules)) {
    if (!target.includes("binaries") || isFresh([target], [source, ...own])) continue;
    const packed = readFileSync(source, "utf8").split('"')[1];
    const checked = await withChecks(inflateRawSync(Buffer.from(packed, "base64")));
    writeFileSync(target, `export const packed = "${deflateRawSync(checked).toString("base64")}";\n`);
  }
  const thread = path("build/checked/thread.ts");
  const sources = ["src/engine", "src/core", "test/checked"].flatMap((folder) => filesIn(path(folder)));
  if (
    isFresh(
      [thread],
      [...sources.filter((file) => basename(file) !== "thread.ts"), path("src/engine/thread.ts"), ...own],
    )
  )
    return;
  const { build } = await import("rolldown");
  const { output } = await build({
    input: path("src/engine/thread.ts"),
    plugins: [swapModules],
    output: { format: "iife" },
    write: false,
    logLevel: "warn",
  });
  writeFileSync(thread, `export const threadSource = ${JSON.stringify(output[0].code)};\n`);
}

/** Before tests: of what is built from today's sources. */
export default async function build() {
  freshBuild();
  await buildChecked();
}
