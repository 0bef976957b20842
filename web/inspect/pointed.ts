/** What is pointed at in the inspector: the stage lights it. */
import { writable } from "svelte/store";
import type { Unit } from "../state/view.ts";

/** The unit whose number is pointed at in the arithmetic. */
export const pointed = writable<Unit | undefined>(undefined);

/** The map that is pointed at in a connection table. */
export const pointedMap = writable<{ readonly layer: string; readonly map: number } | undefined>(undefined);
