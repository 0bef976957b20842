/** Callbacks that watch a number of the epoch, driven by made-up epochs. */
import { describe, expect, it } from "vitest";
import { madeUpTraining } from "../../../test/made-up-training.ts";
import type { Logs } from "../history.ts";
import type { Callback } from "./callback.ts";
import { earlyStopping } from "./early-stopping.ts";
import { modelCheckpoint } from "./model-checkpoint.ts";
import { reduceLROnPlateau } from "./reduce-lr-on-plateau.ts";

/** Trains through epochs whose watched number has these values; `rates` are those after each epoch. */
async function trained(callback: Callback, name: string, values: readonly number[]) {
  let stopped: string | undefined;
  const saved: string[] = [];
  const rates: number[] = [];
  let [weights, rate, rateChanges] = [0, 1, 0];
  const getWeights = () => new Map([["w", Float32Array.of(weights)]]);
  const context = {
    ...madeUpTraining,
    epochs: values.length,
    stepsPerEpoch: 1,
    get learningRate() {
      return rate;
    },
    set learningRate(changed: number) {
      rate = changed;
      rateChanges++;
    },
    stop: (reason = "") => {
      stopped ??= reason;
    },
    batchesPerCall: undefined,
    getWeights,
    currentWeights: async () => getWeights(),
    atEnd() {},
    setWeights: (given: ReadonlyMap<string, Float32Array>) => {
      weights = given.get("w")![0]!;
    },
    save: async (path: string) => void saved.push(path),
  };
  await callback.onTrainBegin?.(context);
  for (const [i, value] of values.entries()) {
    if (stopped !== undefined) break;
    weights = i + 1;
    const logs: Logs = { loss: 1, [name]: value };
    await callback.onEpochEnd?.(i + 1, logs, context);
    rates.push(context.learningRate);
  }
  const epochs = weights;
  await callback.onTrainEnd?.(context);
  return { epochs, stopped, saved, rates, rateChanges, weights };
}

describe("the watched number", () => {
  it("is val_loss by default, and lower is better", async () => {
    expect((await trained(earlyStopping(), "val_loss", [3, 2, 1, 1])).epochs).toBe(4);
    expect((await trained(earlyStopping(), "val_loss", [1, 2, 3])).epochs).toBe(2);
  });

  it.each([
    ["val_accuracy", "auto", [0.1, 0.2, 0.3], 3],
    ["val_top_3_accuracy", "auto", [0.3, 0.2, 0.1], 2],
    ["val_accuracy", "min", [0.3, 0.2, 0.1], 3],
    ["val_loss", "auto", [3, 2, 1], 3],
    ["val_loss", "max", [3, 2, 1], 2],
  ] as const)("%s, mode %s", async (monitor, mode, values, epochs) => {
    expect((await trained(earlyStopping({ monitor, mode }), monitor, values)).epochs).toBe(epochs);
  });

  it("must change by more than minDelta, in either direction", async () => {
    const options = { minDelta: 0.5, saveBestOnly: true, path: "{epoch}" } as const;
    expect((await trained(modelCheckpoint(options), "val_loss", [4, 3.75, 3.5, 3.25, 2])).saved).toEqual([
      "1",
      "4",
      "5",
    ]);
    const rising = modelCheckpoint({ ...options, monitor: "accuracy" });
    expect((await trained(rising, "accuracy", [1, 1.25, 1.5, 1.75])).saved).toEqual(["1", "4"]);
  });

  it("is never the best when it is NaN", async () => {
    const best = modelCheckpoint({ saveBestOnly: true, path: "{epoch}" });
    expect((await trained(best, "val_loss", [Number.NaN, 2, Number.NaN, 1])).saved).toEqual(["2", "4"]);
  });

  it("is required in the logs", async () => {
    const message =
      /^earlyStopping: expected monitor "loss" or "val_loss", got "val_accuracy": is there validation data\?$/;
    await expect(trained(earlyStopping({ monitor: "val_accuracy" }), "val_loss", [1])).rejects.toThrow(message);
  });

  it("starts without a best value in every call of fit", async () => {
    const best = modelCheckpoint({ saveBestOnly: true, path: "{epoch}" });
    await trained(best, "val_loss", [1]);
    expect((await trained(best, "val_loss", [2, 3])).saved).toEqual(["1"]);
  });
});

