/**
 * Writes docs/paper.md and its figures: `npm run paper` after `npm run build`, with the options of `lenet5 paper`. Runs
 * the trainings that `runs/paper` does not have yet; all of them take about 40 minutes on two cores.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const out = join("runs", "paper");
const command = ["dist/cli/main.js", "paper", "--out", out, ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
// The status is not 0 if some trainings are still missing.
if (status !== 0) process.exit(status ?? 1);
for (const name of readdirSync(out))
  if (/^paper(\.md|-.*\.svg)$/.test(name)) copyFileSync(join(out, name), join("docs", name));
console.log("Wrote docs/paper.md");
