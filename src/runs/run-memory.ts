/** What a run records while it is trained, as a model file keeps it: with it, a training goes on from any moment. */
import * as v from "valibot";
import type { Model } from "../model/model.ts";
import { anyNumber, rememberedBy, wholeNumber } from "../training/callbacks/remembered.ts";
import type { RunHistory } from "./run-files.ts";

/** The name of the memory of `recordRun` in a model file. */
export const MEMORY = "recordRun";

const schema = v.object({
  history: v.pipe(
    v.object({
      epochs: v.array(wholeNumber),
      iterations: v.array(wholeNumber),
      history: v.record(v.string(), v.array(v.nullable(anyNumber))),
    }),
    v.check(
      ({ epochs, iterations, history }) =>
        [iterations, ...Object.values(history)].every(({ length }) => length === epochs.length),
      "expected a number for each epoch",
    ),
  ),
  /** A sum of all weights at the end of each epoch. */
  sums: v.array(v.tuple([wholeNumber, v.string()])),
  /** The memories of the recorders. */
  records: v.array(v.unknown()),
});

/** See {@link MEMORY}. */
export interface RunMemory {
  readonly history: RunHistory;
  readonly sums: readonly (readonly [epoch: number, sum: string])[];
  readonly records: readonly unknown[];
}

/** The memory in a model file. @throws InputError for anything else */
export function runMemoryFrom(json: unknown): RunMemory {
  return rememberedBy("recordRun", schema, json);
}

/** What `recordRun` recorded until the moment at which a model was saved that `fit` is going to train on. */
export function memoryOfModel({ training }: Model): RunMemory | undefined {
  const own = training?.position?.callbacks.find(({ name }) => name === MEMORY);
  return own && runMemoryFrom(own.json);
}
