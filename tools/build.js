/**
 * Generates sources, then builds the package:
 *   kernels/*.ts (AssemblyScript)  -> src/engine/generated/kernels.ts  (each kernel's parameters and each record's
 *                                     fields, read from the kernels' sources)
 *                                  -> src/engine/generated/binaries/   (the wasm binaries, one module each, deflated
 *                                     and in base64: a page loads only the one that it runs)
 *   libjpeg-turbo and libwebp      -> src/pictures/formats/generated/  (wasm binaries of npm packages, likewise)
 *   src/engine/thread.ts (bundled) -> src/engine/generated/thread.ts   (its text: a worker starts from it in Node and
 *                                     in browsers, whatever bundler the page uses)
 *   src/exchange/standalone/runtime/ (bundled) -> src/exchange/standalone/generated/runtime.ts (its text, which is a
 *                                     part of every standalone file)
 *   src/**                         -> dist/                   (module by module, for bundlers and browsers; those of
 *                                     src/cli for bench/ only, not in the package)
 *   src/cli, src/*.ts (bundled)    -> dist/cli/main.js, dist/node/  (the command and the library for Node, which loads
 *                                     a few large files in a quarter of the time of 500 small ones)
 *   dist/index.js (bundled)        -> dist/browser/lenet5.js  (one file for pages without a bundler)
 *   web/**, dist/                  -> dist/web/               (the page, for any web server)
 * Targets that are newer than their sources are kept. With --types, also the declarations for users of the package.
 * With --web, also the page, and with --sizes what it takes. With --package, everything that is published, into an
 * empty dist/: `npm pack` runs this first. dist/browser/lenet5.js is built only there.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { filesIn, isFresh } from "./build-files.js";
import { buildForNode } from "./build-for-node.js";
import { buildPage, printSizes } from "./build-page.js";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const generated = "src/engine/generated";
/** A plug-in of AssemblyScript's compiler. */
const transform = "tools/inline-functions.js";

/**
 * The parameters of each exported function of the kernels: their names and types, in order. @param {string[]} sources
 */
function parametersOf(sources) {
  /** @type {Record<string, { name: string, type: string }[]>} */
  const found = {};
  const exported = readFileSync("kernels/index.ts", "utf8");
  for (const path of sources) {
    for (const [, kernel, list] of readFileSync(path, "utf8").matchAll(/^export function (\w+)\(([^)]*)\): void/gm)) {
      if (!new RegExp(`\\b${kernel}\\b`).test(exported)) continue;
      found[kernel] = [...list.matchAll(/(\w+): ([\w<>]+)/g)].map(([, name, type]) => ({ name, type }));
    }
  }
  return found;
}

/** The fields of each record, in order. All fields of a record have one type. @param {string[]} sources */
function recordsOf(sources) {
  /** @type {{ i32: Record<string, string[]>, f32: Record<string, string[]> }} */
  const found = { i32: {}, f32: {} };
  for (const path of sources) {
    const text = readFileSync(path, "utf8").replaceAll(/\/\*\*.*?\*\//gs, "");
    for (const [, name, body] of text.matchAll(/^@unmanaged\s+export class (\w+)(?:<\w+>)? \{([^}]*)\}/gm)) {
      const fields = [...body.matchAll(/(\w+): (i32|f32);/g)];
      const types = new Set(fields.map(([, , type]) => /** @type {"i32" | "f32"} */ (type)));
      if (types.size !== 1 || body.split(";").length !== fields.length + 1)
        throw new Error(`${path}: expected only i32 or only f32 fields in the record ${name}`);
      for (const type of types) found[type][name] = fields.map(([, field]) => field);
    }
  }
  return found;
}

/** The generated source of all but the binaries. @param {string[]} sources */
function declarations(sources) {
  const parameters = Object.entries(parametersOf(sources));
  const { i32: records, f32: floatRecords } = recordsOf(sources);
  const names = parameters.map(([kernel, list]) => [kernel, list.map(({ name }) => name)]);
  /**
   * Of one kernel, those that are records which the host writes. @type {(list: { name: string, type: string }[]) =>
   * string}
   */
  const recordTypes = (list) =>
    list
      .filter(({ type }) => Object.hasOwn(records, type.replace(/<.*/, "")))
      .map(({ name, type }) => `${name}: "${type}"`)
      .join("; ");
  const types = parameters.map(([kernel, list]) => `  ${kernel}: { ${recordTypes(list)} };\n`);
  return (
    `export const signatures = ${JSON.stringify(Object.fromEntries(names))} as const;\n` +
    `/** Of each kernel, the parameters that are records, with their types. */\n` +
    `export interface RecordParameters {\n${types.join("")}}\n` +
    `export const records = ${JSON.stringify(records)} as const;\n` +
    `export const floatRecords = ${JSON.stringify(floatRecords)} as const;\n`
  );
}

