import { readdirSync, readFileSync } from "node:fs";
import * as lenet5 from "../../src/index.ts";

/** Something that every member of a table has. */
export interface Piece<Name extends string> {
  /** Names it after "lacks": "golden numbers from Keras". */
  readonly piece: string;
  /** The file in which it belongs. */
  readonly file: string | ((name: Name) => string);
  /** Throws, or returns false, where it is missing. */
  readonly check: (name: Name) => unknown;
  /** Members that cannot have it, with the reason. */
  readonly without?: { readonly [Member in Name]?: string };
}

/** A table of src/ and the pieces that each of its members has. */
export interface Table {
  readonly kind: string;
  readonly names: readonly string[];
  readonly pieces: readonly Piece<string>[];
}

/** @param kind of a member: "layer" */
export function table<Name extends string>(
  kind: string,
  members: Readonly<Record<Name, unknown>>,
  pieces: readonly Piece<Name>[],
): Table {
  return { kind, names: Object.keys(members), pieces: pieces as unknown as readonly Piece<string>[] };
}

/** Whether the package exports a function or value. */
export function exported(member: unknown): boolean {
  return Object.values(lenet5).includes(member as never);
}

/** A line about the name, in backticks, in README or a page of docs/. */
export function lineInDocs<Name extends string>(called: (name: Name) => string = (name) => name): Piece<Name> {
  return { piece: "a line in the docs", file: "README.md or docs/", check: (name) => documented(called(name)) };
}

function documented(name: string): boolean {
  const docs = new URL("../../docs/", import.meta.url);
  const pages = readdirSync(docs)
    .filter((file) => file.endsWith(".md"))
    .map((file) => new URL(file, docs));
  const text = new RegExp(`\`"?${name}\\b`);
  return [new URL("../../README.md", import.meta.url), ...pages].some((page) => text.test(readFileSync(page, "utf8")));
}

/** globalAveragePooling2d -> global-average-pooling2d, mean_squared_error -> mean-squared-error */
export function fileOf(name: string): string {
  return name.replaceAll("_", "-").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
