/** What breaks a network's answer, and what a network looks for: computed in a worker. */
import type { LayerOutputs, Model, Tensor } from "lenet5";
import { type Adjust, type DialName, dials, type MapPlace } from "../state/adjust.ts";
import { adjusted, hiddenAt } from "./adjusted.ts";
import { ownOutputs, switched } from "./switched.ts";

/** A network's outputs for some images. */
export interface Answers {
  /** The numbers of the slider. */
  readonly at: readonly number[];
  /** `[images][classes]`, one after the other. */
  readonly scores: Float32Array;
  readonly classes: number;
}

/** How much each pixel holds up the answer, in row-major order; below 0 where it speaks against it. */
export interface Saliency {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** The largest size of a value. */
  readonly largest: number;
}

/** An image that is made to please a unit. */
export interface Pleased {
  /** The network's input, 0 to 1. */
  readonly image: Float32Array;
  readonly shape: readonly number[];
  /** The unit's output for it. */
  readonly value: number;
}

/** The points of a curve. */
const POINTS = 41;
/** The side of the patch that hides a part of the image, as a share of the image. It moves on pixel by pixel. */
const PATCH = 5 / 32;

/** The answers along the range of a slider, everything else being as it is. */
export async function answersAlong(
  net: Model,
  image: Tensor<Uint8Array>,
  adjust: Adjust,
  name: DialName,
  off: readonly MapPlace[],
): Promise<Answers> {
  const { least, most, step } = dials[name];
  const count = Math.min(POINTS, Math.round((most - least) / step) + 1);
  const at = Array.from({ length: count }, (_, i) => least + ((most - least) * i) / (count - 1));
  const images = at.map((value) => adjusted(image, { ...adjust, [name]: value }));
  const { data } = await switched(net, off).predict(batch(images));
  return { at, scores: data, classes: net.outputs.shape.at(-1)! };
}

/** By the gradient of the answer's score, or by what hiding a part of the image takes from it. */
export function saliency(
  net: Model,
  image: Tensor<Uint8Array>,
  by: "gradient" | "occlusion",
  off: readonly MapPlace[],
): Promise<Saliency> {
  const seen = switched(net, off);
  return by === "gradient" ? byGradient(seen, image) : byOcclusion(seen, image);
}

/** Every layer's output with some maps off. */
export async function outputsWithout(net: Model, off: readonly MapPlace[], image: Tensor): Promise<LayerOutputs> {
  return { layers: ownOutputs((await switched(net, off).layerOutputs(image)).layers) };
}

function batch(images: readonly Tensor<Uint8Array>[]): Tensor<Uint8Array> {
  const { shape, scale, data } = images[0]!;
  const all = new Uint8Array(images.length * data.length);
  images.forEach((each, i) => {
    all.set(each.data, i * data.length);
  });
  return { shape: [images.length, ...shape.slice(-3)], data: all, scale };
}

/** The class that the network answers, and the sign of its score: a distance is better the smaller it is. */
function best(net: Model, scores: Float32Array): { answer: number; sign: 1 | -1 } {
  const sign = net.outputsDistances ? -1 : 1;
  const signed = scores.map((score) => sign * score);
  return { answer: signed.indexOf(Math.max(...signed)), sign };
}

async function byGradient(net: Model, image: Tensor<Uint8Array>): Promise<Saliency> {
  const { answer, sign } = best(net, (await net.predict(batch([image]))).data);
  const { layer } = net.outputs;
  const { gradient } = await net.inputGradient(image, { layer: layer.name, unit: [answer], logits: isSoftmax(net) });
  return overChannels(
    gradient.data.map((value) => sign * value),
    gradient.shape,
  );
}

async function byOcclusion(net: Model, image: Tensor<Uint8Array>): Promise<Saliency> {
  const [rows = 1, columns = 1] = image.shape;
  const side = Math.max(2, Math.round(PATCH * rows));
  const places: { row: number; column: number }[] = [];
  for (let row = 1 - side; row < rows; row++)
    for (let column = 1 - side; column < columns; column++) places.push({ row, column });
  const hidden = places.map(({ row, column }) => hiddenAt(image, row, column, side));
  const { data } = await net.predict(batch([image, ...hidden]));
  const classes = net.outputs.shape.at(-1)!;
  const { answer, sign } = best(net, data.subarray(0, classes));
  // A certain network's probabilities hardly change; their logarithms do.
  const score = (i: number) => {
    const value = data[i * classes + answer]!;
    return isSoftmax(net) ? Math.log(Math.max(1e-30, value)) : sign * value;
  };
  const values = new Float32Array(rows * columns);
  const counts = new Float32Array(rows * columns);
  places.forEach(({ row, column }, i) => {
    const lost = score(0) - score(i + 1);
    for (let r = Math.max(0, row); r < Math.min(rows, row + side); r++) {
      for (let c = Math.max(0, column); c < Math.min(columns, column + side); c++) {
        values[r * columns + c]! += lost;
        counts[r * columns + c]!++;
      }
    }
  });
  return overChannels(
    values.map((value, i) => (counts[i] ? value / counts[i]! : 0)),
    [rows, columns, 1],
  );
}

/** Whether the outputs are the probabilities of a softmax. */
function isSoftmax({ outputs: { layer } }: Model): boolean {
  return layer.config.activation === "softmax" || layer.type === "softmax";
}

/** The sum over the channels of each pixel. */
function overChannels(values: Float32Array, [rows = 1, columns = 1, channels = 1]: readonly number[]): Saliency {
  const sums = new Float32Array(rows * columns);
  values.forEach((value, i) => {
    sums[Math.floor(i / channels)]! += value;
  });
  return { rows, columns, values: sums, largest: sums.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}