/** The first address behind the kernels' constants. @param {Buffer<ArrayBuffer>} binary */
async function constantsEnd(binary) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory } });
  return /** @type {{ constantsEnd(): number }} */ (/** @type {unknown} */ (instance.exports)).constantsEnd();
}

/**
 * Compiles all wasm kernels, in a process so that both numerics compile at once. @param {"reproducible" | "fast"}
 * numerics
 */
async function compileKernels(numerics) {
  const target = `build/${numerics}.wasm`;
  const relaxed = numerics === "fast" ? ",relaxed-simd --use RELAXED=1" : "";
  // Warning 112 is about functions with vector parameters: only kernels call those.
  const options =
    `kernels/index.ts -o ${target} --transform ./${transform} -O3 --noAssert --runtime stub --disableWarning 112 ` +
    "--importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 " +
    `--enable simd,threads,bulk-memory${relaxed}`;
  const compiler = ["node_modules/assemblyscript/bin/asc.js", ...options.split(" ")];
  const child = spawn(process.execPath, compiler, { stdio: "inherit" });
  const [code] = await once(child, "close");
  if (code !== 0) process.exit(1);
  return readFileSync(target);
}

/**
 * The same binary with only some of its wasm kernels. Their code does not change, so they compute the same bits.
 * @param {Uint8Array} binary @param {readonly string[]} kept
 */
async function withOnly(binary, kept) {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const module = binaryen.readBinary(binary);
  module.setFeatures(binaryen.Features.All);
  for (let i = module.getNumExports() - 1; i >= 0; i--) {
    const { name, kind } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind === binaryen.ExternalFunction && !kept.includes(name)) module.removeExport(name);
  }
  module.runPasses(["remove-unused-module-elements"]);
  const small = module.emitBinary();
  module.dispose();
  return small;
}

/** The names that a file exports from others. @param {string} path */
function exportedNames(path) {
  const lists = [...readFileSync(path, "utf8").matchAll(/^export \{([^}]*)\}/gm)];
  return lists.flatMap(([, list]) => list.split(",").flatMap((name) => name.trim() || []));
}

/** A module that has a wasm binary as text. @param {string} target @param {Uint8Array} bytes */
function writeBinary(target, bytes) {
  const packed = deflateRawSync(bytes, { level: 9 }).toString("base64");
  writeFileSync(target, `export const packed = "${packed}";\n`);
}

/** The picture decoders, which bundlers would not find in their packages, and which read them as files in Node. */
function buildDecoders() {
  const folder = "src/pictures/formats/generated";
  mkdirSync(folder, { recursive: true });
  for (const name of ["jpeg-turbo", "webp"]) {
    const [source, target] = [`node_modules/@cwasm/${name}/${name}.wasm`, `${folder}/${name}.ts`];
    if (!isFresh([target], [source, "tools/build.js"])) writeBinary(target, readFileSync(source));
  }
}

async function buildKernels() {
  const sources = filesIn("kernels", (path) => path.endsWith(".ts")).sort();
  const target = `${generated}/kernels.ts`;
  if (isFresh([target], [...sources, transform, "tools/build.js"])) return;
  mkdirSync("build", { recursive: true });
  const numerics = /** @type {const} */ (["reproducible", "fast"]);
  const [reproducible, fast] = await Promise.all(numerics.map(compileKernels));
  const classify = exportedNames("kernels/classify.ts");
  const unknown = classify.filter((name) => !exportedNames("kernels/index.ts").includes(name));
  if (unknown.length > 0)
    throw new Error(`kernels/classify.ts: kernels/index.ts does not export ${unknown.join(", ")}`);
  const binaries = {
    reproducible,
    fast,
    "reproducible-classify": await withOnly(reproducible, classify),
    "fast-classify": await withOnly(fast, classify),
  };
  mkdirSync(`${generated}/binaries`, { recursive: true });
  for (const [name, bytes] of Object.entries(binaries)) writeBinary(`${generated}/binaries/${name}.ts`, bytes);
  const end = await constantsEnd(reproducible);
  writeFileSync(
    target,
    `${declarations(sources)}` +
      `/** The wasm kernels of kernels/classify.ts. */\n` +
      `export const classify: readonly string[] = ${JSON.stringify(classify)};\n` +
      `export const firstFreeAddress = ${end};\n`,
  );
}

