import { memoryBytes } from "#platform";
import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** The share of the machine's memory that images may take by default: what trains on them needs some too. */
const SHARE = 0.5;

/** Pictures that would take too much memory once they are prepared. */
export class DataTooLarge extends InputError {}

/** How much memory images may take. */
export interface MemoryLimit {
  /** The option `maxBytes`. Default: half of `memory`. */
  readonly maxBytes?: number | undefined;
  /** That of the machine, in bytes. */
  readonly memory?: number;
}

/** @throws DataTooLarge where so many images of a preparation take more memory than they may */
export function checkMemory(
  source: string,
  count: number,
  { size, padding, channels }: Preparation,
  { maxBytes, memory = memoryBytes() }: MemoryLimit = {},
): void {
  const shape = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  const bytes = count * sizeOf(shape);
  if (bytes <= (maxBytes ?? SHARE * memory)) return;
  const gibibytes = (value: number) => `${(value / 2 ** 30).toFixed(1)} GiB`;
  const need =
    maxBytes === undefined
      ? `${gibibytes(bytes)} of this machine's ${gibibytes(memory)}`
      : `${bytes} bytes, and maxBytes (--max-bytes) allows ${maxBytes}`;
  throw new DataTooLarge(
    `${source}: ${count} images of ${shape.join("x")} need ${need}; ` +
      "give a smaller size or fewer channels, or stream the training images from the disk with streamData",
  );
}
