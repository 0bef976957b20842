/** A decoded picture. The `ImageData` of a canvas is one. */
export interface Picture {
  /** The number of pixels in a row. */
  readonly width: number;
  /** The number of rows of pixels. */
  readonly height: number;
  /** `[height, width, 4]`, row-major: red, green, blue and alpha (not premultiplied), 0 to 255. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** Pixels of the file in one of these, where the picture was shrunk while it was decoded. Default 1. */
  readonly unit?: number;
}

/** Rows and columns in the file; of a picture that was shrunk, about so many. */
export function sizeInFile({ width, height, unit = 1 }: Picture): [rows: number, columns: number] {
  return [Math.round(height * unit), Math.round(width * unit)];
}

/** Whether something has whole numbers of pixels, and four bytes for each. */
export function isPicture(given: unknown): given is Picture {
  const { width = 0, height = 0, data } = (given ?? {}) as Partial<Picture>;
  const isSize = [width, height].every((side) => Number.isInteger(side) && side >= 1);
  const areBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return isSize && areBytes && data.length === 4 * width * height;
}
