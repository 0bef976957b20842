import { CONTROL } from "./program.ts";

/**
 * Number of reads before the thread sleeps: about 25 microseconds, longer than any piece of packing or updating. After a
 * phase of blocks the others may need a millisecond: a thread that spins then takes time from them on a busy machine.
 */
const SPINS = 5_000;
/** Milliseconds of sleep before the thread checks whether another has failed. */
const SLEEP = 50;

/** This thread stops because another thread of the same run has failed. The other thread reports the cause. */
export class Abandoned extends Error {}

/**
 * Waits until all `threads` have arrived. The last one calls `last` while the others still wait.
 * @throws Abandoned when another thread has failed
 */
export function barrier(control: Int32Array, threads: number, last: () => void): void {
  const generation = Atomics.load(control, CONTROL.generation);
  if (Atomics.add(control, CONTROL.arrived, 1) === threads - 1) {
    last();
    Atomics.store(control, CONTROL.arrived, 0);
    Atomics.add(control, CONTROL.generation, 1);
    if (threads > 1) Atomics.notify(control, CONTROL.generation);
    return;
  }
  for (let spin = 0; Atomics.load(control, CONTROL.generation) === generation; spin++) {
    if (spin > SPINS) {
      if (Atomics.load(control, CONTROL.failed) !== 0) throw new Abandoned();
      Atomics.wait(control, CONTROL.generation, generation, SLEEP);
    }
  }
  if (Atomics.load(control, CONTROL.failed) !== 0) throw new Abandoned();
}

/** A number that changes as the threads of a run go on. */
export function progressOf(control: Int32Array): number {
  const [meetings, pieces] = [Atomics.load(control, CONTROL.generation), Atomics.load(control, CONTROL.claimed)];
  return meetings * 2 ** 16 + pieces + Atomics.load(control, CONTROL.calls);
}

/** After {@link abandon}, when no thread runs any longer: the next run starts as if there had been none. */
export function readyAgain(control: Int32Array): void {
  for (const word of [CONTROL.arrived, CONTROL.claimed, CONTROL.failed]) Atomics.store(control, word, 0);
}

/** Wakes the threads that wait for this one, so that they stop. */
export function abandon(control: Int32Array, canWait: boolean): void {
  Atomics.store(control, CONTROL.failed, 1);
  Atomics.add(control, CONTROL.generation, 1);
  if (canWait) Atomics.notify(control, CONTROL.generation);
}
