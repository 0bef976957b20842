import { basename } from "node:path";
import type { Model } from "../../index.ts";
import type { EnsembleOptions } from "../commands/ensemble.ts";
import { dataOptionsOf } from "../data-options.ts";
import { likeOf, notesOf, type OpenedData, openData, openDataOfRun } from "../data-source.ts";
import type { Print } from "../output.ts";
import { originOf } from "../run-origin.ts";
import type { Member } from "./members.ts";
import { isOfOtherData, otherSplit } from "./unseen-images.ts";

/**
 * The data whose test images a committee is measured on: those of `--data`, else of the first run. Lines say what a
 * reader of the numbers has to know about them.
 */
export async function dataForTest(
  members: readonly Member[],
  committee: Model,
  options: EnsembleOptions,
  print: Print,
): Promise<OpenedData> {
  const [first] = members.filter(({ run }) => run);
  const data = await (first
    ? openDataOfRun({ run: first.run!, model: committee }, options.data, print, dataOptionsOf(options))
    : openData(options.data, options, likeOf(committee)));
  for (const note of notesOf(data)) print(note);
  const ofThese = members.filter(({ run }) => run && basename(originOf(run)?.data ?? "") === basename(data.id));
  const divided = data.readAs?.testSplit === undefined ? undefined : otherSplit(ofThese, data);
  if (divided) print(`Note: ${divided}: it may know some of the test images`);
  const other = options.data === undefined && !divided && first && ofOtherData(members, first);
  if (other)
    print(
      `Note: "${other.path}" was trained on other data than "${first.path}", whose test images are used: give --data to choose`,
    );
  return data;
}

/** The first member whose run had other data than a given one. */
function ofOtherData(members: readonly Member[], { run: given }: Member): Member | undefined {
  const origin = given && originOf(given);
  return members.find(({ run }) => {
    const other = run && originOf(run);
    return origin && other && isOfOtherData(other, origin);
  });
}
