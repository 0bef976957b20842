import { inputShapeOf, type Network } from "./network.ts";

/** The default network. */
export const article = {
  title: "LeNet-5",
  phrase: "C3 connected as in Table I",
  help: "C3 connected as in the paper's Table I",
  weights: ["article", "reader"],
  async make({ classNames, shape, ...options }) {
    const { lenet5 } = await import("../../index.ts");
    return lenet5({
      ...options,
      ...(shape && { inputShape: inputShapeOf(shape) }),
      c3: "table1",
      classes: classNames?.length,
    });
  },
} as const satisfies Network;
