/** What figures and the report of a network are drawn from. The figures' worker draws them. */
import { type Dataset, loadModel, type Model } from "lenet5";
import { examples, type RunReport } from "lenet5/figures";
import type { FigureName, FigureValues } from "../design/figures.ts";
import { putDataSet, servedFrom, testSet } from "../networks/data-sets.ts";
import type { Subject, UndrawnFigure } from "./yours-api.ts";

/** Kernels of a layer that are worth a picture. */
const MOST_KERNELS = 256;

export async function figuresOf(subject: Subject): Promise<UndrawnFigure[]> {
  const model = await loadModel(subject.model, { threads: 1 });
  const { evaluation, shown } = await evaluated(model, subject);
  const { history } = subject;
  const made: UndrawnFigure[] = [];
  const add = <Name extends FigureName>(name: string, figure: Name, ...values: FigureValues<Name>) =>
    made.push({ name, figure, values });
  add("network", "networkDiagram", model.summaryData());
  for (const layer of visible(model)) add(`kernels-${layer}`, "kernels", model.kernels(layer));
  if (subject.image) add("feature-maps", "featureMaps", await model.layerOutputs(subject.image));
  if (history !== undefined && history.epochs.length > 0) {
    add("loss", "lossCurves", history);
    if (history.history.accuracy) add("accuracy", "accuracyCurves", history);
    if (history.history.seconds) add("time", "epochTimes", history);
  }
  add("confusion-matrix", "confusionMatrix", evaluation);
  add("class-errors", "classErrors", evaluation);
  add("confused-pairs", "confusedPairs", evaluation);
  add("worst-errors", "worstErrors", shown);
  return made;
}

export async function reportOf(subject: Subject): Promise<RunReport> {
  const model = await loadModel(subject.model, { threads: 1 });
  const { evaluation, predictions, shown, source, count } = await evaluated(model, subject);
  return {
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
  };
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
