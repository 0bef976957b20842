import { firstNotFinite } from "../core/finite.ts";
import { sizeOf } from "../core/tensor.ts";
import { classOf } from "../training/class-weight.ts";
import { fitConfidence } from "../training/fit-confidence.ts";
import { classOutputs } from "./class-outputs.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type Batches, dataShape, type LabelledImages, labelledSamples, trainCount } from "./data.ts";
import type { FitConfig } from "./fit-options.ts";
import { isBatches } from "./given-data.ts";
import { targetsOf } from "./objectives.ts";
import { outputsOf } from "./predict.ts";

/**
 * Learns from the validation images of a training how far the model's answers can be trusted, and keeps it in the
 * model's reading. Nothing is learned where nothing is known about pictures or classes, without validation images in
 * memory or with too few of them, and for a network that is no classifier.
 */
export async function learnConfidence(
  core: ModelCore,
  { objectives }: TrainingState,
  data: LabelledImages | Batches,
  { validationData, validationSplit = 0, signal }: FitConfig,
): Promise<void> {
  const { graph, reading } = core;
  const [target, ...more] = targetsOf(graph, objectives);
  const isClassifier = graph.inputs.length === 1 && target !== undefined && more.length === 0;
  const given = validationData ?? (validationSplit > 0 ? data : undefined);
  if (!reading || !isClassifier || given === undefined || isBatches(given)) return;
  const { kind, rows } = classOutputs(target.tensor, target.loss);
  if (kind === undefined) return;
  const { count, source, inputs } = labelledSamples(given, dataShape(graph, [target]));
  const { shape } = graph.inputs[0];
  const from = validationData ? 0 : trainCount(count, validationSplit);
  const images = source.inputs[0].subarray(from * sizeOf(shape));
  const samples = { count: count - from, source: { ...source, inputs: [images], targets: [] }, inputs };
  const [outputs] = await outputsOf(core, samples, { batchSize: undefined, verbose: 0, signal });
  if (!outputs || firstNotFinite(outputs) >= 0) return;
  const { labels } = source.targets[0];
  const numbers = Int32Array.from({ length: count - from }, (_, i) => classOf(labels, from + i, target.classes));
  const confidence = fitConfidence({ outputs: rows(outputs), labels: numbers, kind });
  if (confidence !== undefined) core.reading = { ...reading, confidence };
}
