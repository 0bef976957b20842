/**
 * The state of the page, in stores that know no document. Areas do not import each other: each reads and changes
 * what is here.
 */
import type { Tensor } from "lenet5";
import { writable } from "svelte/store";
import type { Forward, NetworkFacts } from "./network.ts";
import { initialView, type Unit, type View } from "./view.ts";

/** What the address keeps. */
export const view = writable<View>(initialView);

/** The network on the stage; undefined until it is loaded. */
export const network = writable<NetworkFacts | undefined>(undefined);
/** The network that it is compared with. */
export const other = writable<NetworkFacts | undefined>(undefined);

/** The image that the network is given: `[rows, columns, channels]` bytes with a scale; undefined for an empty pad. */
export const input = writable<Tensor<Uint8Array> | undefined>(undefined);
/** The same after what the view's `adjust` does to it: what the network sees. */
export const changed = writable<Tensor<Uint8Array> | undefined>(undefined);

/** The same for the network that it is compared with, which prepares the same picture itself; undefined for none. */
export const otherInput = writable<Tensor<Uint8Array> | undefined>(undefined);
export const otherChanged = writable<Tensor<Uint8Array> | undefined>(undefined);

/** Every layer's output for the input, by the network on the stage and the one it is compared with. */
export const forward = writable<Forward | undefined>(undefined);
export const otherForward = writable<Forward | undefined>(undefined);

/** The unit under the pointer. It is a preview of `view.pin`. */
export const hovered = writable<Unit | undefined>(undefined);

/**
 * The parts of layers that belong to a selection, such as its receptive field: outlined on the stage, and the rest is
 * dimmed. Undefined for none.
 */
export const highlight = writable<readonly Highlight[] | undefined>(undefined);

/** What a word of the tour means, while the reader points at it: the stage shows it in place of `highlight`. */
export const mentioned = writable<readonly Highlight[] | undefined>(undefined);

/** The layer that a word of the tour leads to, once it is pressed: a phone scrolls the stage there. */
export const sought = writable<{ readonly layer: string } | undefined>(undefined);

/** A window on maps of a layer, counted from 0; first and last are both in it. */
export interface Highlight {
  readonly layer: string;
  readonly maps: "all" | readonly number[];
  /** `[first, last]`; `[0, 0]` for a layer without maps. */
  readonly rows: readonly [number, number];
  /** `[first, last]`; units of a layer without maps. */
  readonly columns: readonly [number, number];
}

/** The networks that can be chosen, by id: those that come with the page, trained here, or opened from files. */
export const known = writable<readonly { readonly id: string; readonly title: string }[]>([
  { id: "article", title: "LeNet-5" },
  { id: "modern", title: "Modern" },
  { id: "1998", title: "LeNet-5 of 1998" },
  { id: "reader", title: "Reader of drawn digits" },
]);

/** Adds a network that can be chosen, in place of one that has its id. */
export function addKnown(id: string, title: string): void {
  known.update((all) => [...all.filter((one) => one.id !== id), { id, title }]);
}

/**
 * The range of values that the colours of a layer stand for, by layer: -range to range. It belongs to the networks on
 * the stage, which share the wider one, and never to the picture; a layer that is not in it has 1.
 */
export const ranges = writable<ReadonlyMap<string, number>>(new Map());

/** What a phone shows in the sheet over the stage; wider screens show everything. */
export const sheet = writable<"" | "inspector" | "rail">("");

/** A line for the user: an error with what to do, or news. Screen readers announce it. */
export const notice = writable<{ readonly text: string; readonly isError: boolean } | undefined>(undefined);

/** Changes some parts of the view. */
export function show(change: Partial<View>): void {
  view.update((now) => ({ ...now, ...change }));
}
