import { basename, dirname } from "node:path";
import { absolutePath, joinPath, pathInfo } from "#platform";
import { padEnd, padStart, widest } from "../../core/columns.ts";
import { visible } from "../../core/visible.ts";
import { type Dataset, InputError, type Model } from "../../index.ts";
import { percent } from "../../report/drawing/numbers.ts";
import type { EnsembleOptions } from "../commands/ensemble.ts";
import { dataOptionsOf, flagOf } from "../data-options.ts";
import { likeOf, notesOf, type OpenedData, openData, openDataOfRun } from "../data-source.ts";
import { checkClasses, fittedImages } from "../fitted-data.ts";
import { checkModelEnding } from "../model-ending.ts";
import { findModel } from "../models.ts";
import { checksumLine, counted, type Print, printer, printJson } from "../output.ts";
import { originOf } from "../run-origin.ts";
import { learnConfidence, type Measured, measured } from "./measured.ts";
import { committeeOf, type Member, noteOnCustomLayers, openMembers } from "./members.ts";
import { otherSplit, type UnseenImages, unseenImages } from "./unseen-images.ts";

/** `lenet5 ensemble`: one model of several, and how much each helps. */
export async function ensembleOf(paths: readonly string[], options: EnsembleOptions): Promise<void> {
  const { out = "committee.safetensors", on = "validation", threads, json } = options;
  const print = printer(json);
  if (on === "none") refuseData(options);
  checkModelEnding("ensemble", out);
  await refuseMember(out, paths);
  const members = await openMembers(paths, { threads }, print);
  const committee = committeeOf(members, { threads });
  const found = await imagesFor(on, members, committee, options, print);
  const result = found.images && (await measuredOn(committee, found.images));
  if (result && on === "validation") learnConfidence(committee, result, found.images.labels);
  await committee.save(out);
  if (result) printMeasured(members, result, `${found.source}, ${on} images`, print);
  else print(`Not measured: ${found.why}`);
  const custom = noteOnCustomLayers(committee, out);
  if (custom) print(custom);
  const checksum = await committee.checksum();
  print(checksumLine(checksum));
  print(`Committee of ${members.length}: ${out}`);
  if (json)
    printJson({
      committee: out,
      ...(result ? jsonOf(on, members, result) : { members: named(members), notMeasured: found.why }),
      checksum,
    });
}

/** @throws InputError where the committee's file would take the place of a run's or member's, or of what a run goes on from */
async function refuseMember(out: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const { file, run } = await findModel(path);
    const taken = [file, ...(run ? [run.file("checkpoint.safetensors")] : [])];
    if (taken.some((each) => absolutePath(each) === absolutePath(out)))
      throw new InputError(`--out: expected another file than those of the members, got "${out}"`);
  }
  const isOfRun = ["model.safetensors", "checkpoint.safetensors"].includes(basename(out));
  const folder = dirname(absolutePath(out));
  if (isOfRun && (await pathInfo(joinPath(folder, "config.json"))))
    throw new InputError(`--out: expected a file that is not the model of a run, got "${out}"`);
}

function refuseData({ data, ...others }: EnsembleOptions): void {
  const [unused] = Object.keys({ ...(data !== undefined && { data }), ...dataOptionsOf(others) });
  if (unused === undefined) return;
  throw new InputError(`${flagOf(unused)}: expected with --on validation or --on test; leave it out`);
}

/** The images to measure on, or why there are none. */
async function imagesFor(
  on: NonNullable<EnsembleOptions["on"]>,
  members: readonly Member[],
  committee: Model,
  options: EnsembleOptions,
  print: Print,
): Promise<UnseenImages> {
  if (on === "none") return { why: "--on none" };
  if (on === "validation") {
    const found = await unseenImages(members, options, print);
    return found.images ? found : { why: `${found.why}; --on test measures on test images` };
  }
  const data = await testData(members, committee, options, print);
  for (const note of notesOf(data)) print(note);
  const ofThese = members.filter(({ run }) => run && basename(originOf(run)?.data ?? "") === basename(data.id));
  const divided = data.readAs?.testSplit === undefined ? undefined : otherSplit(ofThese, data);
  if (divided) print(`Note: ${divided}: it may know some of the test images`);
  return { images: data.test, source: data.source };
}

/** The data of the first run; without a run, those of `--data`, as for `evaluate`. */
async function testData(
  members: readonly Member[],
  committee: Model,
  options: EnsembleOptions,
  print: Print,
): Promise<OpenedData> {
  const [first] = members.filter(({ run }) => run);
  if (!first) return openData(options.data, options, likeOf(committee));
  return openDataOfRun({ run: first.run!, model: committee }, options.data, print, dataOptionsOf(options));
}

async function measuredOn(committee: Model, data: Dataset): Promise<Measured> {
  checkClasses(committee, data, "ensemble");
  return measured(committee, fittedImages(data.images, committee, "ensemble"), data.labels);
}

/** A table with a line for each member, and one for all. */
function printMeasured(
  members: readonly Member[],
  { images, right, members: parts }: Measured,
  on: string,
  print: Print,
) {
  const share = (count: number) => percent(count / images);
  const rows = [
    ["", "accuracy", "all without it", "it helps by"],
    ...parts.map((part, k) => [
      visible(members[k]!.path),
      share(part.right),
      share(part.without),
      helpText(right - part.without),
    ]),
    ["all together", share(right), "", ""],
  ];
  const widths = [0, 1, 2, 3].map((column) => widest(rows.map((row) => row[column]!)));
  print(`Accuracy on ${counted(images)} images (${on})\n`);
  for (const [name, ...cells] of rows as [string, ...string[]][]) {
    const line = padEnd(name, widths[0]!) + cells.map((cell, i) => `  ${padStart(cell, widths[i + 1]!)}`).join("");
    print(line.trimEnd());
  }
  print("");
}

/** How many more images are right, or fewer. */
function helpText(difference: number): string {
  const sign = difference > 0 ? "+" : "";
  return `${sign}${counted(difference)} ${Math.abs(difference) === 1 ? "image" : "images"}`;
}

const named = (members: readonly Member[]) => members.map(({ path, short }) => ({ name: short, path }));

function jsonOf(on: string, members: readonly Member[], { images, right, members: parts }: Measured) {
  return {
    on,
    images,
    accuracy: right / images,
    members: named(members).map((member, k) => {
      const { right: alone, without } = parts[k]!;
      return { ...member, accuracy: alone / images, without: without / images, helps: (right - without) / images };
    }),
  };
}
