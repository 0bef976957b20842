import { fork } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import {
  InputError,
  type Loss,
  type LossName,
  lenet5Of1998,
  type Predictions,
  type TrainTest,
  trainingOf1998,
} from "../index.ts";
import { percent } from "../report/drawing/numbers.ts";
import type { PaperJson, PaperRun, PaperSetup } from "../report/paper-results.ts";
import { examples } from "../report/statistics/examples.ts";
import { openData } from "./data-source.ts";
import { counted, jsonText, printJson, speaker } from "./output.ts";
import type { PaperJob, PaperMessage } from "./paper-training.ts";
import { watchInterrupts } from "./signals.ts";

export interface PaperOptions {
  readonly quick?: boolean;
  readonly data?: string;
  readonly out?: string;
  /** Trainings at once. */
  readonly threads?: number;
  readonly json?: boolean;
}

/** The paper's 20 passes from five seeds; quickly: its first four from one. */
const whole = { passes: 20, seeds: [1, 2, 3, 4, 5] };
const quick = { passes: 4, seeds: [1] };
/** Fig. 6 shows what 15,000 and 30,000 patterns teach. */
const sizes = [15_000, 30_000, 60_000];

/** Trains what the paper trained, and lays its numbers beside the measured ones. What was done before is not done again. */
export async function paper(options: PaperOptions, command: string, version: string): Promise<void> {
  const say = speaker(options.json);
  const data = await openData(options.data);
  if (data.notice) say(`Note: ${data.notice}`);
  if (data.test.classNames.length !== 10)
    throw new InputError(`paper: expected data of ten digits, got ${data.test.classNames.length} classes`);
  const out = options.out ?? joinPath("runs", options.quick ? "paper-quick" : "paper");
  await makeFolder(out);
  const jobs = jobsOf(data, out, options.quick ?? false);
  say(`${data.source}: ${jobs.length} trainings of ${jobs[0]!.passes} passes, in ${out}`);
  const interruption = watchInterrupts(say);
  interruption.doing = "Finishing the trainings that are under way";
  const waiting = [...jobs];
  const done: { job: PaperJob; result: JobResult }[] = [];
  const worker = async () => {
    for (let job = waiting.shift(); job && !interruption.asked; job = waiting.shift())
      done.push({ job, result: await resultOf(job, say) });
  };
  try {
    await Promise.all(Array.from({ length: options.threads ?? availableParallelism() }, worker));
  } finally {
    interruption.end();
  }
  if (done.length < jobs.length) {
    say(`${done.length} of ${jobs.length} trainings are done; the same command goes on with the rest`);
    return;
  }
  const { quick: isQuick = false } = options;
  const results = paperJson(done, data, { command, version, quick: isQuick, passes: jobs[0]!.passes });
  await writeBeside(joinPath(out, "paper.json"), jsonText(results));
  // Drawing takes a while to load.
  const { writePaper } = await import("./paper-pages.ts");
  const page = await writePaper(out, results);
  for (const setup of results.setups) say(setupText(setup));
  say(`Page: ${page}`);
  if (options.json) printJson(results);
}

/** The longest first, so that the last to end are short. */
function jobsOf(data: TrainTest & { id: string }, out: string, isQuick: boolean): PaperJob[] {
  const { passes, seeds } = isQuick ? quick : whole;
  const most = data.train.labels.length;
  // Other data than MNIST may be fewer: the same shares of them.
  const counts = sizes.map((size) => Math.round((size / 60_000) * most));
  const setups = [
    { images: most, distortions: false },
    { images: most, distortions: true },
    ...(isQuick
      ? []
      : counts
          .slice(0, -1)
          .reverse()
          .map((images) => ({ images, distortions: false }))),
  ];
  return setups.flatMap((setup) =>
    seeds.map((seed) => {
      const name = `${setup.images}${setup.distortions ? "-distorted" : ""}-seed-${seed}`;
      return { ...setup, seed, passes, data: data.id, model: joinPath(out, `${name}.safetensors`) };
    }),
  );
}

interface JobResult {
  readonly run: PaperRun;
  readonly predictions: Predictions;
}

