import { lenet5 } from "../src/index.ts";

/** The part of a callback's context that tells what is trained, made up: most callbacks do not read it. */
export const madeUpTraining = {
  model: lenet5({ threads: 1 }),
  settings: {
    epochs: 1,
    initialEpoch: 0,
    batchSize: 32,
    shuffle: true,
    augment: undefined,
    seed: 0,
    validationSplit: 0,
    classWeight: undefined,
    stepsPerEpoch: undefined,
  },
  data: { trainImages: 32, validationImages: 0, classNames: undefined },
  stopped: undefined,
  diverged: false,
  continued: undefined,
  iterations: 0,
  callWithin: () => {},
  restore: async () => {},
};
