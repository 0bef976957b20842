/** What happens in a page when threads of the engine fail. It runs there, bundled. */
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { type Fault, faultyPreamble } from "../engine/faults.ts";

const images = noise([320, 8, 8, 1], 7);
const labels = Int32Array.from({ length: 320 }, (_, i) => (i * 5) % 3);
const data = { images, labels };
const options = { verbose: 0, batchSize: 32, epochs: 3, seed: 3 } as const;

/** What a fault led to. */
export interface Failed {
  /** The message of the error, or how training stopped. */
  readonly why: string;
  readonly seconds: number;
  /** Batches that the model's weights have seen, and whether these are those of a training that did not fail. */
  readonly batches: number;
  readonly isRight: boolean;
  /** Whether training then goes on to the right end. */
  readonly goesOn: boolean;
  /** Workers that were not ended. */
  readonly left: number;
}

function network(): lenet5.Model {
  const x = lenet5.input({ shape: [8, 8, 1] });
  const maps = lenet5.conv2d({ filters: 4, kernelSize: 3, activation: "tanh" })(x);
  const end = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten()(maps));
  const made = lenet5.model({ inputs: x, outputs: end, seed: 2, threads: 2, name: "small" });
  made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy" });
  return made;
}

/** Trains in runs of one batch, with time for a copy of the weights after each. */
async function train(made: lenet5.Model, stop?: AbortController, at?: number): Promise<lenet5.History> {
  const runs: lenet5.Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 1;
    },
    async onBatches(given) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (given.at(-1)!.iteration + 1 === at) stop?.abort();
    },
  };
  return made.fit(data, { ...options, callbacks: [runs], ...(stop && { signal: stop.signal }) });
}

const weightsOf = (made: lenet5.Model) =>
  [...made.weights.values()].map(({ data: values }) => [...values].join()).join();

/** Makes the fault happen in a training. abort: the call is aborted. terminate: the page ends the thread. */
export async function failed(kind: Fault["kind"], then: "wait" | "abort" | "terminate"): Promise<Failed> {
  const { Worker: Original, setInterval: original } = globalThis;
  const running = new Set<Worker>();
  let [isFaulty, hasBegun] = [true, false];
  globalThis.Worker = class extends Original {
    constructor(url: string | URL) {
      const script = [isFaulty ? faultyPreamble({ kind, at: 500 }) : "", `importScripts(${JSON.stringify(`${url}`)});`];
      super(URL.createObjectURL(new Blob(script)));
      running.add(this);
    }
    override terminate(): void {
      running.delete(this);
      super.terminate();
    }
  };
  // From the fault on, seconds pass quickly, where a thread hangs. One that fails by itself may need some.
  const speed = kind === "loop" || kind === "sleep" ? 30 : 1;
  const quick = (work: () => void, milliseconds: number) =>
    original(() => {
      for (let i = 0; i < (hasBegun ? speed : 1); i++) work();
    }, milliseconds);
  globalThis.setInterval = quick as typeof setInterval;
  const channel = new BroadcastChannel("fault");
  const stop = new AbortController();
  let began = performance.now();
  const begun = new Promise<void>((resolve) => {
    channel.onmessage = () => {
      [isFaulty, hasBegun, began] = [false, true, performance.now()];
      if (then === "abort") stop.abort();
      if (then === "terminate") for (const worker of running) worker.terminate();
      resolve();
    };
  });
  try {
    const made = network();
    const why = await train(made, stop).then(
      ({ stopped }) => `${stopped}`,
      (error: Error) => error.message,
    );
    // The error may come before the message: until then, new workers are faulty.
    await begun;
    const seconds = (performance.now() - began) / 1000;
    const left = running.size;
    hasBegun = false;
    const batches = made.training!.iterations;
    const [cut, aborting] = [network(), new AbortController()];
    await train(cut, aborting, batches);
    const isRight = weightsOf(made) === weightsOf(cut);
    for (const each of [made, cut]) await each.fit(data, options);
    return { why, seconds, batches, isRight, goesOn: weightsOf(made) === weightsOf(cut), left };
  } finally {
    channel.close();
    Object.assign(globalThis, { Worker: Original, setInterval: original });
  }
}
