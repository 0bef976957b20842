import { padEnd, padStart, widest } from "../../core/columns.ts";
import { visible } from "../../core/visible.ts";
import { percent } from "../../report/drawing/numbers.ts";
import { counted } from "../output.ts";
import type { Measured } from "./measured.ts";

/** Names of the numbers of a member. */
const heads = ["accuracy", "all without it", "it helps by"] as const;

/**
 * What each member gives, and all together: a table, or where it is wider than `columns`, a few lines for each.
 * @param names of the members, in order
 */
export function measuredLines(
  names: readonly string[],
  { images, right, members }: Pick<Measured, "images" | "right" | "members">,
  columns: number,
): string[] {
  const share = (count: number) => percent(count / images);
  const rows = [
    ...members.map((member, k) => ({
      name: visible(names[k]!),
      cells: [share(member.right), share(member.without), helpText(right - member.without)],
    })),
    { name: "all together", cells: [share(right)] },
  ];
  const table = tableLines(rows);
  return widest(table) <= columns ? table : rows.flatMap(listLines);
}

interface Row {
  readonly name: string;
  readonly cells: readonly string[];
}

function tableLines(rows: readonly Row[]): string[] {
  const all = [{ name: "", cells: heads }, ...rows];
  const first = widest(all.map(({ name }) => name));
  const widths = heads.map((_, column) => widest(all.map(({ cells }) => cells[column] ?? "")));
  return all.map(
    ({ name, cells }) => padEnd(name, first) + cells.map((cell, i) => `  ${padStart(cell, widths[i]!)}`).join(""),
  );
}

function listLines({ name, cells }: Row): string[] {
  const width = widest(heads) + 1;
  return [name, ...cells.map((cell, i) => `  ${padEnd(`${heads[i]}:`, width)} ${cell}`)];
}

/** How many more images are right, or fewer. */
function helpText(difference: number): string {
  const sign = difference > 0 ? "+" : "";
  return `${sign}${counted(difference)} ${Math.abs(difference) === 1 ? "image" : "images"}`;
}
