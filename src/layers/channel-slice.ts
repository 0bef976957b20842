import { type OptionsOf, optional, required, whole } from "../core/options.ts";
import { slice } from "../ops/channel-slice.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** The first channel taken, from 0. */
  start: required(whole(0)),
  /** How many channels are taken; default: all from `start` on. */
  count: optional(whole(), undefined),
};

/** Options of {@link channelSlice}. */
export interface ChannelSliceOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * A range of channels of an image (or of features of a vector), like `x[..., start:start + count]` in Keras.
 * Input: `[N, ..., channels]`; output: `[N, ..., count]`; no weights.
 * @throws InputError for a range that reaches beyond the input's channels
 */
export const channelSlice: LayerMaker<ChannelSliceOptions> = defineLayer(
  "channelSlice",
  options,
  ({ start, count: wanted }, inputs, complain) => {
    const shape = single(inputs, complain);
    const channels = shape[shape.length - 1]!;
    const count = wanted ?? channels - start;
    if (count < 1 || start + count > channels) {
      complain(`expected channels within the input's ${channels}, got ${start} to ${start + count - 1}`);
    }
    return {
      outputShape: [...shape.slice(0, -1), count],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => slice(tape, x!, start, count),
    };
  },
);
