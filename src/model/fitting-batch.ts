/** Batches that need so much memory that their size counts: a layer such as batchNormalization keeps all images. */
import { InputError } from "../core/errors.ts";
import type { Executable } from "../engine/executable.ts";
import { TooLarge } from "../engine/fits.ts";
import { LANES } from "../engine/program.ts";
import type { ModelCore } from "./core.ts";
import { executableOf, type ProgramKey, programOf } from "./executables.ts";

/** The key of a program for batches of up to so many images. */
type KeyFor = (batchSize: number) => ProgramKey;

/**
 * After an error about the program for `planned` images, a size that was rounded up: the program for the `batchSize`
 * images that are needed, in whole blocks.
 * @throws InputError where that does not fit in memory either, with the largest batch that does; other errors as they are
 */
export async function smallerExecutable(
  core: ModelCore,
  keyFor: KeyFor,
  { planned, batchSize }: { readonly planned: number; readonly batchSize: number },
  refused: unknown,
): Promise<Executable> {
  const needed = Math.ceil(batchSize / LANES) * LANES;
  let error = refused;
  if (error instanceof TooLarge && needed < planned) {
    try {
      return await executableOf(core, keyFor(needed));
    } catch (again) {
      error = again;
    }
  }
  throw error instanceof TooLarge ? refusal(core, keyFor, batchSize, error) : error;
}

/** The error about a batch, with the largest that fits; the error as it is where no batch does, or its size is not why. */
function refusal(core: ModelCore, keyFor: KeyFor, batchSize: number, error: TooLarge): InputError {
  const most = error.isJoined
    ? LANES * mostBlocks(Math.ceil(batchSize / LANES), (blocks) => fits(core, keyFor(LANES * blocks)))
    : 0;
  if (most === 0) return error;
  return new InputError(
    `expected a batch that fits in 4 GiB, since a layer such as batchNormalization needs all its images at once, got ${batchSize} images, which need ${error.needs}: use a batchSize of at most ${most}`,
    { cause: error },
  );
}

/** The most blocks that fit, of fewer than `tooMany`; found by planning, since memory does not grow evenly with them. */
function mostBlocks(tooMany: number, isFitting: (blocks: number) => boolean): number {
  let [most, above] = [0, tooMany];
  while (above - most > 1) {
    const middle = (most + above) >> 1;
    if (isFitting(middle)) most = middle;
    else above = middle;
  }
  return most;
}

function fits(core: ModelCore, key: ProgramKey): boolean {
  try {
    programOf(core, key).finish();
    return true;
  } catch (error) {
    if (error instanceof TooLarge) return false;
    throw error;
  }
}
