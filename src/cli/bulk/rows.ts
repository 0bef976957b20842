import type { PictureDocument } from "../predict/picture-document.ts";

/** The columns of tables: names, and types as Parquet calls them. */
export const columns = {
  /** The path of the picture, as it is listed. */
  file: "STRING",
  /** All that was read in the picture. */
  text: "STRING",
  /** The number of the part in the picture, from 1; empty where the picture has none. */
  part: "INT32",
  verdict: "STRING",
  label: "INT32",
  className: "STRING",
  confidence: "DOUBLE",
  /** The box of the part in the picture, in pixels. */
  left: "INT32",
  top: "INT32",
  width: "INT32",
  height: "INT32",
  /** Why the picture cannot be read. */
  error: "STRING",
} as const;

export type Column = keyof typeof columns;

/** A part of a picture as a row of a table; absent values are empty. */
export type Row = { readonly [Name in Column]?: string | number };

/** A row for each part of a picture; one for a picture without parts, or that cannot be read. */
export function rowsOf(document: PictureDocument): Row[] {
  if ("error" in document) return [document];
  const { file, text, verdict, parts } = document;
  if (parts.length === 0) return [{ file, text, verdict }];
  return parts.map(({ box, verdict, label, className, confidence }, i) => ({
    ...{ file, text, part: i + 1, verdict, label, className, ...box },
    ...(confidence !== undefined && { confidence }),
  }));
}

/** The values of a row, a column each. */
export function valuesOf(row: Row): (string | number | null)[] {
  return (Object.keys(columns) as Column[]).map((name) => row[name] ?? null);
}
