/** A model that is saved within an epoch continues there, and ends as one that never stopped, bit for bit. */
import { describe, expect, it } from "vitest";
import { random } from "../../src/core/random.ts";
import * as lenet5 from "../../src/index.ts";
import "../equal-bytes.ts";

const { batchNormalization, conv2d, dense, dropout, flatten, input, loadModel, model } = lenet5;

const COUNT = 70;
const images = {
  shape: [COUNT, 6, 6, 1],
  data: Uint8Array.from({ length: COUNT * 36 }, (_, i) => (i * 7919 + ((i * i) % 251)) % 256),
  scale: 1 / 255,
};
const labels = Uint8Array.from({ length: COUNT }, (_, i) => (i * 5) % 3);
const data = { images, labels };

function closeness(label: number | Float32Array, outputs: Float32Array): number {
  return outputs[label as number]!;
}

function network(compile: Partial<lenet5.CompileOptions> = {}, threads = 1): lenet5.Model {
  const x = input({ shape: [6, 6, 1] });
  const y = batchNormalization()(conv2d({ filters: 3, kernelSize: 3, activation: "relu" })(x));
  const outputs = dense({ units: 3, activation: "softmax" })(dropout({ rate: 0.3 })(flatten()(y)));
  const made = model({ inputs: x, outputs, threads });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"], ...compile });
  return made;
}

type Data = Parameters<lenet5.Model["fit"]>[0];
/** What a training ends with, but for times. */
interface End {
  readonly file: Uint8Array;
  readonly history: Record<string, number[]>;
  readonly epochs: readonly number[];
}

interface Case {
  readonly make: () => lenet5.Model;
  readonly data?: () => Data;
  readonly options?: lenet5.FitOptions;
  readonly epochs?: number;
}

const untimed = ({ history: { seconds: _, images_per_second: __, ...history } }: lenet5.History) => history;

const twoAtATime: lenet5.Callback = {
  onTrainBegin(context) {
    context.batchesPerCall = 2;
  },
};

/** Trains, and calls `at` in `hook` after each batch. */
async function trained(
  made: lenet5.Model,
  { data: of = () => data, options, epochs = 3 }: Case,
  initialEpoch?: number,
  callbacks: lenet5.Callback[] = [],
): Promise<End> {
  const history = await made.fit(of(), {
    batchSize: of() === data ? 16 : undefined,
    seed: 7,
    verbose: 0,
    ...options,
    epochs,
    initialEpoch,
    callbacks: [twoAtATime, ...(options?.callbacks ?? []), ...callbacks],
  });
  return { file: made.toBytes(), history: untimed(history), epochs: history.epochs };
}

async function checkContinues(given: Case, draw = random(1, JSON.stringify(given.options ?? {}))) {
  const straight = await trained(given.make(), given);
  for (const hook of ["onBatches", "onProgress", "onBatchEnd", "save"] as const) {
    const files: Uint8Array[] = [];
    const made = given.make();
    const keep = () => void files.push(made.toBytes());
    const saver: lenet5.Callback =
      hook === "save"
        ? {
            async onBatches(_, context) {
              await context.currentWeights();
              keep();
            },
          }
        : { [hook]: keep };
    expect(await trained(made, given, undefined, [saver])).toEqual(straight);
    expect(files.length).toBeGreaterThan(5);
    for (const file of new Set([0, 1, 2].map(() => files[draw.integer(files.length)]!))) {
      const loaded = await loadModel(file, { customObjects: [closeness] });
      const { epoch } = loaded.training!.position!;
      const end = await trained(loaded, given, epoch - 1);
      expect(end.file).toEqual(straight.file);
      const after = straight.epochs.indexOf(epoch);
      expect(end.epochs).toEqual(straight.epochs.slice(after));
      for (const [name, values] of Object.entries(straight.history))
        expect(end.history[name], name).toEqual(values.slice(after));
    }
  }
}

describe("a model that is saved within an epoch continues there", () => {
  it("with sgd, dropout, batch normalization and metrics", () =>
    checkContinues({ make: () => network({ metrics: ["accuracy", "auc", "f1_score", closeness] }) }));
});
