/**
 * Checks the import rules of docs/architecture.md:
 *   a file imports from its own folder and from folders of lower rank;
 *   `node:` modules only in src/platform/node and src/cli;
 *   no import cycles.
 * Type-only imports must follow the ranks, but may form cycles.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src", import.meta.url));

/** @type {Record<string, number>} */
const ranks = {
  core: 0,
  platform: 1,
  engine: 2,
  formats: 2,
  pictures: 2,
  report: 2,
  data: 3,
  ops: 3,
  layers: 4,
  training: 4,
  model: 5,
  lenet5: 6,
  reading: 7,
  runs: 7,
  "index.ts": 8,
  "figures.ts": 8,
  "reading.ts": 8,
  "testing.ts": 8,
  cli: 9,
};

/** The imports of package.json that stand for files. @type {Record<string, string>} */
const aliases = {
  "#platform": "platform/node.ts",
  "#document": "platform/node/document.ts",
  "#report": "runs/report.ts",
  "#notebook": "report/page/notebook.ts",
};

const files = readdirSync(source, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
  .map((entry) => relative(source, join(entry.parentPath ?? entry.path, entry.name)));

/** @type {string[]} */
const faults = [];
/** @type {Map<string, string[]>} */
const imports = new Map();

for (const file of files) {
  const text = readFileSync(join(source, file), "utf8");
  const folder = file.split("/")[0];
  if (!(folder in ranks)) faults.push(`${file}: the folder "${folder}" has no rank in tools/import-rules.js`);
  /** @type {string[]} */
  const values = [];
  for (const [, kind, list, from] of text.matchAll(/^(import|export)\s+([^;]*?)\s*from\s+"([^"]+)"/gms)) {
    if (from.startsWith("node:") && folder !== "cli" && !file.startsWith("platform/node/")) {
      faults.push(`${file}: ${from} may only be imported in src/platform/node and src/cli`);
    }
    if (!from.startsWith(".") && !(from in aliases)) continue;
    const target = aliases[from] ?? normalize(join(dirname(file), from));
    const other = target.split("/")[0];
    if (other !== folder && !(ranks[other] < ranks[folder])) {
      faults.push(`${file}: ${folder} (rank ${ranks[folder]}) may not import from ${other} (rank ${ranks[other]})`);
    }
    const typesOnly = list.startsWith("type ") || /^\{(\s*type\s+[\w\s]+,?)+\}$/.test(list);
    if (kind && !typesOnly) values.push(target);
  }
  imports.set(file, values);
}

/** @type {Set<string>} */
const checked = new Set();
/** @param {string} file @param {string[]} path */
function follow(file, path) {
  if (checked.has(file)) return;
  if (path.includes(file)) {
    faults.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
    return;
  }
  for (const next of imports.get(file) ?? []) follow(next, [...path, file]);
  checked.add(file);
}
for (const file of files) follow(file, []);

for (const fault of faults) console.error(fault);
console.log(`import rules: ${files.length} files, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
