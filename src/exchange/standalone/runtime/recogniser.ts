import { isPicture, type Picture } from "../../../pictures/picture.ts";
import { preparedParts } from "../../../pictures/prepared-parts.ts";
import { type PictureAnswer, pictureAnswer } from "../../../reading/answer.ts";
import { partAnswer } from "../../../reading/part-answer.ts";
import { scoresOfUnit } from "../../../training/scores.ts";
import type { Description } from "./description.ts";
import { networkOf } from "./network.ts";

/** A canvas of a page or of a worker; not every TypeScript project knows these names. */
export interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): unknown;
}

/** What a standalone file exports. */
export interface Recogniser {
  classify(given: CanvasLike | Picture): PictureAnswer;
  predict(image: ArrayLike<number>): Float32Array;
}

/** @param text the weights, base64 */
export function recogniser({ preparation, outputs, unit, network, ...known }: Description, text: string): Recogniser {
  const run = networkOf(network, bytesOf(text));
  const size = network.input.reduce((product, side) => product * side, 1);
  const meaning = { ...known, kind: outputs };
  return {
    classify(given) {
      const parts = preparedParts(pictureOf(given), preparation);
      return pictureAnswer(
        parts.map((part) => {
          const numbers = run(part.image.data, part.image.scale);
          return partAnswer(part, Array.from(unit ? scoresOfUnit(numbers, unit === "logit") : numbers), meaning);
        }),
      );
    },
    predict(image) {
      if (image?.length !== size)
        throw new TypeError(`predict: expected ${size} numbers [${network.input.join(", ")}], got ${image?.length}`);
      return run(image).slice();
    },
  };
}

function pictureOf(given: CanvasLike | Picture): Picture {
  if (isPicture(given)) return given;
  const canvas = given as Partial<CanvasLike> | undefined;
  if (typeof canvas?.getContext === "function") {
    const context = canvas.getContext("2d") as CanvasRenderingContext2D | null;
    if (context && canvas.width && canvas.height) return context.getImageData(0, 0, canvas.width, canvas.height);
    throw new TypeError("classify: expected a canvas with pixels and a 2d context, got one without");
  }
  throw new TypeError("classify: expected a canvas, an ImageData or { width, height, data } with 4 bytes a pixel");
}

function bytesOf(text: string): Uint8Array {
  const decoded = atob(text);
  const bytes = new Uint8Array(decoded.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = decoded.charCodeAt(i);
  return bytes;
}
