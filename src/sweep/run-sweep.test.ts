import { expect, test } from "vitest";
import { settingRules } from "../cli/sweep/setting-rules.ts";
import { random } from "../core/random.ts";
import type { SweepJson } from "../report/sweep/sweep-results.ts";
import { Board, sweepJson } from "./board.ts";
import type { End, Ends } from "./ends.ts";
import type { Executor } from "./executor.ts";
import { runSweep, type SweepWatcher } from "./run-sweep.ts";
import { checkedSweep } from "./sweep.ts";
import { type Outcome, partOf, type Task } from "./task.ts";
import { trialsOf } from "./trials.ts";

const EPOCHS = 9;
const silent: SweepWatcher = { onBegin() {}, onProgress() {}, onOutcome() {} };
const facts = { lenet5: "1", command: "", name: "a", validation: { images: 500 }, commandsOf: () => ["lenet5 train"] };

/** A training that needs no time: its values follow from its settings, seed and fold. */
function outcomeOf(task: Task): Outcome {
  const rate = Number(task.settings["learning-rate"]);
  if (rate > 0.5) return { failure: "refused" };
  const drawn = random(task.fold?.number ?? Number(task.settings.seed), String(rate));
  const values = Array.from({ length: task.until ?? EPOCHS }, () => drawn.uniform());
  const history = { val_accuracy: values, val_loss: values };
  return { epochs: EPOCHS, history, seconds: 1, parameters: 10, ...(rate > 0.4 && { diverged: "NaN" }) };
}

/** Ends the trainings that it is given at a time in an order of its own, after half of their epochs were reported. */
function executor(order: number, begun: string[] = [], most = Number.POSITIVE_INFINITY): Executor {
  let waiting: (() => void)[] = [];
  const endAll = () => {
    const ends = random(order, "order").shuffle(waiting);
    waiting = [];
    for (const end of ends) end();
  };
  return {
    async run(task, watcher) {
      await new Promise<void>((end) => {
        if (waiting.push(end) === 1) setTimeout(endAll, 0);
      });
      if (begun.length >= most) return undefined;
      watcher.onBegin();
      begun.push(`${task.trial} ${partOf(task)} ${task.until ?? "all"}`);
      const outcome = outcomeOf(task);
      if (!("failure" in outcome)) watcher.onProgress({ ...outcome, diverged: undefined });
      return outcome;
    },
  };
}

async function results(given: object, runs: Executor, ends?: Ends): Promise<{ json: SweepJson; isWhole: boolean }> {
  const vary = { "learning-rate": { from: 0.01, to: 0.6 } };
  const sweep = checkedSweep({ train: { epochs: EPOCHS }, vary, ...given }, "a", settingRules());
  const board = new Board(sweep, trialsOf(sweep));
  const isWhole = await runSweep(board, runs, silent, ends);
  return { json: sweepJson(board, facts), isWhole };
}

const sweeps: readonly object[] = [
  { choose: "random", trials: 12, measure: { metric: "val_loss", seeds: 5 } },
  { choose: { by: "halving", eta: 2 }, trials: 16, measure: { metric: "val_accuracy", seeds: 3 } },
];

test.each(sweeps)("the results have the same bits in whatever order trainings end: %j", async (given) => {
  const first = await results(given, executor(1));
  for (const order of [2, 3, 4]) expect(await results(given, executor(order))).toEqual(first);
  const { trials } = first.json;
  expect(new Set(trials.map(({ state }) => state))).toContain("failed");
  const values = trials.filter(({ state }) => state === "done").map(({ value }) => value!);
  const sign = first.json.metric === "val_loss" ? 1 : -1;
  expect(values).toEqual([...values].sort((a, b) => sign * (a - b)));
  expect(trials[0]!.trial).toBe(first.json.best);
});

test("halving: the best of each rung go on, and none that failed", async () => {
  const begun: string[] = [];
  const { json } = await results({ choose: { by: "halving" }, trials: 18 }, executor(1, begun));
  const of = (until: string) =>
    begun.filter((each) => each.endsWith(` ${until}`)).map((each) => Number(each.split(" ")[0]));
  expect([of("1").length, of("3").length, of("all").length]).toEqual([18, 6, 2]);
  const failed = json.trials.filter(({ state }) => state === "failed").map(({ trial }) => trial);
  expect(failed.length).toBeGreaterThan(0);
  expect(of("3").filter((trial) => failed.includes(trial))).toEqual([]);
  const after = (epoch: number) =>
    new Map(json.trials.map(({ trial, trainings }) => [trial, trainings[0]?.values[epoch - 1] ?? 0]));
  const least = Math.min(...of("3").map((trial) => after(1).get(trial)!));
  for (const trial of of("1").filter((each) => !of("3").includes(each) && !failed.includes(each)))
    expect(after(1).get(trial)!).toBeLessThanOrEqual(least);
  expect(json.trials.map(({ state, epochs }) => (state === "failed" ? 0 : epochs)).slice(0, 7)).toEqual([
    9, 9, 3, 3, 3, 3, 1,
  ]);
});

