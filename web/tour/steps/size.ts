import { layoutOf } from "../../state/units.ts";
import { convolutionsOf, imageOf, layerWord, type Sliding, slidingOf } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { counted, name, say, term } from "../text.ts";

/** The first layer of the network that slides a window, from left to right. */
export interface WindowFacts {
  readonly first: Sliding | undefined;
  /** The columns of the source, of the window and of the map. */
  readonly from: number;
  readonly window: number;
  readonly stride: number;
  readonly to: number;
  readonly rows: number;
  readonly maps: number;
  readonly pads: boolean;
  /** All layers whose size follows from the same formula. */
  readonly formulas: readonly { readonly layer: Sliding; readonly formula: string }[];
  readonly page: Page;
}

export function windowFacts(page: Page): WindowFacts {
  const { network } = page;
  const first = convolutionsOf(network)[0];
  const [from, to] = [first?.source ?? imageOf(network), first?.layer ?? imageOf(network)].map(({ outputShape }) =>
    layoutOf(outputShape),
  );
  return {
    first,
    from: from!.columns,
    window: first?.window[1] ?? 1,
    stride: first?.stride[1] ?? 1,
    to: to!.columns,
    rows: to!.rows,
    maps: to!.maps,
    pads: first?.pads ?? false,
    formulas: slidingOf(network).map((layer) => ({ layer, formula: formula(layer) })),
    page,
  };
}

/** The width of a layer's maps, as a sum. */
function formula({ layer, source, window, stride, pads }: Sliding): string {
  const [from, to] = [source, layer].map(({ outputShape }) => layoutOf(outputShape).columns);
  if (pads) return stride[1] === 1 ? `${from} = ${to}` : `${from} ÷ ${stride[1]} = ${to}`;
  if (stride[1] === 1) return `${from} − ${window[1]} + 1 = ${to}`;
  return `(${from} − ${window[1]}) ÷ ${stride[1]} + 1 = ${to}`;
}

export const size: Step<WindowFacts> = {
  name: "size",
  question: ({ first, rows, to, from }) => {
    if (!first) return "Where is the window?";
    return to === from ? `Why still ${rows} × ${to}?` : `Why ${rows} × ${to}?`;
  },
  facts: windowFacts,
  view: () => ({}),
  text({ first, from, to, window, maps, pads, page }) {
    if (!first) {
      const image = imageOf(page.network);
      return [
        say`Most networks for pictures look at the ${layerWord(image, "input")} through a small window that slides over it. This one does not: its first layer looks at all ${image.outputShape.reduce((product, n) => product * n, 1)} numbers of the input at once, with a weight for each.`,
      ];
    }
    const [input, layer] = [layerWord(first.source, "input"), layerWord(first.layer)];
    const start = say`The ${input} is ${from} pixels wide. ${layer} turns it into ${counted(maps, "new picture")}, called ${term("feature maps")}.`;
    const riddle = pads
      ? say`${start} They are just as wide. But ${layer} looks through a window that is ${window} pixels wide. Should it not stop at the edge?`
      : say`${start} They are only ${to} wide. Where are the other ${from - to} pixels?`;
    return [
      riddle,
      say`${layer} looks at the input through a small window. Slide it, and watch which number of the map it makes.`,
    ];
  },
  figure: ({ first }) => (first ? "window" : undefined),
  task: {
    prompt: ({ first, page }) =>
      first
        ? say`Slide the window to the right, as far as it goes. How many places does it have?`
        : say`Pin a number of ${layerWord(page.network.summary.layers.at(-1)!)}: it sees the whole picture.`,
    done: ({ now, answers }) => {
      const { first, to } = windowFacts(now);
      return first ? answers.place === to : now.view.pin?.layer === now.network.summary.layers.at(-1)!.name;
    },
  },
  why({ first, to, rows, stride, pads, formulas }) {
    if (!first) return [];
    const step = stride === 1 ? say`one pixel` : say`${stride} pixels`;
    const reason = pads
      ? say`At the edges the window sticks out of the picture, and what it sees there counts as zero. This is called padding. So the window has ${to} places in a row, and ${rows} rows of them.`
      : say`Each place of the window makes one number. The window moves by ${step} at a time and has to stay inside the picture, so there are ${to} places in a row, and ${rows} rows of them. In short: ${name(formulas[0]!.formula)}.`;
    const same = formulas.length > 1 ? [say`The sizes of the other layers follow in the same way.`] : [];
    return [reason, ...same];
  },
};
