/**
 * The weights of a TensorFlow.js model: a manifest in its model.json, and files of binary shards.
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (`WeightsManifestConfig`)
 */
import * as v from "valibot";
import { InputError, listed } from "../../core/errors.ts";
import { halfValue } from "../../core/half.ts";
import { type Shape, sizeOf } from "../../core/tensor.ts";

/** A weight of a manifest. */
export interface ManifestWeight {
  readonly name: string;
  readonly shape: Shape;
  /** In row-major order; integers and truth values as numbers. */
  readonly data: Float32Array;
}

/** The most weights, and the most shards, of a model. */
const MAX_ENTRIES = 100_000;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());

const manifestSchema = v.array(
  v.object({
    paths: v.array(v.string()),
    weights: v.array(
      v.object({
        name: v.string(),
        shape: v.pipe(v.array(size), v.maxLength(8)),
        dtype: v.string(),
        /** "optimizer" for the state of training, which tfjs keeps beside the model's weights. */
        group: v.optional(v.string()),
        quantization: v.optional(v.object({ dtype: v.string(), scale: v.optional(finite), min: v.optional(finite) })),
      }),
    ),
  }),
);

type Manifest = v.InferOutput<typeof manifestSchema>;
type Entry = Manifest[number]["weights"][number];

/**
 * The weights that a manifest lists, in its order. All sizes are compared with those of the shards before memory is taken.
 *
 * @param file the name of the model in errors
 * @param json the manifest
 * @param shard the content of a shard by the name that the manifest has
 * @throws InputError for another manifest, shards of other sizes, and types of numbers that are none of tfjs's
 */
export async function readManifest(
  file: string,
  json: unknown,
  shard: (name: string) => Promise<Uint8Array>,
): Promise<ManifestWeight[]> {
  const manifest = checkedManifest(file, json);
  const read: ManifestWeight[] = [];
  for (const { paths, weights } of manifest) {
    const sizes = weights.map((entry) => sizeOf(entry.shape) * typeOf(file, entry).bytes);
    const wanted = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const parts: Uint8Array[] = [];
    let got = 0;
    // Two names may be those of one file: what is not wanted is not kept.
    for (const path of paths) {
      if (got > wanted) break;
      const part = await shard(path);
      got += part.length;
      parts.push(part);
    }
    if (wanted !== got)
      throw new InputError(
        `${file}: expected ${wanted} bytes of weights in ${paths.length > 0 ? listed(paths.slice(0, 4), "and") : "no file"}, got ${got}: is a file cut, or of another model?`,
      );
    const bytes = joined(parts, got);
    let at = 0;
    weights.forEach((entry, i) => {
      const data = dataOf(file, entry, bytes.slice(at, at + sizes[i]!).buffer);
      at += sizes[i]!;
      if (entry.group !== "optimizer") read.push({ name: entry.name, shape: entry.shape, data });
    });
  }
  return read;
}

function checkedManifest(file: string, json: unknown): Manifest {
  const result = v.safeParse(manifestSchema, json);
  if (!result.success) {
    const [issue] = result.issues;
    throw new InputError(
      `${file}: its weightsManifest is wrong at ${v.getDotPath(issue) ?? "its top level"}: ${issue.message}`,
    );
  }
  const names = new Set<string>();
  const files = new Set<string>();
  let count = 0;
  for (const { paths, weights } of result.output) {
    count += paths.length + weights.length;
    for (const path of paths) {
      // A file that is read again and again could stand for any size.
      const key = path.replaceAll(/(^|[/\\])(\.[/\\])+/g, "$1");
      if (files.has(key))
        throw new InputError(`${file}: its weightsManifest names the file "${path.slice(0, 60)}" twice`);
      files.add(key);
    }
    for (const { name, group } of weights) {
      const key = `${group ?? ""} ${name}`;
      if (names.has(key)) throw new InputError(`${file}: two weights have the name "${name.slice(0, 60)}"`);
      names.add(key);
    }
  }
  if (count > MAX_ENTRIES)
    throw new InputError(`${file}: expected at most ${MAX_ENTRIES} weights and files, got ${count}`);
  return result.output;
}

interface NumberType {
  readonly bytes: number;
  read(buffer: ArrayBuffer): Float32Array;
}

/** Types of weights, and of what they are quantized to. */
const types: Readonly<Record<string, NumberType>> = {
  float32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  int32: { bytes: 4, read: (buffer) => Float32Array.from(new Int32Array(buffer)) },
  bool: { bytes: 1, read: (buffer) => Float32Array.from(new Uint8Array(buffer)) },
};
const quantized: Readonly<Record<string, NumberType>> = {
  uint8: { bytes: 1, read: (buffer) => Float32Array.from(new Uint8Array(buffer)) },
  uint16: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer)) },
  float16: { bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), halfValue) },
};

function typeOf(file: string, { name, dtype, quantization }: Entry): NumberType {
  const [known, type, what] = quantization
    ? ([quantized, quantization.dtype, "quantization to "] as const)
    : ([types, dtype, ""] as const);
  if (Object.hasOwn(known, type) && Object.hasOwn(types, dtype)) return known[type]!;
  throw new InputError(
    `${file}: weight "${name.slice(0, 60)}": expected ${what}${listed(Object.keys(known))}, got "${type.slice(0, 60)}"`,
  );
}

function dataOf(file: string, entry: Entry, buffer: ArrayBuffer): Float32Array {
  const { name, dtype, quantization } = entry;
  const data = typeOf(file, entry).read(buffer);
  if (!quantization || quantization.dtype === "float16") return data;
  const { scale, min } = quantization;
  if (scale === undefined || min === undefined)
    throw new InputError(
      `${file}: weight "${name.slice(0, 60)}": expected scale and min of its quantization, got none`,
    );
  const value = (level: number) => level * scale + min;
  return data.map(dtype === "float32" ? value : (level) => Math.round(value(level)));
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
