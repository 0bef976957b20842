/** The image of the second network: each network prepares the same picture by its own preparation. */
import type { Tensor } from "lenet5";
import { get } from "svelte/store";
import type { Adjust } from "../state/adjust.ts";
import { prepared } from "../state/drawing.ts";
import type { NetworkFacts } from "../state/network.ts";
import { input, network, notice, other, otherInput } from "../state/state.ts";
import type { NetworkApi } from "./network-api.ts";

type Image = Tensor<Uint8Array>;

/** Keeps `otherInput` up to date: what waits for the worker when something newer comes is dropped. */
export function followOtherInput(worker: Pick<NetworkApi, "prepare" | "fitted">): void {
  let known: readonly unknown[] = [];
  const next = async () => {
    const [image, first, second] = [get(input), get(network), get(other)];
    const now = [image, first?.preparation, second?.id, second?.preparation];
    if (now.every((value, i) => value === known[i])) return;
    known = now;
    try {
      const made = image && first && second && (await imageFor(second, image, first, worker));
      if (known === now) otherInput.set(made);
    } catch (error) {
      if (known !== now) return;
      otherInput.set(undefined);
      notice.set({ text: (error as Error).message, isError: true });
    }
  };
  for (const store of [input, network, other]) store.subscribe(() => void next());
}

/** A test image, and one that was made from another image, has no picture: it gets zeros around it. */
async function imageFor(
  second: NetworkFacts,
  image: Image,
  first: NetworkFacts,
  worker: Pick<NetworkApi, "prepare" | "fitted">,
): Promise<Image | undefined> {
  if (JSON.stringify(first.preparation) === JSON.stringify(second.preparation)) return image;
  const made = get(prepared);
  return made?.input === image ? worker.prepare(made.picture, second.id) : worker.fitted(image, second.id);
}

/** What the view does to an image of one size, for an image of another: the box stays as far from the middle. */
export function adjustFor(adjust: Adjust, from: Tensor, to: Tensor): Adjust {
  const [down = 0, right = 0] = [0, 1].map((axis) => (to.shape[axis]! - from.shape[axis]!) / 2);
  return down === 0 && right === 0 ? adjust : { ...adjust, row: adjust.row + down, column: adjust.column + right };
}
