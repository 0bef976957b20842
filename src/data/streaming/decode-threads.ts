import { startWorker } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { WorkerHandle } from "../../platform/workers.ts";
import type { Reply, Request, Setup, Task } from "./messages.ts";

interface Thread {
  readonly worker: WorkerHandle;
  /** Settled once the thread has ended. */
  readonly ended: Promise<void>;
  settle?: { resolve(reply: Reply): void; reject(cause: Error): void };
}

interface Waiting {
  resolve(thread: Thread): void;
  reject(cause: Error): void;
}

/** Threads that make images of picture files. They start with the first task and end with {@link close}. */
export class DecodeThreads {
  private readonly setup: Setup;
  private readonly count: number;
  private readonly idle: Thread[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly all: Thread[] = [];
  private failure: Error | undefined;

  constructor(setup: Setup, count: number) {
    this.setup = setup;
    this.count = count;
  }

  /** Runs a task in the next free thread. @throws InputError that names the file of a picture that cannot be read */
  async run(task: Task): Promise<void> {
    const thread = await this.free();
    try {
      const reply = await answered(thread, { type: "task", task });
      if (reply.type !== "failed") return;
      throw reply.isInput ? new InputError(reply.message) : new Error(reply.message);
    } finally {
      const next = this.waiting.shift();
      if (next) next.resolve(thread);
      else this.idle.push(thread);
    }
  }

  /** Ends the threads; tasks that are not done are rejected. Settled once no thread runs any longer. */
  async close(): Promise<void> {
    this.fail(new InputError("the stream of pictures is closed: make another with streamData"));
    for (const { worker } of this.all) worker.stop();
    await Promise.all(this.all.map(({ ended }) => ended));
  }

  /** Rejects the tasks that wait for a thread, and all later ones. */
  private fail(cause: Error): void {
    this.failure ??= cause;
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }

  private async free(): Promise<Thread> {
    if (this.failure) throw this.failure;
    const thread = this.idle.pop();
    if (thread) return thread;
    if (this.all.length < this.count) return this.started();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private async started(): Promise<Thread> {
    // The module has the same imports as in this thread, so that decoders load only where a file needs them.
    const script = `import(${JSON.stringify(new URL("./decode-thread.js", import.meta.url).href)})`;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const worker = startWorker(script, {
      onMessage: (reply) => thread.settle?.resolve(reply as Reply),
      onDeath: (cause) => {
        end();
        this.fail(new Error(`a thread that decodes pictures failed: ${cause.message}`, { cause }));
        thread.settle?.reject(this.failure!);
      },
    });
    const thread: Thread = { worker, ended };
    this.all.push(thread);
    await answered(thread);
    thread.worker.post({ type: "setup", setup: this.setup } satisfies Request);
    return thread;
  }
}

/** The thread's next reply, to the request if there is one. */
async function answered(thread: Thread, request?: Request): Promise<Reply> {
  thread.worker.setBusy(true);
  try {
    return await new Promise<Reply>((resolve, reject) => {
      thread.settle = { resolve, reject };
      if (request) thread.worker.post(request);
    });
  } finally {
    thread.worker.setBusy(false);
  }
}
