import { shortened, textWidth } from "../drawing/text.ts";
import type { NetworkNode } from "./network-graph.ts";
import { connection, networkLayout } from "./network-layout.ts";
import { type Point, type Shape, shapeOf } from "./network-shapes.ts";
import { sizeText } from "./network-words.ts";

/** A node where it stands. Texts are centred at their points. */
export interface Place {
  readonly node: NetworkNode;
  readonly column: number;
  readonly lane: number;
  readonly shape: Shape;
  /** Upper left corner of the drawing. */
  readonly at: Point;
  /** The layer's name, shortened, and its size. */
  readonly label: readonly [string, string];
  readonly labelAt: Point;
  /** The layer's operations in lines of text; those of `main`, from and to, name its own. */
  readonly words: readonly string[];
  readonly main: readonly [from: number, to: number];
  readonly wordsAt: Point;
}

export interface NetworkPlaces {
  readonly places: readonly Place[];
  /** The straight pieces of a connection through the columns between source and node, by their ends. */
  passes(source: Place, node: Place): readonly (readonly [Point, Point])[];
  readonly width: number;
  readonly height: number;
}

export const FONT_SIZE = 15;
export const LINE = 19;
/** At least so much is free between drawings of neighbouring columns. */
const GAP = 32;
/** At least so much is free between texts. */
const TEXT_GAP = 14;
/** Phrases are joined to lines of this width, and longer ones wrapped. */
const WORDS_WIDTH = 102;
/** A longer word is shortened. */
const MAX_WORD = 144;
const NAME_WIDTH = 144;
/** From a drawing down to the first line of words. */
const WORDS_DROP = 23;
const LANE_GAP = 18;
/** Half of a lane in which there are no layers, only connections. */
const BARE_LANE = 12;

/** Finds a place for everything; no text is over another. `largest`: positions along the longest side of the largest map. */
export function networkPlaces(nodes: readonly NetworkNode[], largest: number): NetworkPlaces {
  const { cells, passing } = networkLayout(nodes);
  const drafts = nodes.map((node) => ({
    node,
    ...cells.get(node)!,
    shape: shapeOf(node.layer.outputShape, largest),
    ...wordLines(node),
    label: [shortened(node.layer.name, FONT_SIZE, NAME_WIDTH), sizeText(node.layer)] as const,
  }));
  // In one lane, words stand between the columns, as in the paper; with branches, connections are there.
  const between = drafts.every(({ lane }) => lane === 0);
  const { columns, width } = columnsOf(drafts, between);
  const { lanes, height } = lanesOf(drafts, [...passing.values()]);
  return {
    places: drafts.map((draft) => {
      const { centre: x, words } = columns[draft.column];
      const { middle, low } = lanes.get(draft.lane)!;
      const { width, height } = draft.shape;
      const top = middle - height / 2;
      return {
        ...draft,
        at: { x: x - width / 2, y: top },
        labelAt: { x, y: top - 8 - LINE },
        wordsAt: { x: words, y: between ? low : top + height + WORDS_DROP },
      };
    }),
    passes(source, node) {
      const lane = passing.get(connection(source.node, node.node));
      if (lane === undefined) return [];
      const y = lanes.get(lane)!.middle;
      return columns.slice(source.column + 1, node.column).map(({ centre, half }) => [
        { x: centre - half, y },
        { x: centre + half, y },
      ]);
    },
    width,
    height,
  };
}

type Draft = Omit<Place, "at" | "labelAt" | "wordsAt">;

/** Half the width of a column's drawings, their centre, and that of the words. */
interface Column {
  readonly half: number;
  readonly centre: number;
  readonly words: number;
}

