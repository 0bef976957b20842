import { startWorker } from "#platform";
import { InputError } from "../../core/errors.ts";
import { whileMoving } from "../../engine/watch.ts";
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
  reject(cause: unknown): void;
}

/** For messages. */
const WHO = "a thread that decodes pictures";
/** Seconds that a picture may take, which may be on a slow disk. */
const PATIENCE = 60;

/**
 * Threads that make images of picture files. They start with the first task and end with {@link close}. One that dies or
 * hangs fails its task alone; another takes its place.
 */
export class DecodeThreads {
  private readonly setup: Setup;
  private readonly count: number;
  private readonly idle: Thread[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly all = new Set<Thread>();
  private closed: Error | undefined;

  constructor(setup: Setup, count: number) {
    this.setup = setup;
    this.count = count;
  }

  /** Runs a task in the next free thread. @throws InputError that names the file of a picture that cannot be read */
  async run(given: Omit<Task, "done">): Promise<void> {
    const thread = await this.free();
    const task = { ...given, done: new Int32Array(new SharedArrayBuffer(4)) };
    const done = () => Atomics.load(task.done, 0);
    const watched = {
      who: WHO,
      patience: PATIENCE,
      get what() {
        return `${task.names[done()]}`;
      },
    };
    try {
      const reply = await whileMoving(answered(thread, { type: "task", task }), done, watched).catch(async (error) => {
        await this.end(thread);
        throw error;
      });
      if (reply.type !== "failed") return;
      throw reply.isInput ? new InputError(reply.message) : new Error(reply.message);
    } finally {
      this.giveNext(thread);
    }
  }

  /** Ends the threads; tasks that are not done are rejected. Settled once no thread runs any longer. */
  async close(): Promise<void> {
    this.closed ??= new InputError("the stream of pictures is closed: make another with streamData");
    for (const { reject } of this.waiting.splice(0)) reject(this.closed);
    await Promise.all([...this.all].map((thread) => this.end(thread, this.closed)));
  }

  private async end(thread: Thread, cause = new Error(`${WHO} was ended`)): Promise<void> {
    thread.settle?.reject(cause);
    await Promise.race([thread.worker.stop(), thread.ended]);
    this.all.delete(thread);
  }

  /** Gives a thread that is free, or another in its place if it has ended, to the task that has waited longest. */
  private giveNext(thread: Thread): void {
    const isAlive = this.all.has(thread);
    const next = this.waiting.shift();
    if (next && isAlive) next.resolve(thread);
    else if (isAlive) this.idle.push(thread);
    else if (next) {
      this.started().then(next.resolve, (error) => {
        next.reject(error);
        this.giveNext(thread);
      });
    }
  }

  private async free(): Promise<Thread> {
    if (this.closed) throw this.closed;
    for (let thread = this.idle.pop(); thread; thread = this.idle.pop()) if (this.all.has(thread)) return thread;
    if (this.all.size < this.count) return this.started();
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
        this.all.delete(thread);
        thread.settle?.reject(new Error(`${WHO} failed: ${cause.message}`, { cause }));
      },
    });
    const thread: Thread = { worker, ended };
    this.all.add(thread);
    const watched = { who: WHO, what: "its start", patience: PATIENCE };
    await whileMoving(answered(thread), () => 0, watched).catch(async (error) => {
      await this.end(thread);
      throw error;
    });
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
