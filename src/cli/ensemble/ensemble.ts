import { basename, dirname } from "node:path";
import { absolutePath, joinPath, pathInfo, terminalColumns } from "#platform";
import { type Dataset, InputError, type Model } from "../../index.ts";
import { coarseText } from "../../report/coarse.ts";
import type { EnsembleOptions } from "../commands/ensemble.ts";
import { dataOptionsOf, flagOf } from "../data-options.ts";
import { notesOf } from "../data-source.ts";
import { checkClasses, fittedImages } from "../fitted-data.ts";
import { checkModelEnding } from "../model-ending.ts";
import { findModel } from "../models.ts";
import { checksumLine, counted, type Print, printer, printJson } from "../output.ts";
import { learnConfidence, type Measured, measured } from "./measured.ts";
import { measuredLines } from "./measured-lines.ts";
import { committeeOf, type Member, openMembers } from "./members.ts";
import { nextLines } from "./next-lines.ts";
import { dataForTest, notesOnTest } from "./test-images.ts";
import { type UnseenImages, unseenImages } from "./unseen-images.ts";

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
  if (result) {
    const names = members.map(({ path }) => path);
    const lines = measuredLines(names, result, terminalColumns(json ? "error" : "out") ?? Number.POSITIVE_INFINITY);
    const coarse = coarseText(result.images, "members");
    print(`Accuracy on ${counted(result.images)} images (${found.data.source}, ${on} images)`);
    for (const line of [...(coarse === undefined ? [] : [`Note: ${coarse}`]), "", ...lines, ""]) print(line);
  } else print(`Not measured: ${found.why}`);
  const checksum = await committee.checksum();
  print(checksumLine(checksum));
  print(`Committee of ${members.length}: ${out}`);
  for (const line of nextLines(members, committee, out, found.data, options)) print(line);
  if (json)
    printJson({
      committee: out,
      ...(result
        ? { source: found.data.source, ...jsonOf(on, members, result) }
        : { members: named(members), notMeasured: found.why }),
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
    if (found.images) return found;
    const data =
      found.data ?? (options.data === undefined ? undefined : await dataForTest(members, committee, options, print));
    return { why: `${found.why}; --on test measures on test images`, ...(data && { data }) };
  }
  const data = await dataForTest(members, committee, options, print);
  for (const note of notesOf(data)) print(note);
  for (const note of notesOnTest(members, data, options.data)) print(`Note: ${note}`);
  return { images: data.test, data };
}

async function measuredOn(committee: Model, data: Dataset): Promise<Measured> {
  checkClasses(committee, data, "ensemble");
  return measured(committee, fittedImages(data.images, committee, "ensemble"), data.labels);
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
