import type { LayerSummary } from "lenet5";
import { layoutOf } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";
import { fieldOf, imageOf, layerOf, layerWord } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { say, term } from "../text.ts";

/** How many rows and columns of the input a number of a layer sees. */
export interface Field {
  readonly layer: LayerSummary;
  readonly rows: number;
  readonly columns: number;
  /** The number in the middle of the layer's first map. */
  readonly unit: Unit;
  readonly seesAll: boolean;
}

export interface FieldFacts {
  readonly image: LayerSummary;
  readonly rows: number;
  readonly columns: number;
  /** From the first layer up to the first that sees everything. */
  readonly fields: readonly Field[];
}

export function fieldFacts({ network }: Page): FieldFacts {
  const image = imageOf(network);
  const { rows, columns } = layoutOf(image.outputShape);
  const all = network.summary.layers
    .filter(({ type }) => !["input", "rescaling", "flatten", "reshape", "dropout", "activation"].includes(type))
    .map((layer): Field => {
      const field = fieldOf(network, layer);
      const layout = layoutOf(layer.outputShape);
      const unit = {
        layer: layer.name,
        map: 0,
        row: Math.floor(layout.rows / 2),
        column: Math.floor(layout.columns / 2),
      };
      return { layer, ...field, unit, seesAll: field.rows >= rows && field.columns >= columns };
    });
  const last = all.findIndex(({ seesAll }) => seesAll);
  return { image, rows, columns, fields: last === -1 ? all : all.slice(0, last + 1) };
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
      say`A single number of ${layerWord(first!.layer)} sees ${first!.rows} × ${first!.columns} pixels of the ${input}. That is not enough to know a digit, only a bit of stroke.`,
      say`But the next layer looks at these numbers, and the one after it at those. Climb from layer to layer, and watch the lit square on the input: what one number sees is called its ${term("receptive field")}.`,
    ];
  },
  figure: () => "fields",
  task: {
    moves: ["pin"],
    prompt: () => say`Climb until a single number sees the whole picture.`,
    done({ now }) {
      const { fields } = fieldFacts(now);
      const { pin } = now.view;
      const layer = pin && layerOf(now.network, pin.layer);
      if (!layer) return false;
      const seen = fields.find((one) => one.layer.name === layer.name);
      return seen ? seen.seesAll : fieldOf(now.network, layer).rows >= fieldFacts(now).rows;
    },
  },
  why({ fields }) {
    const last = fields.at(-1)!;
    if (fields.length === 1) return [];
    const widths = fields.map(({ columns }) => columns);
    return [
      say`From ${widths[0]} pixels to ${widths.at(-1)}, in ${fields.length - 1} steps. The first layers can only know small things: a bit of edge, an end of a stroke. The next ones see how these lie beside each other. ${layerWord(last.layer)} is the first that can know the whole digit.`,
    ];
  },
};
