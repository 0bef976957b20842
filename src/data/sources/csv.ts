import { InputError, shown } from "../../core/errors.ts";
import { formatOf } from "../../pictures/formats/formats.ts";
import type { RawImages } from "./array-images.ts";
import type { RawLabels } from "./array-labels.ts";

/** Images and labels of a CSV file. */
export interface CsvImages {
  readonly images: RawImages;
  /** Absent where every column is a pixel. */
  readonly labels?: RawLabels;
  /** Where the labels are. */
  readonly labelColumn?: LabelColumn;
}

export interface CsvOptions {
  /** Where the labels are. Default: seen in the file. */
  readonly labelColumn?: LabelColumn;
  /** The number of pixels in each image, where it is known: a file with so many columns has no labels. */
  readonly pixels?: number;
}

/** Where the labels are, for an option. */
export type LabelColumn = "first" | "last";

const [LINE_FEED, RETURN, QUOTE, SPACE, ZERO] = [10, 13, 34, 32, 48];
const delimiters = [",", ";", "\t"];
/** Names of a first column that numbers the images; tables written with an index have "" or "Unnamed: 0". */
const indexNames = ["", "id", "imageid", "index", "unnamed: 0"];
const labelNames = ["label", "labels", "class", "target", "y", "digit", "letter", "character", "species", "category"];

/** A line is longer than this where the file is no table. */
const MAX_COLUMNS = 4 * 4096 * 4096 + 1;

/**
 * Reads images from a table: a row for each image, a column for each pixel, and the labels in the first or the last
 * column. Columns are separated by commas, semicolons, tabs or spaces; a first row of names is skipped, and so is a first
 * column whose name says that it numbers the images.
 *
 * The labels are in the column that a name in the first row says ("label", "class", ...), or that is mostly texts. Without
 * these, they are in the column that `labelColumn` says, or, of the first and the last, in the one that has several
 * values and all of them whole. Where all columns together make an image and one less does not, there are no labels.
 *
 * @param name the file's name in errors
 * @throws InputError with the number of the line for rows of different lengths, for pixels that are no numbers and for
 *   labels that are missing; and where the first and the last column may both be labels
 */
export function parseCsv(bytes: Uint8Array, name: string, options: CsvOptions = {}): CsvImages {
  const table = new Table(bytes, name);
  const column = labelColumnOf(table, options);
  const pixels = table.columns - table.first - (column === undefined ? 0 : 1);
  if (pixels < 1)
    throw new InputError(`${name}: expected pixels beside the labels, got one column; check the delimiter`);
  const { data, labels } = table.read(column);
  const shape = [table.rows, pixels];
  const isText = labels.some((label) => !/^[+-]?\d+(\.0*)?$/.test(label));
  const stored = isText ? labels : Float64Array.from(labels, Number);
  return {
    images: { name, shape, data },
    ...(column !== undefined && {
      labels: { name, shape: [table.rows], data: stored },
      labelColumn: column === table.first ? ("first" as const) : ("last" as const),
    }),
  };
}

