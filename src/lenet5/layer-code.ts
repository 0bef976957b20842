import { layerLike } from "../layers/define-layer.ts";
import type { Layer } from "../layers/layer.ts";
import { bitmaps } from "./bitmaps.ts";
import { tableI } from "./table-i.ts";

/** The longest line of code. */
const WIDTH = 100;

/** The call of `maker` that makes a layer, and the names that it needs beside it. */
export function layerCode(
  layer: Layer,
  maker: string,
  { withName }: { readonly withName: boolean },
): { text: string; imports: string[] } {
  const imports: string[] = [];
  const options = { ...shortOptions(layer), ...(withName && { name: layer.name }) };
  const parts = Object.entries(options).map(([name, value]): [name: string, code: string] => {
    const known = constantOf(name, value);
    if (known) imports.push(known.import);
    return [name, known?.code ?? literal(value, "  ")];
  });
  if (parts.length === 0) return { text: `${maker}()`, imports };
  const line = `${maker}({ ${parts.map(([name, code]) => `${name}: ${code}`).join(", ")} })`;
  if (line.length <= WIDTH && !line.includes("\n")) return { text: line, imports };
  return { text: `${maker}({\n${parts.map(([name, code]) => `  ${name}: ${code},\n`).join("")}})`, imports };
}

/** The options that make the same layer: without those that are defaults, and [5, 5] as 5 where that means the same. */
function shortOptions(layer: Layer): Record<string, unknown> {
  const wanted = { ...layer.config, trainable: layer.trainable };
  const isSame = (options: object) => {
    try {
      const { config, trainable } = layerLike(layer, options);
      return JSON.stringify({ ...config, trainable }) === JSON.stringify(wanted);
    } catch {
      return false;
    }
  };
  let options: Record<string, unknown> = wanted;
  for (const name of Object.keys(wanted)) {
    const { [name]: value, ...others } = options;
    if (isSame(others)) options = others;
    else if (Array.isArray(value) && value.length > 0) {
      const shorter = { ...options, [name]: value.flat()[0] };
      if (isSame(shorter)) options = shorter;
    }
  }
  return options;
}

/** A value that the library has under a name. */
function constantOf(option: string, value: unknown): { code: string; import: string } | undefined {
  if (option === "connectionTable" && same(value, tableI)) return { code: "tableI", import: "tableI" };
  if (option !== "centres") return undefined;
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const characters = (value as unknown[]).map((row) => printable.find((character) => same(row, bitmaps(character)[0])));
  if (characters.includes(undefined)) return undefined;
  return { code: `bitmaps(${JSON.stringify(characters.join(""))})`, import: "bitmaps" };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A value of plain data as code. Long lists and objects are broken into lines. */
export function literal(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => literal(item, inner));
    const line = `[${items.join(", ")}]`;
    if (line.length <= WIDTH - indent.length) return line;
    return `[\n${filled(items, inner)}\n${indent}]`;
  }
  const parts = Object.entries(value).map(([key, item]) => `${key}: ${literal(item, inner)}`);
  const line = `{ ${parts.join(", ")} }`;
  return line.length <= WIDTH - indent.length
    ? line
    : `{\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}}`;
}

/** Items in lines of the allowed width. */
function filled(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < WIDTH - indent.length && !item.includes("\n"))
      lines[lines.length - 1] = `${last} ${item},`;
    else lines.push(`${item},`);
  }
  return lines.map((line) => `${indent}${line}`).join("\n");
}
