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

/**
 * Looks at the size of a program. `gradients`: bytes of those of all shards; `blockResults`: bytes of a block's results.
 * @throws InputError where it does not fit in a WebAssembly memory
 */
export function checkFits(
  program: Pick<Program, "bytes" | "batchSize" | "slots" | "step">,
  { gradients, blockResults }: { readonly gradients: number; readonly blockResults: number },
): void {
  const { bytes, batchSize, slots } = program;
  if (bytes <= MAX_BYTES) return;
  const gib = (each: number) => `${(each / 2 ** 30).toFixed(1)} GiB`;
  const needs = `${gib(bytes)} (${gib(bytes - slots.at)} activations, ${gib(gradients)} gradients)`;
  const room = MAX_BYTES - slots.at + Math.ceil(batchSize / LANES) * blockResults;
  const fitting = LANES * Math.floor(room / (slots.bytes + blockResults));
  throw new InputError(
    joinedBytes(program) > 0 && fitting > 0
      ? `expected a batch that fits in 4 GiB, since a layer such as batchNormalization needs all its images at once, got ${batchSize} images, which need ${needs}: use a batchSize of at most ${fitting}`
      : `expected a model that fits in 4 GiB with its batch, got ${needs}: use a smaller model, batchSize or number of threads`,
  );
}
