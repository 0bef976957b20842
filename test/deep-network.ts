/** A chain of many layers, and what is done with it, each with the milliseconds that it takes. */
import * as lenet5 from "../src/index.ts";

export async function timesOfChain(layers: number): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  const timed = async <Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> => {
    const began = performance.now();
    const result = await work();
    times[name] = performance.now() - began;
    return result;
  };
  const images = (count: number) => ({ shape: [count, 4], data: new Float32Array(4 * count).fill(0.5) });
  const net = await timed("build", () => {
    const x = lenet5.input({ shape: [4] });
    let y = x;
    for (let i = 0; i < layers; i++) y = i % 2 ? lenet5.relu()(y) : lenet5.dense({ units: 4, activation: "tanh" })(y);
    return lenet5.model({ inputs: x, outputs: lenet5.dense({ units: 3, activation: "softmax" })(y), threads: 1 });
  });
  net.compile({ loss: "sparse_categorical_crossentropy", optimizer: "sgd" });
  await timed("summary", () => net.summary({ print: false }));
  await timed("clone", () => net.clone());
  await timed("weights", () => net.checksum());
  await timed("predict one", () => net.predict(images(1)));
  await timed("predict", () => net.predict(images(20)));
  await timed("layer outputs", () => net.layerOutputs(images(1)));
  await timed("input gradient", () => net.inputGradient(images(1), { layer: net.layers.at(-1)!.name, unit: [0] }));
  await timed("fit", () => net.fit({ images: images(20), labels: new Uint8Array(20) }, { batchSize: 20, verbose: 0 }));
  const bytes = await timed("save", () => net.toBytes());
  await timed("load", () => lenet5.loadModel(bytes));
  return times;
}