/** What a training of this folder has left, else what it does now. */
async function resultOf(job: PaperJob, say: (line: string) => void): Promise<JobResult> {
  const file = job.model.replace(/safetensors$/, "json");
  if (await pathInfo(file)) {
    const { job: old, ...result } = JSON.parse(new TextDecoder().decode(await readBytes(file)));
    if (JSON.stringify(old) === JSON.stringify(job)) return result;
  }
  const result = await trained(job, say);
  await writeBeside(file, jsonText({ job, ...result }));
  return result;
}

function trained(job: PaperJob, say: (line: string) => void): Promise<JobResult> {
  const name = `${counted(job.images)} patterns${job.distortions ? ", distorted" : ""}, seed ${job.seed}`;
  const program = fileURLToPath(new URL("./paper-training.js", import.meta.url));
  // A group of its own: the terminal's Ctrl-C is for this process, which lets its trainings end.
  const child = fork(program, [JSON.stringify(job)], { stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true });
  return new Promise((resolve, reject) => {
    let [result, errors]: [JobResult | undefined, string] = [undefined, ""];
    child.stderr!.on("data", (text) => {
      errors += text;
    });
    child.on("message", (message: PaperMessage) => {
      if ("run" in message) result = message;
      else say(passText(name, message, job.passes));
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (result && code === 0) resolve(result);
      else
        reject(new Error(`the training of ${name} failed: ${errors.trim().split("\n").at(-1) || `exit code ${code}`}`));
    });
  });
}

function paperJson(
  done: readonly { job: PaperJob; result: JobResult }[],
  data: TrainTest,
  { command, version, quick, passes }: { command: string; version: string; quick: boolean; passes: number },
): PaperJson {
  const setups = new Map<string, PaperSetup & { runs: PaperRun[] }>();
  for (const { job, result } of [...done].sort((a, b) => a.job.seed - b.job.seed)) {
    const { images, distortions } = job;
    const key = `${distortions} ${images}`;
    if (!setups.has(key)) setups.set(key, { images, distortions, runs: [] });
    setups.get(key)!.runs.push(result.run);
  }
  const { labels } = data.train;
  const shown = done
    .filter(({ job }) => !job.distortions && job.images === labels.length)
    .sort((a, b) => a.job.seed - b.job.seed)[0]!.result.predictions;
  const { trainableParams, connections, macs } = lenet5Of1998().summaryData();
  const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));
  const predictions = { ...shown, confidence: rounded(shown.confidence), margin: rounded(shown.margin) };
  const wrong = predictions.labels.filter((label, i) => label !== predictions.predicted[i]).length;
  return {
    command,
    machine: {
      ...{ processor: cpus()[0]?.model.trim() || process.arch, cores: availableParallelism() },
      ...{ node: process.version, lenet5: version },
    },
    ...{ quick, passes, loss: lossText(trainingOf1998(labels.length).compile.loss) },
    network: { trainableParams, connections, macs },
    setups: [...setups.values()].sort((a, b) => Number(a.distortions) - Number(b.distortions) || a.images - b.images),
    predictions,
    misread: examples(predictions, data.test, { worst: wrong, perCell: { wrong: 0, right: 0 }, most: wrong }),
  };
}

function lossText(loss: Loss | LossName): string {
  return typeof loss === "object" ? `eq. 9, j = ${loss.j}` : "eq. 8";
}

function passText(name: string, message: { pass: number; testError: number; trainingError: number }, passes: number) {
  const { pass, testError, trainingError } = message;
  return `${name}: pass ${pass} of ${passes}, test error ${percent(testError)}, training error ${percent(trainingError)}`;
}

function setupText({ images, distortions, runs }: PaperSetup): string {
  const last = runs.map(({ testError }) => testError.at(-1)!);
  const mean = last.reduce((sum, error) => sum + error, 0) / last.length;
  const deviation = Math.sqrt(last.reduce((sum, error) => sum + (error - mean) ** 2, 0) / Math.max(1, last.length - 1));
  const spread = runs.length > 1 ? ` +- ${percent(deviation)} over ${runs.length} seeds` : "";
  return `${counted(images)} patterns${distortions ? ", distorted" : ""}: test error ${percent(mean)}${spread}`;
}
