/** Teaching a network a little more: one wrong answer, or a class that it does not have. Runs in a worker. */
import {
  adam,
  type Dataset,
  dense,
  distortions,
  InputError,
  type Model,
  model,
  rbf,
  rbfMap,
  type SymbolicTensor,
  type Tensor,
} from "lenet5";

/** A drawing as the network is given it, and what it is. */
export interface Example {
  readonly image: Tensor<Uint8Array>;
  readonly label: number;
}

/** What a network has learned, and what it has forgotten. */
export interface Lesson {
  /** The model file. */
  readonly bytes: Uint8Array;
  /** How many of the examples it reads right now. */
  readonly right: number;
  readonly examples: number;
  /** Known test images, and the share of them that it reads right, before and after. */
  readonly known: number;
  readonly before: number;
  readonly after: number;
  /** Batches of training. */
  readonly batches: number;
}

export type Known = Pick<Dataset, "images" | "labels">;

/** Images in a round; a quarter of them are examples. */
const ROUND = 384;
const BATCH = 32;
const MOST_ROUNDS = 12;
/** Rounds after the first one in which all examples are read right: so that a slip of the pen does not undo it. */
const MORE = 1;

/**
 * Trains until the examples are read right, in small steps on them, slightly distorted, mixed with known images, so that
 * what it knows stays. The model is changed.
 * @param known training and test images of what the network knows
 * @param onProgress gets the share that is done at most, 0 to 1
 * @throws InputError for a network that cannot be trained like this
 */
export async function taught(
  net: Model,
  examples: readonly Example[],
  known: { readonly train: Known; readonly test: Known },
  onProgress?: (share: number) => void,
): Promise<Lesson> {
  checkShape(net, known.train.images);
  checkExamples(net, examples);
  if (net.outputsDistances) net.compile({ optimizer: adam({ learningRate: 1e-3 }), loss: rbfMap() });
  else net.compile({ optimizer: adam({ learningRate: 5e-4 }), loss: "sparse_categorical_crossentropy" });
  const images = joined(examples.map(({ image }) => image));
  const labels = examples.map(({ label }) => label);
  const before = await accuracy(net, known.test);
  let right = 0;
  let rounds = 0;
  for (let more = MORE; rounds < MOST_ROUNDS && more >= 0; rounds++) {
    const data = mixed({ images, labels }, known.train, rounds);
    const augment = distortions({ translation: 1, scaling: 0.1, squeezing: 0.1, shear: 0.1 });
    await net.fit(data, { epochs: 1, batchSize: BATCH, seed: rounds, augment, verbose: 0 });
    right = Math.round(examples.length * (await accuracy(net, { images, labels })));
    if (right === examples.length) more--;
    onProgress?.((rounds + 1) / MOST_ROUNDS);
  }
  return {
    bytes: net.toBytes(),
    right,
    examples: examples.length,
    known: known.test.labels.length,
    before,
    after: await accuracy(net, known.test),
    batches: (rounds * ROUND) / BATCH,
  };
}

/**
 * The network with a further class: all weights are copied, and one output is added.
 * @throws InputError for a network that does not end in a dense layer with softmax, or in rbf units
 */
export async function withClass(net: Model, name: string, drawings: readonly Tensor<Uint8Array>[]): Promise<Model> {
  checkExamples(
    net,
    drawings.map((image) => ({ image, label: 0 })),
  );
  const { layer, inputs } = net.outputs;
  const [before] = inputs as [SymbolicTensor];
  const count = net.outputs.shape.at(-1)!;
  const names = net.reading?.classNames ?? Array.from({ length: count }, (_, i) => String(i));
  if (names.includes(name)) throw new InputError(`expected a new name for the class, got "${name}", which there is`);
  const copy = net.clone({ weights: true });
  const last = copy.outputs.inputs[0]!;
  let outputs: SymbolicTensor;
  if (layer.type === "dense" && layer.config.activation === "softmax")
    outputs = dense({ units: count + 1, activation: "softmax", name: layer.name })(last);
  else if (layer.type === "rbf") {
    // The new code is what the units before say to the drawings, rounded to -1 and 1 as the other codes are.
    const features = await model({ inputs: net.inputs, outputs: before, threads: 1 }).predict(joined(drawings));
    const width = before.shape[0]!;
    const code = Array.from({ length: width }, (_, k) => {
      let sum = 0;
      for (let i = k; i < features.data.length; i += width) sum += features.data[i]!;
      return sum >= 0 ? 1 : -1;
    });
    const own = net.weights.get(`${layer.name}/centres`)!.data;
    const centres = Array.from({ length: count }, (_, i) => Array.from(code, (_, k) => own[k * count + i]!));
    outputs = rbf({ centres: [...centres, code], name: layer.name })(last);
  } else
    throw new InputError(
      `expected a network that ends in a softmax or in rbf units, got one that ends in ${layer.type}`,
    );
  const made = model({ inputs: copy.inputs, outputs, name: net.name, seed: 1, threads: 1 });
  if (layer.type === "dense") copyOutputs(net, made, layer.name, count);
  made.reading = { ...(net.reading && { preparation: net.reading.preparation }), classNames: [...names, name] };
  return made;
}

