/** The losses of all batches in a fixed number of bins: least, most and mean of each. */

export interface LossBand {
  /** Batches that a bin covers. */
  readonly every: number;
  readonly least: Float32Array;
  readonly most: Float32Array;
  readonly sum: Float64Array;
  /** Batches in each bin so far. */
  readonly count: Uint32Array;
}

/** An empty band for a training of so many batches. */
export function lossBand(batches: number, bins = 128): LossBand {
  const every = Math.max(1, Math.ceil(batches / bins));
  const length = Math.max(1, Math.ceil(batches / every));
  return {
    every,
    least: new Float32Array(length).fill(Number.POSITIVE_INFINITY),
    most: new Float32Array(length).fill(Number.NEGATIVE_INFINITY),
    sum: new Float64Array(length),
    count: new Uint32Array(length),
  };
}

/** Adds the losses of the batches from `first` on. Those beyond the band are left out. */
export function addLosses({ every, least, most, sum, count }: LossBand, first: number, losses: Float32Array): void {
  losses.forEach((loss, i) => {
    const bin = Math.floor((first + i) / every);
    if (bin >= count.length || !Number.isFinite(loss)) return;
    least[bin] = Math.min(least[bin]!, loss);
    most[bin] = Math.max(most[bin]!, loss);
    sum[bin]! += loss;
    count[bin]! += 1;
  });
}

/** A band for a longer training with the losses of an earlier one. */
export function longerBand(band: LossBand, batches: number, bins = 128): LossBand {
  const made = lossBand(batches, bins);
  band.count.forEach((count, i) => {
    if (count === 0) return;
    const bin = Math.floor((i * band.every) / made.every);
    made.least[bin] = Math.min(made.least[bin]!, band.least[i]!);
    made.most[bin] = Math.max(made.most[bin]!, band.most[i]!);
    made.sum[bin]! += band.sum[i]!;
    made.count[bin]! += count;
  });
  return made;
}

/** The end of the loss axis, which stays for the whole training: guessing stands at two thirds of it. */
export function lossAxis(guessing: number | undefined): number | undefined {
  return guessing && guessing * 1.5;
}
