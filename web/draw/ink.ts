/** The strokes of the pad and their history. */
import { get, writable } from "svelte/store";
import { notice, show, view } from "../state/state.ts";
import { type Stroke, strokesText, withStroke } from "../state/strokes.ts";
import { picture } from "./picture.ts";

type Ink = readonly Stroke[];

/** Drawings that undo goes back to, the newest last, and those that redo goes on to. */
export const past = writable<readonly Ink[]>([]);
export const future = writable<readonly Ink[]>([]);

/** Steps that can be undone. */
const MOST = 200;

let current: Ink = get(view).ink;
let isStepping = false;

// Whatever changes the drawing, also another area or a link, can be undone.
view.subscribe(({ ink }) => {
  if (ink === current) return;
  const before = current;
  current = ink;
  // Who changes the drawing wants to see it.
  picture.set(undefined);
  if (isStepping || strokesText(before) === strokesText(ink)) return;
  past.update((all) => [...all, before].slice(-MOST));
  future.set([]);
});

/** Adds a stroke to a drawing; says so where the drawing is full. */
export function addStroke(to: Ink, stroke: Stroke): void {
  const ink = withStroke(to, stroke);
  if (ink) show({ ink, sample: "" });
  else
    notice.set({
      text: "The drawing has as many strokes as a link can hold: undo some, or clear the pad.",
      isError: true,
    });
}

/** Takes everything from the pad. */
export function clear(): void {
  picture.set(undefined);
  show({ ink: [], sample: "" });
}

/** Goes back by one change; from a picture or a test image, to the drawing. */
export function undo(): void {
  if (get(picture) || get(view).sample !== "") back();
  else step(past, future);
}

/** From a picture or a test image back to the drawing. */
export function back(): void {
  picture.set(undefined);
  show({ sample: "" });
}

export function redo(): void {
  step(future, past);
}

function step(from: typeof past, to: typeof past): void {
  const ink = get(from).at(-1);
  if (!ink) return;
  const before = current;
  isStepping = true;
  show({ ink });
  isStepping = false;
  from.update((all) => all.slice(0, -1));
  to.update((all) => [...all, before]);
}
