import { pad } from "../zero-padding2d.ts";
import { convolve } from "./calls.ts";
import type { Convolutions } from "./convolutions.ts";
import { directCalls } from "./direct.ts";
import { paddedSizes } from "./options.ts";
import { convolveWinograd, winogradPays } from "./winograd.ts";
import { rowsCalls, rowsPay } from "./winograd-rows.ts";

/** The convolutions of blocks: by Winograd's algorithm where it is faster, else by the direct formula. */
export const blockConvolutions: Convolutions = {
  layout: "blocks",
  calls: directCalls,
  faster(tape, image, options, links) {
    const { groups, channels, seen } = links;
    // The curvature is a sum of squares, which rounding in Winograd's transforms could make negative.
    if (tape.curvature || groups > 1) return undefined;
    const sizes = paddedSizes(image.shape, options);
    if (winogradPays(sizes, channels, seen.length, seen.flat().length)) {
      return convolveWinograd(tape, image, options, links);
    }
    if (!rowsPay(sizes, links, channels)) return undefined;
    const calls = rowsCalls(tape, options.kernel, sizes, links);
    return convolve(tape, pad(tape, image, options.padding), calls, options);
  },
};
