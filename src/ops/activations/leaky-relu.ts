import { reluWith } from "./relu.ts";

/** y = x where x > 0, else 0.2 x: Keras's default slope of the activation, not 0.3 as of its layer. */
export const leakyRelu = reluWith({ negativeSlope: 0.2 });
