import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Screen } from "../../../test/screen.ts";
import type { EscapeSequence } from "../../core/visible.ts";
import { Board } from "../../sweep/board.ts";
import { checkedSweep } from "../../sweep/sweep.ts";
import type { Progress, Task } from "../../sweep/task.ts";
import { trialsOf } from "../../sweep/trials.ts";
import { settingRules } from "./setting-rules.ts";
import { shownProgress } from "./show.ts";

let screen: Screen;
vi.mock("#platform", async (original) => ({
  ...(await original<object>()),
  terminalColumns: () => screen.columns,
  terminalRows: () => 24,
  terminalWritten: () => screen.written,
  writeOut: (...pieces: readonly unknown[]) =>
    screen.write(pieces.map((piece) => (typeof piece === "string" ? piece : (piece as EscapeSequence).text)).join("")),
}));
beforeEach(() => {
  screen = new Screen(80, 24);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => void vi.useRealTimers());

/** A sweep that begins, and what is on the screen below its first line. */
function begun(given: object) {
  const sweep = checkedSweep(given, "a", settingRules());
  const board = new Board(sweep, trialsOf(sweep));
  const stopping = new AbortController();
  const shown = shownProgress(board, { to: "out", stop: stopping.signal, earlier: { has: () => false } });
  shown.begin("begins");
  const taskOf = (trial: number): Task => ({ trial, settings: { ...board.trials[trial - 1]!.settings, seed: 1 } });
  /** A training that has reached an epoch. */
  const reach = (trial: number, epoch: number, epochs = epoch) => {
    const values = Array.from({ length: epoch }, (_, i) => 0.5 + (0.4 * (i + trial)) / 20);
    const progress: Progress = {
      ...{ epochs, seconds: 1, parameters: 10 },
      history: { val_accuracy: values, val_loss: values },
    };
    board.note(taskOf(trial), progress);
    shown.onProgress(taskOf(trial), progress);
  };
  const end = (trial: number) => shown.onOutcome(taskOf(trial), { failure: "" });
  const table = () => screen.lines.slice(1).filter((line) => line !== "");
  return { shown, stopping, taskOf, reach, end, table };
}

test("on a terminal, the time of a sweep passes during long epochs", async () => {
  const { shown, taskOf, table } = begun({ vary: { epochs: [1, 2] }, choose: "grid" });
  shown.onBegin(taskOf(1));
  await vi.advanceTimersByTimeAsync(5000);
  expect(table().at(-1)).toBe("0 of 2 trials, 5.0 s");
  shown.end();
  const { written } = screen;
  await vi.advanceTimersByTimeAsync(5000);
  expect(screen.written).toBe(written);
});

test("one trial is no trials", async () => {
  const { shown, taskOf, table } = begun({ train: { epochs: 1 }, vary: { optimizer: ["sgd"] }, choose: "grid" });
  shown.onBegin(taskOf(1));
  expect(table().at(-1)).toBe("0 of 1 trial, 0.0 s");
});

test("with seeds, the table says that its values are means", async () => {
  const { shown, taskOf, table } = begun({ vary: { epochs: [1, 2] }, measure: { metric: "val_loss", seeds: 3 } });
  shown.onBegin(taskOf(1));
  expect(table().at(-1)).toBe("0 of 2 trials, each value the mean of 3 seeds, 0.0 s");
});

test("with asha, whose trials may all go on, the line counts epochs", async () => {
  const { shown, taskOf, reach, end, table } = begun({
    ...{ train: { epochs: 9 }, vary: { "batch-size": { from: 8, to: 64 } }, choose: "asha", trials: 9 },
  });
  for (const trial of [1, 2, 3]) {
    shown.onBegin(taskOf(trial));
    await vi.advanceTimersByTimeAsync(1000);
    reach(trial, 1, 9);
    end(trial);
  }
  expect(table().at(-1)).toBe("3 of about 21 epochs (9 trials), 3.0 s, about 18.0 s left");
});

test("the time that is left ends with the minutes of the sweep, and is gone when it stops", async () => {
  const { shown, stopping, taskOf, reach, table } = begun({
    ...{ train: { epochs: 100 }, vary: { optimizer: ["sgd", "adam"] }, choose: "grid", minutes: 0.5 },
  });
  shown.onBegin(taskOf(1));
  await vi.advanceTimersByTimeAsync(9000);
  reach(1, 5, 100);
  await vi.advanceTimersByTimeAsync(1000);
  expect(table().at(-1)).toBe("0 of 2 trials, 10.0 s, stops in 20.0 s");
  stopping.abort();
  await vi.advanceTimersByTimeAsync(1000);
  expect(table().at(-1)).toBe("0 of 2 trials, 11.0 s, stopping");
  shown.end();
  expect(table().at(-1)).toBe("0 of 2 trials, 11.0 s");
});

test("on a narrow terminal the last line leaves out what matters less", async () => {
  screen = new Screen(64, 24);
  const { shown, stopping, taskOf, reach, table } = begun({
    ...{ train: { epochs: 9 }, vary: { "batch-size": { from: 8, to: 64 } }, choose: "halving", trials: 9 },
    ...{ measure: { seeds: 2 }, minutes: 1 },
  });
  shown.onBegin(taskOf(1));
  await vi.advanceTimersByTimeAsync(1000);
  reach(1, 1, 9);
  const last = async (columns: number) => {
    screen.columns = columns;
    await vi.advanceTimersByTimeAsync(1000);
    return table().at(-1);
  };
  expect(await last(90)).toBe(
    "1 of about 42 epochs (9 trials), each value the mean of 2 seeds, 2.0 s, stops in 58.0 s",
  );
  expect(await last(60)).toBe("1 of about 42 epochs (9 trials), 3.0 s, stops in 57.0 s");
  expect(await last(50)).toBe("1 of about 42 epochs (9 trials), stops in 56.0 s");
  expect(await last(40)).toBe("1 of 42 epochs, stops in 55.0 s");
  stopping.abort();
  expect(await last(28)).toBe("1 of 42 epochs, stopping");
});

test.each([
  [100, "> 1   86.00% ▁▁▁▂▂▃▃▄▄▅▅▆▆▇▇███ epoch 18  learning-rate 0.001, batch-size 64, optimizer sgd"],
  [60, "> 1   86.00% ▁▁▁▂▂▃▃▄▄▅▅▆▆▇▇███ epoch 18  0.001, 64, sgd"],
  [40, "> 1   86.00% epoch 18  0.001, 64, sgd"],
])("on a terminal of %i columns, the values of settings are seen", async (columns, line) => {
  screen = new Screen(columns, 24);
  const { shown, taskOf, reach, table } = begun({
    train: { epochs: 18 },
    vary: { "learning-rate": [0.001], "batch-size": [64], optimizer: ["sgd", "adam"] },
    choose: "grid",
  });
  shown.onBegin(taskOf(1));
  reach(1, 18);
  await vi.advanceTimersByTimeAsync(1000);
  expect(table()).toHaveLength(2);
  expect(table()[0]).toBe(line);
  for (const each of table()) expect(each.length).toBeLessThan(columns);
});
