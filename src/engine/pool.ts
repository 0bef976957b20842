import { startWorker } from "#platform";
import type { WorkerHandle } from "../platform/workers.ts";
import { threadSource } from "./generated/thread.ts";
import type { Reply, Request } from "./messages.ts";

interface Member {
  readonly worker: WorkerHandle;
  /** Programs and sources that this worker has received. */
  readonly known: Set<number>;
  settle?: { resolve(reply: Reply): void; reject(cause: Error): void };
}

/** A program or source that each thread receives once. */
export interface Registered {
  readonly id: number;
  readonly request: Request;
}

let members: Member[] = [];
let queue: Promise<unknown> = Promise.resolve();
let ids = 0;

const collected = new FinalizationRegistry<number>((id) => forget(id));

/** Gives a program or source its number; threads drop it when `owner` is garbage-collected. */
export function register(owner: object, request: (id: number) => Request): Registered {
  const id = ++ids;
  collected.register(owner, id);
  return { id, request: request(id) };
}

/** Drops a program or source in all threads. */
export function forget(id: number): void {
  for (const member of members)
    if (member.known.delete(id)) member.worker.post({ type: "forget", id } satisfies Request);
}

/**
 * Runs each request on a separate thread after all earlier runs have ended, and returns the replies. If a thread fails,
 * the run of all threads ends with its cause.
 */
export function runTogether(needs: readonly Registered[], requests: readonly Request[]): Promise<Reply[]> {
  const result = queue.then(() => runNow(needs, requests));
  queue = result.catch(() => {});
  return result;
}

async function runNow(needs: readonly Registered[], requests: readonly Request[]): Promise<Reply[]> {
  while (members.length < requests.length) members.push(newMember());
  const team = members.slice(0, requests.length);
  try {
    const replies = team.map((member, i) => {
      for (const { id, request } of needs) {
        if (!member.known.has(id)) member.worker.post(request);
        member.known.add(id);
      }
      member.worker.setBusy(true);
      return new Promise<Reply>((resolve, reject) => {
        member.settle = { resolve, reject };
        member.worker.post(requests[i]);
      });
    });
    const settled = await Promise.all(replies);
    const failure = settled.find((reply) => reply.type === "failed" && !reply.abandoned);
    if (failure?.type === "failed") {
      throw new Error(`a thread of the engine failed: ${failure.message}`, { cause: failure.stack });
    }
    return settled;
  } catch (error) {
    // The memory of the threads is in an unknown state.
    for (const member of members) member.worker.stop();
    members = [];
    throw error;
  } finally {
    for (const member of team) member.worker.setBusy(false);
  }
}

function newMember(): Member {
  const member: Member = {
    known: new Set(),
    worker: startWorker(threadSource, {
      onMessage: (reply) => member.settle?.resolve(reply as Reply),
      onDeath(cause) {
        member.settle?.reject(new Error(`a thread of the engine failed: ${cause.message}`, { cause }));
        members = members.filter((other) => other !== member);
      },
    }),
  };
  return member;
}
