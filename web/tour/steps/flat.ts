import type { LayerSummary } from "lenet5";
import { layoutOf } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";
import {
  imageOf,
  isPoint,
  layerWord,
  outputOf,
  sizeOf,
  slidingOf,
  sourceOf,
  strongest,
  unitWord,
  valuesOf,
  weightsOf,
  withNumbers,
} from "../network.ts";
import type { Page, Step } from "../step.ts";
import { decimal, say, type Text } from "../text.ts";

/** A number of a dense layer, and where most of it comes from. */
export interface Largest {
  readonly unit: Unit;
  readonly value: number;
  readonly source: LayerSummary;
  /** The products that are farthest from 0. */
  readonly products: readonly {
    readonly unit: Unit;
    readonly value: number;
    readonly weight: number;
    readonly product: number;
  }[];
  /** The others. */
  readonly rest: number;
  readonly restSum: number;
  readonly bias: number;
}

interface Facts {
  /** The last layer with maps, and the first without. */
  readonly maps: LayerSummary;
  readonly end: LayerSummary;
  /** A dense layer before the output, or the output. */
  readonly dense: LayerSummary | undefined;
  readonly denseSource: LayerSummary | undefined;
  readonly largest: Largest | undefined;
  readonly page: Page;
}

export const flat: Step<Facts> = {
  name: "flat",
  question: () => "Where do the pictures end?",
  facts(page) {
    const { layers } = page.network.summary;
    const end = layers.find(isPoint) ?? outputOf(page.network);
    const dense = denseOf(page);
    return {
      maps: sourceOf(page.network, end) ?? imageOf(page.network),
      end,
      dense,
      denseSource: dense && withNumbers(page.network, sourceOf(page.network, dense)),
      largest: largestOf(page),
      page,
    };
  },
  view: ({ largest }) => (largest ? { pin: largest.unit } : {}),
  text({ maps, end, dense, denseSource, largest, page }) {
    const texts = [
      say`${ending(page, maps, end)} ${["flatten", "reshape"].includes(end.type) ? "From here on, the network does not know which of them were neighbours." : "A number here has no place in the picture any more. It can only say: something like this is in it."}`,
    ];
    if (!dense || !denseSource) return texts;
    texts.push(
      say`From here on, every number looks at all numbers before it. ${layerWord(dense)} has ${sizeOf(dense)} of them, each with a weight for each of the ${sizeOf(denseSource)} numbers of ${layerWord(denseSource)}.`,
    );
    if (largest)
      texts.push(
        say`Take ${unitWord(largest.unit, "this one")}: it is ${decimal(largest.value, 2)} for your drawing. These are the largest of its ${largest.products.length + largest.rest} products:`,
      );
    return texts;
  },
  figure: ({ largest }) => (largest ? "largest" : undefined),
  task: {
    moves: ["pin"],
    prompt: ({ dense, end }) =>
      say`Choose another number of ${layerWord(dense ?? end)} in the network, and see what it is made of.`,
    done({ now, entered }) {
      const layer = (denseOf(now) ?? outputOf(now.network)).name;
      const { pin } = now.view;
      return pin?.layer === layer && JSON.stringify(pin) !== JSON.stringify(entered.view.pin);
    },
  },
  why({ dense, denseSource, end, page }) {
    if (!dense || !denseSource) return [];
    const { layers } = page.network.summary;
    const all = weightsOf(page.network);
    const before = layers.slice(0, layers.indexOf(end)).reduce((sum, { params }) => sum + params, 0);
    return [
      say`No single product decides. A number is a vote of many, and most of them count little. Which part saw the digit? All of them, a little.`,
      say`Voting like this is expensive. From ${layerWord(end)} on, nothing is shared, and these layers hold ${all - before} of the network’s ${all} weights.`,
    ];
  },
};

/** How maps become single numbers. */
function ending(page: Page, maps: LayerSummary, end: LayerSummary): Text {
  const { rows, columns, maps: count } = layoutOf(maps.outputShape);
  const layer = layerWord(end);
  const sliding = slidingOf(page.network).find((one) => one.layer === end);
  if (sliding)
    return say`The maps of ${layerWord(maps)} are ${rows} × ${columns}, and the window of ${layer} is ${sliding.window[0]} × ${sliding.window[1]}: it fits in a single place. So each of the ${sizeOf(end)} maps of ${layer} is one number.`;
  if (end.type === "flatten" || end.type === "reshape")
    return say`The ${count === 1 ? "picture" : "maps"} of ${layerWord(maps)} ${count === 1 ? "is" : "are"} cut into rows, and the rows are laid end to end: ${rows} × ${columns} × ${count} = ${sizeOf(end)} numbers in one line.`;
  if (end.type.startsWith("global"))
    return say`${layer} replaces each of the ${count} maps of ${layerWord(maps)} by one number, its ${end.type === "globalMaxPooling2d" ? "largest" : "mean"}.`;
  return say`${layer} makes ${sizeOf(end)} single numbers of the maps of ${layerWord(maps)}.`;
}

/** The last dense layer before the output; the output where there is none. */
function denseOf({ network }: Page): LayerSummary | undefined {
  const dense = network.summary.layers.filter(({ type }) => type === "dense");
  const output = outputOf(network);
  return dense.filter((layer) => layer !== output).at(-1) ?? dense.at(-1);
}

const SHOWN = 5;

/** The products of the number under the lens where it is in the dense layer, else of its strongest one. */
export function largestOf(page: Page): Largest | undefined {
  const { network, forward, view } = page;
  const dense = denseOf(page);
  const output = dense && valuesOf(forward, dense);
  const below = dense && valuesOf(forward, sourceOf(network, dense));
  const weights = dense && network.weights.get(`${dense.name}/kernel`);
  if (!dense || !output || !below || !weights) return undefined;
  const pinned = view.pin?.layer === dense.name && view.pin.column < output.values.length ? view.pin : undefined;
  const unit = pinned ?? strongest(output).unit;
  const units = output.values.length;
  const source = withNumbers(network, sourceOf(network, dense));
  const layout = layoutOf(source.outputShape);
  const products = Array.from(below.values, (value, i) => {
    const weight = weights.data[i * units + unit.column]!;
    const place = Math.floor(i / layout.maps);
    const row = Math.floor(place / layout.columns);
    const from = { layer: source.name, map: i % layout.maps, row, column: place % layout.columns };
    return { unit: from, value, weight, product: value * weight };
  }).toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product));
  return {
    unit,
    value: output.values[unit.column]!,
    source,
    products: products.slice(0, SHOWN),
    rest: Math.max(0, products.length - SHOWN),
    restSum: products.slice(SHOWN).reduce((sum, { product }) => sum + product, 0),
    bias: network.weights.get(`${dense.name}/bias`)?.data[unit.column] ?? 0,
  };
}
