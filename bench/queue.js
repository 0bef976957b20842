/**
 * What a queue costs: `node bench/queue.js --queue redis://localhost:6379 [--trials 3000] [--work 1000] [--seconds 10]`
 * after `npm run build`, with the packages of a queue. The trials of a sweep run through the sweep's own executor, and
 * their results are kept in a folder; each worker is a process of this machine. First with trials that do nothing, then
 * with trials that wait for `--work` milliseconds, about `--seconds` seconds for each number of workers. Prints trials a
 * second; of empty trials also the processor time of each in the process of the sweep and in those of the workers; of
 * those that wait, the share of the speed without a queue. Before them, jobs of BullMQ alone, without a sweep: what the
 * queue itself can do on this machine.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { queueAddress } from "../dist/cli/queue/address.js";
import { openBullmq } from "../dist/cli/queue/bullmq.js";
import { queueExecutor } from "../dist/cli/queue/executor.js";
import { parsed, refuse, whole } from "./options.js";

const values = parsed({
  queue: { type: "string" },
  trials: { type: "string", default: "3000" },
  work: { type: "string", default: "1000" },
  seconds: { type: "string", default: "10" },
  /** The milliseconds of a worker's trials: how this program starts its workers. */
  worker: { type: "string" },
});
const address = queueAddress(values.queue);
if (!address) refuse("--queue: expected the address of a queue, such as redis://localhost:6379, got none");
// Of its own, so that no other worker takes its trials.
const version = "bench";
/** @param {string} line */
const print = (line) => process.stdout.write(`${line}\n`);
const bullmq = await openBullmq(address, version, print);

/** Milliseconds of processor time of this process. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

if (values.worker === undefined) await measure();
else await work(Number(values.worker));

/** @param {number} milliseconds */
async function work(milliseconds) {
  const values = [0.1, 0.2, 0.3, 0.4];
  const result = { epochs: 4, history: { val_accuracy: values, val_loss: values }, seconds: 1, parameters: 61_706 };
  const run = async () => {
    if (milliseconds > 0) await delay(milliseconds);
    return result;
  };
  const worker = await bullmq.worker(run, { concurrency: 1, autorun: false });
  process.once("disconnect", () => process.exit());
  process.on("message", () => process.send?.(processorTime()));
  await worker.run();
}

async function measure() {
  print(`${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}, ${address?.shown}`); // biome-ignore format: one line
  const trials = whole("--trials", values.trials);
  for (const workers of [1, 8]) {
    const alone = await bullmqAlone(workers, trials);
    print(`Jobs of BullMQ alone, ${workers} workers: ${Math.round(trials / alone.seconds)} a second; processor time of a job: ${(alone.time / trials).toFixed(2)} ms`); // biome-ignore format: one line
    const { seconds, sweep, worker } = await timed(workers, 0, trials);
    print(`Empty trials, ${workers} workers: ${Math.round(trials / seconds)} a second; processor time of a trial: sweep ${(sweep / trials).toFixed(2)} ms, worker ${(worker / trials).toFixed(2)} ms`); // biome-ignore format: one line
  }
  const each = whole("--work", values.work);
  const count = Math.ceil((1000 * whole("--seconds", values.seconds)) / each);
  for (const workers of [1, 2, 4, 8, 16]) {
    const { seconds } = await timed(workers, each, workers * count);
    const share = (100 * count * each) / 1000 / seconds;
    print(`Trials of ${each} ms, ${workers} workers: ${((workers * count) / seconds).toFixed(2)} a second, ${share.toFixed(1)}%`); // biome-ignore format: one line
  }
  process.exit();
}

/** Workers as processes of their own. @param {number} count @param {number} milliseconds of each trial */
function started(count, milliseconds) {
  const args = [...process.argv.slice(2), "--worker", String(milliseconds)];
  return Array.from({ length: count }, () => fork(fileURLToPath(import.meta.url), args));
}

/** Processor times of workers, which have connected when they answer. @param {readonly import("node:child_process").ChildProcess[]} workers */
function timesOf(workers) {
  return Promise.all(
    workers.map((worker) => {
      worker.send("time");
      return new Promise((/** @type {(time: number) => void} */ resolve) => worker.once("message", resolve));
    }),
  );
}

/**
 * Adds empty jobs, takes the events of their ends, and waits until all are done, which is the least that a sweep does.
 * @param {number} count workers @param {number} jobs
 */
async function bullmqAlone(count, jobs) {
  const workers = started(count, 0);
  const [queue, events] = [await bullmq.queue(), await bullmq.events()];
  await timesOf(workers);
  // Events that come before the first look are not seen.
  await delay(1000);
  const [began, time] = [performance.now(), processorTime()];
  let seen = 0;
  events.on("completed", () => seen++);
  // Like trials, they have names and priorities; what they need not have is missing.
  const add = (/** @type {number} */ i) => queue.add("training", /** @type {any} */ ({}), { jobId: `alone-${count}-${i}`, priority: 1, removeOnComplete: true }); // biome-ignore format: one line
  await Promise.all(Array.from({ length: jobs }, (_, i) => add(i)));
  // An event may be lost, as on PostgreSQL: then the counts say that all are done.
  while (seen < jobs && (await queue.getJobCountByTypes("prioritized", "waiting", "active")) > 0) await delay(20);
  const [seconds, spent] = [(performance.now() - began) / 1000, processorTime() - time];
  await Promise.all([events.close(), queue.close()]);
  for (const each of workers) each.disconnect();
  return { seconds, time: spent };
}

/** Seconds of a sweep, and its processor time. @param {number} count workers @param {number} milliseconds @param {number} trials */
async function timed(count, milliseconds, trials) {
  const folder = mkdtempSync(join(tmpdir(), "lenet5-queue-"));
  const workers = started(count, milliseconds);
  const before = await timesOf(workers);
  const executor = await queueExecutor(bullmq, {
    ...{ folder, sweep: `bench-${process.pid}-${count}-${milliseconds}`, version, command: "", place: "digits" },
    ...{
      data: { kind: /** @type {const} */ ("digits") },
      networks: new Map(),
      store: undefined,
      print,
      advice: "no worker",
    },
    stop: new AbortController().signal,
  });
  const [began, time] = [performance.now(), processorTime()];
  const watcher = { onBegin() {}, onProgress() {} };
  const tasks = Array.from({ length: trials }, (_, i) => ({ trial: i + 1, settings: { seed: 1 } }));
  await Promise.all(tasks.map((task) => executor.run(task, watcher)));
  const seconds = (performance.now() - began) / 1000;
  const sweep = processorTime() - time;
  const worker = (await timesOf(workers)).reduce((sum, after, i) => sum + after - (before[i] ?? 0), 0);
  await executor.end();
  for (const each of workers) each.disconnect();
  rmSync(folder, { recursive: true });
  return { seconds, sweep, worker };
}
