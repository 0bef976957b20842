import { cut } from "../../core/columns.ts";

/** Columns of a longer name are cut off: nothing is clearer for it, and pages repeat names. */
const MAX_COLUMNS = 60;

/** The name of class k in one line, or its number where it has no name. */
export function className(names: readonly (string | undefined)[] | undefined, k: number): string {
  return shortName(names?.[k]) || String(k);
}

/** A name of any length, perhaps of several lines, as a figure or a page shows it. */
export function shortName(name = ""): string {
  return cut(name.replaceAll(/\s+/g, " ").trim(), MAX_COLUMNS);
}

/** `a → b` */
export function pairName(label: string, predicted: string): string {
  return withArrow(label) + predicted;
}

/** `a → `; between names that are written from right to left, the arrow keeps its direction and the names their order. */
export function withArrow(label: string): string {
  const isTurned = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u.test(label);
  return `${label}${isTurned ? "\u200e" : ""} → `;
}
