/** What the stage lights for a unit. */
import type { Summary } from "lenet5";
import { reachedBy, seenBy } from "../networks/fields.ts";
import type { Highlight } from "../state/state.ts";
import { layoutOf } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** All that a unit is connected with: what it sees, itself, and where it reaches. */
export function connected(summary: Summary, unit: Unit): readonly Highlight[] {
  return [...seenBy(summary, unit).lit, only(unit), ...reachedBy(summary, unit).lit];
}

/** A unit alone. */
export function only({ layer, map, row, column }: Unit): Highlight {
  return { layer, maps: [map], rows: [row, row], columns: [column, column] };
}

/** A whole map, with the maps that it sees and those that see it. */
export function wholeMap(summary: Summary, layer: string, map: number): readonly Highlight[] {
  const all = ({ outputShape }: Summary["layers"][number]): Pick<Highlight, "rows" | "columns"> => {
    const { rows, columns } = layoutOf(outputShape);
    return { rows: [0, rows - 1], columns: [0, columns - 1] };
  };
  const own = summary.layers.find(({ name }) => name === layer);
  if (!own) return [];
  const others = summary.layers.flatMap((other): Highlight[] => {
    const table = other.config.connectionTable as readonly (readonly number[])[] | undefined;
    if (other === own && table) return [{ layer: own.connectedTo[0]!, maps: table[map] ?? [], ...inputSize(own) }];
    if (!table || other.connectedTo[0] !== layer) return [];
    return [{ layer: other.name, maps: table.flatMap((seen, i) => (seen.includes(map) ? [i] : [])), ...all(other) }];
  });
  return [{ layer, maps: [map], ...all(own) }, ...others];

  function inputSize({ connectedTo }: Summary["layers"][number]) {
    return all(summary.layers.find(({ name }) => name === connectedTo[0])!);
  }
}
