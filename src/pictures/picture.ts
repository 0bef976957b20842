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
