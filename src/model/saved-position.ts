/** The position of a training in a model file, as JSON and tensors. */
import * as v from "valibot";
import { checkedJson } from "../core/checked-json.ts";
import type { Tensor } from "../core/tensor.ts";
import type { CallbackState, Position } from "./position.ts";
import { nonFinite } from "./position-text.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** NaN and infinite too. */
const number = v.custom<number>((given) => typeof given === "number", "expected a number");
const logs = v.record(v.string(), number);
const batchLogs = v.object({ epoch: count, iteration: count, logs, learningRate: number, gradientNorm: number });

/** What a callback remembers; `hasWeights`: with tensors, which the file has beside it. */
type SavedCallback = Omit<CallbackState, "weights"> & { readonly hasWeights: boolean };

const positionSchema = v.object({
  epoch: v.pipe(count, v.minValue(1)),
  within: v.optional(
    v.object({
      batches: count,
      order: v.object({
        images: v.optional(count),
        batchSize: v.optional(count),
        shuffle: v.optional(v.union([v.boolean(), v.literal("once")])),
        seed: v.pipe(v.number(), v.safeInteger()),
      }),
      totals: v.object({
        images: count,
        penalty: number,
        targets: v.array(v.object({ loss: number, hits: v.array(count), tallies: v.array(v.array(number)) })),
      }),
      seconds: v.pipe(v.number(), v.minValue(0)),
    }),
  ),
  stopped: v.optional(v.string()),
  stream: v.optional(v.object({ opened: count, batches: count, images: count })),
  callbacks: v.array(v.object({ name: v.string(), json: v.unknown(), hasWeights: v.boolean() })),
  hooks: v.array(
    v.variant("name", [
      v.object({ name: v.literal("onBatches"), args: v.strictTuple([v.array(batchLogs)]), from: count }),
      v.object({
        name: v.picklist(["onProgress", "onBatchEnd", "onEpochEnd"]),
        args: v.strictTuple([count, logs]),
        from: count,
      }),
    ]),
  ),
}) satisfies v.GenericSchema<unknown, Omit<Position, "callbacks"> & { callbacks: SavedCallback[] }>;

/** With the numbers that JSON lacks put back. */
const savedSchema = v.pipe(v.unknown(), v.transform(withNonFinite), positionSchema);

function withNonFinite(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNonFinite);
  if (typeof value !== "object" || value === null) return nonFinite.get(value as string) ?? value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withNonFinite(part)]));
}

/** The position in a file's metadata, with the tensors that it refers to. @throws InputError for anything else */
export function positionFrom(text: string, tensors: ReadonlyMap<string, Tensor>, file: string): Position {
  const { callbacks, ...rest } = checkedJson(savedSchema, text, `${file}: its position in the training`);
  return {
    ...rest,
    callbacks: callbacks.map(({ name, json, hasWeights }, i) => ({
      name,
      json,
      ...(hasWeights && { weights: weightsOf(tensors, `callback/${i}/`) }),
    })),
  };
}

function weightsOf(tensors: ReadonlyMap<string, Tensor>, prefix: string): Map<string, Float32Array> {
  const own = [...tensors].filter(([path]) => path.startsWith(prefix));
  return new Map(own.map(([path, { data }]) => [path.slice(prefix.length), Float32Array.from(data)]));
}