function columnsOf(drafts: readonly Draft[], between: boolean): { columns: Column[]; width: number } {
  const columns: Column[] = [];
  let [left, right] = [0, 0];
  /** The right ends of the texts of the columns so far. */
  let [wholeEnd, wordsEnd] = [0, 0];
  for (let here = column(0); here.length > 0; here = column(columns.length)) {
    const widest = (width: (draft: Draft) => number) => Math.max(...here.map(width)) / 2;
    const half = widest(({ shape }) => shape.width);
    const halfWords = widest(({ words }) => textsWidth(words));
    const halfWhole = Math.max(
      half,
      widest(({ label }) => textsWidth(label)),
      between ? 0 : halfWords,
    );
    const last = columns[columns.length - 1];
    const gap = last ? last.centre + last.half : 0; // where it begins
    // Between columns, words stand in the middle of the gap: it has to be wide enough to part them from those before.
    const forWords = between && columns.length > 1 ? 2 * (wordsEnd + TEXT_GAP + halfWords) - gap + half : 0;
    const centre = last ? Math.max(gap + GAP + half, wholeEnd + TEXT_GAP + halfWhole, forWords) : 0;
    const words = between && last ? (gap + centre - half) / 2 : centre;
    columns.push({ half, centre, words });
    [wholeEnd, wordsEnd] = [centre + halfWhole, words + halfWords];
    left = Math.min(left, centre - halfWhole, words - halfWords);
    right = Math.max(right, wholeEnd, wordsEnd);
  }
  const moved = columns.map(({ half, centre, words }) => ({ half, centre: centre - left, words: words - left }));
  return { columns: moved, width: right - left };

  function column(number: number) {
    return drafts.filter((draft) => draft.column === number);
  }
}

/** Of each lane, the middle, and the first line of text below all its drawings. */
type Lanes = ReadonlyMap<number, { readonly middle: number; readonly low: number }>;

function lanesOf(drafts: readonly Draft[], passing: readonly number[]): { lanes: Lanes; height: number } {
  const lanes = new Map<number, { middle: number; low: number }>();
  let height = 0;
  for (const lane of [...new Set([...drafts.map((draft) => draft.lane), ...passing])].sort((a, b) => a - b)) {
    const here = drafts.filter((draft) => draft.lane === lane);
    const isBare = here.length === 0;
    const tallest = Math.max(0, ...here.map(({ shape }) => shape.height)) / 2;
    const middle = height + (height > 0 ? LANE_GAP : 0) + (isBare ? BARE_LANE : 2 * LINE + 8 + tallest);
    const low = middle + (isBare ? BARE_LANE : tallest + WORDS_DROP);
    lanes.set(lane, { middle, low });
    const most = Math.max(0, ...here.map(({ words }) => words.length));
    height = most > 0 ? low + (most - 1) * LINE + 6 : low;
  }
  return { lanes, height };
}

function wordLines({ before, words: [own = "", ...after] }: NetworkNode): Pick<Place, "words" | "main"> {
  const [first, main] = [lines(before), lines(own === "" ? [] : [own])];
  const words = [...first, ...main, ...lines(after)].map((text, i) =>
    i === 0 ? text.charAt(0).toUpperCase() + text.slice(1) : text,
  );
  return { words, main: [first.length, first.length + main.length] };
}

/** Phrases in lines, as many in each as it holds. */
function lines(phrases: readonly string[]): string[] {
  const result: string[] = [];
  for (const text of phrases.flatMap(wrapped)) {
    const joined = `${result[result.length - 1]}, ${text}`;
    if (result.length > 0 && textWidth(joined, FONT_SIZE) <= WORDS_WIDTH) result[result.length - 1] = joined;
    else result.push(text);
  }
  return result;
}

/** A phrase in as many lines as its words need. */
function wrapped(phrase: string): string[] {
  const result: string[] = [];
  for (const word of phrase.split(" ").map((part) => shortened(part, FONT_SIZE, MAX_WORD))) {
    const joined = `${result[result.length - 1]} ${word}`;
    if (result.length > 0 && textWidth(joined, FONT_SIZE) <= WORDS_WIDTH) result[result.length - 1] = joined;
    else result.push(word);
  }
  return result;
}

/** Bold and regular text alike: bold is wider by a little. */
function textsWidth(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, FONT_SIZE) * 1.04));
}
