import type { LayerSummary } from "lenet5";
import { insideFolds, shownName } from "../../state/folded.ts";
import type { Forward } from "../../state/network.ts";
import { layerWord, outputOf, poolingsOf, type Sliding, sizeOf, sourceOf, valuesOf, withNumbers } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { aClass, type Piece, percent, say, type Text, term } from "../text.ts";

/** How much a layer's numbers changed, as a share of how much they vary. */
export interface Change {
  readonly layer: LayerSummary;
  readonly share: number;
}

interface Facts {
  readonly pooling: Sliding | undefined;
  /** Whether the network shrinks its maps more than once. */
  readonly again: boolean;
  readonly page: Page;
}

export const shrink: Step<Facts> = {
  name: "shrink",
  question: ({ pooling }) => (pooling ? "Why shrink?" : "What if it moves?"),
  facts(page) {
    const [pooling, second] = poolingsOf(page.network);
    return { pooling, again: second !== undefined, page };
  },
  view: () => ({}),
  text({ pooling, page }) {
    const start = say`Move your drawing by a single pixel. You will hardly see a difference. But every pixel now stands where its neighbour stood: to the network, this is a different picture.`;
    if (!pooling) return [start, say`Watch how much of the change arrives in each layer.`];
    return [
      start,
      say`Watch how much of the change arrives in ${shownWord(page, pooling.source)}, and how much is left in ${layerWord(pooling.layer)}.`,
    ];
  },
  figure: () => "shift",
  task: {
    prompt: () => say`Move the drawing by one pixel.`,
    done: ({ answers }) => answers.moved !== undefined && (answers.moved.rows !== 0 || answers.moved.columns !== 0),
    result({ page, pooling }, { answers: { moved } }) {
      if (!moved || !page.forward || moved.forward.network !== page.forward.network) return undefined;
      return outcome(page, page.forward, moved.forward, pooling);
    },
  },
  why({ pooling, again }) {
    if (!pooling)
      return [
        say`LeNet-type networks shrink their maps between convolutions, so that small movements matter less. This network has no layer that does so. It has to learn that from examples.`,
      ];
    const [rows, columns] = pooling.window;
    const [before, after] = [sizeOf(pooling.source), sizeOf(pooling.layer)];
    const layer = layerWord(pooling.layer);
    return [
      say`${layer} ${deed(pooling)}. Whether an edge lies on the left or on the right of such a ${rows} × ${columns} square matters less now. This is called ${term("subsampling")}, or pooling.`,
      say`It also saves work: of ${before} numbers, ${after} are left. And the windows above see more: a step in ${layer} is ${pooling.stride[1]} steps in the layer below.${again ? " Further up, the network does it again." : ""}`,
    ];
  },
};

function deed({ layer, window }: Sliding): Text {
  const [rows, columns] = window;
  const square = say`each square of ${rows} × ${columns} numbers`;
  if (layer.type === "maxPooling2d") return say`keeps the largest number of ${square}`;
  if (layer.type === "averagePooling2d") return say`replaces ${square} by its mean`;
  return say`adds up ${square}, multiplies the sum by one weight for the whole map, adds a bias, and bends the result`;
}

function outcome(page: Page, before: Forward, after: Forward, pooling: Sliding | undefined): Text {
  const same = before.predicted === after.predicted;
  const answer = page.network.classNames[after.predicted]!;
  const end = same ? say`The answer is still ${aClass(answer)}.` : say`The answer is now ${aClass(answer)}.`;
  if (!pooling) return end;
  const last = withNumbers(page.network, sourceOf(page.network, outputOf(page.network)));
  const told = [pooling.source, pooling.layer, ...(last === pooling.layer ? [] : [last])];
  const [first, ...rest] = told.flatMap((layer) => {
    const change = changeOf(layer, before, after);
    return change ? [say`${shownWord(page, layer)} by ${percent(change.share)}`] : [];
  });
  return say`The numbers changed: ${first!}${rest.flatMap((text) => say`, ${text}`)}. ${end}`;
}

/** A layer as a word that lights it, under the name that the stage gives it. */
function shownWord({ network }: Page, layer: LayerSummary): Piece {
  return layerWord(layer, shownName(network.summary.layers, layer.name));
}

/** The change of each layer that has numbers of its own, from the input on. */
export function changes(page: Page, after: Forward): readonly Change[] {
  const { forward, network } = page;
  if (!forward) return [];
  const inside = insideFolds(network.summary.layers);
  return network.summary.layers
    .filter(({ name, type }) => !["flatten", "reshape", "dropout", "rescaling"].includes(type) && !inside.has(name))
    .flatMap((layer) => changeOf(layer, forward, after) ?? []);
}

/** The root mean square of the change, divided by the standard deviation within the maps. */
function changeOf(layer: LayerSummary, before: Forward, after: Forward): Change | undefined {
  const [from, to] = [valuesOf(before, layer), valuesOf(after, layer)];
  if (!from || !to || from.values.length !== to.values.length) return undefined;
  const maps = from.shape.length === 3 ? from.shape[2]! : 1;
  const places = from.values.length / maps;
  // A layer of single numbers is one group: a map of one number does not vary.
  const groups = places === 1 ? 1 : maps;
  const means = new Float64Array(groups);
  from.values.forEach((value, i) => {
    means[i % groups]! += (value * groups) / from.values.length;
  });
  let [spread, change] = [0, 0];
  from.values.forEach((value, i) => {
    spread += (value - means[i % groups]!) ** 2;
    change += (to.values[i]! - value) ** 2;
  });
  return { layer, share: spread === 0 ? 0 : Math.sqrt(change / spread) };
}

/** An image moved by whole pixels; what enters at the edges is background. */
export function movedImage(image: Forward["input"], rows: number, columns: number): Forward["input"] {
  const [height, width, channels = 1] = image.shape as [number, number, number?];
  const data = new Uint8Array(image.data.length);
  const background = image.data.subarray(0, channels);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [fromRow, fromColumn] = [row - rows, column - columns];
      const isInside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width;
      const from = (fromRow * width + fromColumn) * channels;
      data.set(isInside ? image.data.subarray(from, from + channels) : background, (row * width + column) * channels);
    }
  return { ...image, data };
}
