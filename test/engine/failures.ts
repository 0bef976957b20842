/**
 * What happens when threads of the engine trap, end, hang or run out of memory: the same with shared memory and
 * without. Import `faulty-workers.ts` before.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "./as-oracle.ts";
import type { FaultKind } from "./faults.ts";
import { begunFault, endUnnoticed, endWorkers, workers } from "./faulty-workers.ts";

const images = noise([640, 8, 8, 1], 7);
const labels = Int32Array.from({ length: 640 }, (_, i) => (i * 5) % 3);
const data = { images, labels };
/** 20 batches in an epoch. */
const options = { verbose: 0, batchSize: 32, epochs: 2, seed: 3 } as const;
/** Runs of at most 3 batches, with time for a copy of the weights after each. */
const runs: lenet5.Callback = {
  onTrainBegin(context) {
    context.batchesPerCall = 3;
  },
  onBatches: () => new Promise((resolve) => setTimeout(resolve, 5)),
};

function network(threads = 2): lenet5.Model {
  const x = lenet5.input({ shape: [8, 8, 1] });
  const maps = lenet5.dropout({ rate: 0.2 })(lenet5.conv2d({ filters: 4, kernelSize: 3, activation: "tanh" })(x));
  const end = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten()(maps));
  const made = lenet5.model({ inputs: x, outputs: end, seed: 2, threads, name: "small" });
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy" });
  return made;
}

/** The training after so many batches, when nothing fails. */
async function after(batches: number): Promise<lenet5.Model> {
  const made = network();
  const stop = new AbortController();
  const stopping: lenet5.Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 1;
    },
    onBatches(given) {
      if (given.at(-1)!.iteration === batches - 1) stop.abort();
    },
  };
  await made.fit(data, { ...options, callbacks: [stopping], signal: stop.signal });
  expect(made.training!.iterations).toBe(batches);
  return made;
}

/** All that a model file holds: weights, the optimizer's slots, where its training stands, but not its duration. */
function stateOf(model: lenet5.Model): unknown {
  const bytes = model.toBytes();
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return { header: header.trimEnd().replace(/"seconds\\?":[-.e\d]+/, ""), numbers: bytes.slice(8 + length) };
}

/** Lets the threads' time without progress pass at once. */
async function pass(call: Promise<unknown>): Promise<void> {
  let isOver = false;
  call
    .catch(() => {})
    .finally(() => {
      isOver = true;
    });
  while (!isOver) await vi.advanceTimersByTimeAsync(1000);
}

const causes: Readonly<Record<FaultKind, RegExp>> = {
  trap: /^a thread of the engine failed: unreachable/,
  exit: /^a thread of the engine failed: a worker thread ended with exit code 3/,
  loop: /^a thread of the engine stopped answering: no progress for 2\d seconds in \w+ of "small"/,
  sleep: /^a thread of the engine stopped answering: no progress for 2\d seconds in \w+ of "small"/,
  memory: /^a thread of the engine failed: Worker terminated due to reaching memory limit/,
};
const kinds = Object.keys(causes) as FaultKind[];

