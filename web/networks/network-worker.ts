/** The worker that holds the networks of the page and computes what they make of an image. */
import * as Comlink from "comlink";
import { InputError, loadModel, type Model, prepared, pretrained } from "lenet5";
import type { NetworkSource } from "../state/network.ts";
import { putDataSet, servedFrom, testSet } from "./data-sets.ts";
import { evaluate, imagesAt } from "./evaluate.ts";
import { measuredRanges } from "./measured-ranges.ts";
import type { NetworkApi } from "./network-api.ts";

const models = new Map<string, { readonly model: Model; readonly classNames: readonly string[] }>();

const api: NetworkApi = {
  servedFrom,
  putData: putDataSet,
  async dataFacts(id) {
    const { source, test } = await testSet(id);
    return { id, title: source.replace(/ (from|in) .*$/s, ""), test: test.labels.length, classNames: test.classNames };
  },
  async testImages(id, indices) {
    const { test } = await testSet(id);
    return { images: imagesAt(test, indices), labels: Uint8Array.from(indices, (index) => test.labels[index]!) };
  },
  async evaluate(network, data, onProgress) {
    const { model } = models.get(network)!;
    return evaluate(model, (await testSet(data)).test, { network, data }, onProgress);
  },
  async open(id, source) {
    const model = await opened(source);
    const classes = model.outputs.shape.at(-1)!;
    const classNames = model.reading?.classNames ?? Array.from({ length: classes }, (_, i) => String(i));
    models.set(id, { model, classNames });
    return {
      id,
      title: model.name,
      summary: model.summaryData(),
      weights: model.weights,
      outputsDistances: model.outputsDistances,
      classNames,
    };
  },
  async prepare(picture) {
    try {
      return prepared(picture);
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  },
  async update(id, weights) {
    models.get(id)!.model.setWeights(weights);
  },
  async forward(id, image) {
    const { model } = models.get(id)!;
    const { layers } = await model.layerOutputs(image);
    const scores = [...layers.at(-1)!.values];
    const best = model.outputsDistances ? Math.min(...scores) : Math.max(...scores);
    return { network: id, input: image, layers, scores, predicted: scores.indexOf(best) };
  },
  ranges: (id) => measuredRanges(models.get(id)!.model),
};

function opened(source: NetworkSource): Promise<Model> {
  if (source.type === "file") return loadModel(source.bytes, { threads: 1 });
  return pretrained({ network: source.network, threads: 1 });
}

Comlink.expose(api);
