/**
 * How long the command takes to start, best and median of 11: `node bench/start.js` after `npm run build`; with `--epoch`,
 * also the time from `npm start` to the end of the first epoch, and the peak memory of that process. Needs MNIST (see
 * the README); `--epoch` needs Linux, since it reads /proc.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { digits } from "../dist/index.js";
import { checkMnist } from "./mnist.js";
import { parsed } from "./options.js";

const { epoch } = parsed({ epoch: { type: "boolean", default: false } });
await checkMnist();
const ROUNDS = 11;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-bench-"));
const picture = join(folder, "digit.png");
writeFileSync(
  picture,
  encode({
    width: 32,
    height: 32,
    channels: 1,
    data: Uint8Array.from(digits({ train: 10, test: 1 }).test.images.data),
  }),
);

/**
 * Milliseconds until a command has ended, or has printed a line with a word.
 * @param {string[]} args @param {string} [word] @param {Record<string, string>} [variables]
 */
async function time(args, word, variables) {
  const began = performance.now();
  const env = { ...process.env, ...variables };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], env });
  let printed = 0;
  createInterface(child.stdout).on("line", (line) => {
    if (printed > 0 || !line.includes(word ?? "")) return;
    printed = performance.now();
    if (word !== undefined) child.kill("SIGKILL");
  });
  await once(child, "close");
  if (printed === 0 && args[0] === main) throw new Error(`lenet5 ${args[1]} did not print ${word ?? "anything"}`);
  return (word === undefined ? performance.now() : printed) - began;
}

let runs = 0;

/** @param {string} data @param {string} [cache] the name of a cache folder in place of the user's */
function firstSteps(data, cache) {
  const out = join(folder, `run-${runs++}`);
  const variables = cache === undefined ? undefined : { XDG_CACHE_HOME: join(folder, cache) };
  return time([main, "train", "--data", data, "--log", "jsonl", "--out", out], '"type":"batch"', variables);
}

/** @type {[what: string, run: (round: number) => Promise<number>][]} */
const cases = [
  ["node by itself", () => time(["--eval", ""])],
  ["lenet5 --help", () => time([main, "--help"])],
  ["lenet5 predict of one picture", () => time([main, "predict", picture])],
  ["lenet5 train on MNIST, to its first steps", () => firstSteps("mnist")],
  ["lenet5 train on the built-in digits, the first time", (round) => firstSteps("digits", `cache-${round}`)],
  ["lenet5 train on the built-in digits, later", () => firstSteps("digits", "cache-0")],
];
/** @type {number[][]} */
const times = cases.map(() => []);
for (let round = 0; round < ROUNDS; round++)
  for (const [i, [, run]] of cases.entries()) times[i]?.push(await run(round));
for (const [i, [what]] of cases.entries()) {
  const sorted = (times[i] ?? []).sort((a, b) => a - b);
  console.log(`${what}: best ${sorted[0]?.toFixed(0)} ms, median ${sorted[ROUNDS >> 1]?.toFixed(0)} ms`);
}
if (epoch) firstEpoch();

function firstEpoch() {
  const began = performance.now();
  const out = join(folder, "run");
  const child = spawn("npm", ["start", "--", "--data", "mnist", "--epochs", "1", "--out", out], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let firstEpoch = 0;
  let peak = 0;
  const watch = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(out)) continue;
        const high = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
        peak = Math.max(peak, Number(high?.[1] ?? 0) / 1024);
      } catch {
        // The process has just ended.
      }
    }
  }, 50);
  /** @param {Buffer} chunk */
  const look = (chunk) => {
    if (firstEpoch === 0 && /val_loss/.test(String(chunk))) firstEpoch = performance.now() - began;
  };
  child.stdout.on("data", look);
  child.stderr.on("data", look);
  child.on("close", (code) => {
    clearInterval(watch);
    console.log(`exit code ${code}`);
    console.log(`from npm start to the end of the first epoch: ${(firstEpoch / 1000).toFixed(1)} s`);
    console.log(`to the end of the command: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    console.log(`peak memory: ${peak.toFixed(0)} MB`);
  });
}
