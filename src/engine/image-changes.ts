/** The distortions that a thread makes while it loads images. */
import { Augmenter } from "../augmentation/augmenter.ts";
import type { Run, Source } from "./messages.ts";
import type { ImageChange } from "./runner.ts";

let augmenters: readonly (Augmenter | undefined)[] = [];
/** What {@link augmenters} were made of, as JSON. */
let made = "";

/** For each input of the program, what changes its images; undefined where they stay as they are. */
export function imageChanges({ distortion }: Run, source: Source): readonly (ImageChange | undefined)[] {
  if (!distortion) return [];
  const { inputs, epoch, first } = distortion;
  const text = JSON.stringify(inputs);
  // Tables and room for an image: runs that follow one another distort alike.
  if (text !== made) augmenters = inputs.map((plain) => plain && new Augmenter("fit augment", plain.steps, plain));
  made = text;
  return augmenters.map(
    (augmenter, input) =>
      augmenter &&
      ((i, to, at) => {
        const index = first + i;
        augmenter.write(source.inputs[input]!, i, to, at, { index, version: augmenter.versionIn(epoch, index) });
      }),
  );
}
