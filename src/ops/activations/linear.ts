import type { Activation } from "./activation.ts";

/** y = x. */
export const linear = { type: "identity" } as const satisfies Activation;
