/** The pad's two canvases: what is seen, at the device's resolution, and the pixels that are read. */
import type { Picture, Tensor } from "lenet5";
import { PAD, type Point, type Stroke } from "../state/strokes.ts";
import { drawPoints, drawStrokes } from "./raster.ts";

export class Surface {
  private readonly canvas: HTMLCanvasElement;
  private readonly seen: CanvasRenderingContext2D;
  private readonly pixels: CanvasRenderingContext2D;
  private colour = "black";

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    this.seen = canvas.getContext("2d")!;
    const read = document.createElement("canvas");
    read.width = read.height = PAD;
    this.pixels = read.getContext("2d", { willReadFrequently: true })!;
  }

  /** Takes the size and the colour of the canvas as they are now; what is on it is gone. */
  fit(): void {
    const { width } = this.canvas.getBoundingClientRect();
    const side = Math.max(1, Math.round(width * devicePixelRatio));
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.colour = getComputedStyle(this.canvas).color;
  }

  /** Draws all strokes anew. */
  strokes(strokes: readonly Stroke[]): void {
    drawStrokes(this.seen, strokes, this.canvas.width, this.colour);
    drawStrokes(this.pixels, strokes, PAD, "black");
  }

  /** Draws only the newest points of a stroke. */
  points(points: readonly Point[], first: number, erases: boolean): void {
    drawPoints(this.seen, points, first, erases, this.canvas.width, this.colour);
    drawPoints(this.pixels, points, first, erases, PAD, "black");
  }

  /** The drawing as a picture: black ink on transparent ground. */
  read(): Picture {
    return this.pixels.getImageData(0, 0, PAD, PAD);
  }

  /** Shows a picture as large as fits, in the middle. */
  picture({ width, height, data }: Picture): void {
    const image = new ImageData(new Uint8ClampedArray(data), width, height);
    this.clear();
    this.seen.imageSmoothingEnabled = true;
    this.show(image);
  }

  /** Shows an image of a data set: every pixel a square, ink in the colour of the page; colours as they are. */
  image({ shape: [rows = 1, columns = 1, channels = 1], data }: Tensor<Uint8Array>): void {
    const image = new ImageData(columns, rows);
    const ink = channels === 1 ? this.rgb() : undefined;
    for (let i = 0; i < rows * columns; i++) {
      const pixel = data.subarray(channels * i, channels * (i + 1));
      if (ink) image.data.set([...ink, pixel[0]!], 4 * i);
      else image.data.set([...pixel.subarray(0, 3), pixel[3] ?? 255], 4 * i);
    }
    this.clear();
    this.seen.imageSmoothingEnabled = false;
    this.show(image);
  }

  private clear(): void {
    this.seen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.pixels.clearRect(0, 0, PAD, PAD);
  }

  private show(image: ImageData): void {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    const side = this.canvas.width;
    const scale = side / Math.max(image.width, image.height);
    const [width, height] = [image.width * scale, image.height * scale];
    this.seen.drawImage(canvas, (side - width) / 2, (side - height) / 2, width, height);
  }

  /** The three numbers of the ink's colour. */
  private rgb(): number[] {
    this.seen.save();
    this.seen.fillStyle = this.colour;
    const hex = this.seen.fillStyle as string;
    this.seen.restore();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  }
}
