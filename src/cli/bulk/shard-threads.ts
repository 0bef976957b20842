import { Worker } from "node:worker_threads";
import { InputError } from "../../core/errors.ts";
import type { PredictOptions } from "../commands/predict.ts";
import type { Print } from "../output.ts";
import { brokenAt, givenUpIn, giveUpBroken, removeNotes } from "./broken-off.ts";
import type { ShardReading } from "./read-shard.ts";
import { picturesOf, type Shard } from "./shards.ts";

/** Pictures in a row at which reading breaks off before the pictures are not why. */
const MOST_IN_A_ROW = 3;

/** What every thread gets: it opens the model itself. */
export interface ThreadWork extends Pick<ShardReading, "folder" | "source" | "format"> {
  /** The path of the model; undefined for a network that ships with the package. */
  readonly model: string | undefined;
  readonly options: PredictOptions;
  /** See {@link modelIdentity}: a model that is being trained may be replaced meanwhile. */
  readonly identity: string;
}

/** What a thread says. */
export type ShardMessage =
  | { readonly pictures: number }
  | { readonly isDone: true }
  | { readonly error: string; readonly isInput: boolean };

/** What a thread is asked for: a shard, or of its pictures the one of a number, alone. */
export interface ShardTask {
  readonly shard: Shard;
  readonly alone?: number;
}

/** A thread that ended, or failed for a reason that the user cannot mend. */
class ThreadFailed extends Error {}

interface ShardThreadsOptions {
  /** Called after pictures are read. */
  onPictures(count: number): void;
  readonly print: Print;
}

/** Threads that read shards, each one at a time. They start when they are needed. */
export class ShardThreads {
  private readonly work: ThreadWork;
  private readonly options: ShardThreadsOptions;
  private readonly threads: Worker[] = [];
  private readonly idle: Worker[] = [];
  /** The shards that are being read. */
  private readonly reading = new Set<number>();
  /** Pictures that were read well alone, each as the numbers of its shard and in it. */
  private readonly goodAlone = new Set<string>();
  /** Pictures that were given up, since one was read well. */
  private brokenInARow = 0;
  /** A process that ends in order has not broken off. */
  private readonly onExit = () => removeNotes(this.work.folder, this.reading);

  constructor(work: ThreadWork, options: ShardThreadsOptions) {
    this.work = work;
    this.options = options;
    process.on("exit", this.onExit);
  }

  /**
   * Reads a shard. @returns false where its thread broke off at a picture, which is to be read alone
   * @throws InputError for what the user can mend, Error for a thread that fails, but not at a picture, and for one that
   * breaks off at a picture which can be read alone
   */
  async read(shard: Shard): Promise<boolean> {
    const { folder } = this.work;
    const failure = await this.failureOf({ shard });
    if (!failure) {
      this.brokenInARow = 0;
      return true;
    }
    const picture = brokenAt(folder, shard.number);
    if (picture === undefined) throw failure;
    const path = picturesOf(shard, folder)[picture]!;
    if (this.goodAlone.has(`${shard.number} ${picture}`))
      throw new Error(`${failure.message}, again at "${path}", which can be read alone: give fewer --jobs`);
    if (picture > 0 && !givenUpIn(folder, shard.number).has(picture - 1)) this.brokenInARow = 0;
    this.options.print(`Note: ${failure.message}; "${path}" is read again, alone`);
    return false;
  }

  /**
   * Reads one picture of a shard alone, at which reading broke off. Where it does so again, the picture is given up.
   * @throws Error for a thread that fails, but not at the picture, and at the third picture in a row
   */
  async readAlone(shard: Shard, alone: number): Promise<void> {
    const { folder } = this.work;
    const failure = await this.failureOf({ shard, alone });
    if (failure && !giveUpBroken(folder, shard.number)) throw failure;
    removeNotes(folder, [shard.number]);
    if (!failure) {
      this.goodAlone.add(`${shard.number} ${alone}`);
      this.brokenInARow = 0;
      return;
    }
    const path = picturesOf(shard, folder)[alone]!;
    if (++this.brokenInARow === MOST_IN_A_ROW)
      throw new Error(
        `reading broke off at ${MOST_IN_A_ROW} pictures in a row, the last one "${path}": ${failure.message}; run the same command again to go on after them, with errors in their rows`,
      );
    this.options.print(`Note: ${failure.message}; "${path}" is given up, and its row has an error`);
  }

  async end(): Promise<void> {
    process.off("exit", this.onExit);
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  /** Does a task. @returns why its thread failed; undefined where it did not */
  private async failureOf(task: ShardTask): Promise<ThreadFailed | undefined> {
    const { number } = task.shard;
    const thread = this.idle.pop() ?? this.started();
    this.reading.add(number);
    let counted = 0;
    const onPictures = (count: number) => {
      counted += count;
      this.options.onPictures(count);
    };
    try {
      await readIn(thread, task, onPictures);
      this.idle.push(thread);
      return undefined;
    } catch (error) {
      if (!(error instanceof ThreadFailed)) throw error;
      await thread.terminate();
      this.options.onPictures(-counted);
      return error;
    } finally {
      this.reading.delete(number);
    }
  }

  private started(): Worker {
    const address = new URL("../node/shard-worker.js", import.meta.url);
    // What a model says when it is opened was printed already.
    const thread = new Worker(address, { workerData: this.work, stdout: true, stderr: true });
    this.threads.push(thread);
    return thread;
  }
}

function readIn(thread: Worker, task: ShardTask, onPictures: (count: number) => void): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const failed = (cause: string) =>
      reject(new ThreadFailed(`the thread of shard ${task.shard.number + 1} failed: ${cause}`));
    const onError = (error: Error) => failed(error.message);
    const onExit = (code: number) => failed(`exit code ${code}`);
    const onMessage = (message: ShardMessage) => {
      if ("pictures" in message) return onPictures(message.pictures);
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      if ("isDone" in message) resolve();
      else if (message.isInput) reject(new InputError(message.error));
      else failed(message.error);
    };
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
    thread.postMessage(task);
  });
}
