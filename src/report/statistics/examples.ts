import type { Tensor } from "../../core/tensor.ts";
import { base64, fromBase64 } from "../drawing/base64.ts";
import { imageBytes } from "../drawing/image-bytes.ts";
import type { Example, ExamplesJson, PredictionsJson } from "../results.ts";

export interface ExamplesOptions {
  /** Errors at most, of the highest confidence; default 40. */
  readonly worst?: number;
  /** Images of each cell of the confusion matrix at most; default 12 of wrong cells, 4 of correct ones. */
  readonly perCell?: { readonly wrong?: number; readonly right?: number };
  /** Images in all at most; default 600. */
  readonly most?: number;
}

/**
 * Images worth looking at: the errors of the highest confidence, then some of each cell of the confusion matrix. Wrong
 * cells give those of the highest confidence, correct cells the highest one and then the lowest. `predictions` are those
 * for `data.images`, in order.
 */
export function examples(
  predictions: PredictionsJson,
  data: { readonly images: Tensor; readonly classNames: readonly string[] },
  options: ExamplesOptions = {},
): ExamplesJson {
  const { worst = 40, perCell: { wrong = 12, right = 4 } = {}, most = 600 } = options;
  const { labels, predicted, confidence } = predictions;
  const { images, classNames } = data;
  const isRight = (i: number) => labels[i] === predicted[i];
  const surestFirst = labels.map((_, i) => i).sort((a, b) => confidence[b] - confidence[a]);
  const errors = surestFirst.filter((i) => !isRight(i));
  const cells = new Map<string, number[]>();
  for (const i of surestFirst) {
    const cell = `${labels[i]} ${predicted[i]}`;
    cells.get(cell)?.push(i) ?? cells.set(cell, [i]);
  }
  const ranked = [...cells.values()].map((cell) =>
    isRight(cell[0]) ? [cell[0], ...cell.slice(1).reverse()].slice(0, right) : cell.slice(0, wrong),
  );
  // Turn by turn: where there are more cells than room, each has one before any has two.
  const turns = Array.from({ length: Math.max(wrong, right) }, (_, turn) =>
    ranked.flatMap((cell) => cell.slice(turn, turn + 1)),
  );
  const chosen = [...new Set([...errors.slice(0, worst), ...turns.flat()])].slice(0, most);
  return {
    shape: images.shape.slice(1),
    classNames,
    scale: images.data instanceof Uint8Array ? (images.scale ?? 1) : 1 / 255,
    images: chosen.map((index) => ({
      index,
      label: labels[index],
      predicted: predicted[index],
      confidence: confidence[index],
      pixels: base64(imageBytes(images, index)),
    })),
  };
}

/** The image of an example, as the network read it: [1, rows, columns, channels]. Shape and scale are the examples'. */
export function exampleImage(
  { pixels }: Pick<Example, "pixels">,
  shape: readonly number[],
  scale = 1 / 255,
): Tensor<Uint8Array> {
  return { shape: [1, ...shape], data: fromBase64(pixels), scale };
}
