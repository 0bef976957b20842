import { InputError } from "../core/errors.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import { checkedOptimizer, type Optimizer } from "../training/optimizers/table.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { variablesOf } from "./graph.ts";
import { partOf } from "./saved-json.ts";
import { positionFrom } from "./saved-position.ts";
import { checkMemory, memoryIn, trainingSpec } from "./saved-training.ts";
import { takeWeights } from "./saved-weights.ts";

/**
 * Takes weights and the state of training from the bytes of a model file that was saved while `fit` ran.
 * @throws InputError for a file of another model or another training; nothing changes then
 */
export function restoreTraining(core: ModelCore, training: TrainingState, bytes: Uint8Array, name: string): void {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const refuse = (expected: string) =>
    new InputError(`${name}: expected ${expected}, got another: delete the file to begin anew`);
  if (metadata.training === undefined || metadata.position === undefined)
    throw refuse("a model file that was saved while fit ran");
  const { iterations, ...saved } = partOf(trainingSpec, metadata.training, `${name}: its training state`);
  const optimizer = checkedOptimizer(`${name}: its optimizer`, saved.optimizer);
  if (JSON.stringify(saved.objectives) !== JSON.stringify(training.objectives))
    throw refuse("the loss and metrics that the model is compiled with");
  if (kindOf(optimizer) !== kindOf(training.optimizer)) throw refuse("the optimizer that the model is compiled with");
  const variables = variablesOf(core.graph.layers);
  if (variables.some(({ path, shape }) => tensors.get(path)?.shape.join() !== shape.join()))
    throw refuse("a model with the weights of this one");
  const position = positionFrom(metadata.position, tensors, name);
  const memory = memoryIn(tensors);
  checkMemory({ optimizer, memory, position }, variables, name);
  takeWeights(core.graph.layers, tensors, name);
  training.memory.clear();
  for (const [path, slot] of memory) training.memory.set(path, slot);
  Object.assign(training, { optimizer, iterations, position } satisfies Partial<TrainingState>);
}

/** What cannot change while a model trains. */
function kindOf({ learningRate: _, ...options }: Optimizer): string {
  return JSON.stringify(options);
}
