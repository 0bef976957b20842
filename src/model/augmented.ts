/**
 * Distorted images of training. Threads make built-in distortions while they load images; a function of the user runs on
 * the calling thread.
 */
import { nextTurn } from "#platform";
import type { Augmenter } from "../augmentation/augmenter.ts";
import type { Distortion, Source } from "../engine/messages.ts";
import { canShare } from "../engine/program.ts";
import { SourceHandle } from "../engine/source-handle.ts";
import type { Samples } from "./data.ts";
import type { Batched } from "./recent-runs.ts";

/** Milliseconds of work between two pauses in which other tasks of the thread run. */
const SLICE = 4;

/** For each input of the model, what distorts its images; undefined for one whose images stay as they are. */
export type Augmenters = readonly (Augmenter | undefined)[];

/** A run of batches: the images of a source, in order. */
export type Piece = Pick<Batched, "source" | "order" | "distortion">;

/** How threads distort images; undefined where a function of the user does. `first`: the number of the first image. */
export function distortionBy(augmenters: Augmenters, epoch: number, first: number): Distortion | undefined {
  if (augmenters.some((augmenter) => augmenter && !augmenter.plain)) return undefined;
  return { inputs: augmenters.map((augmenter) => augmenter?.plain), epoch, first };
}

/**
 * Makes runs of batches with images that the user's functions change. Two buffers alternate: while the engine trains on
 * one run, the next is written to the other.
 */
export class AugmentedRuns {
  private readonly samples: Samples;
  private readonly augmenters: Augmenters;
  private readonly handles: (SourceHandle | undefined)[] = [undefined, undefined];
  private turn = 0;

  constructor(samples: Samples, augmenters: Augmenters) {
    this.samples = samples;
    this.augmenters = augmenters;
  }

  /** Changes the images of `indices` as the epoch needs them. The run before the last must have ended. */
  prepare(indices: Uint32Array, epoch: number): Promise<Piece> {
    this.turn = 1 - this.turn;
    const piece = this.filled(this.turn, indices, epoch);
    // A failure is handled where the piece is awaited.
    piece.catch(() => {});
    return piece;
  }

  release(): void {
    for (const handle of this.handles) handle?.release();
  }

  private async filled(turn: number, indices: Uint32Array, epoch: number): Promise<Piece> {
    // Lets the caller send the present run to the engine first.
    await nextTurn();
    const { samples, handles } = this;
    const room = emptySource(samples, indices.length);
    const own = handles[turn];
    // Without shared memory the threads have copies, which a refill would not reach.
    const fits = canShare && own && own.source.inputs[0]!.length >= room.inputs[0]!.length;
    const handle = fits ? own : new SourceHandle(room);
    if (!fits) own?.release();
    handles[turn] = handle;
    handle.changes++;
    await fill(handle.source, samples, this.augmenters, { indices, epoch, first: 0 });
    return { source: handle, order: Uint32Array.from(indices, (_, i) => i) };
  }
}

/** A batch of a stream with its images changed by functions of the user; its first image is number `first` of the stream. */
export async function augmentedBatch(
  samples: Samples,
  augmenters: Augmenters,
  at: { epoch: number; first: number },
): Promise<Samples> {
  const { inputs } = samples.source;
  const copies = inputs.map((images, i) => (augmenters[i] ? emptyLike(images, images.length) : images));
  const indices = Uint32Array.from({ length: samples.count }, (_, i) => i);
  await nextTurn();
  const source = { ...samples.source, inputs: copies };
  await fill({ ...source, targets: [] }, samples, augmenters, { ...at, indices });
  return { ...samples, source };
}

/** A source of zeros for `wanted` images, with labels and weights where the samples have them. */
function emptySource({ count, source }: Samples, wanted: number): Source {
  const room = <Data extends Uint8Array | Int32Array | Float32Array>(data: Data): Data =>
    emptyLike(data, (data.length / count) * wanted);
  return {
    scales: source.scales,
    inputs: source.inputs.map(room),
    targets: source.targets.map(({ labels, weights }) => ({
      labels: room(labels),
      ...(weights && { weights: room(weights) }),
    })),
  };
}

function emptyLike<Data extends Uint8Array | Int32Array | Float32Array>(data: Data, length: number): Data {
  return new (data.constructor as new (length: number) => Data)(length);
}

/** Writes the images of `indices`, distorted, to a source, with labels and weights where it has them. */
async function fill(
  to: Source,
  { count, source }: Samples,
  augmenters: Augmenters,
  { indices, epoch, first }: { indices: Uint32Array; epoch: number; first: number },
): Promise<void> {
  const copy = (from: ArrayLike<number> | undefined, target: { [at: number]: number } | undefined) => {
    if (!from || !target || from === target) return;
    const width = from.length / count;
    indices.forEach((i, k) => {
      for (let j = 0; j < width; j++) target[k * width + j] = from[i * width + j]!;
    });
  };
  to.targets.forEach((target, t) => {
    copy(source.targets[t]!.labels, target.labels);
    copy(source.targets[t]!.weights, target.weights);
  });
  let began = performance.now();
  for (const [input, augmenter] of augmenters.entries()) {
    const [from, target] = [source.inputs[input]!, to.inputs[input]!];
    if (!augmenter) copy(from, target);
    for (let k = 0; augmenter && k < indices.length; k++) {
      const i = indices[k]!;
      const index = first + i;
      augmenter.write(from, i, target, k * augmenter.size, { index, version: augmenter.versionIn(epoch, index) });
      if (performance.now() - began > SLICE) {
        await nextTurn();
        began = performance.now();
      }
    }
  }
}
