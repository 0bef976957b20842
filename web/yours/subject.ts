/** Figures and the report of a network, made in a worker by the code of `lenet5 report`. */
import { type Dataset, loadModel, type Model } from "lenet5";
import {
  accuracyCurves,
  classErrors,
  confusedPairs,
  confusionMatrix,
  epochTimes,
  examples,
  type Figure,
  featureMaps,
  kernels,
  lossCurves,
  networkDiagram,
  reportPage,
  worstErrors,
} from "lenet5/figures";
import { parseHTML } from "linkedom/worker";
import { putDataSet, servedFrom, testSet } from "../networks/data-sets.ts";
import type { FigureFile, Subject } from "./yours-api.ts";

// A worker has no document; the charts only create elements in it and take them as text.
globalThis.document ??= parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;

/** Kernels of a layer that are worth a picture. */
const MOST_KERNELS = 256;

export async function figuresOf(subject: Subject): Promise<FigureFile[]> {
  const model = await loadModel(subject.model, { threads: 1 });
  const { evaluation, shown } = await evaluated(model, subject);
  const { history } = subject;
  const hasHistory = history !== undefined && history.epochs.length > 0;
  const made: [name: string, figure: Figure][] = [["network", networkDiagram(model.summaryData())]];
  for (const layer of visible(model)) made.push([`kernels-${layer}`, kernels(model.kernels(layer))]);
  if (subject.image) made.push(["feature-maps", featureMaps(await model.layerOutputs(subject.image))]);
  if (hasHistory) {
    made.push(["loss", lossCurves(history)]);
    if (history.history.accuracy) made.push(["accuracy", accuracyCurves(history)]);
    if (history.history.seconds) made.push(["time", epochTimes(history)]);
  }
  made.push(["confusion-matrix", confusionMatrix(evaluation)], ["class-errors", classErrors(evaluation)]);
  made.push(["confused-pairs", confusedPairs(evaluation)], ["worst-errors", worstErrors(shown)]);
  return made.map(([name, figure]) => ({ name, title: figure.title, svg: figure.svg }));
}

export async function reportOf(subject: Subject): Promise<string> {
  const model = await loadModel(subject.model, { threads: 1 });
  const { evaluation, predictions, shown, source, count } = await evaluated(model, subject);
  return reportPage({
    title: subject.title,
    started: new Date().toISOString(),
    notices: [],
    data: { source, test: count },
    network: model.summaryData(),
    history: subject.history,
    evaluation,
    predictions,
    examples: shown,
    kernels: visible(model).map((layer) => model.kernels(layer)),
    layerOutputs: subject.image && (await model.layerOutputs(subject.image)),
    settings: { Checksum: await model.checksum() },
  });
}

function visible(model: Model): string[] {
  return model.layers
    .filter(({ type, built }) => {
      const [rows = 1, columns = 1, channels = 1, maps = 1] = built.weights[0]?.shape ?? [];
      return type === "conv2d" && rows * columns > 1 && channels * maps <= MOST_KERNELS;
    })
    .map(({ name }) => name);
}

async function evaluated(model: Model, { data, given, page }: Subject) {
  servedFrom(page);
  if (given) putDataSet(data, given);
  const { source, test } = await testSet(data);
  if (!model.training) {
    const loss = model.outputsDistances ? "rbf_map" : "sparse_categorical_crossentropy";
    model.compile({ loss, metrics: ["accuracy"] });
  }
  const classNames = namesFor(model, test);
  const results = await model.evaluate(test, { confusionMatrix: true, predictions: true, classNames });
  const { loss, confusionMatrix: matrix, perClass, predictions } = results;
  const right = predictions.labels.filter((label, i) => label === predictions.predicted[i]).length;
  const count = predictions.labels.length;
  const evaluation = { accuracy: right / count, loss, confusionMatrix: matrix, perClass };
  const shown = examples(predictions, { images: test.images, classNames });
  return { evaluation, predictions, shown, source, count };
}

/** The names of the network's classes: it may have more than the data. */
function namesFor(model: Model, { classNames }: Dataset): readonly string[] {
  const count = model.outputs.shape.at(-1)!;
  const own = model.reading?.classNames ?? classNames;
  return own.length === count ? own : Array.from({ length: count }, (_, i) => own[i] ?? String(i));
}
