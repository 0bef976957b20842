/** Resamples images: each pixel of the result is interpolated bilinearly at some position of the image. */
export class Resampler {
  /**
   * [rows][columns]: the column and the row of the image from which each pixel is taken; 0 is the centre of the first.
   */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  private readonly rows: number;
  private readonly columns: number;
  private readonly channels: number;
  /** One channel with a border of one pixel, so that the loop needs no check of the image's edge. */
  private readonly plane: Float32Array;
  private readonly result: Float32Array;
  private readonly drawn = { left: 0, right: 0, top: 0, bottom: 0 };

  constructor(rows: number, columns: number, channels: number, background: number) {
    [this.rows, this.columns, this.channels] = [rows, columns, channels];
    this.xs = new Float64Array(rows * columns);
    this.ys = new Float64Array(rows * columns);
    this.plane = new Float32Array((rows + 2) * (columns + 2)).fill(background);
    this.result = new Float32Array(rows * columns * channels);
  }

  /** [rows][columns][channels]; the next call overwrites it. */
  run(image: Float32Array): Float32Array {
    const { channels, result } = this;
    for (let channel = 0; channel < channels; channel++) {
      this.fill(image, channel);
      this.sample(channel);
    }
    return result;
  }

  /**
   * Copies a channel into the plane, and finds the smallest rectangle that holds all pixels other than the background.
   */
  private fill(image: Float32Array, channel: number): void {
    const { rows, columns, channels, plane, drawn } = this;
    const background = plane[0]!;
    let left = columns;
    let right = -1;
    let top = rows;
    let bottom = -1;
    for (let y = 0, from = channel; y < rows; y++) {
      const row = (y + 1) * (columns + 2) + 1;
      for (let x = 0; x < columns; x++, from += channels) plane[row + x] = image[from]!;
      let first = 0;
      while (first < columns && plane[row + first] === background) first++;
      if (first === columns) continue;
      let last = columns - 1;
      while (plane[row + last] === background) last--;
      if (first < left) left = first;
      if (last > right) right = last;
      if (bottom < 0) top = y;
      bottom = y;
    }
    drawn.left = left;
    drawn.right = right;
    drawn.top = top;
    drawn.bottom = bottom;
  }

  private sample(channel: number): void {
    const { rows, columns, channels, plane, result, xs, ys, drawn } = this;
    const width = columns + 2;
    const background = plane[0]!;
    // In the plane's coordinates: outside of these bounds the result is background. 40% of the pixels of a digit lie
    // inside.
    const { left, top } = drawn;
    const right = drawn.right + 2;
    const bottom = drawn.bottom + 2;
    const size = rows * columns;
    for (let i = 0, to = channel; i < size; i++, to += channels) {
      const x = xs[i]! + 1;
      const y = ys[i]! + 1;
      // NaN counts as outside.
      if (!(x > left && x < right && y > top && y < bottom)) {
        result[to] = background;
        continue;
      }
      const column = x | 0;
      const row = y | 0;
      const dx = x - column;
      const at = row * width + column;
      const a = plane[at]!;
      const c = plane[at + width]!;
      const upper = a + dx * (plane[at + 1]! - a);
      result[to] = upper + (y - row) * (c + dx * (plane[at + width + 1]! - c) - upper);
    }
  }
}
