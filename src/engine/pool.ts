import { startWorker } from "#platform";
import type { WorkerHandle } from "../platform/workers.ts";
import { abandon, progressOf, readyAgain } from "./barrier.ts";
import { threadSource } from "./generated/thread.ts";
import type { Beat, Reply, Request } from "./messages.ts";
import { canShare } from "./program.ts";
import { Interrupted, lateAfterAbort, type Watched, whileMoving } from "./watch.ts";

interface Member {
  readonly worker: WorkerHandle;
  /** Programs and sources that this worker has received, with the bytes of their shared memory. */
  readonly known: Map<number, number>;
  /** Bytes of shared memory that it has received and dropped, see {@link stopFull}. */
  dropped: number;
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

/** Bytes that a worker may have dropped. New workers take 50 ms, the work on so many bytes seconds. */
const MOST_DROPPED = 2 ** 28;

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
  for (const member of members) {
    member.dropped += member.known.get(id) ?? 0;
    if (member.known.delete(id)) member.worker.post({ type: "forget", id } satisfies Request);
  }
}

const isFull = ({ dropped }: Member) => dropped > MOST_DROPPED;

/** Shared memory that a request brings. */
function sharedBytes(request: Request): number {
  if (!canShare || request.type === "forget") return 0;
  if (request.type === "program") return request.program.bytes;
  const { inputs, targets } = request.type === "source" ? request.source : { inputs: request.outputs, targets: [] };
  const arrays = [...inputs, ...targets.flatMap(({ labels, weights }) => (weights ? [labels, weights] : [labels]))];
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Ends workers that have dropped much memory. No garbage collector counts memory that is shared, so a worker, which
 * allocates little else, would hold on to all data of its life.
 */
async function stopFull(): Promise<void> {
  const full = members.filter(isFull);
  members = members.filter((member) => !isFull(member));
  await Promise.all(full.map(({ worker }) => worker.stop()));
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
    if (members.some(isFull)) await stopFull();
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
    if (member.known.has(id)) continue;
    member.worker.post(request);
    member.known.set(id, sharedBytes(request));
  }
  member.dropped += sharedBytes(request);
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
    known: new Map(),
    dropped: 0,
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
