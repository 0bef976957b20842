import { startWorker } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { WorkerHandle } from "../../platform/workers.ts";
import type { Reply, Request, Setup, Task } from "./messages.ts";

interface Thread {
  readonly worker: WorkerHandle;
  settle?: { resolve(reply: Reply): void; reject(cause: Error): void };
}

/** Threads that make images of picture files. They start with the first task and end with {@link close}. */
export class DecodeThreads {
  private readonly setup: Setup;
  private readonly count: number;
  private readonly idle: Thread[] = [];
  private readonly waiting: ((thread: Thread) => void)[] = [];
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
      if (next) next(thread);
      else this.idle.push(thread);
    }
  }

  close(): void {
    this.failure = new InputError("the stream of pictures is closed: make another with streamData");
    for (const { worker } of this.all) worker.stop();
  }

  private async free(): Promise<Thread> {
    if (this.failure) throw this.failure;
    const thread = this.idle.pop();
    if (thread) return thread;
    if (this.all.length < this.count) return this.started();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private async started(): Promise<Thread> {
    // The module has the same imports as in this thread, so that decoders load only where a file needs them.
    const script = `import(${JSON.stringify(new URL("./decode-thread.js", import.meta.url).href)})`;
    const thread: Thread = {
      worker: startWorker(script, {
        onMessage: (reply) => thread.settle?.resolve(reply as Reply),
        onDeath: (cause) => {
          this.failure ??= new Error(`a thread that decodes pictures failed: ${cause.message}`, { cause });
          thread.settle?.reject(this.failure);
        },
      }),
    };
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
