import { mkdir, rm } from "node:fs/promises";
import { availableParallelism, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";
import { removeLeftovers, temporaryName } from "../../platform/node/temporary-files.ts";
import { threadsOfEach } from "../jobs/threads-of-each.ts";
import { printer } from "../output.ts";
import { watchInterrupts } from "../signals.ts";
import { queueAddress } from "./address.ts";
import { openBullmq } from "./bullmq.ts";
import { closed } from "./closed.ts";
import { jobTaker } from "./job-taker.ts";
import { type Counts, metricsServer } from "./metrics.ts";
import { openStore } from "./open-store.ts";
import { pauses } from "./pauses.ts";

export interface WorkerOptions {
  readonly queue?: string;
  /** Trainings at a time. */
  readonly jobs?: number;
  /** Of each training. */
  readonly threads?: number;
  readonly dataFolder?: string;
  readonly networks?: string;
  readonly store?: string;
  readonly port?: number;
  readonly host: string;
  /** Seconds without a sign of life after which a training is given to another worker. */
  readonly lostAfter: number;
}

/** How often a training goes to another worker after the loss of one, before it counts as failed. */
const MAX_LOST = 25;

async function expectFolder(option: string, path: string | undefined): Promise<void> {
  if (path !== undefined && (await pathInfo(path))?.kind !== "folder")
    throw new InputError(`${option}: expected a folder, got "${path}", where there is none`);
}

/** Runs trainings of sweeps until it is stopped. */
export async function worker(options: WorkerOptions, version: string): Promise<void> {
  const address = queueAddress(options.queue);
  if (!address)
    throw new InputError(
      "--queue: expected the address of a queue, such as redis://host:6379, here or in LENET5_QUEUE",
    );
  await expectFolder("--data-folder", options.dataFolder);
  await expectFolder("--networks", options.networks);
  const print = printer(false);
  const store = options.store === undefined ? undefined : await openStore(options.store);
  const jobs = options.jobs ?? availableParallelism();
  const threads = options.threads ?? threadsOfEach(jobs);
  const bullmq = await openBullmq(address, version, print);
  const stopping = new AbortController();
  // What workers that were killed have left behind here.
  await removeLeftovers(tmpdir());
  const scratch = temporaryName(join(tmpdir(), "lenet5-worker"));
  await mkdir(scratch, { mode: 0o700 });
  const counts: Counts = { running: 0, done: 0, failed: 0, retried: 0, returned: 0, seconds: 0 };
  const lock = options.lostAfter * 1000;
  const { dataFolder, networks } = options;
  const pausing = pauses(() => taker);
  const run = jobTaker({
    ...{ bullmq, version, scratch, threads, dataFolder, networks, store, lock, counts, print },
    ...{ onTrouble: pausing.onTrouble, onDone: pausing.onDone },
    stop: stopping.signal,
  });
  // A processor of three parameters gets a signal.
  const taker = await bullmq.worker((job, token, signal) => run(job, token!, signal!), {
    ...{ concurrency: jobs, name: hostname(), autorun: false },
    ...{ lockDuration: lock, stalledInterval: lock, maxStalledCount: MAX_LOST },
  });
  taker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) taker.cancelJob(id);
  });
  const end = () => {
    stopping.abort();
    return true;
  };
  const interruption = watchInterrupts({
    print,
    atOnce: () =>
      counts.running > 0 ? "Stopped at once: other workers get the trainings that ran here" : "Stopped at once",
    onAsked: end,
    stop: end,
  });
  interruption.doing = () =>
    counts.running > 0
      ? "Finishing the epochs of the running trainings, which go back to the queue"
      : "Ending: no training is running here";
  let server: Awaited<ReturnType<typeof metricsServer>> | undefined;
  try {
    server = options.port === undefined ? undefined : await metricsServer(options, counts, taker);
    const each = `${threads} ${threads === 1 ? "thread" : "threads"} each`;
    print(`lenet5 ${version} takes trainings from ${address.shown}, ${jobs} at a time with ${each}`);
    if (server) print(`Health and metrics: ${server.address}`);
    await new Promise<void>((resolve, reject) => {
      stopping.signal.addEventListener("abort", () => resolve());
      // It also ends when the worker pauses.
      taker.run().catch(reject);
    });
  } finally {
    pausing.end();
    const isClosed = await closed(taker);
    server?.close();
    interruption.end();
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    if (!isClosed) {
      const rest =
        counts.running > 0 ? ": other workers go on with these trainings from the runs that were kept last" : "";
      print(`The queue does not answer${rest}`);
      // Ends the trainings, too.
      process.exit();
    }
  }
}
