import { InputError } from "../core/errors.ts";
import { LANES, type Program } from "./program.ts";

/** The largest size of WebAssembly's 32-bit memories. */
const MAX_BYTES = 2 ** 32 - 65536;

/**
 * The bytes of activations that a program keeps for all blocks of a batch because a layer, such as batchNormalization,
 * needs the whole batch at once; 0 where no layer does.
 */
export function joinedBytes({ slots, step, batchSize }: Pick<Program, "slots" | "step" | "batchSize">): number {
  const isJoined = step.filter(({ parallel }) => parallel === "blocks").length > 1;
  return isJoined ? Math.ceil(batchSize / LANES) * slots.bytes : 0;
}

/** A program that does not fit in a WebAssembly memory. */
export class TooLarge extends InputError {
  /** `5.7 GiB (5.6 GiB activations, 0.0 GiB gradients)` */
  readonly needs: string;
  /** Whether it keeps activations of the whole batch, see {@link joinedBytes}: a smaller batch may fit. */
  readonly isJoined: boolean;

  constructor(needs: string, isJoined: boolean) {
    super(
      `expected a model that fits in 4 GiB with its batch, got ${needs}: use a smaller model, batchSize or number of threads`,
    );
    this.needs = needs;
    this.isJoined = isJoined;
  }
}

/**
 * Looks at the size of a program. `gradients`: bytes of those of all shards.
 * @throws TooLarge where it does not fit in a WebAssembly memory
 */
export function checkFits(program: Pick<Program, "bytes" | "batchSize" | "slots" | "step">, gradients: number): void {
  const { bytes, slots } = program;
  if (bytes <= MAX_BYTES) return;
  const gib = (each: number) => `${(each / 2 ** 30).toFixed(1)} GiB`;
  const needs = `${gib(bytes)} (${gib(bytes - slots.at)} activations, ${gib(gradients)} gradients)`;
  throw new TooLarge(needs, joinedBytes(program) > 0);
}
