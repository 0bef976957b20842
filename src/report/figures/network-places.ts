import { shortened, textWidth } from "../drawing/text.ts";
import type { NetworkNode } from "./network-graph.ts";
import { connection, networkLayout } from "./network-layout.ts";
import { type Point, type Shape, shapeOf } from "./network-shapes.ts";
import { sizeText } from "./network-words.ts";

/** A node with the coordinates of its drawing and texts. Texts are centred at their points. */
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
  /** The layer's operations in lines of text, with those of text-only layers around it. */
  readonly words: readonly string[];
  /** The lines of `words` (end exclusive) for the layer's main operation. */
  readonly main: readonly [from: number, to: number];
  readonly wordsAt: Point;
}

export interface NetworkPlaces {
  readonly places: readonly Place[];
  /** The straight segments of a connection in the columns between source and node. */
  passes(source: Place, node: Place): readonly (readonly [Point, Point])[];
  readonly width: number;
  readonly height: number;
}

export const FONT_SIZE = 15;
export const LINE = 19;
/** Minimum gap between the drawings of neighbouring columns. */
const GAP = 32;
/** Minimum gap between texts. */
const TEXT_GAP = 14;
/** Maximum width of a line of text: short phrases are joined, long ones wrapped. */
const WORDS_WIDTH = 102;
/** Longer words are shortened. */
const MAX_WORD = 144;
const NAME_WIDTH = 144;
/** Distance from a drawing down to the baseline of the first line of text. */
const WORDS_DROP = 23;
const LANE_GAP = 18;
/** Half the height of a lane with connections only. */
const BARE_LANE = 12;

/** Places drawings and texts without overlap. `largest`: positions along the longest side of the largest map. */
export function networkPlaces(nodes: readonly NetworkNode[], largest: number): NetworkPlaces {
  const { positions, passing } = networkLayout(nodes);
  const drafts = nodes.map((node) => ({
    node,
    ...positions.get(node)!,
    shape: shapeOf(node.layer.outputShape, largest),
    ...wordLines(node),
    label: [shortened(node.layer.name, FONT_SIZE, NAME_WIDTH), sizeText(node.layer)] as const,
  }));
  // In a single lane, text stands between the columns, as in the paper; with branches, connections need that space.
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

/** Half the width of a column's drawings, their centre, and the centre of the text. */
interface Column {
  readonly half: number;
  readonly centre: number;
  readonly words: number;
}

function columnsOf(drafts: readonly Draft[], between: boolean): { columns: Column[]; width: number } {
  const columns: Column[] = [];
  let [left, right] = [0, 0];
  /** Right ends of labels and words in the columns so far. */
  let [wholeEnd, wordsEnd] = [0, 0];
  for (let members = column(0); members.length > 0; members = column(columns.length)) {
    const widest = (width: (draft: Draft) => number) => Math.max(...members.map(width)) / 2;
    const half = widest(({ shape }) => shape.width);
    const halfWords = widest(({ words }) => textsWidth(words));
    const halfWhole = Math.max(
      half,
      widest(({ label }) => textsWidth(label)),
      between ? 0 : halfWords,
    );
    const last = columns[columns.length - 1];
    const gap = last ? last.centre + last.half : 0; // left end of the gap before this column
    // Text between columns is centred in the gap, which must be wide enough to keep it apart from the text before.
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

/** Middle of each lane, and baseline of the first line of text below its drawings. */
type Lanes = ReadonlyMap<number, { readonly middle: number; readonly low: number }>;

function lanesOf(drafts: readonly Draft[], passing: readonly number[]): { lanes: Lanes; height: number } {
  const lanes = new Map<number, { middle: number; low: number }>();
  let height = 0;
  for (const lane of [...new Set([...drafts.map((draft) => draft.lane), ...passing])].sort((a, b) => a - b)) {
    const members = drafts.filter((draft) => draft.lane === lane);
    const isBare = members.length === 0;
    const tallest = Math.max(0, ...members.map(({ shape }) => shape.height)) / 2;
    const middle = height + (height > 0 ? LANE_GAP : 0) + (isBare ? BARE_LANE : 2 * LINE + 8 + tallest);
    const low = middle + (isBare ? BARE_LANE : tallest + WORDS_DROP);
    lanes.set(lane, { middle, low });
    const textLines = Math.max(0, ...members.map(({ words }) => words.length));
    height = textLines > 0 ? low + (textLines - 1) * LINE + 6 : low;
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

/** Joins phrases to lines of at most {@link WORDS_WIDTH}. */
function lines(phrases: readonly string[]): string[] {
  const result: string[] = [];
  for (const text of phrases.flatMap(wrapped)) {
    const joined = `${result[result.length - 1]}, ${text}`;
    if (result.length > 0 && textWidth(joined, FONT_SIZE) <= WORDS_WIDTH) result[result.length - 1] = joined;
    else result.push(text);
  }
  return result;
}

/** Wraps a phrase. */
function wrapped(phrase: string): string[] {
  const result: string[] = [];
  for (const word of phrase.split(" ").map((part) => shortened(part, FONT_SIZE, MAX_WORD))) {
    const joined = `${result[result.length - 1]} ${word}`;
    if (result.length > 0 && textWidth(joined, FONT_SIZE) <= WORDS_WIDTH) result[result.length - 1] = joined;
    else result.push(word);
  }
  return result;
}

/** Width of the widest text; bold text is slightly wider than regular text. */
function textsWidth(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, FONT_SIZE) * 1.04));
}
