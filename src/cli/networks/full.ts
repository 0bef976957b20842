import { inputShapeOf, type Network } from "./network.ts";

export const full = {
  title: "LeNet-5, C3 fully connected",
  phrase: "C3 fully connected",
  help: "C3 fully connected",
  weights: [],
  async make({ classNames, shape, ...options }) {
    const { lenet5 } = await import("../../index.ts");
    return lenet5({
      ...options,
      ...(shape && { inputShape: inputShapeOf(shape) }),
      c3: "full",
      classes: classNames?.length,
    });
  },
} as const satisfies Network;
