import { encode } from "fast-png";
import { joinPath, makeFolder, writeBeside } from "#platform";
import { luminance } from "../../pictures/grey.ts";
import type { PartAnswer } from "../../reading/answer.ts";

/** The longest side of a drawing, in dots: two columns of dots are a character. */
const MAX_DOTS = 96;

/** The bit of each dot of a braille character, by row and column (Unicode, block U+2800). */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** Prepared pictures side by side, drawn with characters: a dot for each pixel that differs from the ground. */
export function drawing(parts: readonly Pick<PartAnswer, "image">[], columns: number): string {
  const pictures = parts.map(({ image }) => linesOf(image));
  const rows: string[] = [];
  for (let first = 0; first < pictures.length; ) {
    let [end, width] = [first + 1, pictures[first][0].length];
    while (end < pictures.length && width + 2 + pictures[end][0].length <= columns)
      width += 2 + pictures[end++][0].length;
    const row = pictures.slice(first, end);
    for (let y = 0; y < row[0].length; y++)
      rows.push(
        row
          .map((lines) => lines[y])
          .join("  ")
          .trimEnd(),
      );
    first = end;
  }
  return rows.join("\n");
}

type Image = PartAnswer["image"];

/** The lines of one drawing, all of the same length. */
function linesOf(image: Image): string[] {
  const { shape, values } = shrunk(image);
  const [rows, columns] = shape;
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const border = values.filter((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return Math.min(row, column, rows - 1 - row, columns - 1 - column) === 0;
  });
  const isGroundLight = border.filter((value) => value > middle).length > border.length / 2;
  const isInk = (row: number, column: number) =>
    row < rows && column < columns && values[row * columns + column] > middle !== isGroundLight;
  return Array.from({ length: Math.ceil(rows / 4) }, (_, y) =>
    Array.from({ length: Math.ceil(columns / 2) }, (_, x) => {
      let code = 0x2800;
      dots.forEach((bits, dy) => {
        bits.forEach((bit, dx) => {
          if (isInk(y * 4 + dy, x * 2 + dx)) code |= bit;
        });
      });
      return code === 0x2800 ? " " : String.fromCodePoint(code);
    }).join(""),
  );
}

/** The grey of an image, every second or third pixel of large ones. */
function shrunk({ shape, data }: Image): { shape: readonly [rows: number, columns: number]; values: number[] } {
  const [rows, columns, channels] = shape;
  const step = Math.ceil(Math.max(rows, columns) / MAX_DOTS);
  const [height, width] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  const values = Array.from({ length: height * width }, (_, i) => {
    const at = (step * Math.floor(i / width) * columns + step * (i % width)) * channels;
    return channels === 1 ? data[at] : luminance(data[at], data[at + 1], data[at + 2]);
  });
  return { shape: [height, width], values };
}

/** Writes the prepared parts of pictures as PNG files into a folder: `seven.prepared.png`, of several digits
 * `note.1.prepared.png`, `note.2.prepared.png` and so on. */
export class PreparedFolder {
  readonly folder: string;
  private readonly names = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  async write(file: string, parts: readonly Pick<PartAnswer, "image">[]): Promise<void> {
    await makeFolder(this.folder);
    const base = (file.split(/[\\/]/).at(-1) ?? file).replace(/\.[^.]+$/, "");
    const filesOf = (name: string) => parts.map((_, i) => `${name}${parts.length > 1 ? `.${i + 1}` : ""}.prepared.png`);
    // Pictures of one name may come from several folders, and note.1.png may be beside a note.png of several digits.
    let names = filesOf(base);
    for (let count = 2; names.some((name) => this.names.has(name)); count++) names = filesOf(`${base}~${count}`);
    for (const [i, { image }] of parts.entries()) {
      const [height, width, channels] = image.shape;
      const png = encode({ width, height, channels, depth: 8, data: image.data });
      this.names.add(names[i]);
      await writeBeside(joinPath(this.folder, names[i]), png);
    }
  }
}
