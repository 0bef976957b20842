/** What a step of the tour is: data, without anything of the document. */
import type { Evaluation } from "../state/data.ts";
import type { Forward, NetworkFacts } from "../state/network.ts";
import type { Training } from "../state/training.ts";
import type { Unit, View } from "../state/view.ts";
import type { Text } from "./text.ts";

/** What the steps look at. */
export interface Page {
  readonly view: View;
  readonly network: NetworkFacts;
  /** Undefined while nothing is drawn. */
  readonly forward?: Forward | undefined;
  readonly other?: NetworkFacts | undefined;
  readonly otherForward?: Forward | undefined;
  readonly training?: Training | undefined;
  /** How the network does on test images; undefined until it is evaluated. */
  readonly evaluation?: Evaluation | undefined;
  /** The same of the network that it is compared with. */
  readonly otherEvaluation?: Evaluation | undefined;
}

/** What the reader did in the figures of the steps. */
export interface Answers {
  /** The place of the window in step 2, from 1. */
  readonly place?: number;
  /** The sign guessed in step 3, and the unit it was guessed for. */
  readonly guess?: { readonly isPositive: boolean; readonly unit: Unit };
  /** Whether step 4 shares weights. */
  readonly shares?: boolean;
  /** By how many rows and columns step 5 moved the input, and what the network made of it. */
  readonly moved?: {
    readonly rows: number;
    readonly columns: number;
    /** The pass of the input that was moved, and that of the moved one. */
    readonly of: Forward;
    readonly forward: Forward;
  };
  /** The map pointed at in step 6. */
  readonly map?: number;
  /** The cell opened in step 11. */
  readonly cell?: { readonly actual: number; readonly predicted: number };
}

/** The page now and when the reader came to the step, and what the reader did. */
export interface TourState {
  readonly now: Page;
  readonly entered: Page;
  readonly answers: Answers;
}

export type FigureName =
  | "window"
  | "products"
  | "sharing"
  | "shift"
  | "table"
  | "fields"
  | "largest"
  | "scores"
  | "training"
  | "errors"
  | "today";

/** One step of the tour. */
export interface Step<Facts> {
  /** The name of the step in tests and in the source. */
  readonly name: string;
  question(facts: Facts): string;
  /** Everything that the texts say about the network. */
  facts(page: Page): Facts;
  /** The parts of the view that the step sets. */
  view(facts: Facts): Partial<View>;
  /** The paragraphs before the task. */
  text(facts: Facts): readonly Text[];
  /** A figure of the step's own, between text and task. */
  figure?(facts: Facts): FigureName | undefined;
  readonly task: {
    prompt(facts: Facts): Text;
    /** The parts of the view that the task changes: a reader who changes them has not left the step. */
    readonly moves?: readonly (keyof View)[];
    done(state: TourState): boolean;
    /** What came of it, as it stands. */
    result?(facts: Facts, state: TourState): Text | undefined;
  };
  /** The paragraphs after the task: why it is so. */
  why(facts: Facts): readonly Text[];
}
