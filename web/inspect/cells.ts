/** Numbers as cells of colour on a canvas, at the device's resolution. */
import { type ColourTable, colourIndex } from "../design/colours.ts";

export interface Cells {
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
  /** Side of a cell in CSS pixels. */
  readonly side: number;
  readonly colours: ColourTable;
  readonly range: number;
  /** The text of a cell; none by default. */
  text?(value: number): string;
}

/** A colour of a table for style sheets. */
export function cssColour(colours: ColourTable, value: number, range: number): string {
  const [red, green, blue] = rgb(colours[colourIndex(value, range)]!);
  return `rgb(${red} ${green} ${blue})`;
}

function rgb(pixel: number): [red: number, green: number, blue: number] {
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
}

/** Dark text on light colours, and light text on dark ones. */
function textOn(pixel: number): string {
  const [red, green, blue] = rgb(pixel).map((byte) => (byte / 255) ** 2.2) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 ? "#14161a" : "#ffffff";
}

export function paintCells(canvas: HTMLCanvasElement, cells: Cells): void {
  const { rows, columns, values, colours, range, text } = cells;
  const ratio = window.devicePixelRatio;
  const side = Math.max(1, Math.round(cells.side * ratio));
  const [width, height] = [columns * side, rows * side];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d")!;
  for (let i = 0; i < rows * columns; i++) {
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
    const value = values[i];
    context.fillStyle = value === undefined ? "transparent" : cssColour(colours, value, range);
    context.clearRect(x, y, side, side);
    context.fillRect(x, y, side, side);
    if (!text || value === undefined) continue;
    context.fillStyle = textOn(colours[colourIndex(value, range)]!);
    context.font = `${Math.round(side * 0.38)}px "Source Sans 3 Variable", system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text(value), x + side / 2, y + side / 2 + 1);
  }
}

/** How many cells stand in a row where a layer has no rows: 7 for the 84 units that are bitmaps of characters. */
export function across(count: number): number {
  if (count === 84) return 7;
  const wanted = Math.sqrt(count * 0.55);
  for (let width = Math.floor(wanted); width > wanted / 2; width--) if (count % width === 0) return width;
  return Math.max(1, Math.round(wanted));
}
