import type { SweepJson, TrialJson } from "../src/report/sweep/sweep-results.ts";

/** A trial whose value after each epoch is a little above the last. */
export function trialOf(
  trial: number,
  value: number,
  settings: TrialJson["settings"],
  more: Partial<TrialJson> = {},
): TrialJson {
  const trainings = [{ seed: 1, values: [value / 2, value], seconds: trial, parameters: 1000 * trial }];
  return { trial, settings, state: "done", epochs: 2, plannedEpochs: 2, value, trainings, ...more };
}

export function sweepOf(trials: readonly TrialJson[], more: Partial<SweepJson> = {}): SweepJson {
  return {
    ...{ lenet5: "1.2.3", command: "lenet5 sweep a.yaml", name: "a", metric: "val_accuracy", choice: "grid" },
    validation: { images: 5000 },
    fixed: { data: "digits" },
    varied: [
      { name: "optimizer", values: "sgd, adam", log: false },
      { name: "learning-rate", values: "0.001 to 0.1 (log)", log: true },
    ],
    planned: trials.length,
    best: trials[0]?.trial ?? null,
    bestCommands: trials.length > 0 ? ["lenet5 train --optimizer sgd"] : [],
    ...more,
    trials,
  };
}

/** The optimizer decides, and the learning rate does nothing. */
export const decided = sweepOf(
  Array.from({ length: 12 }, (_, i) => {
    const [optimizer, base] = i % 2 === 0 ? ["sgd", 0.9] : ["adam", 0.5];
    return trialOf(i + 1, base + 0.001 * ((7 * i) % 5), {
      optimizer,
      "learning-rate": 10 ** -(1 + ((5 * i) % 12) / 4),
    });
  }),
);
