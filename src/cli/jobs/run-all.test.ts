import { expect, test } from "vitest";
import { runAll } from "./run-all.ts";

/** Jobs that the test ends, and the list of those that have started. */
function byHand() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(value: string): void; reject(error: Error): void }>();
  const run = (job: number) => {
    begun.push(job);
    return new Promise<string>((resolve, reject) => ends.set(job, { resolve, reject }));
  };
  return { begun, run, end: (job: number) => ends.get(job)!.resolve(`result ${job}`), ends };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

test("as many jobs as asked for run at a time, in their order", async () => {
  const { begun, run, end } = byHand();
  const all = runAll([1, 2, 3], run, { atOnce: 2, isStopped: () => false });
  expect(begun).toEqual([1, 2]);
  end(2);
  await soon();
  expect(begun).toEqual([1, 2, 3]);
  end(3);
  end(1);
  expect(await all).toEqual([2, 3, 1].map((job) => ({ job, result: `result ${job}` })));
});

test("after a failure no further job starts, those that run are finished, and the failure is thrown", async () => {
  const { begun, run, end, ends } = byHand();
  const all = runAll([1, 2, 3], run, { atOnce: 2, isStopped: () => false });
  ends.get(1)!.reject(new Error("no space"));
  await soon();
  expect(await Promise.race([all.catch(() => "ended"), soon().then(() => "runs")])).toBe("runs");
  end(2);
  await expect(all).rejects.toThrow("no space");
  expect(begun).toEqual([1, 2]);
});

test("once it is stopped, what runs is finished and the rest is left", async () => {
  let isStopped = false;
  const { begun, run, end } = byHand();
  const all = runAll([1, 2], run, { atOnce: 1, isStopped: () => isStopped });
  isStopped = true;
  end(1);
  expect(await all).toEqual([{ job: 1, result: "result 1" }]);
  expect(begun).toEqual([1]);
});
