import { startWorker } from "#platform";
import type { WorkerHandle } from "../platform/workers.ts";
import { abandon, progressOf, readyAgain } from "./barrier.ts";
import { threadSource } from "./generated/thread.ts";
import type { Beat, Reply, Request } from "./messages.ts";
import { Interrupted, lateAfterAbort, type Watched, whileMoving } from "./watch.ts";

interface Member {
  readonly worker: WorkerHandle;
  /** Programs and sources that this worker has received. */
  readonly known: Set<number>;
  /** How often it has said that its work goes on. */
  beats: number;
  settle?: { resolve(reply: Reply): void; reject(cause: Error): void };
}

/** A program or source that each thread receives once. */
export interface Registered {
  readonly id: number;
  readonly request: Request;
  /** Of a program in shared memory: the words that synchronize its threads. */
  readonly control?: Int32Array;
  /** Of a program whose memory belongs to a worker: that worker. */
  home?: object;
  /** Whether a run has failed. */
  isBroken?: boolean;
}

/** What the memory of the program held is lost: its worker has ended, or a run has failed. */
export class MemoryLost extends Error {}

/** A worker has ended by itself. */
class Died extends Error {}

let members: Member[] = [];
let queue: Promise<void> = Promise.resolve();
let ids = 0;

const collected = new FinalizationRegistry<number>((id) => forget(id));

/** Gives a program or source its number; threads drop it when `owner` is garbage-collected. */
export function register(owner: object, request: (id: number) => Request, control?: Int32Array): Registered {
  const id = ++ids;
  collected.register(owner, id);
  return { id, request: request(id), ...(control && { control }) };
}

/** Drops a program or source in all threads. */
export function forget(id: number): void {
  for (const member of members)
    if (member.known.delete(id)) member.worker.post({ type: "forget", id } satisfies Request);
}

/**
 * Runs each request on a separate thread after all earlier runs have ended, and returns the replies. If a thread fails,
 * dies or hangs, all threads are stopped, and the call fails with the cause.
 * @param program the program of the requests, or none for requests without
 * @param begin gives the requests; called when the turn of this run has come, and not at all if it never comes
 * @throws Interrupted some time after the signal is aborted, if the run has not ended
 * @throws MemoryLost where the memory of the program has ended with its worker, or an earlier run has failed
 */
export async function runTogether(
  program: Registered | undefined,
  sources: readonly Registered[],
  begin: () => readonly Request[],
  watched: Watched,
): Promise<Reply[]> {
  const turn = queue;
  let done = () => {};
  const ended = new Promise<void>((resolve) => {
    done = resolve;
  });
  queue = turn.then(() => ended);
  const { late, end } = lateAfterAbort(watched.signal);
  try {
    await Promise.race([turn, late]);
    if (program?.isBroken) throw memoryLost(program);
    return await runNow(program, sources, begin(), { ...watched, late });
  } finally {
    end();
    done();
  }
}

type WatchedRun = Watched & { readonly late: Promise<never> };

async function runNow(
  program: Registered | undefined,
  sources: readonly Registered[],
  requests: readonly Request[],
  watched: WatchedRun,
): Promise<Reply[]> {
  for (let isFirst = true; ; isFirst = false) {
    const team = teamOf(requests.length);
    const isAlone = program !== undefined && program.control === undefined;
    if (isAlone && program.home && program.home !== team[0]) throw memoryLost(program);
    if (isAlone) program.home = team[0];
    const progress = () =>
      program?.control ? progressOf(program.control) : team.reduce((sum, { beats }) => sum + beats, 0);
    const before = progress();
    let answers: Promise<Reply>[] = [];
    try {
      answers = team.map((member, i) => answerOf(member, program ? [program, ...sources] : sources, requests[i]!));
      const replies = await whileMoving(Promise.race([Promise.all(answers), watched.late]), progress, watched);
      const failure = replies.find((reply) => reply.type === "failed" && !reply.abandoned);
      if (failure?.type === "failed") {
        throw new Error(`a thread of the engine failed: ${failure.message}`, { cause: failure.stack });
      }
      return replies;
    } catch (cause) {
      let error = cause;
      const wasIdle = cause instanceof Died && progress() === before;
      if (wasIdle && isAlone) throw memoryLost(program, cause);
      const left = wasIdle && isFirst && program?.control && haveLeft(program.control, answers, watched);
      const canBegin = await Promise.resolve(left).catch((late: unknown) => {
        if (late instanceof Interrupted) error = late;
        return false;
      });
      // Others may have ended too, and not be known to have.
      await stopAll();
      if (canBegin) continue;
      if (program) program.isBroken = true;
      throw error instanceof Interrupted ? new Interrupted(true) : error;
    } finally {
      for (const member of team) member.worker.setBusy(false);
    }
  }
}

function memoryLost(program: Registered, cause?: Error): MemoryLost {
  program.home = undefined;
  return new MemoryLost("a thread of the engine has ended, and the memory of a program with it", { cause });
}

/**
 * After a run in which nothing was computed, since a thread had ended before it: lets the others leave the barrier, so
 * that the run can begin again. @throws Error where they do not
 */
async function haveLeft(
  control: Int32Array,
  answers: readonly Promise<Reply>[],
  watched: WatchedRun,
): Promise<boolean> {
  abandon(control, true);
  await whileMoving(Promise.race([Promise.allSettled(answers), watched.late]), () => progressOf(control), watched);
  readyAgain(control);
  return true;
}

/** Posts a request, after the programs and sources that it needs and the worker has not received yet. */
function answerOf(member: Member, needs: readonly Registered[], request: Request): Promise<Reply> {
  for (const { id, request } of needs) {
    if (!member.known.has(id)) member.worker.post(request);
    member.known.add(id);
  }
  member.worker.setBusy(true);
  const answer = new Promise<Reply>((resolve, reject) => {
    member.settle = { resolve, reject };
    member.worker.post(request);
  });
  answer.catch(() => {}); // handled where all answers are awaited
  return answer;
}

function teamOf(count: number): Member[] {
  while (members.length < count) {
    try {
      members.push(newMember());
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `expected ${count} threads for the engine, got ${members.length} from the system (${why}): use a smaller number of threads`,
        { cause },
      );
    }
  }
  return members.slice(0, count);
}

/** Settled once no thread runs any longer. */
async function stopAll(): Promise<void> {
  const all = members;
  members = [];
  await Promise.all(all.map(({ worker }) => worker.stop()));
}

function newMember(): Member {
  const member: Member = {
    known: new Set(),
    beats: 0,
    worker: startWorker(threadSource, {
      onMessage(message) {
        const received = message as Reply | Beat;
        if (received.type === "beat") member.beats++;
        else member.settle?.resolve(received);
      },
      onDeath(cause) {
        members = members.filter((other) => other !== member);
        member.settle?.reject(new Died(`a thread of the engine failed: ${cause.message}`, { cause }));
      },
    }),
  };
  return member;
}
