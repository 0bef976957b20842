import { shownName } from "../../state/folded.ts";
import { layoutOf, unitIndex } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";
import {
  convolutionsOf,
  layerWord,
  mapsWord,
  type Sliding,
  seenMaps,
  strongest,
  unitWord,
  valuesOf,
} from "../network.ts";
import type { Page, Step } from "../step.ts";
import { decimal, name, type Piece, say, type Text, term, whole } from "../text.ts";

/** The arithmetic of one number of the first convolution. */
export interface Products {
  readonly unit: Unit;
  /** What the window sees, the kernel, and the number of rows and columns of both. One grid for each map that is read. */
  readonly grids: readonly {
    readonly map: number;
    readonly seen: readonly number[];
    readonly kernel: readonly number[];
  }[];
  readonly columns: number;
  readonly sum: number;
  readonly bias: number;
  /** The number of the map, as the engine computed it. */
  readonly value: number;
}

interface Facts {
  readonly first: Sliding | undefined;
  readonly count: number;
  readonly products: Products | undefined;
  readonly activation: string;
}

export const kernel: Step<Facts> = {
  name: "kernel",
  question: () => "What does a kernel do?",
  facts(page) {
    const first = convolutionsOf(page.network)[0];
    const size = first ? first.window[0] * first.window[1] * seenMaps(first)[0]!.length : 0;
    return {
      first,
      count: size,
      products: productsOf(page),
      activation: String(first?.layer.config.activation ?? "linear"),
    };
  },
  view: ({ products }) => (products ? { pin: products.unit } : {}),
  text({ first, count, products }) {
    if (!first)
      return [
        say`A kernel is a small table of weights that slides over a picture. This network has none. The network called LeNet-5 has one: choose it above to see what a kernel does.`,
      ];
    const [rows, columns] = first.window;
    return [
      say`To the network, every pixel is a number: the more ink, the larger. And every number of ${layerWord(first.layer)} is made in the same way. Take a ${term("kernel")}, a table of ${rows} × ${columns} weights, and lay it on the picture. Multiply each of the ${count} numbers below it by the weight on top. Add up the products, and add one more number, the ${term("bias")}.`,
      products
        ? say`Here it lies on your drawing, where it makes ${unitWord(products.unit, "this number")} of map ${products.unit.map + 1}.`
        : say`Draw something, and you will see it at work.`,
    ];
  },
  figure: ({ products }) => (products ? "products" : undefined),
  task: {
    moves: ["pin"],
    prompt: ({ first }) =>
      first
        ? say`Guess before you look: will the sum of the products be above or below zero?`
        : say`Choose a network with a convolution.`,
    done: ({ now, answers }) => answers.guess !== undefined && convolutionsOf(now.network).length > 0,
    result({ products }, { answers: { guess } }) {
      if (!products || !guess || !isSame(guess.unit, products.unit)) return undefined;
      const isRight = guess.isPositive === products.sum > 0;
      return say`${isRight ? "You are right" : "Not this time"}: the sum is ${decimal(products.sum, 2)}. With the bias ${decimal(products.bias, 2)} it is ${decimal(products.sum + products.bias, 2)}, and the number in the map is ${decimal(products.value, 2)}.`;
    },
  },
  why({ first, count, activation, products }) {
    if (!first) return [];
    const map = products ? mapsWord(first.layer, [products.unit.map], "the map") : "the map";
    return [
      say`The same ${count} weights are laid on every place of the picture. So a kernel is one question, asked everywhere: does it look like me here? Where the answer is yes, ${map} is strongly positive.${opposite(activation)}`,
      say`Sliding a kernel like this is called a ${term("convolution")}. ${bending(activation)}`,
    ];
  },
};

/** Where an activation function keeps the sum. The paper's is A tanh(S a), with A as in its appendix A. */
const bounds: Readonly<Record<string, readonly [number, number]>> = {
  tanh: [-1, 1],
  scaled_tanh: [-1.7159, 1.7159],
  sigmoid: [0, 1],
};

/** What the map is where the picture is the opposite of the kernel. */
function opposite(activation: string): string | undefined {
  const begin = " Where the picture is the opposite of the kernel, it is";
  if (activation === "relu") return `${begin} zero.`;
  if (activation === "sigmoid") return `${begin} nearly zero.`;
  return ["tanh", "scaled_tanh", "linear"].includes(activation) ? `${begin} strongly negative.` : undefined;
}

function bending(activation: string): Text {
  const end = "Without this bend, many layers could do no more than one.";
  const [low, high] = bounds[activation] ?? [];
  if (low !== undefined && high !== undefined)
    return say`At the end the sum is bent by a curve, ${name(activation.replace("_", " "))}, so that it stays between ${short(low)} and ${short(high)}. ${end}`;
  if (activation === "relu") return say`At the end, a sum below zero is replaced by zero. ${end}`;
  if (activation === "linear") return say`The sum stays as it is: this layer has no activation function.`;
  return say`At the end the sum passes through the activation function ${name(activation)}. ${end}`;
}

function short(value: number): Piece {
  return Number.isInteger(value) ? whole(value) : decimal(value, 2);
}

/** The unit under the lens where it is one of the first convolution, else the strongest one. */
export function productsOf({ network, forward, view }: Page): Products | undefined {
  const first = convolutionsOf(network)[0];
  const [output, input] = [first && valuesOf(forward, first.layer), first && valuesOf(forward, first.source)];
  const weights = first && network.weights.get(`${first.layer.name}/kernel`);
  if (!first || !output || !input || !weights || first.pads) return undefined;
  const { pin } = view;
  const isPinned = pin && shownName(network.summary.layers, pin.layer) === first.layer.name;
  const unit = isPinned && unitIndex(output.shape, pin) >= 0 ? pin : strongest(output).unit;
  const [rows, columns] = first.window;
  const [, , , filters] = weights.shape;
  const seen = seenMaps(first)[unit.map]!;
  const inputs = weights.shape[2]!;
  const dilation = (first.layer.config.dilationRate as readonly [number, number] | undefined) ?? [1, 1];
  const grids = seen.map((map, i) => {
    // With groups, a kernel holds only the maps of its group.
    const channel = inputs === layoutOf(first.source.outputShape).maps ? map : i;
    const places = Array.from({ length: rows * columns }, (_, at) => [Math.floor(at / columns), at % columns] as const);
    return {
      map,
      seen: places.map(([row, column]) => {
        const at = {
          layer: "",
          map,
          row: unit.row * first.stride[0] + row * dilation[0],
          column: unit.column * first.stride[1] + column * dilation[1],
        };
        return input.values[unitIndex(input.shape, at)]!;
      }),
      kernel: places.map(
        ([row, column]) => weights.data[((row * columns + column) * inputs + channel) * filters! + unit.map]!,
      ),
    };
  });
  const sum = grids.reduce(
    (total, grid) => total + grid.seen.reduce((part, value, i) => part + value * grid.kernel[i]!, 0),
    0,
  );
  return {
    unit,
    grids,
    columns,
    sum,
    bias: network.weights.get(`${first.layer.name}/bias`)?.data[unit.map] ?? 0,
    value: output.values[unitIndex(output.shape, unit)]!,
  };
}

export function isSame(a: Unit, b: Unit): boolean {
  return a.layer === b.layer && a.map === b.map && a.row === b.row && a.column === b.column;
}
