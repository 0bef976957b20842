import { layoutOf } from "../../state/units.ts";
import { convolutionsOf, layerWord, mapsWord, type Sliding, sizeOf, weightsOf } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { say, term } from "../text.ts";

export interface SharingFacts {
  readonly first: Sliding | undefined;
  /** Numbers in the first convolution, in one map of it, and the links of each to what it reads. */
  readonly units: number;
  readonly unitsOfMap: number;
  readonly maps: number;
  readonly links: number;
  /** Weights of the first convolution and of the network, with sharing and without. */
  readonly shared: number;
  readonly unshared: number;
  readonly allShared: number;
  readonly allUnshared: number;
}

export function sharingFacts({ network }: Page): SharingFacts {
  const first = convolutionsOf(network)[0];
  const { rows, columns, maps } = layoutOf(first?.layer.outputShape ?? [1]);
  const { layers } = network.summary;
  const weights = weightsOf(network);
  const convolutions = layers.filter(({ type }) => type === "conv2d");
  const units = first ? sizeOf(first.layer) : 0;
  return {
    first,
    units,
    unitsOfMap: rows * columns,
    maps,
    links: first ? first.layer.connections / units : 0,
    shared: first?.layer.params ?? 0,
    unshared: first?.layer.connections ?? 0,
    allShared: weights,
    allUnshared: convolutions.reduce((sum, layer) => sum - layer.params + layer.connections, weights),
  };
}

export const sharing: Step<SharingFacts> = {
  name: "sharing",
  question: ({ first }) => (first ? "Why so few weights?" : "Why so many weights?"),
  facts: sharingFacts,
  view: () => ({}),
  text({ first, units, links, unshared, allShared }) {
    if (!first)
      return [
        say`This network has ${allShared} weights, and each of them is used once for a picture. A convolution would use each of its weights many times, once at every place. Here nothing slides, so nothing is shared.`,
      ];
    return [
      say`${layerWord(first.layer)} has ${units} numbers. To make one of them takes ${links} weights: a kernel and a bias. You would expect ${units} × ${links} = ${unshared} weights. The layer has far fewer. How?`,
    ];
  },
  figure: ({ first }) => (first ? "sharing" : undefined),
  task: {
    prompt: ({ first }) =>
      first
        ? say`Take the sharing away, and see what the layer would need.`
        : say`Choose a network with a convolution.`,
    done: ({ now, answers }) => answers.shares === false && convolutionsOf(now.network).length > 0,
    result({ first, shared, unshared }, { answers }) {
      return first && answers.shares === false
        ? say`${unshared} weights instead of ${shared}: ${Math.round(unshared / shared)} times as many.`
        : undefined;
    },
  },
  why({ first, unitsOfMap, maps, shared, allShared, allUnshared }) {
    if (!first)
      return [say`The price: such a network has to learn the same stroke again for every place where it may stand.`];
    const map = mapsWord(first.layer, [0], "one map");
    return [
      say`All ${unitsOfMap} numbers of ${map} use the same kernel and the same bias. The layer has ${maps} maps, so ${shared} weights are all it needs. This is called ${term("weight sharing")}.`,
      say`It rests on one idea: what is worth finding in one place is worth finding everywhere. A stroke learned at the top is found at the bottom, too, and fewer weights can be learned from fewer pictures. Without sharing, this network would have ${allUnshared} weights instead of ${allShared}.`,
    ];
  },
};
