import { InputError, listed } from "../../../core/errors.ts";
import type { GraphProto } from "../../../formats/onnx/schema.ts";
import { producersOf, quoted } from "./graph.ts";

/** Operators that tell classes instead of scores. */
const CLASSES = ["ArgMax", "TopK", "ZipMap"];

/** Operators that only pass on what they read. */
const PASSING = ["Identity", "Cast", "Squeeze", "Unsqueeze", "Flatten", "Reshape"];

/**
 * The values that the model is to compute. Outputs that name classes are left out: the scores behind them say more.
 * @param asked the name of an output, or of another value that a node computes
 * @param takesAll whether several outputs are taken as they are
 * @throws InputError where several are left to choose from
 */
export function chosenOutputs(
  file: string,
  graph: GraphProto,
  { asked, takesAll }: { readonly asked: string | undefined; readonly takesAll: boolean },
  notes: Set<string>,
): readonly string[] {
  const producers = producersOf(file, graph);
  const names = [...new Set(graph.output.map(({ name }) => name))];
  if (names.length === 0) throw new InputError(`${file}: expected a graph with an output, got none`);
  if (asked !== undefined && !names.includes(asked) && !producers.has(asked))
    throw new InputError(
      `${file}: the option output: expected ${listed(names)}, or another tensor of the graph, got ${quoted(asked)}`,
    );
  if (asked === undefined && takesAll) return names;
  /** The scores behind an output that names classes; undefined for another output. */
  const scoresOf = (output: string): string | undefined => {
    let name = output;
    for (let step = 0; step < 8; step++) {
      const node = producers.get(name);
      if (!node) return undefined;
      if (CLASSES.includes(node.opType)) return node.input[0];
      if (!PASSING.includes(node.opType)) return undefined;
      name = node.input[0] ?? "";
    }
    return undefined;
  };
  const candidates = asked === undefined ? names : [asked];
  const others = candidates.filter((name) => scoresOf(name) === undefined);
  const chosen = others.length > 0 ? others : [...new Set(candidates.map((name) => scoresOf(name)!))];
  if (chosen.length > 1)
    throw new InputError(
      `${file}: it has ${chosen.length} outputs: choose one with the option output, ${listed(names)}`,
    );
  const left = names.filter((name) => name !== chosen[0]);
  if (left.length > 0) {
    const why = left.some(scoresOf) ? ", which name classes: take the one with the highest score" : "";
    notes.add(`The model answers ${JSON.stringify(chosen[0])}; left out: ${listed(left, "and")}${why}.`);
  }
  return chosen;
}