export function failures(isShared: boolean): void {
  /** What of the process belongs to threads. */
  const handles = () => process.getActiveResourcesInfo().filter((name) => /message|worker/i.test(name));
  const before = handles();
  beforeEach(endWorkers);
  afterEach(async () => {
    vi.useRealTimers();
    workers.fault = undefined;
    workers.left = undefined;
    await endWorkers();
    await expect.poll(handles).toEqual(before);
  });

  /** Starts a call in which a thread fails, and returns why. No thread is left. */
  async function failed(kind: FaultKind, at: number, call: () => Promise<unknown>): Promise<string> {
    workers.fault = { kind, at };
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const begun = begunFault();
    const running = call().then(
      () => "nothing",
      (error: Error) => error.message,
    );
    await begun;
    if (kind === "loop" || kind === "sleep") await pass(running);
    const why = await running;
    vi.useRealTimers();
    expect(why).toMatch(causes[kind]);
    expect([...workers.running]).toEqual([]);
    return why;
  }

  describe.each(kinds)("%s", (kind) => {
    it("fit fails with the cause, the model is as after the last run of batches, and learns on", async () => {
      const made = network();
      const why = await failed(kind, 450, () => made.fit(data, { ...options, callbacks: [runs] }));
      const { iterations } = made.training!;
      expect(why).toContain(`; the model is as after batch ${iterations}`);
      expect(iterations).toBeGreaterThanOrEqual(3);
      const unbroken = await after(iterations);
      expect(stateOf(made)).toEqual(stateOf(unbroken));
      for (const each of [made, unbroken]) await each.fit(data, options);
      expect(stateOf(made)).toEqual(stateOf(unbroken));
    });

    it("trainOnBatch, evaluate and predict fail with the cause, and work again", async () => {
      const [made, plain] = [network(), network()];
      const batch = { images: { shape: [32, 8, 8, 1], data: images.data.slice(0, 2048) }, labels: labels.slice(0, 32) };
      let done = 0;
      await failed(kind, 150, async () => {
        for (; ; done++) await made.trainOnBatch(batch);
      });
      const { iterations } = made.training!;
      expect(iterations).toBeGreaterThanOrEqual(1);
      expect(iterations).toBeLessThanOrEqual(done);
      for (let i = 0; i < iterations; i++) await plain.trainOnBatch(batch);
      expect(stateOf(made)).toEqual(stateOf(plain));
      for (const each of [made, plain]) await each.trainOnBatch(batch);
      expect(stateOf(made)).toEqual(stateOf(plain));
      await endWorkers();
      await failed(kind, 5, () => made.evaluate(data));
      expect(await made.evaluate(data)).toEqual(await plain.evaluate(data));
      await endWorkers();
      await failed(kind, 5, () => made.predict(images));
      expect((await made.predict(images)).data).toEqual((await plain.predict(images)).data);
    });
  });

  it.each(["loop", "sleep"] as const)(
    "%s: an abort ends every call within seconds, and the next works",
    async (kind) => {
      const made = network();
      const aborted = async (at: number, call: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
        await endWorkers();
        workers.fault = { kind, at };
        const begun = begunFault();
        const stop = new AbortController();
        const running = call(stop.signal);
        running.catch(() => {});
        await begun;
        const began = performance.now();
        stop.abort();
        const result = await running.catch((error) => error);
        expect(performance.now() - began).toBeLessThan(5000);
        return result;
      };
      const history = await aborted(450, (signal) => made.fit(data, { ...options, signal, callbacks: [runs] }));
      expect(history).toEqual({ epochs: [], history: {}, stopped: "aborted" });
      expect([...workers.running]).toEqual([]);
      const { iterations } = made.training!;
      expect(iterations).toBeGreaterThanOrEqual(3);
      const unbroken = await after(iterations);
      expect(stateOf(made)).toEqual(stateOf(unbroken));
      for (const call of [
        (signal: AbortSignal) => made.evaluate(data, { signal }),
        (signal: AbortSignal) => made.predict(images, { signal }),
      ]) {
        expect(await aborted(5, call)).toMatchObject({ name: "AbortError" });
        expect((await made.predict(images)).data).toEqual((await unbroken.predict(images)).data);
      }
      for (const each of [made, unbroken]) await each.fit(data, options);
      expect(stateOf(made)).toEqual(stateOf(unbroken));
    },
  );

  it("an aborted call does not wait for the calls of other models", async () => {
    const [hung, waiting] = [network(), network()];
    workers.fault = { kind: "sleep", at: 5 };
    const begun = begunFault();
    const stop = new AbortController();
    const first = hung.predict(images, { signal: stop.signal }).catch((error) => error.name);
    await begun;
    const stopWaiting = new AbortController();
    const fit = waiting.fit(data, { ...options, signal: stopWaiting.signal });
    const next = waiting.predict(images);
    stopWaiting.abort();
    expect((await fit).stopped).toBe("aborted");
    expect(waiting.training!.iterations).toBe(0);
    stop.abort();
    expect(await first).toBe("AbortError");
    expect((await next).data).toEqual((await hung.predict(images)).data);
  });

  it("threads that ended while they were idle are replaced, and the call is not lost", async () => {
    const [made, plain] = [network(), network()];
    await plain.fit(data, options);
    const ended: number[] = [];
    const ending: lenet5.Callback = {
      async onBatches() {
        // Of the pool's two threads none, one, the other, both.
        const some = [...workers.running].filter((_, i) => (ended.length % 4) & (1 << i));
        ended.push(some.length);
        await endUnnoticed(some);
      },
    };
    await made.fit(data, { ...options, callbacks: [runs, ending] });
    expect(ended.length).toBeGreaterThan(12);
    expect(stateOf(made)).toEqual(stateOf(plain));
    for (const call of [
      () => made.evaluate(data),
      () => made.predict(images),
      () => made.fit(data, options),
      () => made.trainOnBatch(data),
    ]) {
      await endUnnoticed([...workers.running]);
      await call();
    }
  });

  it("a thread that ends by itself while it is idle is replaced, too", async () => {
    const made = network();
    const first = await made.predict(images);
    await endWorkers();
    expect((await made.predict(images)).data).toEqual(first.data);
  });

  it("training goes on where the failure of another model has stopped its threads", async () => {
    const [made, plain, faulty] = [network(), network(), network()];
    await plain.fit(data, options);
    let failures = 0;
    const disturbing: lenet5.Callback = {
      async onBatches() {
        if (failures++ > 2) return;
        await endWorkers();
        workers.fault = { kind: "trap", at: 3 };
        void begunFault();
        await expect(faulty.predict(images)).rejects.toThrow(/^a thread of the engine failed/);
      },
    };
    await made.fit(data, { ...options, callbacks: [runs, disturbing] });
    expect(failures).toBeGreaterThan(2);
    expect(stateOf(made)).toEqual(stateOf(plain));
  });

  it("weights that a callback has set are part of what a failure goes back to", async () => {
    const made = network();
    let isSet = false;
    const setting: lenet5.Callback = {
      async onBatches(_, context) {
        if (isSet) return;
        isSet = true;
        context.setWeights(new Map([["dense/bias", Float32Array.of(1, 2, 3)]]));
        workers.fault = { kind: "trap", at: 0 };
        void begunFault();
        await endUnnoticed([...workers.running]);
      },
    };
    await expect(made.fit(data, { ...options, callbacks: [runs, setting] })).rejects.toThrow(/unreachable/);
    expect(made.training!.iterations).toBeGreaterThan(0);
    expect([...made.weights.get("dense/bias")!.data]).toEqual([1, 2, 3]);
  });

  it("threads that do not start fail the call in one line, and the next works", async () => {
    const made = network();
    workers.left = isShared ? 1 : 0;
    const message = isShared
      ? "expected 2 threads for the engine, got 1 from the system (Worker initialization failure: EAGAIN): use a smaller number of threads"
      : "expected 1 threads for the engine, got 0 from the system";
    await expect(made.predict(images)).rejects.toThrow(message);
    workers.left = undefined;
    expect((await made.predict(images)).shape).toEqual([640, 3]);
  });

  it("memory that the system refuses fails the call in one line, and the next works", async () => {
    const { Memory } = WebAssembly;
    class Refusing {
      constructor() {
        throw new RangeError("WebAssembly.Memory(): could not allocate memory");
      }
    }
    const made = network();
    const one = { shape: [1, 8, 8, 1], data: images.data.slice(0, 64) };
    const calls: (() => Promise<unknown>)[] = [
      () => made.predict(one),
      () => made.inputGradient(one, { layer: "dense", unit: [1] }),
    ];
    if (isShared)
      calls.push(
        () => made.predict(images),
        () => made.fit(data, options),
      );
    for (const call of calls) {
      WebAssembly.Memory = Refusing as never;
      await expect(call()).rejects.toThrow(
        /^expected [\d.]+ MiB of memory from the system, got none: use a smaller model, batchSize or number of threads/,
      );
      WebAssembly.Memory = Memory;
      await call();
    }
  });

  it("a wasm kernel that traps on the calling thread fails the call, and the next is right", async () => {
    const made = network();
    const one = { shape: [1, 8, 8, 1], data: images.data.slice(0, 64) };
    const { Instance } = WebAssembly;
    let isFaulty = false;
    WebAssembly.Instance = class {
      readonly exports: Record<string, unknown>;
      constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
        const { exports } = new Instance(module, imports);
        const wrapped = Object.keys(exports).map((name) => [
          name,
          (...values: number[]) => {
            if (isFaulty && name !== "pack") throw new WebAssembly.RuntimeError("unreachable");
            (exports[name] as (...values: number[]) => void)(...values);
          },
        ]);
        this.exports = Object.fromEntries(wrapped);
      }
    } as never;
    const right = await made.predict(one);
    isFaulty = true;
    await expect(made.predict(one)).rejects.toThrow("the engine failed: unreachable");
    isFaulty = false;
    WebAssembly.Instance = Instance;
    expect(await made.predict(one)).toEqual(right);
  });
}
