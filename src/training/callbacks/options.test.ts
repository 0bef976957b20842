/** Wrong options are refused where a callback is made, not in the middle of a training. */
import { expect, it } from "vitest";
import { InputError } from "../../core/errors.ts";
import { csvLogger } from "./csv-logger.ts";
import { earlyStopping } from "./early-stopping.ts";
import { jsonLines } from "./json-lines.ts";
import { learningRateScheduler } from "./learning-rate-scheduler.ts";
import { modelCheckpoint } from "./model-checkpoint.ts";
import { progress } from "./progress.ts";
import { reduceLROnPlateau } from "./reduce-lr-on-plateau.ts";
import { stepRecorder } from "./step-recorder.ts";
import { tensorBoard } from "./tensor-board.ts";
import { weightRecorder } from "./weight-recorder.ts";

it.each<[string, (options: never) => unknown, object, string]>([
  ["earlyStopping", earlyStopping, { patiense: 1 }, 'got "patiense"'],
  ["earlyStopping", earlyStopping, { patience: -1 }, "patience: expected a whole number of at least 0, got -1"],
  ["earlyStopping", earlyStopping, { baseline: Number.NaN }, "baseline: expected a finite number, got NaN"],
  ["earlyStopping", earlyStopping, { startFromEpoch: 1.5 }, "startFromEpoch: expected a whole number"],
  ["earlyStopping", earlyStopping, { restoreBestWeights: 1 }, "restoreBestWeights: expected true or false, got 1"],
  ["earlyStopping", earlyStopping, { monitor: 3 }, "monitor: expected a text, got 3"],
  ["earlyStopping", earlyStopping, { mode: "best" }, 'mode: expected "auto", "min" or "max", got "best"'],
  ["earlyStopping", earlyStopping, { minDelta: -1 }, "minDelta: expected a finite number of at least 0, got -1"],
  [
    "modelCheckpoint",
    modelCheckpoint,
    {},
    'path: expected the path of a file, such as "model.safetensors", got undefined',
  ],
  ["modelCheckpoint", modelCheckpoint, { path: "a", saveBest: true }, 'got "saveBest"'],
  ["modelCheckpoint", modelCheckpoint, { path: "a", saveBestOnly: "no" }, "saveBestOnly: expected true or false"],
  ["modelCheckpoint", modelCheckpoint, { path: "a", mode: "best" }, 'mode: expected "auto"'],
  ["reduceLROnPlateau", reduceLROnPlateau, { minLearningRate: 1 }, 'got "minLearningRate"'],
  ["reduceLROnPlateau", reduceLROnPlateau, { factor: 1 }, "factor: expected a number in [0, 1), got 1"],
  ["reduceLROnPlateau", reduceLROnPlateau, { patience: 0.5 }, "patience: expected a whole number"],
  ["reduceLROnPlateau", reduceLROnPlateau, { cooldown: -1 }, "cooldown: expected a whole number of at least 0, got -1"],
  ["reduceLROnPlateau", reduceLROnPlateau, { minLr: -1 }, "minLr: expected a finite number"],
  ["reduceLROnPlateau", reduceLROnPlateau, { mode: "best" }, 'mode: expected "auto"'],
  ["progress", progress, { verbosity: 1 }, 'got "verbosity"'],
  ["progress", progress, { verbose: 3 }, 'verbose: expected 0, 1, 2, true, false or "auto", got 3'],
  ["progress", progress, { to: "stdout" }, 'to: expected "out" or "error", got "stdout"'],
  ["progress", progress, { chart: "yes" }, "chart: expected true or false"],
  ["progress", progress, { history: [] }, "history: expected a history"],
  ["progress", progress, { history: null }, "history: expected a history"],
  ["progress", progress, { history: { epochs: [] } }, "history: expected a history"],
  ["progress", progress, { history: { history: {} } }, "history: expected a history"],
  ["progress", progress, { history: { epochs: [], history: null } }, "history: expected a history"],
  ["stepRecorder", stepRecorder, { max: 5 }, 'got "max"'],
  ["stepRecorder", stepRecorder, { maxEntries: 1 }, "maxEntries: expected a whole number of at least 2, got 1"],
  ["stepRecorder", stepRecorder, { before: {} }, 'before: expected an earlier recording with a list "iterations"'],
  ["stepRecorder", stepRecorder, { before: null }, "before: expected an earlier recording"],
  ["weightRecorder", weightRecorder, { bin: 5 }, 'got "bin"'],
  ["weightRecorder", weightRecorder, { maxBins: 0 }, "maxBins: expected a whole number of at least 1, got 0"],
  ["weightRecorder", weightRecorder, { before: [] }, 'before: expected an earlier recording with a list "epochs"'],
])("%s %#: %j", (name, make, options, message) => {
  expect(() => make(options as never)).toThrow(message);
  expect(() => make(options as never)).toThrow(new RegExp(`^${name}\\b`));
  expect(() => make(options as never)).toThrow(InputError);
});

it.each<[string, () => unknown, string]>([
  ["a folder of no name", () => tensorBoard(""), 'tensorBoard folder: expected a text, got ""'],
  ["a misspelt option", () => tensorBoard("a", { net: 1 } as never), 'got "net"'],
  ["weights that are none", () => tensorBoard("a", { model: {} as never }), "tensorBoard model: expected a model"],
  ["no model", () => tensorBoard("a", { model: null as never }), "tensorBoard model: expected a model, got null"],
  [
    "a path that is no text",
    () => csvLogger(3 as never),
    "csvLogger: expected options such as { filename: ... }, got 3",
  ],
  ["a file for a function", () => jsonLines("log" as never), 'jsonLines write: expected a function, got "log"'],
  [
    "a rate for a function",
    () => learningRateScheduler(0.1 as never),
    "learningRateScheduler rate: expected a function",
  ],
])("%s is refused", (_, make, message) => {
  expect(make).toThrow(message);
  expect(make).toThrow(InputError);
});
