import type { DataInspectionJson, FindingJson, ImageJson } from "../../report/data-results.ts";
import { partWords } from "../../report/data-words.ts";
import { counted } from "../output.ts";
import { cut, printable } from "./printable.ts";

/** Groups of images that are named below a finding. */
const SHOWN = 3;
/** Images that are named of one group. */
const PER_GROUP = 4;
/** Sizes of pictures that are listed. */
const SIZES = 3;
/** Characters of a column of counts. */
const COLUMN = 12;

/** A data set in lines: what it is, and the images of each class. */
export function headLines({ source, split, classNames, parts }: DataInspectionJson, columns: number): string[] {
  const [{ shape, scale, min, max }] = parts as [DataInspectionJson["parts"][number]];
  const [rows, width, channels = 1] = shape;
  const colours = channels === 1 ? "grey" : channels === 3 ? "in colour" : `${channels} channels`;
  const factor = scale === 1 ? "" : `, times ${fraction(scale)}`;
  const perClass = Math.max(5, Math.min(columns - COLUMN * parts.length, longest(classNames)));
  const line = (name: string, counts: readonly string[]) =>
    `${cut(printable(name), perClass).padEnd(perClass)}${counts.map((text) => text.padStart(COLUMN)).join("")}`;
  return [
    `${source}: ${counted(classNames.length)} ${classNames.length === 1 ? "class" : "classes"}`,
    parts.map(({ name, images }) => `${counted(images)} ${partWords[name]} images`).join(", "),
    `Images: ${rows} x ${width} (rows x columns), ${colours}, values ${min ?? "-"} to ${max ?? "-"}${factor}`,
    ...sizeLines(parts),
    ...(split === undefined ? [] : [`Split: ${split}`]),
    "",
    line(
      "class",
      parts.map(({ name }) => partWords[name]),
    ),
    ...classNames.map((name, k) =>
      line(
        name,
        parts.map(({ perClass: counts }) => counted(counts[k]!)),
      ),
    ),
  ];
}

function longest(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, [...name].length), 0);
}

/** 1/255, or the number where it is not one over a whole number. */
function fraction(scale: number): string {
  const whole = Math.round(1 / scale);
  return Math.abs(1 / scale - whole) < 1e-6 ? `1/${whole}` : String(Number(scale.toPrecision(3)));
}

function sizeLines(parts: DataInspectionJson["parts"]): string[] {
  const all = new Map<string, number>();
  for (const { rows, columns, images } of parts.flatMap(({ sizes }) => sizes)) {
    const size = `${rows} x ${columns}`;
    all.set(size, (all.get(size) ?? 0) + images);
  }
  const sorted = [...all].sort(([, a], [, b]) => b - a);
  if (sorted.length < 2) return [];
  const shown = sorted.slice(0, SIZES).map(([size, images]) => `${size} (${counted(images)})`);
  const rest = sorted.length - shown.length;
  return [`Sizes of the pictures: ${shown.join(", ")}${rest > 0 ? ` and ${counted(rest)} more` : ""}`];
}

/** What looks wrong, in lines. */
export function findingLines({ findings }: Pick<DataInspectionJson, "findings">): string[] {
  if (findings.length === 0) return ["What looks wrong: nothing was found"];
  return ["What looks wrong", ...findings.flatMap(lines)];
}

function lines({ level, text, advice, groups }: FindingJson): string[] {
  const named = groups.slice(0, SHOWN).map((group) => {
    const more = group.length > PER_GROUP ? ` = ${counted(group.length - PER_GROUP)} more` : "";
    return `    ${group.slice(0, PER_GROUP).map(imageName).join(" = ")}${more}`;
  });
  const rest = groups.length - named.length;
  if (rest > 0) named.push(`    and ${counted(rest)} more: --json names all`);
  return [`- ${level}: ${text}`, `  ${advice}`, ...named];
}

/** The file of an image, or its place in its part. */
export function imageName({ part, index, name }: ImageJson): string {
  return name ?? `${partWords[part]} image ${index}`;
}
