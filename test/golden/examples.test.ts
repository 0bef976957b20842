/** Networks of Keras's own examples (tools/golden/examples.py), trained for 20 steps side by side with Keras. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as k from "../../src/index.ts";
import { hashedValues } from "./read-golden.ts";

// float32 against float64, which 20 steps enlarge. Measured: at most 4e-6 of a loss and 2e-4 of a weight's length, the
// latter for biases in front of a batch normalization: their gradient is 0, and Adam divides rounding by its own size.
const LOSS = 1e-5;
const WEIGHTS = 5e-4;

interface Run {
  readonly losses: number[];
  /** In Keras's order. */
  readonly final: { name: string; sumOfSquares: number }[];
}

const golden: { images: number; batch: number; networks: Record<string, Run> } = JSON.parse(
  readFileSync(new URL("examples.json", import.meta.url), "utf8"),
);

interface Example {
  readonly make: (threads: number) => k.Model;
  readonly compile: (net: k.Model) => void;
  /** Labels for class numbers. */
  readonly labels: (classes: number[]) => k.LabelledImages["labels"];
}

const remainders = (classes: number[]) => classes.map((label) => label % 2);

function normalized(x: k.SymbolicTensor, activation?: k.ActivationName): k.SymbolicTensor {
  const y = k.batchNormalization()(x);
  return activation ? k.activation({ activation })(y) : y;
}

const euclideanDistance = k.defineLayer("euclideanDistance", {
  inputs: "several",
  call([left, right]) {
    const squares = k.ops.sum(k.ops.square(k.ops.subtract(left!, right!)));
    return k.ops.sqrt(k.ops.maximum(squares, 1e-7));
  },
});

const contrastive = k.defineLoss("contrastive", {
  call(target, output) {
    const near = k.ops.multiply(k.ops.subtract(1, target), k.ops.square(output));
    const far = k.ops.multiply(target, k.ops.square(k.ops.maximum(k.ops.subtract(1, output), 0)));
    return k.ops.mean(k.ops.add(near, far));
  },
});

const examples: Record<string, Example> = {
  mnist_convnet: {
    make(threads) {
      const image = k.input({ shape: [28, 28, 1] });
      const first = k.conv2d({ filters: 8, kernelSize: 3, activation: "relu" })(image);
      const second = k.conv2d({ filters: 16, kernelSize: 3, activation: "relu" })(
        k.maxPooling2d({ poolSize: 2 })(first),
      );
      const flat = k.flatten()(k.maxPooling2d({ poolSize: 2 })(second));
      return k.model({ inputs: image, outputs: k.dense({ units: 10, activation: "softmax" })(flat), threads });
    },
    compile: (net) => net.compile({ optimizer: k.adam({ learningRate: 0.001 }), loss: "categorical_crossentropy" }),
    labels: (classes) => k.toCategorical(classes, 10),
  },
  xception: {
    make(threads) {
      const image = k.input({ shape: [20, 20, 3] });
      let x = normalized(k.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" })(image), "relu");
      let previous = x;
      for (const filters of [12, 16]) {
        for (let i = 0; i < 2; i++) {
          x = k.activation({ activation: "relu" })(x);
          x = normalized(k.separableConv2d({ filters, kernelSize: 3, padding: "same" })(x));
        }
        x = k.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x);
        const residual = k.conv2d({ filters, kernelSize: 1, strides: 2, padding: "same" })(previous);
        x = previous = k.add()([x, residual]);
      }
      x = normalized(k.separableConv2d({ filters: 24, kernelSize: 3, padding: "same" })(x), "relu");
      return k.model({ inputs: image, outputs: k.dense({ units: 1 })(k.globalAveragePooling2d()(x)), threads });
    },
    compile: (net) =>
      net.compile({ optimizer: k.adam({ learningRate: 3e-4 }), loss: k.binaryCrossentropy({ fromLogits: true }) }),
    labels: remainders,
  },
  convmixer: {
    make(threads) {
      const image = k.input({ shape: [12, 12, 3] });
      const gelu = (x: k.SymbolicTensor) => normalized(k.activation({ activation: "gelu" })(x));
      let x = gelu(k.conv2d({ filters: 8, kernelSize: 2, strides: 2 })(image));
      for (let i = 0; i < 2; i++) {
        x = k.add()([gelu(k.depthwiseConv2d({ kernelSize: 5, padding: "same" })(x)), x]);
        x = gelu(k.conv2d({ filters: 8, kernelSize: 1 })(x));
      }
      const output = k.dense({ units: 10, activation: "softmax" })(k.globalAveragePooling2d()(x));
      return k.model({ inputs: image, outputs: output, threads });
    },
    compile: (net) =>
      net.compile({
        optimizer: k.adamW({ learningRate: 0.001, weightDecay: 0.0001 }),
        loss: "sparse_categorical_crossentropy",
      }),
    labels: (classes) => classes,
  },
  teacher: {
    make(threads) {
      const image = k.input({ shape: [14, 14, 1] });
      let x = k.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: "same" })(image);
      x = k.maxPooling2d({ poolSize: 2, strides: 1, padding: "same" })(k.leakyRelu({ negativeSlope: 0.2 })(x));
      x = k.conv2d({ filters: 24, kernelSize: 3, strides: 2, padding: "same" })(x);
      return k.model({ inputs: image, outputs: k.dense({ units: 10 })(k.flatten()(x)), threads });
    },
    compile: (net) => net.compile({ optimizer: "adam", loss: k.sparseCategoricalCrossentropy({ fromLogits: true }) }),
    labels: (classes) => classes,
  },
  siamese: {
    make(threads) {
      const tower = [
        k.batchNormalization(),
        k.conv2d({ filters: 4, kernelSize: 5, activation: "tanh" }),
        k.averagePooling2d(),
        k.conv2d({ filters: 16, kernelSize: 5, activation: "tanh" }),
        k.averagePooling2d(),
        k.flatten(),
        k.batchNormalization(),
        k.dense({ units: 10, activation: "tanh" }),
      ];
      const [left, right] = [k.input({ shape: [28, 28, 1] }), k.input({ shape: [28, 28, 1] })];
      const embedding = (image: k.SymbolicTensor) => tower.reduce((x, layer) => layer(x), image);
      const merged = euclideanDistance()([embedding(left), embedding(right)]);
      const verdict = k.dense({ units: 1, activation: "sigmoid" })(k.batchNormalization()(merged));
      return k.model({ inputs: [left, right], outputs: verdict, threads }) as unknown as k.Model;
    },
    compile: (net) => net.compile({ optimizer: k.rmsprop({ learningRate: 0.001 }), loss: contrastive() }),
    labels: remainders,
  },
};

