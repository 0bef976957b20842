import { expect, test } from "vitest";
import { Board } from "../../sweep/board.ts";
import { checkedSweep } from "../../sweep/sweep.ts";
import { trialsOf } from "../../sweep/trials.ts";
import { openingLines } from "./opening.ts";
import { settingRules } from "./setting-rules.ts";

/** The line about what earlier commands have finished, where the trainings with these seeds have ended. */
function earlierLine(measure: object, ...ended: readonly { trial: number; seed: number; value: number }[]) {
  const sweep = checkedSweep({ vary: { epochs: [1, 2] }, choose: "grid", measure }, "a", settingRules());
  const board = new Board(sweep, trialsOf(sweep));
  for (const { trial, seed, value } of ended) {
    const { settings } = board.trials[trial - 1]!;
    const values = Array.from({ length: settings.epochs as number }, () => value);
    const history = { val_accuracy: values, val_loss: values };
    board.note(
      { trial, settings: { ...settings, seed } },
      { epochs: values.length, history, seconds: 1, parameters: 1 },
    );
  }
  const opening = {
    folder: "a",
    where: "here",
    validation: { images: 100 },
    notes: [],
    earlier: { board, has: () => true },
  };
  return openingLines(board, opening).find((line) => line.startsWith("Finished earlier: "));
}

const twoSeeds = { metric: "val_accuracy", seeds: 2 };

test("nothing was finished earlier", () => {
  expect(earlierLine(twoSeeds)).toBeUndefined();
});

test("with one training of each trial, trials are counted", () => {
  const line = earlierLine({ metric: "val_accuracy" }, { trial: 2, seed: 1, value: 0.5 });
  expect(line).toMatch(/^Finished earlier: 1 of 2 trials; best so far: trial 2, /);
});

test("with several trainings of each trial, trainings are counted, also of a trial that has not ended", () => {
  const first = { trial: 2, seed: 1, value: 0.5 };
  expect(earlierLine(twoSeeds, first)).toBe("Finished earlier: 1 of 4 trainings");
  const line = earlierLine(twoSeeds, first, { trial: 2, seed: 2, value: 0.7 }, { trial: 1, seed: 2, value: 0.7 });
  expect(line).toMatch(/^Finished earlier: 3 of 4 trainings; best so far: trial 2, /);
});
