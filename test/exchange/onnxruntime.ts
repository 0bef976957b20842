import * as ort from "onnxruntime-web/wasm";
import type { Tensor } from "../../src/index.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

type Inputs = Readonly<Record<string, Tensor<Float32Array> | Tensor<Uint8Array>>>;

/** What onnxruntime computes from inputs by name, in the order of the file's outputs. */
export async function onnxOutputs(file: Uint8Array, inputs: Inputs): Promise<Tensor<Float32Array>[]> {
  const [outputs] = await onnxBatches(file, [inputs]);
  return outputs!;
}

/** The same for some batches in turn, of a file that is loaded once. */
export async function onnxBatches(file: Uint8Array, batches: readonly Inputs[]): Promise<Tensor<Float32Array>[][]> {
  const session = await ort.InferenceSession.create(file, { executionProviders: ["wasm"] });
  try {
    const computed: Tensor<Float32Array>[][] = [];
    for (const inputs of batches) {
      const feeds = Object.entries(inputs).map(([name, { shape, data }]) => {
        const type = data instanceof Uint8Array ? "uint8" : "float32";
        return [name, new ort.Tensor(type, data as Float32Array, shape)] as const;
      });
      const outputs = await session.run(Object.fromEntries(feeds));
      computed.push(
        session.outputNames.map((name) => {
          const { dims, data } = outputs[name]!;
          return { shape: dims, data: data as Float32Array };
        }),
      );
    }
    return computed;
  } finally {
    await session.release();
  }
}

/** Images with the channels first instead of last. */
export function channelsFirst<Data extends Float32Array | Uint8Array>({ shape, data }: Tensor<Data>): Tensor<Data> {
  if (shape.length !== 4) return { shape, data };
  const [N, H, W, C] = shape as [number, number, number, number];
  const moved = data.slice() as Data;
  for (let i = 0; i < data.length; i++) {
    const [channel, position, image] = [i % C, Math.floor(i / C) % (H * W), Math.floor(i / (C * H * W))];
    moved[(image * C + channel) * H * W + position] = data[i]!;
  }
  return { shape: [N, C, H, W], data: moved };
}
