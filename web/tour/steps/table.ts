import { tableI } from "lenet5";
import { convolutionsOf, layerWord, mapsWord, type Sliding, seenMaps } from "../network.ts";
import type { Page, Step } from "../step.ts";
import { counted, listed, say, type Text, whole } from "../text.ts";

export interface TableFacts {
  /** The first convolution that reads several maps. */
  readonly joining: Sliding | undefined;
  /** The maps below that each of its maps sees. */
  readonly seen: readonly (readonly number[])[];
  readonly maps: number;
  readonly mapsBelow: number;
  readonly links: number;
  /** Whether it is the paper's table. */
  readonly isTableI: boolean;
  readonly most: number;
  /** Its weights, and those that it would have if each map saw all. */
  readonly weights: number;
  readonly weightsOfAll: number;
}

export function tableFacts({ network }: Page): TableFacts {
  const joining = convolutionsOf(network).find(({ source }) => (source.outputShape[2] ?? 1) > 1);
  const seen = joining ? seenMaps(joining) : [];
  const links = seen.reduce((sum, maps) => sum + maps.length, 0);
  const mapsBelow = joining?.source.outputShape[2] ?? 0;
  const kernel = joining ? joining.window[0] * joining.window[1] : 0;
  const weights = joining?.layer.params ?? 0;
  return {
    joining,
    seen,
    maps: seen.length,
    mapsBelow,
    links,
    isTableI: JSON.stringify(seen) === JSON.stringify(tableI),
    most: Math.max(0, ...seen.map((maps) => maps.length)),
    weights,
    weightsOfAll: weights + (seen.length * mapsBelow - links) * kernel,
  };
}

export const table: Step<TableFacts> = {
  name: "table",
  question({ joining, links, maps, mapsBelow }) {
    if (!joining) return "Who sees what?";
    const { layer, source } = joining;
    return links < maps * mapsBelow
      ? `Why does ${layer.name} not see all of ${source.name}?`
      : `Does ${layer.name} see all of ${source.name}?`;
  },
  facts: tableFacts,
  view: () => ({}),
  text(facts) {
    const { joining, maps, mapsBelow, links } = facts;
    if (!joining)
      return [
        say`In LeNet-5, the second convolution does not see all maps of the layer below: Table I of the paper says which. This network has no second convolution. Choose the network called LeNet-5, and come back.`,
      ];
    const [layer, source] = [layerWord(joining.layer), layerWord(joining.source)];
    const start = say`${source} has ${counted(mapsBelow, "map")}, ${layer} has ${maps}. A number of ${layer} looks through windows at the same place in several maps of ${source}, with a kernel for each.`;
    if (links === maps * mapsBelow)
      return [
        start,
        say`In this network every map sees all below it: ${maps} × ${mapsBelow} = ${links} kernels. In LeNet-5, as in the paper, most of them see only some.`,
      ];
    return [
      start,
      say`Each could see all of them. That would be ${maps} × ${mapsBelow} = ${maps * mapsBelow} kernels. There are only ${links}: ${groups(facts)}.${facts.isTableI ? " This is Table I of the paper of 1998." : ""}`,
    ];
  },
  figure: ({ joining }) => (joining ? "table" : undefined),
  task: {
    prompt: ({ joining, links, maps, mapsBelow }) => {
      if (!joining) return say`Choose a network with two convolutions.`;
      return links < maps * mapsBelow
        ? say`Find the map that sees the most.`
        : say`Point at a map, and see what it sees.`;
    },
    done({ now, answers: { map } }) {
      const { joining, seen, most } = tableFacts(now);
      return joining !== undefined && map !== undefined && seen[map]?.length === most;
    },
    result({ joining, seen }, { answers: { map } }) {
      const maps = map === undefined ? undefined : seen[map];
      if (!joining || !maps || map === undefined) return undefined;
      const numbers = listed(maps.map((one) => whole(one + 1)));
      return say`${mapsWord(joining.layer, [map], "Map")} ${map + 1} sees ${mapsWord(joining.source, maps, maps.length === 1 ? "map" : "maps")} ${numbers}.`;
    },
  },
  why({ joining, links, maps, mapsBelow, weights, weightsOfAll }) {
    if (!joining) return [];
    const layer = layerWord(joining.layer);
    if (links === maps * mapsBelow)
      return [
        say`Seeing everything takes ${weights} weights in ${layer}. In the days of the paper that was a lot of arithmetic. Today it is the usual choice, and chance does the rest: every kernel begins with other random weights.`,
      ];
    return [
      say`The first reason was speed: ${weights} weights instead of ${weightsOfAll}. The second is more interesting. Two maps that see the same may learn the same, and then one of them is wasted. Here each has its own combination, so each has to find something of its own.`,
      say`Today’s networks mostly connect everything, and leave the differences to chance.`,
    ];
  },
};

/** The numbers of maps that see three, four, ... maps. */
function groups({ seen }: TableFacts): Text {
  const counts = new Map<number, number>();
  for (const maps of seen) counts.set(maps.length, (counts.get(maps.length) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([links, count], i, all) => {
      const joint = i === 0 ? "" : i === all.length - 1 ? " and " : ", ";
      return say`${joint}${counted(count, "map sees", "maps see")} ${links}`;
    });
}
