import { cut } from "../../core/columns.ts";

/** Columns of a longer name are cut off: nothing is clearer for it, and pages repeat names. */
const MAX_COLUMNS = 60;

/** The name of class k in one line, or its number where it has no name. */
export function className(names: readonly (string | undefined)[] | undefined, k: number): string {
  return cut((names?.[k] ?? "").replaceAll(/\s+/g, " ").trim(), MAX_COLUMNS) || String(k);
}
