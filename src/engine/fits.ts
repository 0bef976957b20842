import { InputError } from "../core/errors.ts";
import { LANES, type Program } from "./program.ts";

/** The largest size of WebAssembly's 32-bit memories. */
const MAX_BYTES = 2 ** 32 - 65536;

/**
 * Looks at the size of a program. `gradients`: bytes of those of all shards; `blockResults`: bytes of a block's results.
 * @throws InputError where it does not fit in a WebAssembly memory
 */
export function checkFits(
  { bytes, batchSize, slots }: Pick<Program, "bytes" | "batchSize" | "slots">,
  { gradients, blockResults }: { readonly gradients: number; readonly blockResults: number },
): void {
  if (bytes <= MAX_BYTES) return;
  const gib = (each: number) => `${(each / 2 ** 30).toFixed(1)} GiB`;
  const needs = `${gib(bytes)} (${gib(bytes - slots.at)} activations, ${gib(gradients)} gradients)`;
  const room = MAX_BYTES - slots.at + Math.ceil(batchSize / LANES) * blockResults;
  const fitting = LANES * Math.floor(room / (slots.bytes + blockResults));
  throw new InputError(
    slots.per === "block" && fitting > 0
      ? `expected a batch that fits in 4 GiB, since a layer such as batchNormalization needs all its images at once, got ${batchSize} images, which need ${needs}: use a batchSize of at most ${fitting}`
      : `expected a model that fits in 4 GiB with its batch, got ${needs}: use a smaller model, batchSize or number of threads`,
  );
}
