import { random } from "../../core/random.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Preparation } from "../../pictures/preparation.ts";
import type { Dataset } from "../dataset.ts";
import { checkPlace, type StreamStart } from "../stream-place.ts";
import type { DecodeThreads } from "./decode-threads.ts";

/**
 * Bytes of the images that a thread makes at once, in whole batches: 2,048 images of 32x32. With `node
 * bench/streaming.js --images 40000`, later epochs have 63 and 82% of the speed from memory with 256 images at once, 69
 * and 87% with 1,024, 85 and 90% with 2,048.
 */
const CHUNK = 2 ** 21;

/** The images of a stream, in the order in which `fit` numbers them. */
export interface StreamedImages {
  /** The files, relative to the folder. */
  readonly names: readonly string[];
  /** `[N]` class numbers. */
  readonly labels: Uint8Array | Int32Array;
}

/** How a stream is divided. */
export interface StreamSettings {
  readonly batchSize: number;
  readonly shuffle: boolean | "once";
  readonly seed: number;
  readonly initialEpoch: number;
  /** Chunks that are made ahead. */
  readonly ahead: number;
}

/**
 * Batches of pictures that stay on the disk, for `fit`: an epoch for each time that it is iterated over. The order is
 * that of `fit` with images in memory, the same seed and the same batch size, so the weights are the same too.
 */
export class PictureStream implements AsyncIterable<Dataset> {
  /** Images in an epoch. */
  readonly count: number;
  /** `[N]` class numbers of all images, before shuffling. */
  readonly targets: Uint8Array | Int32Array;
  /** One name per class, in order. */
  readonly classNames: readonly string[];
  /** How the pictures become images. */
  readonly preparation: Preparation;
  /** Shape of an image: `[rows, columns, channels]`. */
  readonly shape: readonly [rows: number, columns: number, channels: number];
  private readonly names: readonly string[];
  private readonly threads: DecodeThreads;
  private readonly settings: StreamSettings;
  private readonly closing: () => void;
  private epoch: number;

  /** @internal */
  constructor(
    { names, labels }: StreamedImages,
    data: {
      readonly classNames: readonly string[];
      readonly preparation: Preparation;
      readonly shape: PictureStream["shape"];
    },
    threads: DecodeThreads,
    settings: StreamSettings,
    closing: () => void,
  ) {
    this.count = names.length;
    this.names = names;
    this.targets = labels;
    this.classNames = data.classNames;
    this.preparation = data.preparation;
    this.shape = data.shape;
    this.threads = threads;
    this.settings = settings;
    this.closing = closing;
    this.epoch = settings.initialEpoch;
  }

  /** The batches of the next epoch. */
  [Symbol.asyncIterator](): AsyncGenerator<Dataset, void, undefined> {
    return this.batches(++this.epoch, 0);
  }

  /** The batches of an epoch, from 1, after its first `batches`, which are not decoded. The next epoch follows it. */
  startAt({ epoch, ...place }: StreamStart): AsyncGenerator<Dataset, void, undefined> {
    const { batchSize } = this.settings;
    const batches = Math.min(place.batches, Math.ceil(this.count / batchSize));
    checkPlace("streamData batchSize", place, { batches, images: Math.min(batches * batchSize, this.count) });
    this.epoch = epoch;
    return this.batches(epoch, batches);
  }

  private async *batches(epoch: number, first: number): AsyncGenerator<Dataset, void, undefined> {
    const { batchSize, shuffle, seed, ahead } = this.settings;
    const { count, classNames, shape, targets } = this;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (shuffle) random(seed, "shuffle", shuffle === "once" ? 1 : epoch).shuffle(order);
    const size = sizeOf(shape);
    const chunk = batchSize * Math.max(1, Math.round(CHUNK / size / batchSize));
    const scale = this.preparation.scale;
    const made: { indices: Uint32Array; bytes: Uint8Array; done: Promise<void> }[] = [];
    const spare: Uint8Array[] = [];
    let next = first * batchSize;
    const makeNext = () => {
      const indices = order.slice(next, next + chunk);
      next += chunk;
      const bytes = spare.pop() ?? sharedBytes(chunk * size);
      const names = Array.from(indices, (i) => this.names[i]!);
      const done = this.threads.run({ indices, names, into: bytes });
      done.catch(() => {}); // handled where it is awaited
      made.push({ indices, bytes, done });
    };
    try {
      while (next < count || made.length > 0) {
        while (next < count && made.length < ahead) makeNext();
        const { indices, bytes, done } = made[0]!;
        await done;
        made.shift();
        for (let from = 0; from < indices.length; from += batchSize) {
          const own = indices.subarray(from, from + batchSize);
          const data = bytes.slice(from * size, (from + own.length) * size);
          const labels = targets.slice(0, own.length);
          own.forEach((i, k) => {
            labels[k] = targets[i]!;
          });
          yield { images: { shape: [own.length, ...shape], data, scale }, labels, classNames };
        }
        spare.push(bytes);
      }
    } finally {
      await Promise.allSettled(made.map(({ done }) => done));
    }
  }

  /** Ends the threads, then frees the space on the disk: a thread that still ran would write to another file of the process. */
  close(): void {
    void this.threads.close().then(this.closing);
  }
}

function sharedBytes(size: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(size));
}
