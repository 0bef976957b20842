import { basename } from "node:path";
import type { Model } from "../../index.ts";
import type { EnsembleOptions } from "../commands/ensemble.ts";
import { dataOptionsOf } from "../data-options.ts";
import { likeOf, type OpenedData, openData, openDataOfRun } from "../data-source.ts";
import type { Print } from "../output.ts";
import { originOf } from "../run-origin.ts";
import type { Member } from "./members.ts";
import { isOfOtherData, ofOtherSplit, otherSplit } from "./unseen-images.ts";

/** The data whose test images a committee is measured on: those of `--data`, else of the first run. */
export async function dataForTest(
  members: readonly Member[],
  committee: Model,
  options: EnsembleOptions,
  print: Print,
): Promise<OpenedData> {
  const run = members.find((member) => member.run)?.run;
  return run
    ? openDataOfRun({ run, model: committee }, options.data, print, dataOptionsOf(options))
    : openData(options.data, options, likeOf(committee));
}

/**
 * What a reader of an accuracy on test images has to know about the members.
 * @param choice the value of `--data`; undefined where the data are those of the first run
 */
export function notesOnTest(
  members: readonly Member[],
  data: Pick<OpenedData, "id" | "readAs">,
  choice: string | undefined,
): string[] {
  const ofThese = members.filter(({ run }) => run && basename(originOf(run)?.data ?? "") === basename(data.id));
  const divided = data.readAs?.testSplit === undefined ? [] : ofOtherSplit(ofThese, data);
  const first = choice === undefined && members.find(({ run }) => run);
  const other = first && ofOtherData(members, first, divided);
  return [
    ...divided.slice(0, 1).map((member) => `${otherSplit(member)}: it may know some of the test images`),
    ...(other
      ? [
          `"${other.path}" was trained on other data than "${first.path}", whose test images are used: give --data to choose`,
        ]
      : []),
  ];
}

/** The first member whose run had other data than a given one; those that only divided them in another way do not count. */
function ofOtherData(
  members: readonly Member[],
  { run: given }: Member,
  divided: readonly Member[],
): Member | undefined {
  const origin = given && originOf(given);
  return members.find((member) => {
    const other = member.run && originOf(member.run);
    return origin && other && !divided.includes(member) && isOfOtherData(other, origin);
  });
}