test.each([1, 2, 3, 4])(
  "asha: in any order, the best of each rung are among those that went on (%i)",
  async (order) => {
    const begun: string[] = [];
    const { json, isWhole } = await results({ choose: "asha", trials: 27 }, executor(order, begun));
    expect(isWhole).toBe(true);
    expect(json.choice).toBe("asynchronous successive halving (eta 3) from random, seed 1");
    const of = (until: string) =>
      begun.filter((each) => each.endsWith(` ${until}`)).map((each) => Number(each.split(" ")[0]));
    expect(new Set(of("1")).size).toBe(27);
    expect(begun).toHaveLength(new Set(begun).size);
    const failed = json.trials.filter(({ state }) => state === "failed").map(({ trial }) => trial);
    const valueAfter = (epoch: number, trial: number) =>
      json.trials.find((each) => each.trial === trial)!.trainings[0]?.values[epoch - 1] ?? 0;
    for (const [epoch, before, after] of [
      [1, "1", "3"],
      [3, "3", "all"],
    ] as const) {
      // biome-ignore format: short
      const best = of(before).filter((trial) => !failed.includes(trial));
      best.sort((a, b) => valueAfter(epoch, b) - valueAfter(epoch, a));
      expect(of(after)).toEqual(expect.arrayContaining(best.slice(0, Math.floor(of(before).length / 3))));
      expect(of(before)).toEqual(expect.arrayContaining(of(after)));
      expect(of(after).filter((trial) => failed.includes(trial))).toEqual([]);
    }
    const done = json.trials.filter(({ state }) => state === "done").map(({ trial }) => trial);
    expect(done.sort()).toEqual(of("all").sort());
    expect(json.trials.map(({ state }) => state)).not.toContain("unfinished");
  },
);

/** What the folder of a sweep keeps: ends in their order, and the trainings that need not be run again. */
function folderOf() {
  const past: End[] = [];
  const kept = new Set<string>();
  const ends = (): Ends => ({ past: [...past], note: (end) => void past.push(end) });
  const keeping = (order: number, most?: number): Executor => {
    const begun: string[] = [];
    const runs = executor(order, begun, most);
    return {
      async run(task, watcher, priority) {
        const name = JSON.stringify(task);
        if (kept.has(name)) return outcomeOf(task);
        const outcome = await runs.run(task, watcher, priority);
        if (outcome) kept.add(name);
        return outcome;
      },
    };
  };
  return { ends, keeping, kept };
}

test("asha: the same command again trains nothing and has the same results, also of a sweep that was stopped", async () => {
  for (let order = 1; order <= 20; order++) {
    const { ends, keeping, kept } = folderOf();
    const given = { choose: "asha", trials: 27 };
    for (const most of [5, 9, 2]) await results(given, keeping(order, most), ends());
    const first = await results(given, keeping(order + 50), ends());
    expect(first.isWhole).toBe(true);
    const trained = kept.size;
    expect(await results(given, keeping(order + 100), ends())).toEqual(first);
    expect(kept.size).toBe(trained);
    // Other numbers of trials come to an end, too.
    for (const trials of [12, 40]) expect((await results({ ...given, trials }, keeping(1), ends())).isWhole).toBe(true);
  }
});

test("asha: where an end cannot be kept, the sweep ends with that error", async () => {
  const note = () => {
    throw new Error("no space");
  };
  await expect(results({ choose: "asha", trials: 9 }, executor(1), { past: [], note })).rejects.toThrow("no space");
});

test("asha: a slow trial holds no other back, and higher rungs come first", async () => {
  const reached: (number | undefined)[] = [];
  const priorities = new Map<number | undefined, number | undefined>();
  let end = () => {};
  const slow = new Promise<void>((resolve) => {
    end = resolve;
  });
  const runs: Executor = {
    async run(task, _, priority) {
      priorities.set(task.until, priority);
      if (task.trial === 5) await slow;
      reached.push(task.until);
      return outcomeOf(task);
    },
  };
  const all = results({ choose: "asha", trials: 18 }, runs);
  await expect.poll(() => reached).toContain(undefined);
  expect(reached.filter((until) => until === 1)).toHaveLength(17);
  end();
  expect((await all).isWhole).toBe(true);
  expect([...priorities]).toEqual([[1, 0], [3, 1], [undefined, 2]]); // biome-ignore format: short
});

test("where a training ends the sweep, those that run are finished, and its error is thrown", async () => {
  const ended: number[] = [];
  const failing: Executor = {
    async run({ trial }) {
      if (trial === 1) throw new Error("no space");
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended.push(trial);
      return undefined;
    },
  };
  await expect(results({ choose: "random", trials: 3 }, failing)).rejects.toThrow("no space");
  expect(ended).toEqual([2, 3]);
});

test.each(["random", "asha"])("%s: a sweep that is stopped has what ended, and is not whole", async (choose) => {
  const { json, isWhole } = await results({ choose, trials: 6 }, executor(1, [], 3));
  expect(isWhole).toBe(false);
  expect(json.planned).toBe(6);
  expect(json.trials.filter(({ state }) => state === "unfinished")).toHaveLength(3);
});

test.each(["val_accuracy", "val_loss"])(
  "halving that is stopped: the best so far has the most epochs, and the best %s among those",
  async (metric) => {
    // All of the first rung and two of the six of the second, so the best have 3 of 9 epochs.
    const given = { choose: { by: "halving" }, trials: 18, measure: { metric } };
    const { json } = await results(given, executor(1, [], 20));
    const reached = json.trials.filter(({ state, epochs }) => state === "unfinished" && epochs === 3);
    expect(reached).toHaveLength(2);
    const values = reached.map(({ value }) => value!);
    const best = json.trials.find(({ trial }) => trial === json.best)!;
    expect(best.value).toBe(metric === "val_loss" ? Math.min(...values) : Math.max(...values));
    expect(best).toMatchObject({ epochs: 3, plannedEpochs: EPOCHS, state: "unfinished" });
    expect(json.bestCommands).toEqual(["lenet5 train"]);
  },
);
