/** BullMQ, an optional package: loaded when a queue is used. */
import { setTimeout as delay } from "node:timers/promises";
import type * as bullmq from "bullmq";
import { InputError } from "../../core/errors.ts";
import { oneLine, type Print } from "../output.ts";
import { passwordsOf, type QueueAddress } from "./address.ts";
import type { JobData, JobResult } from "./payload.ts";

/** The queue, what happens in it, what takes its jobs, and one job. */
export type JobQueue = bullmq.Queue<JobData, JobResult, string, JobData, JobResult, string, bullmq.IQueueBackend>;
export type JobEvents = bullmq.QueueEvents<JobResult, bullmq.IQueueBackend>;
export type JobWorker = bullmq.Worker<JobData, JobResult, string, bullmq.IQueueBackend>;
export type QueuedJob = bullmq.Job<JobData, JobResult, string>;
type Processor = bullmq.Processor<JobData, JobResult, string>;

/** Milliseconds. After them a server that does not answer is given up, at the start of a command. */
const PATIENCE = 20_000;
/** Milliseconds between two lines about the same trouble with a server. */
const PAUSE = 60_000;

const drivers = { redis: "ioredis", postgres: "pg" } as const;

/** BullMQ for one queue. Its parts are connected when they resolve. */
export interface Bullmq {
  queue(): Promise<JobQueue>;
  events(): Promise<JobEvents>;
  worker(run: Processor, options: Omit<bullmq.WorkerOptions, "connection">): Promise<JobWorker>;
  readonly UnrecoverableError: typeof bullmq.UnrecoverableError;
  readonly WaitingError: typeof bullmq.WaitingError;
}

/**
 * The queue of this version of lenet5: other versions may have other results.
 * @throws InputError in one line where BullMQ or its driver is missing; later, where the server cannot be used
 */
export async function openBullmq(address: QueueAddress, version: string, print: Print): Promise<Bullmq> {
  const { kind, url, shown } = address;
  const driver = drivers[kind];
  const { Queue, QueueEvents, Worker, createPostgresBackend, createRedisBackend, UnrecoverableError, WaitingError } =
    await loaded(driver);
  const name = `lenet5-${version}`;
  const isRedis = kind === "redis";
  // Each of these has connections of its own: a worker with PostgreSQL 3, one of them for notifications.
  const connection = (isRedis ? { url } : { connectionString: url, max: 2, migrate: true }) as bullmq.ConnectionOptions;
  const backend = (isRedis ? createRedisBackend : createPostgresBackend) as bullmq.BackendFactory;

  const opened: (JobQueue | JobEvents | JobWorker)[] = [];
  /** Parts that are not connected would try for ever, and the command could not end. */
  function endAll(): void {
    for (const part of opened) {
      const close = part.close.bind(part) as (force: boolean) => Promise<void>;
      void Promise.allSettled([close(true), part.disconnect()]);
    }
  }

  /** Resolves when it is connected. @throws InputError in one line where it cannot be */
  async function ready<Part extends JobQueue | JobEvents | JobWorker>(part: Part): Promise<Part> {
    opened.push(part);
    let last: unknown;
    const shownAt = new Map<string, number>();
    let isReady = false;
    // All of them emit errors; the types of their events have nothing else in common.
    (part as NodeJS.EventEmitter).on("error", (error: Error) => {
      last = error;
      const text = errorText(error, address);
      if (!isReady || performance.now() - (shownAt.get(text) ?? -PAUSE) < PAUSE) return;
      shownAt.set(text, performance.now());
      print(`Queue ${shown}: ${text}`);
    });
    const given = new AbortController();
    const late = delay(PATIENCE, undefined, { signal: given.signal }).then(
      () => Promise.reject(last ?? new Error(`no answer in ${PATIENCE / 1000} seconds`)),
      () => undefined,
    );
    try {
      await Promise.race([part.waitUntilReady(), late]);
      isReady = true;
      return part;
    } catch (error) {
      endAll();
      throw new InputError(`--queue: cannot use ${shown}: ${errorText(error, address)}`, { cause: error });
    } finally {
      given.abort();
    }
  }

  return {
    queue: () => ready(new Queue(name, { connection }, backend)),
    events: () => ready(new QueueEvents(name, { connection }, backend)),
    worker: (run, options) => ready(new Worker(name, run, { ...options, connection }, backend)),
    UnrecoverableError,
    WaitingError,
  };
}

async function loaded(driver: string): Promise<typeof bullmq> {
  try {
    // BullMQ loads the driver itself, later.
    await import(driver);
    return await import("bullmq");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new InputError(
      `--queue: expected the packages bullmq and ${driver} beside lenet5, got none: install them with npm install bullmq ${driver}`,
      { cause: error },
    );
  }
}

/** An error of a server in one line, without the passwords of its address. */
export function errorText(error: unknown, address: Pick<QueueAddress, "url">): string {
  const { message, code, errors } = error as NodeJS.ErrnoException & { readonly errors?: readonly Error[] };
  const text = oneLine(message || errors?.[0]?.message || code || String(error));
  return passwordsOf(address).reduce((all, secret) => all.replaceAll(secret, "***"), text);
}