describe("modelCheckpoint", () => {
  it("writes after every epoch, with saveBestOnly after the best so far", async () => {
    const values = [3, 4, 2];
    expect((await trained(modelCheckpoint({ path: "a{epoch}-{epoch}" }), "val_loss", values)).saved).toEqual([
      "a1-1",
      "a2-2",
      "a3-3",
    ]);
    const best = modelCheckpoint({ path: "a", saveBestOnly: true });
    expect((await trained(best, "val_loss", values)).saved).toEqual(["a", "a"]);
  });
});

describe("earlyStopping", () => {
  it("waits for patience, counted from the last improvement", async () => {
    const { epochs, stopped } = await trained(earlyStopping({ patience: 2 }), "val_loss", [3, 4, 2, 2, 2, 2]);
    expect(epochs).toBe(5);
    expect(stopped).toBe("val_loss did not improve for 2 epochs, up to epoch 5");
  });

  it("requires the first epochs to improve on the baseline", async () => {
    expect((await trained(earlyStopping({ baseline: 1 }), "val_loss", [3, 2, 0])).epochs).toBe(2);
    expect((await trained(earlyStopping({ baseline: 5 }), "val_loss", [3, 2, 1])).epochs).toBe(3);
  });

  it("does not watch the epochs before startFromEpoch", async () => {
    expect((await trained(earlyStopping({ startFromEpoch: 3 }), "val_loss", [0, 1, 5, 4, 4])).epochs).toBe(5);
  });

  it("restores the best weights only with restoreBestWeights", async () => {
    const values = [3, 1, 2];
    expect((await trained(earlyStopping(), "val_loss", values)).weights).toBe(3);
    expect((await trained(earlyStopping({ restoreBestWeights: true }), "val_loss", values)).weights).toBe(2);
  });
});

describe("reduceLROnPlateau", () => {
  it("multiplies the rate by its factor after patience, and restarts the count", async () => {
    const plateau = reduceLROnPlateau({ patience: 2, factor: 0.5 });
    expect((await trained(plateau, "val_loss", [1, 1, 1, 1, 1])).rates).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it("restarts the count after an improvement", async () => {
    const plateau = reduceLROnPlateau({ patience: 2, factor: 0.5 });
    expect((await trained(plateau, "val_loss", [2, 2, 1, 1, 1])).rates).toEqual([1, 1, 1, 1, 0.5]);
  });

  it("does not change a rate at or below minLr", async () => {
    for (const minLr of [1, 2]) {
      const plateau = reduceLROnPlateau({ patience: 1, minLr });
      expect((await trained(plateau, "val_loss", [1, 1, 1])).rateChanges).toBe(0);
    }
  });

  it("does not count epochs of the cooldown", async () => {
    const plateau = reduceLROnPlateau({ patience: 1, factor: 0.5, cooldown: 2 });
    expect((await trained(plateau, "val_loss", [1, 1, 1, 1, 1])).rates).toEqual([1, 0.5, 0.5, 0.25, 0.25]);
  });

  it("does not go below minLr", async () => {
    const plateau = reduceLROnPlateau({ patience: 1, factor: 0.5, minLr: 0.4 });
    expect((await trained(plateau, "val_loss", [1, 1, 1, 1])).rates).toEqual([1, 0.5, 0.4, 0.4]);
  });

  it("by default ignores changes of 1e-4, and reduces the rate to a tenth after 10 epochs", async () => {
    const falling = Array.from({ length: 11 }, (_, i) => 1 - i * 9e-6);
    const { rates } = await trained(reduceLROnPlateau(), "val_loss", falling);
    expect(rates.slice(0, 10)).toEqual(new Array(10).fill(1));
    expect(rates[10]).toBeCloseTo(0.1, 12);
    const faster = falling.map((value) => 10 * value);
    expect((await trained(reduceLROnPlateau({ minDelta: 0 }), "val_loss", faster)).rates[10]).toBe(1);
  });
});
