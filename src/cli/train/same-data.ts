/** Whether data are still those that a run was trained on. */
import { InputError, type Run } from "../../index.ts";
import { quoted } from "../../platform/node/quoted.ts";
import { sourceText } from "../data-source.ts";
import { sumOfTest } from "../data-sum.ts";
import { originOf } from "../run-origin.ts";
import type { DataOfRun } from "./resumed-data.ts";
import type { Training } from "./training.ts";

/** @throws InputError for other data than those that the run was trained on, where it says which these were */
export function checkData(
  run: Run,
  data: Training["data"],
  { counts: { train, validation }, sum }: Pick<DataOfRun, "counts" | "sum">,
): void {
  const { test, source } = data;
  const { folder, config } = run;
  const { trainImages, validationImages, testImages, classNames } = config.data;
  const counts = [train + validation, test.labels.length, test.classNames.length];
  const { stream } = originOf(run) ?? {};
  const trained = stream?.images ?? trainImages ?? 0;
  // A training of a sweep has no test images.
  const known = [trained + (validationImages ?? 0), testImages ?? test.labels.length, classNames.length];
  if (counts.join() !== known.join())
    throw new InputError(
      `"${folder}": expected the run's data (${known.join(", ")} training images, test images and classes), got ${counts.join(", ")} from ${sourceText(data)}: ${advice(run)}`,
    );
  checkSums(run, source, { sum, testSum: sumOfTest(data) });
}

/** @throws InputError where a run recorded other checksums than those of its data now */
export function checkSums(
  run: Run,
  source: string,
  { sum, testSum }: { readonly sum?: string; readonly testSum?: string },
): void {
  const origin = originOf(run);
  const isOther = (before: string | undefined, now: string | undefined) =>
    before !== undefined && now !== undefined && before !== now;
  if (isOther(origin?.dataSum, sum))
    throw new InputError(
      `"${run.folder}" was trained on other images or labels than those of ${source}: ${advice(run)}`,
    );
  if (isOther(origin?.testSum, testSum))
    throw new InputError(`"${run.folder}" has other test images or labels than those of ${source}: ${advice(run)}`);
}

const advice = ({ folder }: Run) => `put its data back, or train on from its model with --network ${quoted(folder)}`;
