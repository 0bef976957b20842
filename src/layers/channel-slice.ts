import { checkOptions, wholeNumber } from "../core/errors.ts";
import { slice } from "../ops/channel-slice.ts";
import { defineLayer, type Layer, type LayerOptions, single } from "./layer.ts";

export interface ChannelSliceOptions extends LayerOptions {
  /** The first channel taken. */
  readonly start: number;
  /** How many are taken; default: all that follow. */
  readonly count?: number;
}

/** Some channels of an image (or features of a vector), like `x[..., start:start + count]` in Keras. */
export function channelSlice(options: ChannelSliceOptions): Layer {
  checkOptions("[channelSlice]", options, ["start", "count", "name"]);
  const start = wholeNumber("[channelSlice] start", options.start, 0);
  const wanted = options.count === undefined ? undefined : wholeNumber("[channelSlice] count", options.count);
  const config = { start, ...(wanted !== undefined && { count: wanted }) };
  return defineLayer("channelSlice", options, config, (shapes, complain) => {
    const shape = single(shapes, complain);
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
  });
}
