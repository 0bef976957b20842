/**
 * Runs notebooks/lenet5.ipynb in Jupyter with the Deno kernel and writes its outputs into it. Leaves out values that
 * differ from run to run (times, versions), so that a new run of the same code gives a small diff.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ output_type: string, name?: string, text?: string[], evalue?: string, data?: Record<string, unknown> }} Output
 * @typedef {{ id: string, metadata: object, outputs?: Output[] }} Cell
 * @typedef {{ cells: Cell[], metadata: object }} Notebook
 */

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const path = "notebooks/lenet5.ipynb";

const listed = spawnSync("jupyter", ["kernelspec", "list", "--json"], { encoding: "utf8" });
if (listed.status !== 0 || !JSON.parse(listed.stdout).kernelspecs.deno) {
  fail(
    "expected Jupyter with the Deno kernel: pip install jupyter, then Deno and `deno jupyter --install` (https://docs.deno.com/runtime/reference/cli/jupyter/)",
  );
}

run(process.execPath, ["tools/build.js"]);
const convert = ["nbconvert", "--to", "notebook", "--execute", "--stdout", path];
/** @type {Notebook} */
const { cells, ...rest } = JSON.parse(run("jupyter", convert));
for (const cell of cells) {
  cell.metadata = {};
  if (cell.outputs) cell.outputs = joined(cell.outputs.map(withoutHiddenText));
  const error = cell.outputs?.find((output) => output.output_type === "error");
  if (error) fail(`cell "${cell.id}" failed: ${error.evalue}`);
}
const { metadata } = JSON.parse(readFileSync(path, "utf8")); // the kernel would add its version
writeFileSync(path, `${JSON.stringify({ cells, ...rest, metadata }, null, 1)}\n`);
console.log(`Wrote ${path}, ${cells.length} cells; open it with: jupyter lab ${path}`);

/** @param {string} command @param {string[]} words @returns {string} the standard output */
function run(command, words) {
  const { status, stdout } = spawnSync(command, words, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) process.exit(1);
  return stdout;
}

/** @param {string} problem @returns {never} */
function fail(problem) {
  console.error(`notebook: ${problem}`);
  process.exit(1);
}

/**
 * Removes the text of outputs that also have HTML: it is not displayed, and the text of a history has times. @param
 * {Output} output
 */
function withoutHiddenText(output) {
  if (output.data?.["text/html"]) delete output.data["text/plain"];
  return output;
}

/** Joins texts of the same stream, since the kernel sends one line at a time. @param {Output[]} outputs */
function joined(outputs) {
  /** @type {Output[]} */
  const all = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (output.text && last?.text && last.name === output.name) last.text.push(...output.text);
    else all.push(output);
  }
  return all;
}
