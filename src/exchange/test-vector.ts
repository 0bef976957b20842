/**
 * A test vector: some images and what a model answers for them, which an exported file keeps in its metadata. A model
 * that is read from the file must answer the same.
 */

import * as v from "valibot";
import { InputError, shown } from "../core/errors.ts";
import { jsonFrom } from "../core/json.ts";
import { random } from "../core/random.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import { listOf } from "../model/graph.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";

type AnyModel = Model<OneOrMore, OneOrMore>;

const SEED = 1998;

/** Limits of the bytes of the images: one of full noise saturates many a network, a faint one does not. */
const LIMITS = [256, 64, 16];

/** An output with more numbers is compared at as many places. */
const MAX_NUMBERS = 256;

/**
 * The largest difference, as a share of the largest number of the output (of 1, if that is smaller). Sums of float32 in
 * another order differ by about 1e-6. The smallest fault of an import that the tests know, an epsilon of 1e-5 for 1e-3
 * in one batch normalization, changes probabilities by several times 1e-5.
 */
const TOLERANCE = 1e-5;

const numbers = v.array(v.nullable(v.pipe(v.number(), v.finite())));

const schema = v.object({
  version: v.literal(1),
  seed: v.pipe(v.number(), v.safeInteger()),
  /** The model sees bytes times this. */
  scale: v.pipe(v.number(), v.finite()),
  /** For each output of the model, and each image, the numbers; null for one that is not finite. */
  outputs: v.array(v.array(numbers)),
});

/** The test vector of a model as JSON. Its images are made from a seed, in the scale of the model's preparation. */
export async function testVectorOf(model: AnyModel): Promise<string> {
  const scale = model.reading?.preparation?.scale ?? 1 / 255;
  const vector: v.InferOutput<typeof schema> = {
    version: 1,
    seed: SEED,
    scale,
    outputs: (await answers(model, SEED, scale)).map((images) => images.map((image) => image.map(kept))),
  };
  return JSON.stringify(vector);
}

/**
 * Compares a model that was read from a file with the test vector of the file.
 * @param text as {@link testVectorOf} made it
 * @throws InputError where the model answers otherwise, and for another text
 */
export async function checkTestVector(file: string, model: AnyModel, text: string): Promise<void> {
  const { seed, scale, outputs: wanted } = parsed(file, text);
  const outputs = await answers(model, seed, scale);
  const fits =
    wanted.length === outputs.length &&
    outputs.every((images, o) => images.every((image, i) => wanted[o]![i]?.length === image.length));
  if (!fits) throw new InputError(`${file}: its test vector does not fit its network: was the file changed by hand?`);
  outputs.forEach((images, o) => {
    const before = wanted[o]!.flat();
    const now = images.flat();
    const largest = before.reduce<number>((most, each) => Math.max(most, Math.abs(each ?? 0)), 1);
    now.forEach((value, i) => {
      const other = before[i]!;
      const isSame = other === null ? !Number.isFinite(value) : Math.abs(value - other) <= TOLERANCE * largest;
      if (isSame) return;
      const which = outputs.length > 1 ? ` in output ${o + 1}` : "";
      throw new InputError(
        `${file}: expected a model that answers its test vector with ${shown(other)}${which}, got ${kept(value)}: was the file damaged or changed by hand?`,
      );
    });
  });
}

/** For each output of the model, and each image, the numbers that are compared. */
async function answers(model: AnyModel, seed: number, scale: number): Promise<number[][][]> {
  const images = listOf(model.inputs).map(({ shape }, input): Tensor => {
    const size = sizeOf(shape);
    const data = new Uint8Array(LIMITS.length * size);
    LIMITS.forEach((limit, image) => {
      const stream = random(seed, "test vector", input, image);
      for (let i = 0; i < size; i++) data[image * size + i] = stream.integer(limit);
    });
    return { shape: [LIMITS.length, ...shape], data, scale };
  });
  const predicted: Tensor<Float32Array> | Tensor<Float32Array>[] = await model.predict(
    "shape" in model.inputs ? images[0]! : images,
  );
  return (Array.isArray(predicted) ? predicted : [predicted]).map(({ data }) => {
    const size = data.length / LIMITS.length;
    const count = Math.min(size, MAX_NUMBERS);
    const place = (i: number) => Math.floor((i * size) / count);
    return LIMITS.map((_, image) => Array.from({ length: count }, (_, i) => data[image * size + place(i)]!));
  });
}

/** A float32 in as few digits as give it back. */
function kept(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : null;
}

function parsed(file: string, text: string): v.InferOutput<typeof schema> {
  const value = jsonFrom(text, `${file}: its test vector`);
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const { version } = (value ?? {}) as { readonly version?: unknown };
  if (typeof version === "number" && version > 1)
    throw new InputError(`${file}: its test vector has version ${version}, which a newer lenet5 wrote: update lenet5`);
  throw new InputError(`${file}: its test vector is incomplete: was the file changed by hand?`);
}
