import { joinPath } from "#platform";
import { InputError, shown } from "../../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional, text } from "../../core/options.ts";
import type { Tensor } from "../../core/tensor.ts";
import { EventFile, type GreyImage, histogram } from "../../formats/event-file.ts";
import type { Callback } from "./callback.ts";

const withWeights: Check<{
  /** All weights, by `<layer>/<weight>`: see {@link Model.weights}. */
  readonly weights: ReadonlyMap<string, Tensor<Float32Array>>;
}> = (what, model) => {
  if (model?.weights instanceof Map) return model;
  throw new InputError(`${what}: expected a model, got ${shown(model)}`);
};

const options = {
  /**
   * The model that is trained, to write the kernels of its first convolution as an image after each epoch. Default: no
   * image.
   */
  model: optional(withWeights, undefined),
};

/** Options of {@link tensorBoard}. */
export interface TensorBoardOptions extends OptionsOf<typeof options> {}

/**
 * Writes event files for `tensorboard --logdir FOLDER`, in `train` and `validation` below the folder as Keras does:
 *
 * - by epoch (from 1): `epoch_loss`, `epoch_accuracy`, `epoch_learning_rate` and the other numbers of the history; the
 *   weights' distributions, `<layer>/<weight>/histogram`; the kernels, `<layer>/<weight>/image`
 * - by iteration (from 0): `batch_loss`, `batch_accuracy`, `learning_rate`, `gradient_norm`
 *
 * Training that continues adds a file beside the old ones. https://keras.io/api/callbacks/tensorboard/
 *
 * @throws InputError for wrong options, and when training begins and the folder cannot be written
 */
export function tensorBoard(folder: string, given: TensorBoardOptions = {}): Callback {
  text("tensorBoard folder", folder);
  const { model } = checkedOptions("tensorBoard", options, given);
  let train: EventFile;
  let validation: EventFile;
  let writing = Promise.resolve();
  return {
    async onTrainBegin() {
      train = new EventFile(joinPath(folder, "train"));
      validation = new EventFile(joinPath(folder, "validation"));
      await train.append([]); // A folder that cannot be written fails now, not after the first epoch.
    },
    onBatches(batches) {
      const events = batches.map(({ iteration, logs, learningRate, gradientNorm }) => ({
        step: iteration,
        values: { ...renamed(logs, "batch_"), learning_rate: learningRate, gradient_norm: gradientNorm },
      }));
      writing = train.append(events);
      return writing;
    },
    async onEpochEnd(epoch, logs, context) {
      const isValidation = ([name]: [string, number]) => name.startsWith("val_");
      const trained = Object.entries(logs).filter((log) => !isValidation(log));
      const validated = Object.entries(logs).filter(isValidation);
      const histograms = [...context.getWeights()].map(([path, value]) => [`${path}/histogram`, histogram(value)]);
      const values = {
        ...renamed(Object.fromEntries(trained), "epoch_"),
        ...Object.fromEntries(histograms),
        ...kernelImage(model?.weights),
      };
      await train.append([{ step: epoch, values }]);
      if (validated.length === 0) return;
      const names = validated.map(([name, value]) => [name.slice("val_".length), value]);
      await validation.append([{ step: epoch, values: renamed(Object.fromEntries(names), "epoch_") }]);
    },
    // After an abort, training does not wait for onBatches.
    onTrainEnd: () => writing,
  };
}

function renamed(logs: Readonly<Record<string, number>>, prefix: string): Record<string, number> {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [prefix + name, value]));
}

/** The kernels of the first convolution as an image; nothing without a convolution. */
function kernelImage(weights: ReadonlyMap<string, Tensor<Float32Array>> = new Map()): Record<string, GreyImage> {
  const found = [...weights].find(([, { shape }]) => shape.length === 4);
  return found ? { [`${found[0]}/image`]: tiles(found[1]) } : {};
}

/**
 * A row of tiles for each input channel, a column for each filter, white lines between them. Grey is 0; black is minus
 * the largest absolute weight, white plus it. Shape [kh, kw, in, out].
 */
export function tiles({ shape: [kh, kw, channels, filters], data }: Tensor<Float32Array>): GreyImage {
  const [height, width] = [channels * (kh + 1) - 1, filters * (kw + 1) - 1];
  const largest = data.reduce((max, value) => Math.max(max, Number.isFinite(value) ? Math.abs(value) : 0), 0);
  const pixels = new Uint8ClampedArray(width * height).fill(255);
  data.forEach((value, i) => {
    const [filter, channel] = [i % filters, Math.floor(i / filters) % channels];
    const [column, row] = [Math.floor(i / (filters * channels)) % kw, Math.floor(i / (filters * channels * kw))];
    pixels[(channel * (kh + 1) + row) * width + filter * (kw + 1) + column] = 127.5 * (1 + value / (largest || 1));
  });
  return { width, height, data: pixels };
}
