/** The distortions that a thread makes while it loads images. */
import { plainVersions, type Versions } from "../augmentation/versions.ts";
import type { Run, Source } from "./messages.ts";
import type { ImageChange } from "./runner.ts";

let versions: readonly (Versions | undefined)[] = [];
/** What {@link versions} were made of, as JSON. */
let made = "";

/** For each input of the program, what changes its images; undefined where they stay as they are. */
export function imageChanges({ distortion }: Run, source: Source): readonly (ImageChange | undefined)[] {
  if (!distortion) return [];
  const { inputs, epoch, first } = distortion;
  const text = JSON.stringify(inputs);
  // Tables and room for an image: runs that follow one another distort alike.
  if (text !== made) versions = inputs.map((plain) => plain && plainVersions(plain));
  made = text;
  return versions.map(
    (own, input) =>
      own &&
      ((i, to, at) => {
        const index = first + i;
        own.write(source.inputs[input]!, i, to, at, { index, version: own.versionIn(epoch, index) });
      }),
  );
}
