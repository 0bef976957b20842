/** Stored pixels: bytes or floats. */
export type Pixels = Uint8Array | Float32Array;

/** Where each pixel of a distorted image comes from. */
export interface Sources {
  /**
   * [rows][columns]: the column and the row of the image from which each pixel is taken; 0 is the centre of the first.
   */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** For each row, the columns that are drawn, from `first` to before `end`; the others are background. */
  readonly first: Int32Array;
  readonly end: Int32Array;
}

/** Pixels other than the background come from within these columns and rows, limits not included. */
export interface Rectangle {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Resamples images: each pixel of the result is interpolated bilinearly at some position of the image. */
export class Resampler {
  readonly sources: Sources;
  /** Of the loaded image. 40% of the pixels of a digit lie inside. */
  readonly drawn: Rectangle = { left: 0, right: 0, top: 0, bottom: 0 };
  private readonly rows: number;
  private readonly columns: number;
  private readonly channels: number;
  private readonly background: number;
  /** [channels][rows + 2][columns + 2]: a border of one pixel, so that the loop needs no check of the image's edge. */
  private readonly planes: Float32Array;
  private readonly result: Float32Array;

  constructor(rows: number, columns: number, channels: number, background: number) {
    [this.rows, this.columns, this.channels] = [rows, columns, channels];
    this.background = Math.fround(background);
    this.sources = {
      xs: new Float64Array(rows * columns),
      ys: new Float64Array(rows * columns),
      first: new Int32Array(rows),
      end: new Int32Array(rows).fill(columns),
    };
    this.planes = new Float32Array(channels * (rows + 2) * (columns + 2)).fill(background);
    this.result = new Float32Array(rows * columns * channels);
  }

  /** Takes the image [rows][columns][channels] that begins at `from[at]`, and finds what of it is not background. */
  load(from: Pixels, at: number): void {
    const { rows, columns, channels, planes, background, drawn } = this;
    const plane = (rows + 2) * (columns + 2);
    let left = columns;
    let right = -1;
    let top = rows;
    let bottom = -1;
    for (let y = 0; y < rows; y++) {
      for (let channel = 0; channel < channels; channel++) {
        const row = channel * plane + (y + 1) * (columns + 2) + 1;
        for (let x = 0, i = at + y * columns * channels + channel; x < columns; x++, i += channels)
          planes[row + x] = from[i]!;
        let first = 0;
        while (first < columns && planes[row + first] === background) first++;
        if (first === columns) continue;
        let last = columns - 1;
        while (planes[row + last] === background) last--;
        if (first < left) left = first;
        if (last > right) right = last;
        if (bottom < 0) top = y;
        bottom = y;
      }
    }
    drawn.left = left - 1;
    drawn.right = right + 1;
    drawn.top = top - 1;
    drawn.bottom = bottom + 1;
  }

  /** The loaded image as the sources say, [rows][columns][channels]; the next call overwrites it. */
  run(): Float32Array {
    const { rows, columns, channels, result, background } = this;
    const { xs, ys, first, end } = this.sources;
    // In the planes' coordinates.
    const left = this.drawn.left + 1;
    const right = this.drawn.right + 1;
    const top = this.drawn.top + 1;
    const bottom = this.drawn.bottom + 1;
    const size = (rows + 2) * (columns + 2);
    result.fill(background);
    for (let row = 0; row < rows; row++) {
      const stop = row * columns + end[row]!;
      for (let i = row * columns + first[row]!; i < stop; i++) {
        const x = xs[i]! + 1;
        const y = ys[i]! + 1;
        // NaN counts as outside.
        if (!(x > left && x < right && y > top && y < bottom)) continue;
        const column = x | 0;
        const line = y | 0;
        const at = line * (columns + 2) + column;
        for (let channel = 0; channel < channels; channel++) {
          result[i * channels + channel] = this.sample(channel * size + at, x - column, y - line);
        }
      }
    }
    return result;
  }

  private sample(at: number, dx: number, dy: number): number {
    const { planes } = this;
    const below = at + this.columns + 2;
    const a = planes[at]!;
    const c = planes[below]!;
    const upper = a + dx * (planes[at + 1]! - a);
    return upper + dy * (c + dx * (planes[below + 1]! - c) - upper);
  }
}
