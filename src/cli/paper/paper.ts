import { availableParallelism, cpus } from "node:os";
import { joinPath, makeFolder, writeBeside } from "#platform";
import { InputError, lenet5Of1998, MnistUnavailable, trainingOf1998 } from "../../index.ts";
import type { PaperJson, PaperRun, PaperSetup } from "../../report/paper/paper-results.ts";
import { setupName, spreadText } from "../../report/paper/setups.ts";
import { examples } from "../../report/statistics/examples.ts";
import { spreadOf } from "../../report/statistics/spread.ts";
import { jsonText } from "../../runs/json.ts";
import { lockRun } from "../../runs/lock.ts";
import { dataName, type OpenedData, openData } from "../data-source.ts";
import { type Done, runAll } from "../jobs/run-all.ts";
import { type Print, printer, printJson } from "../output.ts";
import { watchInterrupts } from "../signals.ts";
import { type PaperJob, paperJobs, resultOf } from "./jobs.ts";
import type { PaperResult } from "./result.ts";

export interface PaperOptions {
  readonly quick?: boolean;
  readonly data?: string;
  readonly out?: string;
  /** The number of trainings that run at the same time. */
  readonly threads?: number;
  readonly json?: boolean;
}

/**
 * Repeats the paper's trainings, except those that are done already, and compares the results with the published
 * numbers.
 */
export async function paper(options: PaperOptions, command: string, version: string): Promise<void> {
  const { quick = false } = options;
  const data = await openData(options.data ?? "mnist").catch((error) => {
    if (options.data !== undefined || !(error instanceof MnistUnavailable)) throw error;
    throw new InputError(
      "paper: expected MNIST, which is neither on this machine nor reachable: set LENET5_DATA to a folder with its four files, or give other data with --data, such as --data digits",
      { cause: error },
    );
  });
  if (data.test.classNames.length !== 10)
    throw new InputError(`paper: expected data of ten digits, got ${data.test.classNames.length} classes`);
  const out = options.out ?? joinPath("runs", quick ? "paper-quick" : "paper");
  await makeFolder(out);
  const lock = await lockRun(out);
  try {
    await paperIn(out, data, options, { command, version });
  } finally {
    await lock.release();
  }
}

async function paperIn(
  out: string,
  data: OpenedData,
  { quick = false, threads, json }: PaperOptions,
  { command, version }: { readonly command: string; readonly version: string },
): Promise<void> {
  const print = printer(json);
  const jobs = await paperJobs(data, out, quick, version);
  print(`${data.source}: ${jobs.length} trainings of ${jobs[0]!.training.passes} passes, in ${out}`);
  const done = await allResults(jobs, threads ?? availableParallelism(), print);
  if (done.length < jobs.length) {
    print(`${done.length} of ${jobs.length} trainings are done; run the same command again for the rest`);
    process.exitCode = 130;
    return;
  }
  const results = paperJson(done, data, { command, version, quick });
  await writeBeside(joinPath(out, "paper.json"), jsonText(results));
  // The code that draws takes a while to load, and is not needed before.
  const { writePaper } = await import("./pages.ts");
  const page = await writePaper(out, results);
  for (const setup of results.setups) {
    const error = spreadOf(setup.runs.map(({ testError }) => testError.at(-1)));
    const seeds = setup.runs.map(({ seed }) => seed).join(", ");
    print(
      `${setupName(setup)}: test error ${spreadText(error)}, ${setup.runs.length === 1 ? "seed" : "seeds"} ${seeds}`,
    );
  }
  print(`Page: ${page}`);
  if (json) printJson(results);
}

type PaperDone = Done<PaperJob, PaperResult>;

/** Runs `atOnce` trainings at a time. After Ctrl-C no further training starts; those that run are finished. */
async function allResults(jobs: readonly PaperJob[], atOnce: number, print: Print): Promise<PaperDone[]> {
  const interruption = watchInterrupts({ print, atOnce: "Stopped at once; finished trainings are kept" });
  interruption.doing = "Finishing all passes of the running trainings";
  const isStopped = () => interruption.asked;
  return runAll(jobs, (job) => resultOf(job, print), { atOnce, isStopped }).finally(() => interruption.end());
}

function paperJson(
  done: readonly PaperDone[],
  data: OpenedData,
  { command, version, quick }: { command: string; version: string; quick: boolean },
): PaperJson {
  const setups = new Map<string, PaperSetup & { runs: PaperRun[] }>();
  const bySeed = [...done].sort((a, b) => a.job.training.seed - b.job.training.seed);
  for (const { job, result } of bySeed) {
    const { images, distortions } = job.training;
    const key = `${distortions} ${images}`;
    if (!setups.has(key)) setups.set(key, { images, distortions, runs: [] });
    setups.get(key)!.runs.push(result.run);
  }
  const all = data.train.labels.length;
  const shown = bySeed.find(({ job }) => !job.training.distortions && job.training.images === all)!.result.predictions;
  const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));
  const predictions = { ...shown, confidence: rounded(shown.confidence), margin: rounded(shown.margin) };
  const wrong = predictions.labels.filter((label, i) => label !== predictions.predicted[i]).length;
  const { trainableParams, connections, macs } = lenet5Of1998().summaryData();
  const { loss } = trainingOf1998(all).compile;
  return {
    command,
    machine: {
      processor: cpus()[0]?.model.trim() || process.arch,
      cores: availableParallelism(),
      node: process.version,
      lenet5: version,
    },
    data: dataName(data),
    quick,
    passes: bySeed[0]!.job.training.passes,
    loss: `eq. 9, j = ${loss.j}`,
    network: { trainableParams, connections, macs },
    setups: [...setups.values()].sort((a, b) => Number(a.distortions) - Number(b.distortions) || a.images - b.images),
    predictions,
    misread: examples(predictions, data.test, { worst: wrong, perCell: { wrong: 0, right: 0 }, max: wrong }),
  };
}