/** The lines of a table, and its first row. */
class Table {
  readonly columns: number;
  readonly rows: number;
  readonly header: readonly string[] | undefined;
  /** The first column of labels or pixels: 1 where column 0 numbers the images. */
  readonly first: 0 | 1;
  readonly bytes: Uint8Array;
  readonly name: string;
  private readonly delimiter: number;
  /** Where each row begins and ends, in turns. */
  private readonly lines: Float64Array;
  private readonly firstLine: number;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.name = name;
    this.lines = linesOf(bytes);
    if (this.lines.length === 0) throw new InputError(`${name}: the file is empty; give a row for each image`);
    const first = this.textOf(0);
    const picture = formatOf(bytes);
    if (picture !== undefined) {
      throw new InputError(
        `${name}: expected a data set, got one ${picture} picture; give the folder in which each class has a folder of pictures`,
      );
    }
    if (bytes.subarray(0, 1000).includes(0) || first.includes("\ufffd"))
      throw new InputError(`${name}: expected a table of text (CSV), got other data; give a format that is read`);
    const counts = delimiters.map((each) => first.split(each).length);
    const most = Math.max(...counts);
    this.delimiter = most > 1 ? delimiters[counts.indexOf(most)]!.charCodeAt(0) : SPACE;
    const fields = this.fields(0);
    this.columns = fields.length;
    if (this.columns > MAX_COLUMNS)
      throw new InputError(`${name}: expected a row for each image, got ${this.columns} columns`);
    // In a row of data, the label may be a text; a pixel that is one is an error.
    this.header = fields.filter((field) => !isNumber(field)).length > fields.length / 2 ? fields : undefined;
    this.first = this.header && this.columns > 1 && indexNames.includes(this.header[0]!.toLowerCase()) ? 1 : 0;
    this.firstLine = this.header ? 1 : 0;
    this.rows = this.lines.length / 2 - this.firstLine;
    if (this.rows === 0)
      throw new InputError(`${name}: expected rows below the names, got none; give a row for each image`);
  }

  /** The fields of a row of data. */
  row(index: number): string[] {
    return this.fields(index + this.firstLine);
  }

  /** Pixels `[rows, columns]` without the column of the labels, and the labels. */
  read(labelColumn: number | undefined): { data: Uint8Array | Float32Array; labels: string[] } {
    const { bytes, lines, columns, rows, delimiter, first } = this;
    // A field takes a byte at least, with its delimiter: rows are missing some.
    if (rows * columns > bytes.length)
      for (let line = 0; ; line++) if (this.fields(line).length < columns) throw this.ragged(line);
    const labels: string[] = [];
    let data: Uint8Array | Float32Array = new Uint8Array(
      rows * (columns - first - (labelColumn === undefined ? 0 : 1)),
    );
    let to = 0;
    for (let row = 0; row < rows; row++) {
      const line = row + this.firstLine;
      const end = lines[2 * line + 1]!;
      let at = lines[2 * line]!;
      let column = 0;
      for (; column < columns && at <= end; column++) {
        const fieldEnd = endOfField(bytes, at, end, delimiter);
        if (column === labelColumn) labels.push(this.label(at, fieldEnd, line));
        else if (column >= first) {
          const value = wholeNumber(bytes, at, fieldEnd) ?? this.number(at, fieldEnd, line, column);
          // A value that is no byte: the rest is read as floats.
          if (data instanceof Uint8Array && !(value >= 0 && value <= 255 && Number.isInteger(value)))
            data = Float32Array.from(data);
          data[to++] = value;
        }
        at = nextField(bytes, fieldEnd, end, delimiter);
      }
      if (column < columns || at <= end) throw this.ragged(line);
    }
    return { data, labels };
  }

  private fields(line: number): string[] {
    const { bytes, lines, delimiter } = this;
    const end = lines[2 * line + 1]!;
    const fields: string[] = [];
    for (let at = lines[2 * line]!; at <= end; ) {
      const fieldEnd = endOfField(bytes, at, end, delimiter);
      fields.push(unquoted(text(bytes, at, fieldEnd)));
      at = nextField(bytes, fieldEnd, end, delimiter);
    }
    return fields;
  }

  private textOf(line: number): string {
    return text(this.bytes, this.lines[2 * line]!, this.lines[2 * line + 1]!);
  }

  private number(start: number, end: number, line: number, column: number): number {
    const field = unquoted(text(this.bytes, start, end));
    if (isNumber(field)) return Number(field);
    throw new InputError(
      `${this.name}, line ${this.lineNumber(line)}: expected a number in column ${column + 1}, got ${shown(field)}; correct it or remove the row`,
    );
  }

  private label(start: number, end: number, line: number): string {
    const field = unquoted(text(this.bytes, start, end));
    if (field !== "") return field;
    throw new InputError(
      `${this.name}, line ${this.lineNumber(line)}: expected a label, got an empty field; correct it or remove the row`,
    );
  }

  private ragged(line: number): InputError {
    const fields = this.fields(line);
    return new InputError(
      `${this.name}, line ${this.lineNumber(line)}: expected ${this.columns} columns, as in the first row, got ${fields.length}; correct it or remove the row`,
    );
  }

  /** The number of a line in the file, where empty lines count too. */
  private lineNumber(line: number): number {
    let number = 1;
    for (let at = 0; at < this.lines[2 * line]!; at++) if (this.bytes[at] === LINE_FEED) number++;
    return number;
  }
}

