/** A rectangle in a picture, in pixels. */
export interface Box {
  /** Columns of pixels to the left of it. */
  readonly left: number;
  /** Rows of pixels above it. */
  readonly top: number;
  /** Its columns of pixels. */
  readonly width: number;
  /** Its rows of pixels. */
  readonly height: number;
}
