/**
 * Tries everything at random for a while: `npm run soak -- [--minutes 30] [--seed 1] [--only training,predictions]`.
 *
 * - training: runs of `lenet5 train` in processes of their own that are killed at random moments, resumed and killed
 *   again, until they are done; then every file must be that of the run that was never killed.
 * - predictions: networks at random on one and several threads, which must give the same bits; wrong input.
 * - files: hostile files for all readers, by `tools/fuzz.js`.
 * - page: requests for paths outside of the page, other methods and broken HTTP, to `lenet5 play`.
 *
 * The seed chooses what is tried; moments of kills depend on the machine, too. The last lines are a table. `lost` counts
 * answers and files that are not what they must be, each printed when it happens; the exit code is 1 unless it is 0.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { random } from "../dist/core/random.js";
import { files } from "./soak/files.js";
import { page } from "./soak/page.js";
import { predictions } from "./soak/predictions.js";
import { training } from "./soak/training.js";

/**
 * What a case needs, and what came of it: each line of `lost` is a fault.
 * @typedef {{ random: import("../dist/core/random.js").Random, folder: string, scratch: string, seed: number }} Case
 * @typedef {{ tried: number, refused: number, survived: number, lost: string[] }} Outcome
 * @type {Record<string, (given: Case) => Promise<Outcome>>}
 */
const activities = { training, predictions, files, page };

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: Object.keys(activities).join() },
  },
});
const seed = Number(values.seed);
const names = values.only.split(",");
const unknown = names.find((name) => !Object.hasOwn(activities, name));
if (unknown !== undefined || !(Number(values.minutes) > 0) || !Number.isInteger(seed)) {
  console.error(
    `expected --minutes above 0, a whole --seed and --only with some of ${Object.keys(activities)}, got ${values.minutes}, ${values.seed}, ${values.only}`,
  );
  process.exit(2);
}

const scratch = await mkdtemp(join(tmpdir(), "lenet5-soak-"));
const began = Date.now();
const until = began + Number(values.minutes) * 60_000;
const counts = new Map(names.map((name) => [name, { tried: 0, refused: 0, survived: 0, lost: 0, ms: 0 }]));
/** @param {string} name */
const countOf = (name) => /** @type {NonNullable<ReturnType<typeof counts.get>>} */ (counts.get(name));
/**
 * Of a fault that shows in every case, the first lines are enough.
 * @param {string} name
 * @param {number} number
 * @param {string} line
 */
function report(name, number, line) {
  if (countOf(name).lost <= 20) console.log(`LOST ${name} ${number} (seed ${seed}): ${line}`);
}

let printed = began;
for (let number = 0; Date.now() < until; number++) {
  // Each activity gets about the same time, whatever one case of it takes.
  const name = names.reduce((least, each) => (countOf(each).ms < countOf(least).ms ? each : least));
  const count = countOf(name);
  const from = Date.now();
  const folder = join(scratch, `${name}-${number}`);
  try {
    const activity = /** @type {(given: Case) => Promise<Outcome>} */ (activities[name]);
    const { tried, refused, survived, lost } = await activity({
      random: random(seed, "soak", number),
      folder,
      scratch,
      seed: seed + number,
    });
    count.tried += tried;
    count.refused += refused;
    count.survived += survived;
    count.lost += lost.length;
    for (const line of lost) report(name, number, line);
    if (lost.length === 0) await rm(folder, { recursive: true, force: true });
  } catch (error) {
    count.lost++;
    report(name, number, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  count.ms += Date.now() - from;
  if (Date.now() - printed < 60_000) continue;
  printed = Date.now();
  const done = names.map((each) => `${each} ${countOf(each).tried}`).join(", ");
  console.log(`${Math.round((printed - began) / 60_000)} min: ${done}`);
}
const lost = names.reduce((sum, name) => sum + countOf(name).lost, 0);
if (lost === 0) await rm(scratch, { recursive: true, force: true });
else console.log(`What was lost is in ${scratch}`);

const rows = [
  ["", "tried", "refused", "survived", "lost", "minutes"],
  ...names.map((name) => {
    const { tried, refused, survived, lost: each, ms } = countOf(name);
    return [name, tried, refused, survived, each, (ms / 60_000).toFixed(1)].map(String);
  }),
];
for (const row of rows) console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join(""));
process.exit(lost === 0 ? 0 : 1);
