/**
 * Every figure of accuracy of this project: `node bench/accuracy.js [--only modern] [--jobs 2]` after `npm run build`.
 * Each row of accuracy/rows.js is trained with seeds 1 to 5 or 10 by `lenet5 train --threads 1`, one process per core.
 * Needs MNIST where `lenet5 train` finds it.
 *
 *     --data FOLDER     another data set than MNIST: a folder with IDX files, whose name its results get
 *     --only TEXT       the row of that name, or all rows with this text in their names
 *     --seeds N         seeds 1 to N instead; prints without writing, unless --write is given
 *     --jobs N          as many trainings at a time; default one per core
 *     --folder FOLDER   where trainings are kept; default build/accuracy. Those that are there are not repeated
 *
 * Results are kept in bench/accuracy.json, docs/accuracy.md and its figures, for the rows that were measured.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runAll } from "../dist/cli/jobs/run-all.js";
import { chosen as howSeen } from "./accuracy/chosen.js";
import { rowsOf1998 } from "./accuracy/of-1998.js";
import { figures, inDocs, tables } from "./accuracy/report.js";
import { rows, rowsFor } from "./accuracy/rows.js";
import { trained } from "./accuracy/training.js";
import { committeeOf } from "./accuracy/views.js";
import { parsed, refuse, whole } from "./options.js";

const values = parsed({
  data: { type: "string", default: "mnist" },
  only: { type: "string" },
  seeds: { type: "string" },
  write: { type: "boolean", default: false },
  jobs: { type: "string", default: String(availableParallelism()) },
  folder: { type: "string", default: fileURLToPath(new URL("../build/accuracy", import.meta.url)) },
});
const data = values.data === "mnist" ? "mnist" : resolve(values.data);
const name = basename(data);
if (name === "mnist" && data !== "mnist")
  refuse(`--data: expected a folder that is not called "mnist", whose results would replace MNIST's, got "${data}"`);
if (data !== "mnist" && !existsSync(data))
  refuse(`--data: expected a folder with IDX files, got "${values.data}": there is none`);
const seeds = values.seeds === undefined ? undefined : whole("--seeds", values.seeds);
const parallel = whole("--jobs", values.jobs);
const chosen = rowsFor(data, values.only);
if (chosen.length === 0)
  refuse(`--only: expected a part of one of ${rows.map(({ name }) => name).join("; ")}, got "${values.only}"`);

/** @param {import("./accuracy/rows.js").Trained} row @param {number} seed */
const folderOf = (row, seed) => join(values.folder, name, row.name.replaceAll(/\W+/g, "-"), `seed-${seed}`);
const jobs = chosen.flatMap((row) => Array.from({ length: seeds ?? row.seeds }, (_, i) => ({ row, seed: i + 1 })));
const done = await runAll(jobs, ({ row, seed }) => trained(folderOf(row, seed), row, data, seed, console.error), {
  atOnce: parallel,
  isStopped: () => false,
});

const measured = chosen.map((row) => {
  const all = done.flatMap(({ job, result }) => (job.row === row ? [result] : []));
  all.sort((a, b) => a.run.seed - b.run.seed);
  const { run: _, command: __, ...first } = all[0];
  const runs = all.map(({ run }) => run);
  const typed = ["lenet5 train", ...row.options].join(" ");
  return {
    ...{ name: row.name, command: typed, ...first, runs },
    ...(row.views && { views: howSeen, committee: committeeOf(runs.map(({ seed }) => folderOf(row, seed))) }),
  };
});
console.log(tables(name, measured));
if (seeds === undefined || values.write) {
  const path = new URL("./accuracy.json", import.meta.url);
  /** @type {import("./accuracy/report.js").Results} */
  const results = JSON.parse(readFileSync(path, "utf8"));
  const fresh = [...measured, ...(name === "mnist" ? rowsOf1998() : [])];
  const order = [...rows.map(({ name }) => name), "1998", "1998, distorted"];
  const others = (results[name] ?? []).filter((row) => !fresh.some((one) => one.name === row.name));
  results[name] = [...others, ...fresh].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
  for (const [file, svg] of Object.entries(figures(results)))
    writeFileSync(new URL(`../docs/${file}`, import.meta.url), svg);
  inDocs(results);
}
