import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, test } from "vitest";
import { importKeras } from "../../src/exchange.ts";
import { readHdf5 } from "../../src/formats/hdf5/read.ts";

const path = (name: string) => fileURLToPath(new URL(`files/keras/${name}`, import.meta.url));
const rootOf = (name: string) => readHdf5(new Uint8Array(readFileSync(path(name))));

test("optimizer, loss, metrics and slots of Keras 3", async () => {
  const { model } = await importKeras(path("keras3-sequential.h5"));
  const { optimizer, objectives, iterations, memory } = model.training!;
  expect(optimizer).toMatchObject({ type: "adam", beta1: 0.9, epsilon: 1e-7 });
  expect(objectives[0]!.loss).toMatchObject({ type: "sparse_categorical_crossentropy" });
  expect(objectives[0]!.metrics).toMatchObject([{ type: "accuracy" }]);
  expect(iterations).toBe(6);
  const { datasets } = (await rootOf("keras3-sequential.h5")).groups.get("optimizer_weights")!.groups.get("adam")!;
  expect(memory.size).toBe(24);
  for (const [slot, data] of memory) {
    const [kind, layer, weight] = slot.split("/");
    expect(datasets.get(`sequential_${layer}_${weight}_${kind}`)!.data, slot).toEqual(data);
  }
  const other = (await importKeras(path("keras3-sequential.keras"))).model.training!;
  expect(new Map(other.memory)).toEqual(new Map(memory));
});

test("slots of tf.keras 1.15, all of one kind after one another", async () => {
  const { model } = await importKeras(path("tf1.15-sequential.h5"));
  const { optimizer, iterations, memory } = model.training!;
  expect([optimizer.type, iterations, memory.size]).toEqual(["rmsprop", 2, 8]);
  const { groups } = (await rootOf("tf1.15-sequential.h5")).groups.get("optimizer_weights")!.groups.get("training_1")!;
  const saved = groups.get("RMSprop")!.groups.get("conv2d")!.groups.get("kernel")!.datasets.get("rms:0")!;
  expect(memory.get("velocity/conv2d/kernel")).toEqual(saved.data);
});

test("slots of tf.keras 2.13, and what its metrics are called", async () => {
  const { model } = await importKeras(path("tf2.13-sequential.h5"));
  const { objectives, iterations, memory } = model.training!;
  expect([iterations, memory.size]).toEqual([6, 20]);
  expect(objectives[0]!.metrics).toMatchObject([{ type: "accuracy" }]);
});

it("trains on from there", async () => {
  const { model } = await importKeras(path("keras3-sequential.h5"));
  const images = { shape: [6, 8, 8, 1], data: Float32Array.from({ length: 384 }, (_, i) => (i * 37) % 256) };
  const history = await model.fit(
    { images, labels: Uint8Array.of(0, 1, 2, 0, 1, 2) } as never,
    { batchSize: 3, epochs: 2, verbose: 0 } as never,
  );
  expect(model.training!.iterations).toBe(10);
  expect(history.epochs?.length ?? 2).toBe(2);
});

it("says what it cannot take: slots in another order than the weights", async () => {
  const { model, notes } = await importKeras(path("keras1-theano.h5"));
  expect(model.training!.optimizer.type).toBe("adam");
  expect(notes).toContain("The state of the optimizer was left out: its 21 variables are not those of adam here.");
});
