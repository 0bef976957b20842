import { memoryBytes } from "#platform";
import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** The share of the machine's memory that images may take: what trains on them needs some too. */
const SHARE = 0.5;

/** Pictures that would take too much memory once they are prepared. */
export class DataTooLarge extends InputError {}

/** @throws DataTooLarge where so many images of a preparation take more than half of the memory */
export function checkMemory(
  source: string,
  count: number,
  { size, padding, channels }: Preparation,
  memory = memoryBytes(),
): void {
  const shape = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  const bytes = count * sizeOf(shape);
  if (bytes <= SHARE * memory) return;
  const gibibytes = (value: number) => `${(value / 2 ** 30).toFixed(1)} GiB`;
  throw new DataTooLarge(
    `${source}: ${count} images of ${shape.join("x")} need ${gibibytes(bytes)} of this machine's ${gibibytes(memory)}; ` +
      "stream them from the disk with streamData, or give a smaller size or fewer channels",
  );
}
