/**
 * Reads damaged files without end: `node tools/fuzz.js --cases 1000000 --workers 16`, of one reader with `--reader png`.
 * Prints a line for each finding, writes its files to build/fuzz/findings/, and ends with a table. Exit code 1: findings.
 *
 *   --cases N        cases of each reader, default 100000
 *   --reader NAMES   readers with commas between them, default all
 *   --seed S         default 1; cases are the same for a seed on every machine
 *   --from N         the first case, default 0
 *   --workers N      processes, default the number of cores
 *   --minutes M      stop then, and say what was reached
 *   --json           the table as JSON, on the last line
 *
 * A reader runs in a process of its own, which is replaced when it crashes or is in one case for longer than 20 seconds.
 * build/fuzz/worker.js is a bundle: with it and the files of test/, plain Node runs this on another machine.
 */
import { fork, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { filesIn, isFresh } from "./build-files.js";

/** @import { Report, Task } from "../test/fuzz/worker.ts" */

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const folder = "build/fuzz";
const script = `${folder}/worker.js`;

const HANG = 20_000;
/** Cases that a process gets at a time take about so long, in milliseconds. */
const TURN = 2_000;

/** In a process of its own: the memory that this one had once would count as that of the processes that it starts. */
function bundle() {
  if (!existsSync("node_modules/rolldown")) return;
  const isSource = (/** @type {string} */ path) => path.endsWith(".ts");
  if (isFresh([script], [...filesIn("src", isSource), ...filesIn("test/fuzz", isSource), "tools/fuzz.js"])) return;
  const alias = {
    "#platform": "src/platform/node.ts",
    "#document": "src/platform/node/document.ts",
    "#report": "src/runs/report.ts",
    "#notebook": "src/report/page/notebook.ts",
  };
  const config = {
    input: "test/fuzz/worker.ts",
    platform: "node",
    resolve: { alias: Object.fromEntries(Object.entries(alias).map(([name, path]) => [name, resolve(path)])) },
    output: { dir: folder, format: "esm" },
    logLevel: "warn",
  };
  const program = `import { build } from "rolldown"; await build(${JSON.stringify(config)});`;
  const { status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { stdio: "inherit" });
  if (status !== 0) process.exit(2);
}

const { values: options } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    reader: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    workers: { type: "string", default: `${availableParallelism()}` },
    minutes: { type: "string", default: "1e9" },
    json: { type: "boolean", default: false },
  },
});
const [count, seed, first, workers] = [options.cases, options.seed, options.from, options.workers].map(Number);
const end = Date.now() + 60_000 * Number(options.minutes);

bundle();
mkdirSync(`${folder}/findings`, { recursive: true });
const known = spawnSync(process.execPath, [script, "names"], { encoding: "utf8" }).stdout.split("\n");
const names = options.reader?.split(",") ?? known;
const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`fuzz: expected a reader of ${known.join(", ")}, got ${unknown}`);
  process.exit(2);
}

/** What is left of each reader, and what came of it. */
const states = names.map((name) => ({
  name: /** @type {Task["reader"]} */ (name),
  next: first,
  /** Ranges that a process left unfinished. @type {[number, number][]} */
  left: [],
  turn: 50,
  cases: 0,
  results: 0,
  refused: 0,
  milliseconds: 0,
  worstMilliseconds: 0,
  worstMebibytes: 0,
  /** How often each problem was found. @type {Map<string, number>} */
  findings: new Map(),
}));
/** @typedef {typeof states[number]} State */

/** The next cases: of the reader with the fewest so far. @returns {[State, Task] | undefined} */
function nextTask() {
  if (Date.now() > end) return undefined;
  const open = states.filter(({ next, left }) => left.length > 0 || next < first + count);
  const state = open.sort((a, b) => a.next - b.next)[0];
  if (!state) return undefined;
  const [from, to] = state.left.pop() ?? [state.next, Math.min(first + count, state.next + state.turn)];
  state.next = Math.max(state.next, to);
  return [state, { reader: state.name, seed, from, to }];
}

/** @param {State} state @param {number} number @param {string} problem */
function found({ name, findings }, number, problem) {
  // The same problem at the same place is one finding; numbers differ.
  const key = problem.split("\n").slice(0, 3).join(" ").replaceAll(/\d+/g, "N").slice(0, 400);
  const times = (findings.get(key) ?? 0) + 1;
  findings.set(key, times);
  if (times > 3) return;
  const target = `${folder}/findings/${name}-${seed}-${number}`;
  spawnSync(process.execPath, [script, "write", target, name, `${seed}`, `${number}`], { timeout: HANG });
  console.log(
    `FOUND ${name} seed ${seed} case ${number}: ${problem.split("\n").slice(0, 6).join("\n    ")}\n    ${target}`,
  );
}

