/** The formats of answers, by the endings of their files. */
import { createReadStream } from "node:fs";
import { appendBytes } from "#platform";
import { InputError, listed } from "../../core/errors.ts";
import type { PictureDocument } from "../predict/picture-document.ts";
import { beginParquet } from "./parquet.ts";
import { columns, rowsOf, valuesOf } from "./rows.ts";

/** A file of answers that is put together from shards. */
export interface AnswersFile {
  /** Adds the next shard, which is a file. */
  add(shard: string): Promise<void>;
  /** Writes what is left. */
  end(): Promise<void>;
}

/** How answers are written. */
export interface AnswersFormat {
  /** What a shard has of a picture: whole lines. */
  linesOf(document: PictureDocument): string;
  /** Begins a file at a path where there is none. */
  begin(path: string): Promise<AnswersFile>;
}

export type FormatName = keyof typeof formats;

export const formats = {
  csv: {
    linesOf: (document) =>
      rowsOf(document)
        .map((row) => csvLine(valuesOf(row)))
        .join(""),
    begin: (path) => beginText(path, csvLine(Object.keys(columns))),
  },
  jsonl: {
    linesOf: (document) => `${JSON.stringify(document)}\n`,
    begin: (path) => beginText(path, ""),
  },
  parquet: {
    linesOf: (document) =>
      rowsOf(document)
        .map((row) => `${JSON.stringify(valuesOf(row))}\n`)
        .join(""),
    begin: beginParquet,
  },
} as const satisfies Readonly<Record<string, AnswersFormat>>;

/** The format of a file by its ending. @throws InputError for another ending */
export function formatOf(file: string): FormatName {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase();
  const name = (Object.keys(formats) as FormatName[]).find((each) => each === ending);
  if (name !== undefined) return name;
  const endings = Object.keys(formats).map((each) => `.${each}`);
  throw new InputError(`--out: expected a file of answers that ends in ${listed(endings)}, got "${file}"`);
}

/** A line of RFC 4180. */
function csvLine(values: readonly (string | number | null)[]): string {
  const fields = values.map((value) => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${fields.join(",")}\r\n`;
}

async function beginText(path: string, head: string): Promise<AnswersFile> {
  await appendBytes(path, new TextEncoder().encode(head));
  return {
    async add(shard) {
      for await (const piece of createReadStream(shard, { highWaterMark: 2 ** 20 }))
        await appendBytes(path, piece as Uint8Array);
    },
    end: async () => {},
  };
}
