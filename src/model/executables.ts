import type { ProgramBuilder } from "../engine/builder.ts";
import { type Described, Executable, type RunOptions, type RunResult } from "../engine/executable.ts";
import { Interrupted } from "../engine/watch.ts";
import { blockConvolutions } from "../ops/conv2d/block-convolutions.ts";
import type { Optimizer } from "../training/optimizers/table.ts";
import { keep, type ModelCore } from "./core.ts";
import type { Objective } from "./objectives.ts";
import { type ProgramData, predictionProgram } from "./programs.ts";
import { curvatureProgram, evaluationProgram, trainingProgram } from "./training-programs.ts";

/** Batch size of evaluation and prediction; the results do not depend on it. */
export const PIECE = 1024;

/** Identifies a program of a model: everything that it depends on besides the graph. */
export type ProgramKey = { readonly data: ProgramData } & (
  | { readonly type: "fit"; readonly objectives: readonly Objective[]; readonly optimizer: Optimizer }
  | { readonly type: "curvature"; readonly objectives: readonly Objective[]; readonly slot: string }
  | { readonly type: "evaluate"; readonly objectives: readonly Objective[]; readonly scores: boolean }
  | { readonly type: "predict" }
);

/** What the program of a key does, for messages. */
const work = { fit: "training", curvature: "second derivatives", evaluate: "evaluation", predict: "prediction" };

/** A program that a model keeps. */
export interface KeptExecutable {
  readonly key: ProgramKey;
  readonly executable: Promise<Executable>;
}

/** The program of a key, which is built once. */
export function executableOf(core: ModelCore, key: ProgramKey): Promise<Executable> {
  const text = keyText(core, key);
  const known = core.executables.get(text);
  if (known) return known.executable;
  const executable = Executable.from(programOf(core, key), core.numerics, described(core, work[key.type]));
  keep(core.executables, text, { key, executable }, executable);
  return executable;
}

/** What a program of the model does. */
export function described({ name, graph }: ModelCore, what: string): Described {
  const macs = graph.layers.map(({ built }) => built.macs);
  const [all, largest] = [macs.reduce((sum, each) => sum + each, 0), macs.reduce((a, b) => Math.max(a, b), 0)];
  return { what: `${what} of "${name}"`, macs: { all, largest } };
}

/** Runs a program. After a failure all programs are rebuilt, since their memory may be half written. */
export async function run(core: ModelCore, executable: Executable, options: RunOptions): Promise<RunResult> {
  try {
    return await executable.run(options);
  } catch (error) {
    const isUntouched = error instanceof Interrupted && !error.hadBegun;
    if (!isUntouched) core.executables.clear();
    throw error;
  }
}

/** Builds the program of a key. */
export function programOf({ graph }: ModelCore, key: ProgramKey): ProgramBuilder {
  switch (key.type) {
    case "fit":
      return trainingProgram(graph, key.data, key.objectives, key.optimizer);
    case "curvature":
      return curvatureProgram(graph, key.data, key.objectives, key.slot);
    case "evaluate":
      return evaluationProgram(graph, key.data, key.objectives, key.scores);
    case "predict":
      return predictionProgram(graph, key.data, blockConvolutions);
  }
}

/**
 * Keys of the same program have the same text. Training depends on which layers are frozen. The learning rate is left
 * out: a program gets it with every step.
 */
function keyText({ graph }: ModelCore, key: ProgramKey): string {
  if (key.type === "evaluate" || key.type === "predict") return JSON.stringify(key);
  const trained = graph.layers.map(({ trainable }) => trainable);
  if (key.type === "curvature") return JSON.stringify({ ...key, trained });
  const { learningRate: _, ...optimizer } = key.optimizer;
  return JSON.stringify({ ...key, optimizer, trained });
}
