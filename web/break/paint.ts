/** Pictures of an image's pixels on a canvas, at the device's resolution. */
import { type ColourTable, colourIndex } from "../design/colours.ts";

/** Fills the canvas with values, each a whole square, in colours of -range to range. */
export function paint(
  canvas: HTMLCanvasElement,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  pixels: readonly { readonly values: ArrayLike<number>; readonly range: number; readonly colours: ColourTable }[],
): void {
  const small = new OffscreenCanvas(columns, rows);
  const image = new ImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) {
    // The first picture that has something to show at this place.
    const shown = pixels.find(
      ({ values, range }, k) => k === pixels.length - 1 || Math.abs(values[i]!) > 0.06 * range,
    )!;
    words[i] = shown.colours[colourIndex(shown.values[i]!, shown.range)]!;
  }
  small.getContext("2d")!.putImageData(image, 0, 0);
  const ratio = devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round((canvas.clientWidth * ratio * rows) / columns);
  const context = canvas.getContext("2d")!;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** The mean over the channels of each pixel. */
export function grey(data: ArrayLike<number>, channels: number): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += data[pixel * channels + channel]!;
    return sum / channels;
  });
}