/** Where each line begins and ends, without spaces around it; empty lines are left out. */
function linesOf(bytes: Uint8Array): Float64Array {
  const found: number[] = [];
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  for (let start = hasMark ? 3 : 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const after = feed < 0 ? bytes.length : feed;
    let [from, end] = [start, after];
    while (end > from && (bytes[end - 1] === RETURN || bytes[end - 1] === SPACE)) end--;
    while (from < end && bytes[from] === SPACE) from++;
    if (end > from) found.push(from, end);
    start = after + 1;
  }
  return Float64Array.from(found);
}

/** The end of the field that begins at `at`. Delimiters in quotes belong to the field. */
function endOfField(bytes: Uint8Array, at: number, end: number, delimiter: number): number {
  let i = at;
  let isQuoted = false;
  for (; i < end; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === delimiter && !isQuoted) break;
  }
  return i;
}

/** The start of the field after one; beyond `end` where there is none. Several spaces separate as one does. */
function nextField(bytes: Uint8Array, fieldEnd: number, end: number, delimiter: number): number {
  if (fieldEnd >= end) return end + 1;
  let next = fieldEnd + 1;
  if (delimiter === SPACE) while (bytes[next] === SPACE) next++;
  return next;
}

/** The value of up to six digits; undefined for other texts. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end === start || end - start > 6) return undefined;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  return value;
}

const decoder = new TextDecoder();

function text(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end)).trim();
}

function unquoted(field: string): string {
  return /^".*"$/s.test(field) ? field.slice(1, -1).replaceAll('""', '"').trim() : field;
}

function isNumber(field: string): boolean {
  return field !== "" && Number.isFinite(Number(field));
}

/** The column of the labels; undefined where every column is a pixel. */
function labelColumnOf(table: Table, { labelColumn: given, pixels }: CsvOptions): number | undefined {
  const { columns, name, header, first } = table;
  const [last, count] = [columns - 1, columns - first];
  if (pixels !== undefined && count !== pixels && count !== pixels + 1) {
    throw new InputError(
      `${name}: expected ${pixels} pixels, as in the training images, with or without labels, got ${columns} columns; give files of one data set`,
    );
  }
  if (count === pixels) return undefined;
  if (given) return given === "first" ? first : last;
  const named = header && [first, last].filter((column) => labelNames.includes(header[column]!.toLowerCase()));
  if (named?.length === 1) return named[0];
  const seen = Array.from({ length: Math.min(table.rows, 1000) }, (_, i) =>
    table.row(Math.floor((i * table.rows) / Math.min(table.rows, 1000))),
  );
  // A few texts among numbers are damaged pixels.
  const isText = (field: string | undefined) => field !== undefined && field !== "" && !isNumber(field);
  const texts = [first, last].filter((column) => 2 * seen.filter((row) => isText(row[column])).length > seen.length);
  if (texts.length === 1) return texts[0];
  if (isImage(count) && !isImage(count - 1)) return undefined;
  const varied = [first, last].filter((column) => {
    const values = new Set(seen.map((row) => Number(row[column] ?? 0)));
    return values.size > 1 && [...values].every(Number.isInteger);
  });
  if (varied.length === 1) return varied[0];
  throw new InputError(
    `${name}: expected labels in the first or the last column, and ${varied.length === 0 ? "neither has several whole numbers" : "both may be"}; give --label-column first or --label-column last`,
  );
}

/** Whether so many pixels make a square image, in grey or in colour. */
function isImage(pixels: number): boolean {
  return [1, 3, 4].map((channels) => Math.sqrt(pixels / channels)).some((side) => Number.isInteger(side) && side > 1);
}
