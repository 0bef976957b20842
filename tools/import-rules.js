/**
 * Checks the import rules of docs/architecture.md in src/ and web/:
 *   a file imports from its own folder and from folders of lower rank;
 *   `node:` modules only in src/platform/node and src/cli;
 *   the page imports the package by its name only;
 *   no import cycles.
 * Type-only imports must follow the ranks, but may form cycles.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders of each tree by rank. @type {Record<string, Record<string, number>>} */
const trees = {
  src: {
    core: 0,
    augmentation: 1,
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
    exchange: 8,
    sweep: 8,
    "index.ts": 9,
    "figures.ts": 9,
    "reading.ts": 9,
    "exchange.ts": 9,
    "testing.ts": 9,
    cli: 10,
  },
  web: {
    state: 0,
    design: 1,
    networks: 1,
    draw: 2,
    stage: 2,
    inspect: 2,
    tour: 2,
    train: 2,
    compare: 2,
    break: 2,
    yours: 2,
    offline: 2,
    "Rail.svelte": 3,
    "Bar.svelte": 3,
    "App.svelte": 4,
    "main.ts": 5,
  },
};

/** The imports of package.json that stand for files. @type {Record<string, string>} */
const aliases = {
  "#platform": "platform/node.ts",
  "#document": "platform/node/document.ts",
  "#report": "runs/report.ts",
  "#notebook": "report/page/notebook.ts",
};

/** @type {string[]} */
const faults = [];
let count = 0;

/** Checks one tree. @param {string} tree @param {Record<string, number>} ranks */
function check(tree, ranks) {
  const source = fileURLToPath(new URL(`../${tree}`, import.meta.url));
  const files = readdirSync(source, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|svelte)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map((entry) => relative(source, join(entry.parentPath ?? entry.path, entry.name)));
  /** @type {Map<string, string[]>} */
  const imports = new Map();
  for (const file of files) {
    const text = readFileSync(join(source, file), "utf8");
    const folder = file.split("/")[0];
    if (!(folder in ranks)) faults.push(`${tree}/${file}: "${folder}" has no rank in tools/import-rules.js`);
    /** @type {string[]} */
    const values = [];
    for (const [, kind, list, from] of text.matchAll(/^\s*(import|export)\s+([^;]*?)\s*from\s+"([^"]+)"/gms)) {
      if (from.startsWith("node:") && folder !== "cli" && !file.startsWith("platform/node/")) {
        faults.push(`${tree}/${file}: ${from} may only be imported in src/platform/node and src/cli`);
      }
      if (!from.startsWith(".") && !(from in aliases)) continue;
      const target = (aliases[from] ?? normalize(join(dirname(file), from))).replace(/\?.*/, "");
      const other = target.split("/")[0];
      if (other === "..") {
        faults.push(`${tree}/${file}: ${from} is outside of ${tree}: import the package by its name`);
        continue;
      }
      if (other !== folder && !(ranks[other] < ranks[folder])) {
        faults.push(
          `${tree}/${file}: ${folder} (rank ${ranks[folder]}) may not import from ${other} (rank ${ranks[other]})`,
        );
      }
      const typesOnly = list.startsWith("type ") || /^\{(\s*type\s+[\w\s]+,?)+\}$/.test(list);
      if (kind && !typesOnly) values.push(target);
    }
    imports.set(file, values);
  }
  /** @type {Set<string>} */
  const checked = new Set();
  /** @param {string} file @param {string[]} path */
  const follow = (file, path) => {
    if (checked.has(file)) return;
    if (path.includes(file)) {
      faults.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(" -> ")}`);
      return;
    }
    for (const next of imports.get(file) ?? []) follow(next, [...path, file]);
    checked.add(file);
  };
  for (const file of files) follow(file, []);
  count += files.length;
}

for (const [tree, ranks] of Object.entries(trees)) check(tree, ranks);
for (const fault of faults) console.error(fault);
console.log(`import rules: ${count} files, ${faults.length} faults`);
process.exit(faults.length > 0 ? 1 : 0);
