import { checkOptions } from "../../core/errors.ts";
import { sizeOf, type Tensor } from "../../core/tensor.ts";
import { base64, fromBase64 } from "../drawing/base64.ts";
import { imageBytes } from "../drawing/image-bytes.ts";
import type { Example, ExamplesJson, PredictionsJson } from "../results.ts";

/** Options of {@link examples}. */
export interface ExamplesOptions {
  /** Maximum number of errors of the highest confidence; default 40. */
  readonly worst?: number;
  /** Maximum number of images for each cell of the confusion matrix. */
  readonly perCell?: {
    /** Off the diagonal (errors); default 12. */
    readonly wrong?: number;
    /** On the diagonal (correct predictions); default 4. */
    readonly right?: number;
  };
  /** Maximum number of images in total, at most 16 MiB of pixels; default 600. */
  readonly max?: number;
}

/** Bytes of all images together: of 28x28 pixels 600 take half a megabyte, of 2000x2000 in colour one takes 12. */
const MAX_BYTES = 2 ** 24;

/**
 * Selects images for a report: the errors of the highest confidence, then some images of each cell of the confusion
 * matrix. Cells off the diagonal give their images of the highest confidence, cells on the diagonal the one of the
 * highest and those of the lowest. `predictions` are those for `data.images`, in order.
 */
export function examples(
  predictions: PredictionsJson,
  data: { readonly images: Tensor; readonly classNames: readonly string[] },
  options: ExamplesOptions = {},
): ExamplesJson {
  checkOptions("examples", options, ["worst", "perCell", "max"]);
  const { worst = 40, perCell = {}, max = 600 } = options;
  checkOptions("examples perCell", perCell, ["wrong", "right"]);
  const { wrong = 12, right = 4 } = perCell;
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
  // In rounds: where `max` limits the number, every cell gives one image before any gives two.
  const turns = Array.from({ length: Math.min(max, Math.max(wrong, right)) }, (_, turn) =>
    ranked.flatMap((cell) => cell.slice(turn, turn + 1)),
  );
  const shape = images.shape.slice(1);
  const room = Math.floor(MAX_BYTES / Math.max(1, sizeOf(shape)));
  const chosen = [...new Set([...errors.slice(0, worst), ...turns.flat()])].slice(0, Math.min(max, room));
  return {
    shape,
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

/**
 * The image of an example as input of the network: [1, rows, columns, channels]. Shape and scale are in the examples.
 */
export function exampleImage(
  { pixels }: Pick<Example, "pixels">,
  shape: readonly number[],
  scale = 1 / 255,
): Tensor<Uint8Array> {
  return { shape: [1, ...shape], data: fromBase64(pixels), scale };
}