async function buildThread() {
  const target = `${generated}/thread.ts`;
  // The bundle contains the kernels' parameter names, so it is rebuilt when they change.
  const sources = ["src/engine", "src/augmentation", "src/core"].flatMap((folder) =>
    filesIn(folder, (path) => path !== target && !path.endsWith(".test.ts")),
  );
  if (isFresh([target], [...sources, "tools/build.js"])) return;
  const { build } = await import("rolldown");
  const { output } = await build({
    input: "src/engine/thread.ts",
    output: { format: "iife", minify: true },
    write: false,
    logLevel: "warn",
  });
  writeFileSync(target, `export const threadSource = ${JSON.stringify(output[0].code)};\n`);
}

/** What `exportStandalone` writes beside a network, as a script whose last value is the function `recogniser`. */
async function buildRecogniser() {
  const target = "src/exchange/standalone/generated/runtime.ts";
  const folders = ["src/exchange/standalone/runtime", "src/pictures", "src/reading", "src/training", "src/core"];
  const sources = folders.flatMap((folder) => filesIn(folder, (path) => /(?<!\.test)\.ts$/.test(path)));
  if (isFresh([target], [...sources, "tools/build.js"])) return;
  const { build } = await import("rolldown");
  const { output } = await build({
    input: "src/exchange/standalone/runtime/recogniser.ts",
    output: { format: "iife", name: "made", minify: true },
    // Checks of options, of which a file has none.
    treeshake: { manualPureFunctions: ["choice", "optional", "positive", "required", "whole", "within"] },
    write: false,
    logLevel: "warn",
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `export const runtimeSource = ${JSON.stringify(output[0].code)};\n`);
}

/** Strips the types without checking them, which is much faster. */
async function buildPackage() {
  const sources = filesIn("src", (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  const stamp = "dist/.built";
  if (isFresh([stamp], [...sources, "tools/build.js"])) return;
  // Declarations stay: the types of tools/ need them, and --types writes them again.
  const isOld = (/** @type {string} */ path) => !path.endsWith(".d.ts") && !path.startsWith(join("dist", "web"));
  for (const path of existsSync("dist") ? filesIn("dist", isOld) : []) rmSync(path);
  const { transformSync } = await import("rolldown/utils");
  for (const path of sources) {
    const { code, errors } = transformSync(path, readFileSync(path, "utf8"), {
      target: "es2022",
      typescript: { rewriteImportExtensions: "rewrite" },
    });
    if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
    const target = join("dist", relative("src", path)).replace(/\.ts$/, ".js");
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  await buildForNode("dist");
  chmodSync("dist/cli/main.js", 0o755); // npx runs the file directly
  writeFileSync(stamp, "");
}

/** One file at the same depth as the modules that it replaces, so that it finds weights/ at the same address. */
async function buildBrowserFile() {
  const { build } = await import("rolldown");
  await build({
    input: "dist/index.js",
    platform: "browser",
    output: { file: "dist/browser/lenet5.js", format: "esm", minify: true, codeSplitting: false },
    logLevel: "warn",
  });
}

function buildTypes() {
  const arguments_ = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--emitDeclarationOnly"];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  // A page's project has no types of Node.
  const asking = filesIn("dist")
    .filter((path) => path.endsWith(".d.ts") && !path.startsWith(join("dist", "cli")))
    .filter((path) => /["'](node:|node["'])|\bNodeJS\./.test(readFileSync(path, "utf8")));
  if (asking.length === 0) return;
  console.error(`build: expected declarations of the library without types of Node, got them in ${asking.join(", ")}`);
  process.exit(1);
}

if (!existsSync("node_modules/assemblyscript")) {
  console.error("build: expected the development dependencies in node_modules, found none: run `npm ci` first");
  process.exit(1);
}
const isForPackage = process.argv.includes("--package");
if (isForPackage) rmSync("dist", { recursive: true, force: true });
mkdirSync(generated, { recursive: true });
buildDecoders();
await buildKernels();
await buildThread();
await buildRecogniser();
await buildPackage();
if (isForPackage) await buildBrowserFile();
if (isForPackage || process.argv.includes("--web")) await buildPage();
if (process.argv.includes("--sizes")) printSizes();
if (isForPackage || process.argv.includes("--types")) buildTypes();
