import { inputShapeOf, type Network } from "./network.ts";

/** As many parameters as LeNet-5 has, in today's layers. */
export const modern = {
  title: "Modern LeNet",
  phrase: "rebuilt with 3x3 convolutions and batch normalization",
  help: "as one would build it today: 3x3 convolutions, batch normalization, as many parameters",
  weights: ["modern"],
  async make({ classNames, shape, ...options }) {
    const { modern } = await import("../../index.ts");
    return modern({
      ...options,
      ...(shape && { inputShape: inputShapeOf(shape) }),
      classes: classNames?.length,
    });
  },
} as const satisfies Network;
