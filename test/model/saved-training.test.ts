/** The state of training in a model file: every member of the tables comes back through its own check. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { optimizers } from "../../src/training/optimizers/table.ts";
import { learningRateAt, schedules } from "../../src/training/schedules/table.ts";

const { dense, input, loadModel, model, readSafetensors, writeSafetensors } = lenet5;

/** Each optimizer with no option at its default, and its slots. A new one does not compile without a line. */
const everyOptimizer: { readonly [Name in lenet5.OptimizerName]: [lenet5.Optimizer, slots: readonly string[]] } = {
  adadelta: [
    lenet5.adadelta({ learningRate: 2, rho: 0.8, epsilon: 1e-3 }),
    ["accumulated_delta_var", "accumulated_grad"],
  ],
  adagrad: [lenet5.adagrad({ learningRate: 0.02, initialAccumulatorValue: 0.3, epsilon: 1e-3 }), ["accumulator"]],
  adam: [
    lenet5.adam({ learningRate: 0.02, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, amsgrad: true }),
    ["momentum", "velocity", "velocity_hat"],
  ],
  adamW: [
    lenet5.adamW({ learningRate: 0.02, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, amsgrad: true, weightDecay: 0.1 }),
    ["momentum", "velocity", "velocity_hat"],
  ],
  adamax: [lenet5.adamax({ learningRate: 0.02, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }), ["momentum", "norm"]],
  lion: [lenet5.lion({ learningRate: 0.02, beta1: 0.3, beta2: 0.4 }), ["momentum"]],
  nadam: [lenet5.nadam({ learningRate: 0.02, beta1: 0.8, beta2: 0.9, epsilon: 1e-3 }), ["momentum", "velocity"]],
  rmsprop: [
    lenet5.rmsprop({ learningRate: 0.02, rho: 0.8, momentum: 0.3, epsilon: 1e-3, centered: true }),
    ["average_gradient", "momentum", "velocity"],
  ],
  sdlm: [lenet5.sdlm({ learningRate: 0.02, mu: 0.1, images: 7 }), ["curvature"]],
  sgd: [lenet5.sgd({ learningRate: 0.02, momentum: 0.3, nesterov: true }), ["momentum"]],
};

/** Each schedule with no option at its default. */
const everySchedule: { readonly [Name in lenet5.ScheduleName]: lenet5.Schedule } = {
  constant: lenet5.constant(0.3, { warmupSteps: 2 }),
  cosineDecay: lenet5.cosineDecay({
    learningRate: 0.3,
    decaySteps: 7,
    alpha: 0.1,
    warmupTarget: 0.5,
    warmupSteps: 2,
  }),
  cosineDecayRestarts: lenet5.cosineDecayRestarts({
    learningRate: 0.3,
    firstDecaySteps: 2,
    tMul: 1.5,
    mMul: 0.5,
    alpha: 0.1,
    warmupSteps: 2,
  }),
  exponentialDecay: lenet5.exponentialDecay({
    learningRate: 0.3,
    decaySteps: 7,
    decayRate: 0.5,
    staircase: true,
    warmupSteps: 2,
  }),
  inverseTimeDecay: lenet5.inverseTimeDecay({
    learningRate: 0.3,
    decaySteps: 7,
    decayRate: 0.5,
    staircase: true,
    warmupSteps: 2,
  }),
  oneCycle: lenet5.oneCycle({ learningRate: 0.3, totalSteps: 7, warmup: 0.4, startFactor: 0.1, endFactor: 0.2 }),
  piecewiseConstantDecay: lenet5.piecewiseConstantDecay({
    boundaries: [1, 3],
    rates: [0.3, 0.2, 0.1],
    warmupSteps: 2,
  }),
  polynomialDecay: lenet5.polynomialDecay({
    learningRate: 0.3,
    decaySteps: 3,
    endLearningRate: 0.1,
    power: 2,
    cycle: true,
    warmupSteps: 2,
  }),
  stepDecay: lenet5.stepDecay({ learningRate: 0.3, every: 2, factor: 0.5, warmupSteps: 2 }),
};

const images = { shape: [12, 3], data: Float32Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) / 11) };
const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 2);
const fitting = { batchSize: 5, verbose: 0 } as const;

