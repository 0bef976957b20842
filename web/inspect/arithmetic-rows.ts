/** The arithmetic of a number as rows of text: what screen readers read and what can be copied. */
import { shownName } from "../state/folded.ts";
import type { NetworkFacts } from "../state/network.ts";
import type { Unit } from "../state/view.ts";
import type { Explained } from "./explain/explain.ts";
import type { Part } from "./explain/explanation.ts";
import { unitName } from "./names.ts";
import { shown } from "./numbers.ts";

export interface ArithmeticRow {
  readonly what: string;
  readonly value: string;
  readonly weight: string;
  readonly result: string;
}

const DIGITS = 7;
const number = (value: number) => shown(value, DIGITS);

/** Every number that the inspector draws, and the engine's at the end. */
export function tableOf({ parts, value, engine }: Explained, network: NetworkFacts): ArithmeticRow[] {
  const rows = parts.flatMap((part) => rowsOf(part, network));
  return [
    ...rows,
    ...(value === undefined ? [] : [row("the number, in float64", "", "", number(value))]),
    row("the engine’s, in float32", "", "", number(engine)),
    ...(value === undefined ? [] : [row("difference", "", "", number(engine - value))]),
  ];
}

function row(what: string, value: string, weight: string, result: string): ArithmeticRow {
  return { what, value, weight, result };
}

function rowsOf(part: Part, network: NetworkFacts): ArithmeticRow[] {
  const name = (unit: Unit) => unitName(network, unit);
  switch (part.type) {
    case "windows":
      return [
        ...part.windows.flatMap((window) => [
          ...window.values.map((value, i) => {
            const unit = window.units[i];
            const [weight, product] = [window.kernel[i]!, window.products[i]!];
            return row(unit ? name(unit) : "padding", number(value), number(weight), number(product));
          }),
          row(
            `sum of ${shownName(network.summary.layers, window.layer)} map ${window.map + 1}`,
            "",
            window.factor === 1 ? "" : number(window.factor),
            number(window.subtotal * window.factor),
          ),
        ]),
        ...(part.windows.length === 1 ? [] : [row("sum of all maps", "", "", number(part.sum))]),
      ];
    case "terms":
      return [
        ...part.terms.map(({ unit, value, weight, product }) =>
          weight === undefined
            ? row(name(unit), number(value), "", "")
            : row(name(unit), number(value), number(weight), number(product)),
        ),
        row(part.kind, "", "", number(part.result)),
      ];
    case "pool":
      return [
        ...part.values.map((value, i) => row(name(part.units[i]!), number(value), "", "")),
        row(`${part.kind} of ${part.values.length}`, "", "", number(part.result)),
      ];
    case "shares":
      return [
        ...part.shares.map(({ unit, x, exponential }) =>
          row(`e to the power of ${name(unit)}`, number(x), "", number(exponential)),
        ),
        row("sum", "", "", number(part.sum)),
      ];
    case "distance":
      return [
        ...part.values.map((value, i) =>
          row(
            `${name(part.units[i]!)}, minus ${number(part.code[i]!)}, squared`,
            number(value),
            "",
            number(part.squares[i]!),
          ),
        ),
        row("sum", "", "", number(part.sum)),
      ];
    case "curve":
      return [row(`${part.name}: ${part.formula}`, number(part.x), "", number(part.y))];
    case "line":
      return [row(part.text, part.operand === undefined ? "" : number(part.operand), "", number(part.result))];
    case "copy":
      return [row(`${part.text} ${name(part.unit)}`, "", "", number(part.value))];
    case "note":
      return [row(part.text, "", "", "")];
  }
}
