import type { LayerSummary, Summary } from "lenet5";
import { layoutOf } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";
import { fieldOf, imageOf, layerOf, layerWord, middleOf } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { counted, say, term } from "../text.ts";

/** How many rows and columns of the input a number of a layer sees. */
export interface Field {
  readonly layer: LayerSummary;
  readonly rows: number;
  readonly columns: number;
  /** The number in the middle of the layer's first map. */
  readonly unit: Unit;
}

export interface FieldFacts {
  readonly image: LayerSummary;
  readonly rows: number;
  readonly columns: number;
  /** Whether any number sees the whole input. */
  readonly seesAll: boolean;
  /** From the first layer up to the first that no layer above sees more than. */
  readonly fields: readonly Field[];
}

/** Fields follow from the layers alone, and so are computed once for a network. */
const known = new WeakMap<Summary, FieldFacts>();

export function fieldFacts({ network }: Page): FieldFacts {
  const found = known.get(network.summary);
  if (found) return found;
  const image = imageOf(network);
  const { rows, columns } = layoutOf(image.outputShape);
  const all = network.summary.layers
    .filter(
      ({ type }) =>
        !["input", "rescaling", "flatten", "reshape", "dropout", "activation", "batchNormalization", "relu"].includes(
          type,
        ),
    )
    .map((layer): Field => {
      return { layer, ...fieldOf(network, layer), unit: middleOf(layer) };
    });
  const most = Math.max(...all.map((one) => one.rows * one.columns));
  const last = all.findIndex((one) => one.rows * one.columns === most);
  const fields = all.slice(0, last + 1);
  const facts = { image, rows, columns, fields, seesAll: most === rows * columns };
  known.set(network.summary, facts);
  return facts;
}

export const field: Step<FieldFacts> = {
  name: "field",
  question: () => "How far does it see?",
  facts: fieldFacts,
  view: ({ fields }) => ({ pin: fields[0]!.unit }),
  text({ fields, image }) {
    const [first, ...rest] = fields;
    const input = layerWord(image, "input");
    if (rest.length === 0)
      return [
        say`A single number of ${layerWord(first!.layer)} sees the whole ${input}. There is nothing to climb here: the first layer looks at everything at once.`,
      ];
    return [
      say`A single number of ${layerWord(first!.layer)} sees ${first!.rows} × ${first!.columns} pixels of the ${input}. Enough for a bit of a line, not for the whole drawing.`,
      say`But the next layer looks at these numbers, and the one after it at those. Climb from layer to layer, and watch the lit square on the ${input}. What one number sees is called its ${term("receptive field")}.`,
    ];
  },
  figure: () => "fields",
  task: {
    moves: ["pin"],
    prompt: ({ seesAll }) =>
      seesAll
        ? say`Climb until a single number sees the whole picture.`
        : say`Climb until the receptive field is as large as this network allows.`,
    done({ now }) {
      const { pin } = now.view;
      const layer = pin && layerOf(now.network, pin.layer);
      const last = fieldFacts(now).fields.at(-1)!;
      const sees = layer && fieldOf(now.network, layer);
      return sees !== undefined && sees.rows * sees.columns >= last.rows * last.columns;
    },
  },
  why({ fields, seesAll }) {
    const last = fields.at(-1)!;
    if (fields.length === 1) return [];
    const widths = fields.map(({ columns }) => columns);
    return [
      say`From ${widths[0]} pixels to ${widths.at(-1)}, in ${counted(fields.length - 1, "step")}. The first layers can only know small things: a bit of edge, an end of a stroke. The next ones see how these lie beside each other. ${layerWord(last.layer)} is the first that can know ${seesAll ? "the whole picture" : "nearly the whole picture"}.`,
    ];
  },
};
