/**
 * What a file of another format keeps of a model beside its network, as texts by name in its metadata: the names of the
 * classes, how pictures are prepared, what the outputs are, and a test vector.
 */

import { classOutputs } from "../model/class-outputs.ts";
import { readingFrom } from "../model/file.ts";
import { graphOf, listOf } from "../model/graph.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import { exportedWeight } from "./exported-weight.ts";
import { checkTestVector, testVectorOf } from "./test-vector.ts";

type AnyModel = Model<OneOrMore, OneOrMore>;

/** The name of the reading. */
export const READING = "lenet5.reading";
/** The name of the test vector. */
export const TEST_VECTOR = "lenet5.test_vector";

/**
 * The facts of a model by their names: `lenet5.reading`, `lenet5.outputs`, `lenet5.test_vector`, `class_names`.
 * @param caller the function of `lenet5/exchange`, for the message
 * @throws InputError for a weight that is not finite, and where the model does not answer its test vector
 */
export async function factsOf(caller: string, model: AnyModel): Promise<Record<string, string>> {
  for (const layer of model.layers) for (const name of layer.variables.keys()) exportedWeight(caller, layer, name);
  const { reading } = model;
  return {
    ...(reading?.classNames && { class_names: JSON.stringify(reading.classNames) }),
    ...(reading && { [READING]: JSON.stringify(reading) }),
    "lenet5.outputs": JSON.stringify(outputsOf(model)),
    [TEST_VECTOR]: await testVectorOf(model),
  };
}

/** What the numbers of each output are: "scores" where no probabilities of classes follow from them. */
function outputsOf(model: AnyModel): { name: string; kind: "probabilities" | "logits" | "distances" | "scores" }[] {
  const { outputs, outputNames } = graphOf(listOf(model.inputs), listOf(model.outputs));
  return outputs.map((output, i) => {
    const { kind = "scores" } = classOutputs(output, model.training?.objectives[i]?.loss);
    return { name: outputNames[i]!, kind };
  });
}

/**
 * Gives a model that was read from a file the facts of the file: its reading. Where there is a test vector, the model
 * must answer it.
 * @param facts the texts of the file's metadata by name; those of other programs are left alone
 * @throws InputError where the model answers otherwise, and for facts that were changed
 */
export async function takeFacts(file: string, model: AnyModel, facts: ReadonlyMap<string, string>): Promise<void> {
  const [reading, vector] = [facts.get(READING), facts.get(TEST_VECTOR)];
  if (vector !== undefined) await checkTestVector(file, model, vector);
  if (reading !== undefined) model.reading = readingFrom(reading, file);
}

/** The texts of metadata that a file keeps as JSON, by name. */
export function factsIn(metadata: unknown): Map<string, string> {
  const entries = typeof metadata === "object" && metadata !== null ? Object.entries(metadata) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