function compiled(optimizer: lenet5.Optimizer): lenet5.Model {
  const x = input({ shape: [3] });
  const made = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax", name: "end" })(x), threads: 1 });
  made.compile({ optimizer, loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
  return made;
}

describe("every optimizer", () => {
  it("is in the table under its own type", () => {
    expect(Object.keys(everyOptimizer)).toEqual(Object.keys(optimizers));
    for (const [name, [optimizer]] of Object.entries(everyOptimizer)) expect(optimizer.type).toBe(name);
  });

  it.each(Object.values(everyOptimizer))(
    "$type: saved and loaded, it goes on with the same bits",
    async (optimizer, slots) => {
      const [straight, first] = [compiled(optimizer), compiled(optimizer)];
      await straight.fit({ images, labels }, { ...fitting, epochs: 2 });
      await first.fit({ images, labels }, fitting);
      const second = await loadModel(first.toBytes());
      expect(second.training).toEqual(first.training);
      expect(second.training!.optimizer).toEqual(optimizer);
      const paths = slots.flatMap((slot) => [`${slot}/end/bias`, `${slot}/end/kernel`]);
      expect([...second.training!.memory.keys()].sort()).toEqual(paths);
      await second.fit({ images, labels }, { ...fitting, epochs: 2, initialEpoch: 1 });
      expect(second.toBytes()).toEqual(straight.toBytes());
    },
  );

  it.each(Object.values(everyOptimizer))(
    "$type: every option changes the weights that training ends with",
    async (optimizer) => {
      const { type, learningRate: _, ...options } = optimizer;
      const byDefault = optimizers[type].create() as unknown as Record<string, unknown>;
      const weightsWith = async (changed: object) => {
        const trained = compiled({ ...optimizer, ...changed });
        await trained.fit({ images, labels }, { ...fitting, epochs: 3 });
        return trained.getLayer("end").variables.get("kernel")!.value;
      };
      const weights = await weightsWith({});
      for (const name of Object.keys(options))
        expect(await weightsWith({ [name]: byDefault[name] }), name).not.toEqual(weights);
    },
  );

  it.each(Object.values(everyOptimizer))(
    "$type: these tests give every option another value than its default",
    (optimizer) => {
      const { type, learningRate, ...options } = optimizer;
      const byDefault = optimizers[type].create() as unknown as Record<string, unknown>;
      expect(learningRate).not.toEqual(byDefault.learningRate);
      for (const [name, value] of Object.entries(options)) expect(value, name).not.toEqual(byDefault[name]);
    },
  );
});

it("an optimizer that uses a slot without declaring it is refused, before the slot is lost in a file", async () => {
  const slots = vi.spyOn(optimizers.sgd, "slots").mockReturnValue([]);
  onTestFinished(() => slots.mockRestore());
  const fit = compiled(lenet5.sgd({ momentum: 0.5 })).fit({ images, labels }, fitting);
  await expect(fit).rejects.toThrow('sgd uses a slot "momentum" that its slots() lacks');
});

describe("every schedule", () => {
  it.each(Object.keys(schedules) as lenet5.ScheduleName[])(
    "%s is saved and loaded with the same rates",
    async (name) => {
      const schedule = everySchedule[name];
      expect(schedule.type).toBe(name);
      const loaded = await loadModel(compiled(lenet5.sgd({ learningRate: schedule })).toBytes());
      expect(loaded.training!.optimizer.learningRate).toEqual(schedule);
      // Rates that never change would not show whether the schedule was restored.
      const rates = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => learningRateAt(schedule, step));
      expect(new Set(rates).size).toBeGreaterThan(1);
    },
  );
});

it.each<[string, (training: Training) => unknown, RegExp]>([
  [
    "an unknown optimizer",
    (t) => ({ ...t, optimizer: { ...t.optimizer, type: "noSuchOptimizer" } }),
    /: its optimizer type: expected "/,
  ],
  ["an optimizer without a type", (t) => ({ ...t, optimizer: [] }), /: its optimizer: expected "/],
  ["an option out of range", (t) => ({ ...t, optimizer: { ...t.optimizer, momentum: 7 } }), /: sgd momentum: expected/],
  ["an option it does not know", (t) => ({ ...t, optimizer: { ...t.optimizer, beta1: 0 } }), /: sgd: expected options/],
  [
    "a schedule of no numbers",
    (t) => ({ ...t, optimizer: { ...t.optimizer, learningRate: { type: "constant", learningRate: "x" } } }),
    /: constant learningRate: expected a finite number of at least 0, got "x"$/,
  ],
  [
    "an unknown metric",
    (t) => ({ ...t, objectives: [{ ...t.objectives[0], metrics: ["recal"] }] }),
    /: its metrics: expected "accuracy"/,
  ],
  ["an unknown loss", (t) => ({ ...t, objectives: [{ ...t.objectives[0], loss: "hnge" }] }), /: its loss/],
  ["iterations below 0", (t) => ({ ...t, iterations: -1 }), /: its training state/],
])("a file with %s is refused with an error that names the file", async (_, change, message) => {
  const { tensors, metadata } = readSafetensors(compiled(lenet5.sgd({ momentum: 0.5 })).toBytes());
  const training = JSON.stringify(change(JSON.parse(metadata.training!)));
  const changed = writeSafetensors(Object.fromEntries(tensors), { ...metadata, training });
  await expect(loadModel(changed)).rejects.toThrow(message);
  await expect(loadModel(changed)).rejects.toThrow(/^model file: /);
  await expect(loadModel(changed)).rejects.toThrow(lenet5.InputError);
});

interface Training {
  readonly optimizer: Record<string, unknown>;
  readonly objectives: readonly Record<string, unknown>[];
}
