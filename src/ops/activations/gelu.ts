import type { Activation } from "./activation.ts";

/** y = x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks & Gimpel 2016), not approximated. dy/dx = P(x) + x P'(x). */
export const gelu = {
  type: "elementwise",
  backwardReads: "x",
  forward: (builder, io) => builder.call("gelu", io),
  backward: (builder, io) => builder.call("geluBackward", io),
} as const satisfies Activation;
