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

/** Every layer's output for the input, by the network on the stage and the one it is compared with. */
export const forward = writable<Forward | undefined>(undefined);
export const otherForward = writable<Forward | undefined>(undefined);

/** The unit under the pointer. It is a preview of `view.pin`. */
export const hovered = writable<Unit | undefined>(undefined);

/** A line for the user: an error with what to do, or news. Screen readers announce it. */
export const notice = writable<{ readonly text: string; readonly isError: boolean } | undefined>(undefined);

/** Changes some parts of the view. */
export function show(change: Partial<View>): void {
  view.update((now) => ({ ...now, ...change }));
}
