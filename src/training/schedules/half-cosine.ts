import { cos } from "../../core/elementary.ts";

/** Half a cosine from one value to another; `done` from 0 to 1. */
export function halfCosine(from: number, to: number, done: number): number {
  return to + ((from - to) * (1 + cos(Math.PI * done))) / 2;
}
