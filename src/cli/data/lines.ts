import { cut, padEnd, widest } from "../../core/columns.ts";
import { visible } from "../../core/visible.ts";
import type { DataInspectionJson, FindingJson } from "../../report/data-results.ts";
import { imageName, partWords, scaleText } from "../../report/data-words.ts";
import { sizesOf } from "../../report/figures/picture-sizes.ts";
import { fewestAndMost } from "../../report/statistics/fewest-and-most.ts";
import { counted } from "../output.ts";

/** Groups of images that are named below a finding. */
const SHOWN = 3;
/** Images that are named of one group. */
const PER_GROUP = 4;
/** Sizes of pictures that are listed. */
const SIZES = 3;
/** Characters of a column of counts. */
const COLUMN = 12;
/** Of more classes, those with the fewest and the most images are listed. */
const CLASSES = 100;

/** A data set in lines: what it is, and the images of each class. */
export function headLines({ source, split, classNames, parts }: DataInspectionJson, columns: number): string[] {
  const [{ shape, scale, min, max }] = parts as [DataInspectionJson["parts"][number]];
  const [rows, width, channels = 1] = shape;
  const colours = channels === 1 ? "grey" : channels === 3 ? "in colour" : `${channels} channels`;
  const images = classNames.map((_, k) => parts.reduce((sum, { perClass: counts }) => sum + counts[k]!, 0));
  const classes = fewestAndMost(images, CLASSES);
  const left = classNames.length - classes.length;
  const perClass = Math.max(
    5,
    Math.min(columns - COLUMN * parts.length, widest(classes.map((k) => cut(classNames[k]!, columns)))),
  );
  const line = (name: string, counts: readonly string[]) =>
    `${padEnd(cut(visible(name), perClass), perClass)}${counts.map((text) => text.padStart(COLUMN)).join("")}`;
  return [
    `${source}: ${counted(classNames.length)} ${classNames.length === 1 ? "class" : "classes"}`,
    parts.map(({ name, images }) => `${counted(images)} ${partWords[name]} images`).join(", "),
    `Images: ${rows} x ${width} (rows x columns), ${colours}, values ${min ?? "-"} to ${max ?? "-"}${scaleText(scale)}`,
    ...sizeLines(parts),
    ...(split === undefined ? [] : [`Split: ${split}`]),
    "",
    line(
      "class",
      parts.map(({ name }) => partWords[name]),
    ),
    ...classes.map((k) =>
      line(
        classNames[k]!,
        parts.map(({ perClass: counts }) => counted(counts[k]!)),
      ),
    ),
    ...(left > 0
      ? [`and ${counted(left)} more classes, of neither the fewest nor the most images: --json names all`]
      : []),
  ];
}

function sizeLines(parts: DataInspectionJson["parts"]): string[] {
  const sizes = sizesOf(parts);
  if (sizes.length < 2) return [];
  const shown = sizes.slice(0, SIZES).map(({ rows, columns, images }) => `${rows} x ${columns} (${counted(images)})`);
  const rest = sizes.length - shown.length;
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
