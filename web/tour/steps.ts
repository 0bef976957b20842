/** The twelve steps of the tour, in their order. */
import type { View } from "../state/view.ts";
import type { FigureName, Page, Step, TourState } from "./step.ts";
import { decide } from "./steps/decide.ts";
import { errors } from "./steps/errors.ts";
import { field } from "./steps/field.ts";
import { flat } from "./steps/flat.ts";
import { fool } from "./steps/fool.ts";
import { kernel } from "./steps/kernel.ts";
import { learn } from "./steps/learn.ts";
import { sharing } from "./steps/sharing.ts";
import { shrink } from "./steps/shrink.ts";
import { size } from "./steps/size.ts";
import { table } from "./steps/table.ts";
import { today } from "./steps/today.ts";
import type { Text } from "./text.ts";

/** A step as it reads for the network on the page. */
export interface ToldStep {
  readonly question: string;
  /** The parts of the view that the step sets. */
  readonly view: Partial<View>;
  /** Those that its task changes. */
  readonly moves: readonly (keyof View)[];
  readonly text: readonly Text[];
  readonly figure: FigureName | undefined;
  readonly prompt: Text;
  readonly why: readonly Text[];
}

/** A step whose facts are its own matter. */
export interface TourStep {
  readonly name: string;
  question(page: Page): string;
  told(page: Page): ToldStep;
  done(state: TourState): boolean;
  result(state: TourState): Text | undefined;
}

export const steps: readonly TourStep[] = [
  tourStep(fool),
  tourStep(size),
  tourStep(kernel),
  tourStep(sharing),
  tourStep(shrink),
  tourStep(table),
  tourStep(field),
  tourStep(flat),
  tourStep(decide),
  tourStep(learn),
  tourStep(errors),
  tourStep(today),
];

/** What a step sets unless it says otherwise: one network, and no unit under the lens. */
const bare: Partial<View> = { pin: undefined, second: undefined, with: "" };

function tourStep<Facts>(step: Step<Facts>): TourStep {
  const { name, task } = step;
  return {
    name,
    question: (page) => step.question(step.facts(page)),
    told(page) {
      const facts = step.facts(page);
      return {
        question: step.question(facts),
        view: { ...bare, ...step.view(facts) },
        moves: task.moves ?? [],
        text: step.text(facts),
        figure: step.figure?.(facts),
        prompt: task.prompt(facts),
        why: step.why(facts),
      };
    },
    done: (state) => task.done(state),
    result: (state) => task.result?.(step.facts(state.now), state),
  };
}
