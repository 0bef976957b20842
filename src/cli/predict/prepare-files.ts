import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { availableThreads } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import { type PictureSettings, prepareFile } from "./prepare-file.ts";
import type { Prepared } from "./prepare-worker.ts";

/** Milliseconds that this thread works alone: then it is known how long the rest would take. */
const ALONE = 100;

/** Milliseconds of work left from which on more threads save time; to start one takes about 100. */
const WORTH = 200;

/** Files that a thread gets at once: enough that messages take no time, few enough that all threads end together. */
const PIECE = 8;

/** More threads would need the memory of as many photos at a time. */
const MAX_THREADS = 16;

/**
 * The parts of picture files as a model takes them, in order, or why a file cannot be read. Where the work is worth it,
 * all cores share it.
 */
export async function prepareFiles(
  files: readonly string[],
  settings: PictureSettings,
): Promise<(PreparedPart[] | InputError)[]> {
  const prepared: (PreparedPart[] | InputError)[] = [];
  const began = performance.now();
  while (prepared.length < files.length) {
    const next = prepared.length;
    const each = (performance.now() - began) / next;
    const isLong = performance.now() - began > ALONE && each * (files.length - next) > WORTH;
    if (isLong && availableThreads() > 1) return [...prepared, ...(await shared(files.slice(next), settings))];
    prepared.push(await prepareFile(files[next], settings));
  }
  return prepared;
}

/** The same with worker threads. */
async function shared(files: readonly string[], settings: PictureSettings): Promise<(PreparedPart[] | InputError)[]> {
  const prepared: (PreparedPart[] | InputError)[] = new Array(files.length);
  const count = Math.min(availableThreads(), MAX_THREADS, files.length);
  const piece = Math.min(PIECE, Math.ceil(files.length / count));
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL("../node/prepare-worker.js", import.meta.url), { workerData: settings });
    try {
      while (next < files.length) {
        const from = next;
        next += piece;
        worker.postMessage(files.slice(from, next));
        const parts = await answerOf(worker);
        parts.forEach((each, i) => {
          prepared[from + i] = typeof each === "string" ? new InputError(each) : each;
        });
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: count }, work));
  return prepared;
}

/** The next message of a worker. @throws Error where it ends before */
async function answerOf(worker: Worker): Promise<Prepared[]> {
  const ending = new AbortController();
  const { signal } = ending;
  const ended = once(worker, "exit", { signal }).then(([code]) => {
    throw new Error(`a thread that reads pictures ended with exit code ${code}`);
  });
  ended.catch(() => {});
  try {
    const [prepared] = (await Promise.race([once(worker, "message", { signal }), ended])) as [Prepared[]];
    return prepared;
  } finally {
    ending.abort();
  }
}
