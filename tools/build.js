/**
 * Builds what is not plain TypeScript, then the package:
 *   kernels/*.ts (AssemblyScript)  -> src/engine/generated/kernels.ts  (two wasm binaries as base64, every kernel's
 *                                     parameter names and every record's fields, read from their sources)
 *   src/engine/thread.ts (bundled) -> src/engine/generated/thread.ts   (its text: a worker starts from it in Node and
 *                                     in browsers, whatever bundler the page uses)
 *   src/**                         -> dist/
 * What is newer than its sources is left alone. With --types, the declarations for users of the package too.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
const generated = "src/engine/generated";
/** Of the kernels, by AssemblyScript's compiler. */
const transform = "tools/inline-functions.js";

/** @param {string} folder @param {(path: string) => boolean} [keep] @returns {string[]} */
function filesIn(folder, keep = () => true) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(keep);
}

/** @param {string[]} targets @param {string[]} sources */
function isFresh(targets, sources) {
  if (!targets.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...targets.map((path) => statSync(path).mtimeMs));
  return sources.every((path) => statSync(path).mtimeMs <= oldest);
}

/** Parameter names and the result of each exported function of the kernels. @param {string[]} sources */
function signatures(sources) {
  /** @type {Record<string, string[]>} */
  const found = {};
  const exported = readFileSync("kernels/index.ts", "utf8");
  for (const path of sources) {
    for (const [, name, list] of readFileSync(path, "utf8").matchAll(/^export function (\w+)\(([^)]*)\): void/gm)) {
      if (!new RegExp(`\\b${name}\\b`).test(exported)) continue;
      found[name] = list
        .split(",")
        .map((parameter) => parameter.split(":")[0].trim())
        .filter(Boolean);
    }
  }
  return found;
}

/** Fields of each record that kernels read, in order. @param {string[]} sources */
function records(sources) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const path of sources) {
    const text = readFileSync(path, "utf8").replaceAll(/\/\*\*.*?\*\//gs, "");
    for (const [, name, body] of text.matchAll(/^@unmanaged\s+export class (\w+) \{([^}]*)\}/gm)) {
      const fields = body.split(";").map((field) => field.trim());
      fields.pop(); // what follows the last semicolon
      found[name] = fields.map((field) => {
        const [, word] = /^(\w+): i32$/.exec(field) ?? [];
        if (!word) throw new Error(`${path}: expected fields of type i32 in the record ${name}, got "${field}"`);
        return word;
      });
    }
  }
  return found;
}

/** The first address behind the kernels' constants. @param {string} binary base64 */
async function constantsEnd(binary) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(Buffer.from(binary, "base64"), { env: { memory } });
  return /** @type {{ constantsEnd(): number }} */ (/** @type {unknown} */ (instance.exports)).constantsEnd();
}

/** One of the two binaries, as base64, by a process of its own: the two run at once. @param {"reproducible" | "fast"} numerics */
async function compileKernels(numerics) {
  const target = `build/${numerics}.wasm`;
  const relaxed = numerics === "fast" ? ["--use", "RELAXED=1", "--enable", "relaxed-simd"] : [];
  const child = spawn(
    process.execPath,
    [
      ...["node_modules/assemblyscript/bin/asc.js", "kernels/index.ts", "-o", target, "--transform", `./${transform}`],
      ...["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--sharedMemory"],
      ...["--disableWarning", "112"], // on vectors between functions: the host never sees those
      ...["--initialMemory", "1", "--maximumMemory", "65536"],
      ...["--enable", "simd,threads,bulk-memory", ...relaxed],
    ],
    { stdio: "inherit" },
  );
  const [code] = await once(child, "close");
  if (code !== 0) process.exit(1);
  return readFileSync(target).toString("base64");
}

async function buildKernels() {
  const sources = filesIn("kernels", (path) => path.endsWith(".ts")).sort();
  const target = `${generated}/kernels.ts`;
  if (isFresh([target], [...sources, transform, "tools/build.js"])) return;
  mkdirSync("build", { recursive: true });
  const [reproducible, fast] = await Promise.all([compileKernels("reproducible"), compileKernels("fast")]);
  const end = await constantsEnd(reproducible);
  writeFileSync(
    target,
    `export const signatures = ${JSON.stringify(signatures(sources))} as const;\n` +
      `export const records = ${JSON.stringify(records(sources))} as const;\n` +
      `export const firstFreeAddress = ${end};\n` +
      `export const binaries = ${JSON.stringify({ reproducible, fast })} as const;\n`,
  );
}

async function buildThread() {
  const target = `${generated}/thread.ts`;
  // It holds the kernels' parameter names, so it is written anew when they change.
  const sources = ["src/engine", "src/core"].flatMap((folder) =>
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

/** JavaScript by stripping the types, in a fraction of the time that checking them takes. */
async function buildPackage() {
  const sources = filesIn("src", (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  const stamp = "dist/.built";
  if (isFresh([stamp], [...sources, "tools/build.js"])) return;
  rmSync("dist", { recursive: true, force: true });
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
  chmodSync("dist/cli/main.js", 0o755); // npx runs it as it is
  writeFileSync(stamp, "");
}

function buildTypes() {
  const arguments_ = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.json", "--emitDeclarationOnly"];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

mkdirSync(generated, { recursive: true });
await buildKernels();
await buildThread();
await buildPackage();
if (process.argv.includes("--types")) buildTypes();
