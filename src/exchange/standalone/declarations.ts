/** The types of a standalone file. A test compares them with those of the library. */
export const declarations = `/** A rectangle in a picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the network says about one part of a picture. */
export interface PartAnswer {
  readonly box: Box;
  /** "none": it looks like no class at all, or does not have the shape of a digit. */
  readonly verdict: "sure" | "unsure" | "none";
  /** The number of the class with the highest probability or score. */
  readonly label: number;
  /** Its name. */
  readonly className: string;
  /** Its probability, from 0 to 1; absent where the outputs are no probabilities. */
  readonly confidence?: number;
  /** By class number; absent where the outputs are no probabilities. */
  readonly probabilities?: readonly number[];
  /** By class number; for a network whose outputs are no probabilities. */
  readonly scores?: readonly number[];
  /** The image that the network was given. */
  readonly image: {
    readonly shape: readonly number[];
    readonly data: Uint8Array;
    /** What the bytes are multiplied by. */
    readonly scale?: number;
  };
}

/** What is read in a picture. */
export interface PictureAnswer {
  /** "several": more than one digit; "none": nothing that looks like one, such as an empty canvas. */
  readonly verdict: "sure" | "unsure" | "several" | "none";
  /** The names of the classes in reading order: "7", "2026", "" for none; "?" for a part that looks like no class. */
  readonly text: string;
  /** The probability that the text is right, from 0 to 1, where it has one. */
  readonly confidence?: number;
  /** Every part that stands apart, in reading order. */
  readonly parts: readonly PartAnswer[];
  /** The number of the class; undefined unless there is one part to read. */
  readonly label?: number;
  /** The name of the class; undefined unless there is one part to read. */
  readonly className?: string;
  /** By class number, where there is one part to read. */
  readonly probabilities?: readonly number[];
  /** By class number, where there is one part to read and the outputs are no probabilities. */
  readonly scores?: readonly number[];
}

/** Pixels, such as the ImageData of a canvas: red, green, blue and alpha, 0 to 255, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A canvas of a page or a worker. */
export interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): unknown;
}

/**
 * Reads a picture.
 * @throws TypeError for what is no picture
 */
export function classify(picture: CanvasLike | Picture): PictureAnswer;

/**
 * The network alone: its outputs for an image that is prepared as those that it learned from.
 * @param image the numbers of its input, row by row, channels last
 * @throws TypeError for another count of numbers
 */
export function predict(image: ArrayLike<number>): Float32Array;
`;
