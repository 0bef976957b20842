/** The worker that holds the networks of the page and computes what they make of an image. */
import * as Comlink from "comlink";
import {
  InputError,
  judged,
  type Model,
  type Picture,
  type PictureReader,
  type Preparation,
  type PreparationStep,
  pictureReader,
  preparationOfModel,
  preparationSteps,
  pretrained,
} from "lenet5";
import type { NetworkSource } from "../state/network.ts";
import { putDataSet, servedFrom, testSet } from "./data-sets.ts";
import { bestOf, evaluate, imagesAt } from "./evaluate.ts";
import { fitted } from "./fitted.ts";
import { measuredRanges } from "./measured-ranges.ts";
import { modelOfFile } from "./model-of-file.ts";
import type { NetworkApi } from "./network-api.ts";
import { onPaper, openedPicture } from "./pictures.ts";

/** A network of the page. */
interface Opened {
  readonly model: Model;
  readonly classNames: readonly string[];
  readonly preparation: Preparation;
  readonly read: PictureReader;
}

const models = new Map<string, Opened>();

/** Loaded when it is first asked: a page that only draws needs none of it. */
const breaking = () => import("./breaking.ts");

const api: NetworkApi = {
  servedFrom,
  putData: putDataSet,
  async dataFacts(id) {
    const { source, test } = await testSet(id);
    return { id, title: source.replace(/ (from|in) .*$/s, ""), test: test.labels.length, classNames: test.classNames };
  },
  async testImages(data, indices, id) {
    const { test } = await testSet(data);
    const images = imagesAt(test, indices);
    return {
      images: id === undefined ? images : fitted(images, models.get(id)!.model.inputs.shape),
      labels: Uint8Array.from(indices, (index) => test.labels[index]!),
    };
  },
  async testLabels(data) {
    return Uint8Array.from((await testSet(data)).test.labels);
  },
  async evaluate(network, data, onProgress) {
    const { model, classNames } = models.get(network)!;
    return evaluate(model, (await testSet(data)).test, { network, data }, classNames, onProgress);
  },
  async open(id, source) {
    const model = await opened(source);
    const read = pictureReader(model);
    const { preparation } = preparationOfModel(model);
    const classes = model.outputs.shape.at(-1)!;
    if (classes < 2) throw new InputError(`expected a network with an output for each of its classes, got ${classes}`);
    const classNames = model.reading?.classNames ?? Array.from({ length: classes }, (_, i) => String(i));
    models.set(id, { model, classNames, preparation, read });
    return {
      id,
      title: model.name,
      summary: model.summaryData(),
      weights: model.weights,
      outputsDistances: model.outputsDistances,
      classNames,
      preparation,
      checksum: await model.checksum(),
    };
  },
  async prepare(picture, id) {
    return stepsOf(picture, id).at(-1)?.image;
  },
  async fitted(image, id) {
    try {
      const one = fitted({ ...image, shape: [1, ...image.shape] }, models.get(id)!.model.inputs.shape);
      return { ...one, shape: one.shape.slice(1) };
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  },
  async steps(picture, id) {
    return stepsOf(picture, id);
  },
  async read(picture, id) {
    const { read, preparation } = models.get(id)!;
    return read(seen(picture, preparation), "picture");
  },
  openPicture: openedPicture,
  async modelFile(id) {
    return models.get(id)!.model.toBytes();
  },
  async update(id, weights) {
    models.get(id)!.model.setWeights(weights);
  },
  checksum: (id) => models.get(id)!.model.checksum(),
  async forward(id, image, off = []) {
    const { model } = models.get(id)!;
    const { layers } =
      off.length > 0 ? await (await breaking()).outputsWithout(model, off, image) : await model.layerOutputs(image);
    const scores = [...layers.at(-1)!.values];
    const { outputKind, reading } = model;
    return {
      network: id,
      input: image,
      layers,
      scores,
      predicted: bestOf(scores, model.outputsDistances),
      judgement: outputKind && judged(scores, outputKind, reading?.confidence),
    };
  },
  answersAlong: async (id, ...given) => (await breaking()).answersAlong(models.get(id)!.model, ...given),
  saliency: async (id, ...given) => (await breaking()).saliency(models.get(id)!.model, ...given),
  pleased: async (id, ...given) => (await import("./ascent.ts")).ascended(models.get(id)!.model, ...given),
  ranges: (id) => measuredRanges(models.get(id)!.model),
};

function opened(source: NetworkSource): Promise<Model> {
  if (source.type === "file") return modelOfFile(source.bytes, source.name);
  return pretrained({ network: source.network, threads: 1 });
}

/** Black ink on nothing is all black to a network of three colours: it gets the picture on paper. */
function seen(picture: Picture, preparation: Preparation | undefined): Picture {
  return preparation?.channels === 3 ? onPaper(picture) : picture;
}

/** The steps from a picture to a network's image; none where nothing stands out of the background. */
function stepsOf(picture: Picture, id: string | undefined): readonly PreparationStep[] {
  try {
    const preparation = id === undefined ? undefined : models.get(id)!.preparation;
    return preparationSteps(seen(picture, preparation), preparation);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

Comlink.expose(api);
