import { availableParallelism } from "node:os";
import { pathInfo, remove } from "#platform";
import { InputError } from "../../core/errors.ts";
import { version } from "../../core/version.ts";
import { count, counted } from "../../report/drawing/numbers.ts";
import type { PredictOptions } from "../commands/predict.ts";
import { type Print, printer, printJson } from "../output.ts";
import { openReader } from "../predict/open-reader.ts";
import { watchInterrupts } from "../signals.ts";
import { assemble } from "./assemble.ts";
import { formatOf } from "./formats.ts";
import { modelIdentity } from "./model-identity.ts";
import { begunPlan, isPlanned, newPlan, removePlan } from "./plan.ts";
import { BulkProgress } from "./progress.ts";
import { readShards } from "./read-shards.ts";
import { openShardFolder } from "./shard-folder.ts";
import { ShardThreads } from "./shard-threads.ts";
import { allShards, doneShards, type Shard } from "./shards.ts";
import { skippedText } from "./skipped.ts";
import { sourceAt } from "./source.ts";

/** `lenet5 predict --bulk`: reads any number of pictures into one file of answers, in shards that are kept. */
export async function bulk(given: readonly string[], bulkPath: string, options: PredictOptions): Promise<void> {
  const { out, show, json, jobs = availableParallelism() } = options;
  const [model, picture] = given;
  if (picture !== undefined)
    throw new InputError(`--bulk: expected at most a model before it, got "${picture}" too: list it, or leave it out`);
  if (show) throw new InputError("--show: expected without --bulk, which prints no answers: leave it out");
  if (out === undefined)
    throw new InputError("--bulk: expected --out with the file of the answers, such as --out answers.csv");
  const format = formatOf(out);
  const source = await sourceAt(bulkPath);
  const folder = `${out}.shards`;
  if (!(await isPlanned(folder))) await refuseFile(out);
  const { opened, settings } = await openReader(model, options, 1);
  const identity = modelIdentity(opened.model);
  const wanted = { lenet5: version, model: identity, settings: JSON.stringify(settings), shard: options.shard };
  const print = printer(json);
  const lock = await openShardFolder(folder);
  try {
    const plan = (await isPlanned(folder))
      ? await begunPlan(folder, source, wanted)
      : await newPlan(folder, source, wanted).catch(async (error) => {
          await remove(folder);
          throw error;
        });
    const shards = await allShards(folder, plan);
    const done = await doneShards(folder);
    const left = shards.filter(({ number }) => !done.has(number));
    if (left.length > 0) await refuseFile(out);
    print(`${counted(plan.pictures, "picture")} in ${source.name}, read by ${opened.name}`);
    const skipped = skippedText(plan.skipped);
    if (skipped !== undefined) print(skipped);
    if (done.size > 0) print(`Going on: ${count(done.size)} of ${counted(shards.length, "shard")} are done`);
    const before = plan.pictures - left.reduce((sum, { pictures }) => sum + pictures, 0);
    const progress = new BulkProgress(plan.pictures, before, json ? "error" : "out");
    const work = { folder, source, format, model, options, identity };
    const threads = new ShardThreads(work, { onPictures: progress.add, print });
    const isWhole = await readAll(left, threads, { folder, jobs, print });
    if (!isWhole) {
      print(
        `${count((await doneShards(folder)).size)} of ${counted(shards.length, "shard")} are done; run the same command again for the rest`,
      );
      process.exitCode = 130;
      return;
    }
    const all = await doneShards(folder);
    const files = shards.map(({ number }) => all.get(number)!);
    await assemble(
      folder,
      files.map(({ path }) => path),
      { out, format },
    );
    const failed = files.reduce((sum, shard) => sum + shard.failed, 0);
    await removePlan(folder);
    print(`Answers: ${out}`);
    if (failed > 0) {
      process.exitCode = 2;
      const place = format === "jsonl" ? '"error"' : 'the column "error"';
      printer(true)(
        `error: ${count(failed)} of ${counted(plan.pictures, "picture")} cannot be read: ${place} in ${out} says why`,
      );
    }
    if (json) printJson({ file: out, format, pictures: plan.pictures, failed, skipped: plan.skipped });
  } finally {
    await lock.release();
  }
}

/** @throws InputError for a file that answers would replace */
async function refuseFile(out: string): Promise<void> {
  if (await pathInfo(out)) throw new InputError(`--out: "${out}" exists already: delete it, or give another file`);
}

interface ReadAllOptions {
  readonly folder: string;
  readonly jobs: number;
  readonly print: Print;
}

/** Reads shards, some at a time. After Ctrl-C no further one begins, and false is returned. */
async function readAll(
  shards: readonly Shard[],
  threads: ShardThreads,
  { folder, jobs, print }: ReadAllOptions,
): Promise<boolean> {
  const interruption = watchInterrupts({ print, atOnce: "Stopped at once; finished shards are kept" });
  interruption.doing = "Finishing the shards that are being read";
  try {
    return await readShards(shards, threads, { folder, jobs, isStopped: () => interruption.asked, print });
  } finally {
    interruption.end();
    await threads.end();
  }
}
