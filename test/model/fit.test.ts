import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { gradientLook, gradientsSeen } from "../engine/as-oracle.ts";
import { network, part, points, weightsOf } from "./three-classes.ts";

const { dense, input, model, sgd } = lenet5;

const quiet = { verbose: 0, batchSize: 8 } as const;

describe("training", () => {
  it("continues with the same bits after saving and loading", async () => {
    const straight = network();
    await straight.fit(points, { ...quiet, epochs: 4, seed: 9 });
    const first = network();
    await first.fit(points, { ...quiet, epochs: 2, seed: 9 });
    const second = await lenet5.loadModel(first.toBytes());
    const history = await second.fit(points, { ...quiet, epochs: 4, initialEpoch: 2, seed: 9 });
    expect(history.epochs).toEqual([3, 4]);
    expect(second.toBytes()).toEqual(straight.toBytes());
  });

  it("ends early by an abort signal, and the model stays usable", async () => {
    const stop = new AbortController();
    const made = network();
    const callbacks = [{ onEpochEnd: (epoch: number) => void (epoch === 2 && stop.abort()) }];
    const history = await made.fit(points, { ...quiet, epochs: 100, signal: stop.signal, callbacks });
    expect(history.stopped).toBe("aborted");
    expect(history.epochs).toEqual([1, 2]);
    const before = weightsOf(made);
    expect((await made.fit(points, { ...quiet, signal: stop.signal })).stopped).toBe("aborted");
    expect(weightsOf(made)).toEqual(before);
    expect((await made.evaluate(points)).loss).toBeGreaterThan(0);
  });

  it("can be aborted while it waits for a stream", async () => {
    const stop = new AbortController();
    const stuck = {
      async *[Symbol.asyncIterator]() {
        yield part(0, 8);
        await new Promise(() => {});
      },
    };
    setTimeout(() => stop.abort(), 50);
    expect((await network().fit(stuck, { verbose: 0, signal: stop.signal })).stopped).toBe("aborted");
  });

  it("fails with the error of a callback or stream, and the model keeps the weights of the finished batches", async () => {
    const made = network();
    const twin = network();
    const fail = () => {
      throw new Error("first");
    };
    const worse = () => {
      throw new Error("second");
    };
    const options = { ...quiet, shuffle: false };
    await expect(
      made.fit(points, { ...options, callbacks: [{ onBatchEnd: fail, onTrainEnd: worse }] }),
    ).rejects.toThrow("first");
    await twin.fit(part(0, 8), options);
    expect(made.weights).toEqual(twin.weights);
    const broken = {
      *[Symbol.iterator]() {
        yield part(8, 16);
        throw new Error("no more");
      },
    };
    await expect(made.fit(broken, { verbose: 0 })).rejects.toThrow("no more");
    await twin.fit(part(8, 16), options);
    expect(made.weights).toEqual(twin.weights);
  });

  it("refuses a second call while the first is running", async () => {
    const made = network();
    const first = made.fit(points, { ...quiet, epochs: 2 });
    await expect(made.fit(points, quiet)).rejects.toThrow(/one call at a time/);
    expect((await first).epochs).toEqual([1, 2]);
    await made.fit(points, quiet);
  });

  it("gives a callback the weights after each batch", async () => {
    const made = network();
    const seen: Float32Array[] = [];
    const onBatchEnd: lenet5.Callback["onBatchEnd"] = (_, __, context) => {
      seen.push(context.getWeights().get("end/kernel")!);
    };
    await made.fit(points, { ...quiet, callbacks: [{ onBatchEnd }] });
    expect(new Set(seen.map((values) => values.join())).size).toBe(5);
    expect(seen[4]).toEqual(made.weights.get("end/kernel")!.data);
  });

  it("reports loss, learning rate and gradient of every batch to onBatches, the same on any number of threads", async () => {
    const told = async (threads: number) => {
      const x = input({ shape: [6] });
      const made = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax", name: "end" })(x), threads });
      made.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
      const batches: lenet5.BatchLogs[] = [];
      const callbacks: lenet5.Callback[] = [{ onBatches: (more) => void batches.push(...more) }];
      const { history } = await made.fit(points, { ...quiet, epochs: 2, shuffle: false, callbacks });
      return { batches, history };
    };
    const { batches, history } = await told(1);
    expect(batches.map(({ epoch, iteration }) => [epoch, iteration])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i < 5 ? 1 : 2, i]),
    );
    const mean = batches.slice(0, 5).reduce((sum, { logs }) => sum + logs.loss! / 5, 0);
    expect(mean).toBeCloseTo(history.loss![0]!, 10);
    expect((await told(3)).batches).toEqual(batches);
    // One batch alone, whose gradient can be read.
    const made = network(0);
    made.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    await made.fit(part(0, 8), { ...quiet, shuffle: false });
    const squares = [...gradientsSeen(made).values()]
      .flatMap((values) => [...values])
      .reduce((sum, g) => sum + g * g, 0);
    expect(batches[0]!.gradientNorm).toBeCloseTo(Math.sqrt(squares), 6);
  });

  it("calls callbacks in order, also after each batch", async () => {
    const told: string[] = [];
    await network().fit(points, {
      ...quiet,
      epochs: 2,
      callbacks: [
        {
          onTrainBegin: () => void told.push("begin"),
          onEpochBegin: (epoch) => void told.push(`epoch ${epoch}`),
          onBatchEnd: (batch, logs) => void told.push(`batch ${batch} ${Object.keys(logs)}`),
          onEpochEnd: async (_, logs) => void told.push(`end ${Number.isFinite(logs.loss)}`),
          onTrainEnd: () => void told.push("done"),
        },
      ],
    });
    const epoch = (n: number) => [`epoch ${n}`, ...[0, 1, 2, 3, 4].map((b) => `batch ${b} loss,accuracy`), "end true"];
    expect(told).toEqual(["begin", ...epoch(1), ...epoch(2), "done"]);
  });

  it("uses the learning rate that the schedule has for each batch", async () => {
    const schedule = lenet5.stepDecay({ learningRate: 1, every: 5, factor: 0.5 });
    const made = network();
    made.compile({ optimizer: sgd({ learningRate: schedule }), loss: "sparse_categorical_crossentropy" });
    // Five batches an epoch: the rate of an epoch's last batch.
    expect((await made.fit(points, { ...quiet, epochs: 3 })).history.learning_rate).toEqual([1, 0.5, 0.25]);
  });

  it("leaves the main thread responsive", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const made = lenet5.lenet5({ threads: 2 });
    made.compile({ loss: "sparse_categorical_crossentropy" });
    const images = { shape: [4000, 32, 32, 1], data: new Uint8Array(4000 * 1024) };
    const began = performance.now();
    await made.fit({ images, labels: new Uint8Array(4000) }, { batchSize: 128, verbose: 0 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan((performance.now() - began) / 5 / 4);
  });

  it("draws different numbers for each use of a dropout layer", async () => {
    const x = input({ shape: [1000] });
    const shared = lenet5.dropout({ rate: 0.5 });
    const difference = lenet5.add()([shared(x), lenet5.rescaling({ scale: -1 })(shared(x))]);
    const made = model({ inputs: x, outputs: dense({ units: 2, useBias: false })(difference) });
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: "mean_squared_error" });
    const ones = { shape: [4, 1000], data: new Float32Array(4000).fill(1) };
    const { history } = await made.fit({ images: ones, labels: new Float32Array(8) }, { verbose: 0 });
    expect(history.loss![0]).toBeGreaterThan(0);
  });
});
