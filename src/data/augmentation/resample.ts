/** An image taken anew: each pixel of the result from another place of the image, interpolated bilinearly. */
export class Resampler {
  /** [rows][columns]: which column and which row of the image each pixel is taken from; 0 is the first one's centre. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  private readonly rows: number;
  private readonly columns: number;
  private readonly channels: number;
  /** One channel with a border of one pixel, so that the loop need not look where the image ends. */
  private readonly plane: Float32Array;
  private readonly result: Float32Array;

  constructor(rows: number, columns: number, channels: number, background: number) {
    [this.rows, this.columns, this.channels] = [rows, columns, channels];
    this.xs = new Float64Array(rows * columns);
    this.ys = new Float64Array(rows * columns);
    this.plane = new Float32Array((rows + 2) * (columns + 2)).fill(background);
    this.result = new Float32Array(rows * columns * channels);
  }

  /** [rows][columns][channels]; the next call writes over it. */
  run(image: Float32Array): Float32Array {
    const { channels, result } = this;
    for (let channel = 0; channel < channels; channel++) {
      this.fill(image, channel);
      this.sample(channel);
    }
    return result;
  }

  private fill(image: Float32Array, channel: number): void {
    const { rows, columns, channels, plane } = this;
    for (let y = 0, from = channel; y < rows; y++) {
      const row = (y + 1) * (columns + 2) + 1;
      for (let x = 0; x < columns; x++, from += channels) plane[row + x] = image[from]!;
    }
  }

  private sample(channel: number): void {
    const { rows, columns, channels, plane, result, xs, ys } = this;
    const width = columns + 2;
    const background = plane[0]!;
    for (let i = 0, to = channel; i < xs.length; i++, to += channels) {
      // Within the plane; what is not even a number is outside.
      const x = xs[i]! + 1;
      const y = ys[i]! + 1;
      if (!(x >= 0 && x < columns + 1 && y >= 0 && y < rows + 1)) {
        result[to] = background;
        continue;
      }
      const left = x | 0;
      const top = y | 0;
      const dx = x - left;
      const at = top * width + left;
      const a = plane[at]!;
      const c = plane[at + width]!;
      const upper = a + dx * (plane[at + 1]! - a);
      result[to] = upper + (y - top) * (c + dx * (plane[at + width + 1]! - c) - upper);
    }
  }
}
