import { indexer, type OracleOp, tensor } from "./tensor.ts";

/** The options of the layers that change the geometry of images, with ranges of one number. */
export interface GivenGeometry {
  readonly factor?: readonly [number, number];
  readonly heightFactor?: readonly [number, number];
  readonly widthFactor?: readonly [number, number];
  readonly fillMode?: "constant" | "nearest" | "wrap" | "reflect";
  readonly interpolation?: "bilinear" | "nearest";
  readonly fillValue?: number;
  /** Whether the factors zoom; else they move. */
  readonly zooms?: boolean;
}

type Matrix = readonly [number, number, number, number, number, number];

/** The matrix from output to input coordinates, x before y, as Keras's layers write it. */
function matrixOf({ factor, heightFactor, widthFactor, zooms }: GivenGeometry, H: number, W: number): Matrix {
  const only = (range: readonly [number, number]): number => {
    if (range[0] !== range[1]) throw new Error("the oracle has no geometry that is drawn at random");
    return range[0];
  };
  const [cx, cy] = [(W - 1) / 2, (H - 1) / 2];
  if (factor) {
    const angle = 2 * Math.PI * only(factor);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [c, -s, cx - cx * c + cy * s, s, c, cy - cx * s - cy * c];
  }
  const height = only(heightFactor!);
  const width = only(widthFactor ?? heightFactor!);
  if (zooms) return [1 + width, 0, -cx * width, 0, 1 + height, -cy * height];
  return [1, 0, -width * W, 0, 1, -height * H];
}

/** A coordinate in the image, from one that may be outside: TensorFlow's ImageProjectiveTransformV3. */
function mapped(c: number, size: number, mode: GivenGeometry["fillMode"]): number {
  if (mode === "constant") return c;
  let inside = c;
  if (mode === "wrap") {
    // The period of TensorFlow is the size, the count of periods is taken from size - 1.
    if (c < 0) inside = size === 1 ? 0 : c + size * (Math.trunc(-c / (size - 1)) + 1);
    if (c > size - 1) inside = size === 1 ? 0 : c - size * Math.trunc(c / (size - 1));
  }
  if (mode === "reflect") {
    if (c < 0) {
      const shifted = c + 2 * size * Math.trunc(-c / (2 * size));
      inside = shifted < -size ? shifted + 2 * size : -shifted - 1;
    }
    if (c > size - 1) {
      const shifted = c - 2 * size * Math.trunc(c / (2 * size));
      inside = shifted >= size ? 2 * size - shifted - 1 : shifted;
    }
  }
  return Math.min(Math.max(inside, 0), size - 1);
}

const rounded = (c: number) => Math.sign(c) * Math.floor(Math.abs(c) + 0.5);

/** Every image [N, H, W, C] in one geometry. */
export function resampled(options: GivenGeometry): OracleOp {
  const { fillMode = "reflect", interpolation = "bilinear", fillValue = 0 } = options;
  return {
    forward([x]) {
      const [N, H, W, C] = x.shape as [number, number, number, number];
      const [a0, a1, a2, b0, b1, b2] = matrixOf(options, H, W);
      const index = indexer(x.shape);
      /** The pixels that an output pixel reads, with their weights. */
      const terms = (row: number, column: number): { h: number; w: number; weight: number }[] => {
        const px = mapped(a0 * column + a1 * row + a2, W, fillMode);
        const py = mapped(b0 * column + b1 * row + b2, H, fillMode);
        if (interpolation === "nearest") return [{ h: rounded(py), w: rounded(px), weight: 1 }];
        const [top, left] = [Math.floor(py), Math.floor(px)];
        return [0, 1].flatMap((i) =>
          [0, 1].map((j) => {
            const weight = (i === 0 ? top + 1 - py : py - top) * (j === 0 ? left + 1 - px : px - left);
            return { h: top + i, w: left + j, weight };
          }),
        );
      };
      const isInside = ({ h, w }: { h: number; w: number }) => h >= 0 && h < H && w >= 0 && w < W;
      const output = tensor(x.shape);
      const eachTerm = (visit: (o: number, i: number | undefined, weight: number) => void) => {
        for (let h = 0; h < H; h++)
          for (let w = 0; w < W; w++)
            for (const term of terms(h, w))
              for (let n = 0; n < N; n++)
                for (let c = 0; c < C; c++)
                  visit(index(n, h, w, c), isInside(term) ? index(n, term.h, term.w, c) : undefined, term.weight);
      };
      eachTerm((o, i, weight) => {
        output.data[o] += weight * (i === undefined ? fillValue : x.data[i]);
      });
      return {
        output,
        backward(dOutput) {
          const dX = tensor(x.shape);
          eachTerm((o, i, weight) => {
            if (i !== undefined) dX.data[i] += weight * dOutput.data[o];
          });
          return { inputs: [dX], weights: [] };
        },
      };
    },
  };
}