/** Copies the weights of the outputs that both have. */
function copyOutputs(from: Model, to: Model, layer: string, count: number): void {
  const kernel = from.weights.get(`${layer}/kernel`)!;
  const rows = kernel.shape[0]!;
  const wider = Float32Array.from(to.weights.get(`${layer}/kernel`)!.data);
  for (let row = 0; row < rows; row++)
    wider.set(kernel.data.subarray(row * count, (row + 1) * count), row * (count + 1));
  to.setWeights({ [`${layer}/kernel`]: wider });
  const bias = from.weights.get(`${layer}/bias`);
  if (bias) to.setWeights({ [`${layer}/bias`]: [...bias.data, Math.min(...bias.data)] });
}

/** Images of equal shapes as one tensor. */
function joined(images: readonly Tensor<Uint8Array>[]): Tensor<Uint8Array> {
  const [first] = images as [Tensor<Uint8Array>];
  const data = new Uint8Array(images.length * first.data.length);
  images.forEach((image, i) => {
    data.set(image.data, i * first.data.length);
  });
  return { ...first, shape: [images.length, ...first.shape.slice(-3)], data };
}

function mixed(
  examples: { readonly images: Tensor<Uint8Array>; readonly labels: readonly number[] },
  known: Known,
  round: number,
): { images: Tensor<Uint8Array>; labels: Uint8Array } {
  const size = examples.images.data.length / examples.labels.length;
  const data = new Uint8Array(ROUND * size);
  const labels = new Uint8Array(ROUND);
  const all = known.labels.length;
  const bytes = known.images.data as Uint8Array;
  for (let i = 0; i < ROUND; i++) {
    const isExample = i % 4 === 0;
    const from = isExample ? (i / 4) % examples.labels.length : (round * ROUND + i) % all;
    const source = isExample ? examples.images.data : bytes;
    data.set(source.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = isExample ? examples.labels[from]! : known.labels[from]!;
  }
  return { images: { ...examples.images, shape: [ROUND, ...examples.images.shape.slice(1)], data }, labels };
}

async function accuracy(
  net: Model,
  { images, labels }: { images: Tensor; labels: ArrayLike<number> },
): Promise<number> {
  const { data } = await net.predict(images);
  const classes = net.outputs.shape.at(-1)!;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = data.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(net.outputsDistances ? Math.min(...row) : Math.max(...row)) === labels[i]) right++;
  }
  return right / labels.length;
}

/** Drawings may have been kept while another network was on the stage. */
function checkExamples(net: Model, examples: readonly Example[]): void {
  const own = net.inputs.shape.join("x");
  const classes = net.outputs.shape.at(-1)!;
  for (const { image, label } of examples) {
    const given = image.shape.slice(-3).join("x");
    if (given === own && label < classes) continue;
    const got = given === own ? `one of class ${label + 1}` : `one of ${given}`;
    throw new InputError(
      `expected drawings of ${own} in ${classes} classes, as the network takes them, got ${got} of another network: draw them again`,
    );
  }
}

function checkShape(net: Model, { shape }: Tensor): void {
  const own = net.inputs.shape;
  if (own.join() === shape.slice(1).join()) return;
  throw new InputError(
    `expected a network of images ${shape.slice(1).join("x")}, as the known ones are, got ${own.join("x")}`,
  );
}
