import { Worker } from "node:worker_threads";
import { InputError } from "../../core/errors.ts";
import type { PredictOptions } from "../commands/predict.ts";
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

/** Threads that read shards, each one at a time. They start when they are needed. */
export class ShardThreads {
  private readonly work: ThreadWork;
  private readonly onPictures: (count: number) => void;
  private readonly threads: Worker[] = [];
  private readonly idle: Worker[] = [];

  /** @param onPictures called after pictures are read */
  constructor(work: ThreadWork, onPictures: (count: number) => void) {
    this.work = work;
    this.onPictures = onPictures;
  }

  /** Reads a shard. @throws InputError for what the user can mend, Error for a thread that fails */
  async read(shard: Shard): Promise<void> {
    const thread = this.idle.pop() ?? this.started();
    await this.readIn(thread, shard);
    this.idle.push(thread);
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private started(): Worker {
    const address = new URL("../node/shard-worker.js", import.meta.url);
    // What a model says when it is opened was printed already.
    const thread = new Worker(address, { workerData: this.work, stdout: true, stderr: true });
    this.threads.push(thread);
    return thread;
  }

  private readIn(thread: Worker, shard: Shard): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const failed = (cause: string) => reject(new Error(`the thread of shard ${shard.number + 1} failed: ${cause}`));
      const onError = (error: Error) => failed(error.message);
      const onExit = (code: number) => failed(`exit code ${code}`);
      const onMessage = (message: ShardMessage) => {
        if ("pictures" in message) return this.onPictures(message.pictures);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
        if ("isDone" in message) resolve();
        else if (message.isInput) reject(new InputError(message.error));
        else failed(message.error);
      };
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      thread.postMessage(shard);
    });
  }
}
