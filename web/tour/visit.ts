/** Where the reader is in the tour, and what the reader did there. It stays while other areas are open. */
import { get, writable } from "svelte/store";
import { show, view } from "../state/state.ts";
import { initialView, type View } from "../state/view.ts";
import { page } from "./page.ts";
import type { Answers, Page } from "./step.ts";
import { steps, type ToldStep } from "./steps.ts";

/** The step that the reader came to, and the page as it was then; undefined before the first. */
export const entered = writable<{ readonly step: number; readonly page: Page } | undefined>(undefined);

export const answers = writable<Answers>({});

/** The numbers of the steps whose tasks are done. */
export const ticked = writable<ReadonlySet<number>>(new Set());

/** What the reader did in a figure. */
export function answer(change: Partial<Answers>): void {
  answers.update((now) => ({ ...now, ...change }));
}

/** Goes to a step: the view becomes the step's. */
export function goTo(step: number): void {
  const now = get(page);
  if (!now) return;
  show({ step, ...difference(now.view, steps[step - 1]!.told(now).view) });
  enter(step);
}

/** Comes to a step by the address: what the address says stays, and the step's view fills in the rest. */
export function arrive(step: number): void {
  const now = get(page);
  if (!now) return;
  const missing = Object.fromEntries(
    Object.entries(steps[step - 1]!.told(now).view).filter(([part]) => isInitial(now.view, part as keyof View)),
  );
  show(missing);
  enter(step);
}

function enter(step: number): void {
  // The view is new already, while the page that is derived from it may wait for its turn.
  entered.set({ step, page: { ...get(page)!, view: get(view) } });
}

function isInitial(now: View, part: keyof View): boolean {
  return JSON.stringify(now[part]) === JSON.stringify(initialView[part]);
}

/** The parts of a step's view that the page does not show. */
export function difference(now: View, wanted: Partial<View>): Partial<View> {
  return Object.fromEntries(
    Object.entries(wanted).filter(([part, value]) => JSON.stringify(value) !== JSON.stringify(now[part as keyof View])),
  );
}

/** What has to change for the page to be as the step shows it; nothing where the reader does what its task asks. */
export function wayBack(now: View, { view: wanted, moves }: ToldStep): Partial<View> {
  const fixed = Object.entries(wanted).filter(([part]) => !moves.includes(part as keyof View));
  return difference(now, Object.fromEntries(fixed));
}

/** Ticks the step when its task is done. */
export function keepTicks(): () => void {
  const check = () => {
    const [now, came] = [get(page), get(entered)];
    // The page was still loading when the reader came: the first answer is the one to compare with.
    if (now?.forward && came && !came.page.forward) return arrive(came.step);
    if (!now || !came || get(ticked).has(came.step) || get(view).step !== came.step) return;
    if (steps[came.step - 1]!.done({ now, entered: came.page, answers: get(answers) }))
      ticked.update((all) => new Set(all).add(came.step));
  };
  const stops = [page.subscribe(check), answers.subscribe(check)];
  return () => {
    for (const stop of stops) stop();
  };
}