/** Center and limit of a weight's initial values, as tools/golden/layers.py has them. */
function initial(name: string, shape: readonly number[]): [center: number, limit: number] {
  if (name.endsWith("kernel")) {
    const field = shape.slice(0, -2).reduce((product, size) => product * size, 1);
    return [0, Math.sqrt(6 / (field * (shape.at(-2)! + shape.at(-1)!)))];
  }
  if (name === "bias" || name === "beta") return [0, 0.1];
  if (name === "moving_mean") return [0, 0.1];
  return [1, 0.2];
}

/** Noisy gratings: `images` of tools/golden/arrays.py. */
function pictures(count: number, [rows, columns, channels]: readonly number[], classes: number) {
  const labels = Array.from({ length: count }, (_, n) => (n * 7) % classes);
  const size = rows! * columns! * channels!;
  const noise = hashedValues([count * size], 99, 0, 1);
  const data = Uint8Array.from({ length: count * size }, (_, i) => {
    const [n, rest] = [Math.floor(i / size), i % size];
    const [r, c, k] = [
      Math.floor(rest / (columns! * channels!)),
      Math.floor(rest / channels!) % columns!,
      rest % channels!,
    ];
    const label = labels[n]!;
    return ((r * (label + 3) * 4 + c * (label % 3) * 11 + k * 50) % 160) + (noise[i]! + 1) * 40;
  });
  return { images: { shape: [count, rows!, columns!, channels!], data, scale: 1 / 256 }, labels };
}

function backwards({ shape, data, scale }: { shape: number[]; data: Uint8Array; scale: number }) {
  const size = data.length / shape[0]!;
  const turned = data.map((_, i) => data[(shape[0]! - 1 - Math.floor(i / size)) * size + (i % size)]!);
  return { shape, data: turned, scale };
}

it.each(Object.keys(golden.networks).flatMap((name) => [1, 2].map((threads) => ({ name, threads }))))(
  "20 steps of $name on $threads threads",
  async ({ name, threads }) => {
    const { make, compile, labels } = examples[name]!;
    const { losses, final } = golden.networks[name]!;
    const net = make(threads);
    const weights = net.getWeights();
    expect(weights.length).toBe(final.length);
    net.setWeights(
      weights.map(({ shape }, i) => {
        const [center, limit] = initial(final[i]!.name, shape);
        return { shape, data: hashedValues(shape, i + 1, center, limit) };
      }),
    );
    compile(net);
    const [shape] = [net.inputs].flat().map((tensor) => tensor.shape);
    const { images, labels: classes } = pictures(golden.images, shape!, 10);
    const seen: number[] = [];
    const given = Array.isArray(net.inputs) ? [images, backwards(images)] : images;
    await net.fit({ images: given, labels: labels(classes) } as k.LabelledImages, {
      batchSize: golden.batch,
      epochs: 5,
      shuffle: false,
      verbose: 0,
      callbacks: [{ onBatches: (batches) => void seen.push(...batches.map(({ logs }) => logs.loss!)) }],
    });
    expect(seen.length).toBe(losses.length);
    losses.forEach((loss, step) => {
      expect(Math.abs(seen[step]! / loss - 1), `loss of step ${step + 1}`).toBeLessThan(LOSS);
    });
    net.getWeights().forEach(({ data }, i) => {
      const { name, sumOfSquares } = final[i]!;
      const got = data.reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(Math.sqrt(got / sumOfSquares) - 1), name).toBeLessThan(WEIGHTS);
    });
  },
);