/** The processes that read. @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

/** Runs tasks in a process, and in another one when it ends. @param {number} index */
async function work(index) {
  const progress = `${folder}/progress-${process.pid}-${index}`;
  const numberNow = () => {
    const bytes = existsSync(progress) ? readFileSync(progress) : Buffer.alloc(0);
    return bytes.length < 8 ? -1 : bytes.readDoubleLE(0);
  };
  const start = () => {
    // The number of a process before is not its own.
    writeFileSync(progress, "");
    return fork(script, ["read", progress], {
      execArgv: ["--max-old-space-size=1024"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
  };
  let child = start();
  const replace = () => {
    children.delete(child);
    child = start();
    children.add(child);
  };
  children.add(child);
  for (let next = nextTask(); next; next = nextTask()) {
    const [state, task] = next;
    if (!child.connected) replace();
    let printed = "";
    child.stderr?.on("data", (text) => {
      printed = `${printed}${text}`.slice(-2000);
    });
    /** @type {Report | string} */
    const answer = await new Promise((resolve) => {
      let [last, since] = [-1, Date.now()];
      const watch = setInterval(() => {
        const now = numberNow();
        if (now !== last) [last, since] = [now, Date.now()];
        // A process takes a while to start.
        else if (Date.now() - since > (now < task.from || now >= task.to ? 10 * HANG : HANG)) {
          done(`it hangs: no answer in ${HANG / 1000} s`);
          child.kill("SIGKILL");
        }
      }, 500);
      const done = (/** @type {Report | string} */ value) => {
        clearInterval(watch);
        child.removeAllListeners();
        resolve(value);
      };
      child.once("message", (report) => done(/** @type {Report} */ (report)));
      child.once("exit", (code, signal) => done(`the process ended (${signal ?? `code ${code}`}): ${printed}`));
      child.send(task);
    });
    child.stderr?.removeAllListeners("data");
    if (typeof answer === "string") {
      // What the process did before is tried again, without the case that ended it.
      const number = numberNow();
      if (number < task.from || number >= task.to) throw new Error(`${state.name}: ${answer}`);
      found(state, number, answer);
      state.cases++;
      if (number > task.from) state.left.push([task.from, number]);
      if (number + 1 < task.to) state.left.push([number + 1, task.to]);
      replace();
      continue;
    }
    for (const key of /** @type {const} */ (["cases", "results", "refused", "milliseconds"])) state[key] += answer[key];
    for (const key of /** @type {const} */ (["worstMilliseconds", "worstMebibytes"]))
      state[key] = Math.max(state[key], answer[key]);
    for (const { number, problem } of answer.findings) found(state, number, problem);
    if (task.from + answer.cases < task.to) state.left.push([task.from + answer.cases, task.to]);
    state.turn = Math.max(20, Math.min(20_000, Math.round((TURN * answer.cases) / Math.max(1, answer.milliseconds))));
    if (answer.isWorn) {
      child.kill();
      replace();
    }
  }
  child.kill();
}

const all = Promise.all(Array.from({ length: workers }, (_, index) => work(index)));
// Who is in a slow case when the time is over is not waited for.
const isOver = sleep(Math.min(2 ** 31 - 1, end - Date.now() + 5_000), undefined, { ref: false });
await Promise.race([all, isOver]);
const rows = states.map((state) => ({
  reader: state.name,
  cases: state.cases,
  results: state.results,
  refused: state.refused,
  findings: [...state.findings.values()].reduce((sum, times) => sum + times, 0),
  "cases/s": Math.round((1000 * state.cases) / state.milliseconds),
  "worst ms": Math.round(state.worstMilliseconds),
  "worst MiB": Math.round(state.worstMebibytes),
}));
if (options.json) console.log(JSON.stringify(rows));
else {
  console.table(rows);
  console.log(`seed ${seed}, ${rows.reduce((sum, { cases }) => sum + cases, 0)} cases, ${process.version}`);
  for (const { name, findings } of states)
    for (const [key, times] of findings) console.log(`${name}: ${times} times: ${key}`);
}
for (const child of children) child.kill("SIGKILL");
process.exitCode = states.some(({ findings }) => findings.size > 0) ? 1 : 0;
