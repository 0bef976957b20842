import { type Numbers, sizeOf, type Tensor } from "../../core/tensor.ts";
import { base64, fromBase64 } from "../drawing/base64.ts";
import type { Example, ExamplesJson, PredictionsJson } from "../results.ts";

export interface ExamplesOptions {
  /** How many of the errors to take, most confident first; default 40. */
  readonly worst?: number;
  /** How many images of each cell of the confusion matrix at most; default 12 of the wrong ones, 4 of the right. */
  readonly perCell?: { readonly wrong?: number; readonly right?: number };
  /** How many images in all at most; default 600. */
  readonly most?: number;
}

/**
 * Images worth looking at: the errors the network was surest of, and some of each cell of the confusion matrix (of the
 * right answers the least sure ones), and each class's surest right answer. `predictions` are the answers for `data.images`, in order.
 */
export function examples(
  predictions: PredictionsJson,
  data: { readonly images: Tensor; readonly classNames: readonly string[] },
  options: ExamplesOptions = {},
): ExamplesJson {
  const { worst = 40, perCell: { wrong = 12, right = 4 } = {}, most = 600 } = options;
  const { labels, predicted, confidence } = predictions;
  const isRight = (i: number) => labels[i] === predicted[i];
  const all = labels.map((_, i) => i);
  const errors = all.filter((i) => !isRight(i)).sort((a, b) => confidence[b] - confidence[a] || a - b);
  const cells = new Map<string, number>();
  const ofCells = (order: readonly number[], limit: number) =>
    order.filter((i) => {
      const cell = `${labels[i]} ${predicted[i]}`;
      const taken = cells.get(cell) ?? 0;
      if (taken < limit) cells.set(cell, taken + 1);
      return taken < limit;
    });
  const leastSure = all.filter(isRight).sort((a, b) => confidence[a] - confidence[b] || a - b);
  const surest = data.classNames.flatMap((_, label) => leastSure.findLast((i) => labels[i] === label) ?? []);
  const cellsOf = [...ofCells(errors, wrong), ...ofCells(leastSure, right)];
  const chosen = [...new Set([...errors.slice(0, worst), ...surest, ...cellsOf])];
  const images = chosen.slice(0, most).map(
    (index): Example => ({
      ...{ index, label: labels[index], predicted: predicted[index], confidence: confidence[index] },
      pixels: base64(bytesOf(data.images, index)),
    }),
  );
  return { shape: data.images.shape.slice(1), classNames: data.classNames, images };
}

/** An image as bytes, 255 being 1. */
function bytesOf({ shape, data, scale = 1 }: Tensor<Numbers>, index: number): Uint8ClampedArray {
  const size = sizeOf(shape.slice(1));
  return Uint8ClampedArray.from(data.subarray(index * size, (index + 1) * size), (value) => value * scale * 255);
}

/** The image of an example, as a network reads it: [1, rows, columns, channels]. */
export function exampleImage({ pixels }: Pick<Example, "pixels">, shape: readonly number[]): Tensor<Uint8Array> {
  return { shape: [1, ...shape], data: fromBase64(pixels), scale: 1 / 255 };
}
