/** The pen that is chosen. */
import { writable } from "svelte/store";

/** The narrowest and the widest pen, in units of the pad. */
export const WIDTHS = { least: 6, most: 44, first: 22 } as const;

export const tool = writable<{ readonly erases: boolean; readonly width: number }>({
  erases: false,
  width: WIDTHS.first,
});

/** How much wider the eraser is than the pen. */
export const ERASER = 1.6;
