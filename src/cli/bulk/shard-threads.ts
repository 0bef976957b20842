import { Worker } from "node:worker_threads";
import { InputError } from "../../core/errors.ts";
import type { PredictOptions } from "../commands/predict.ts";
import type { Print } from "../output.ts";
import { countBrokenOff, removeNotes } from "./broken-off.ts";
import type { ShardReading } from "./read-shard.ts";
import type { Shard } from "./shards.ts";

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
  /** A process that ends in order has not broken off. */
  private readonly onExit = () => removeNotes(this.work.folder, this.reading);

  constructor(work: ThreadWork, options: ShardThreadsOptions) {
    this.work = work;
    this.options = options;
    process.on("exit", this.onExit);
  }

  /**
   * Reads a shard; where the thread breaks off at a picture, once more. @throws InputError for what the user can mend,
   * Error for a thread that fails, but not at a picture
   */
  async read(shard: Shard): Promise<void> {
    for (;;) if (await this.done({ shard })) return;
  }

  /** Reads one picture of a shard alone, at which an earlier command broke off. */
  async readAlone(shard: Shard, alone: number): Promise<void> {
    await this.done({ shard, alone });
  }

  async end(): Promise<void> {
    process.off("exit", this.onExit);
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  /** @returns false where the thread broke off at a picture */
  private async done(task: ShardTask): Promise<boolean> {
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
      return true;
    } catch (error) {
      if (!(error instanceof ThreadFailed)) throw error;
      await thread.terminate();
      if (countBrokenOff(this.work.folder, number) === undefined) throw error;
      this.options.onPictures(-counted);
      this.options.print(`Note: ${error.message}; its shard is read again`);
      return false;
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
