/** What travels through a queue: checked by schema at both ends. */
import * as v from "valibot";
import { InputError, shown } from "../../core/errors.ts";
import { fits } from "../../sweep/fits.ts";
import type { SettingRules } from "../../sweep/settings.ts";
import { type Outcome, progressSchema, taskSchema } from "../../sweep/task.ts";
import { oneLine } from "../output.ts";

const text = (most: number) => v.pipe(v.string(), v.nonEmpty(), v.maxLength(most));

/** A name that is no path. */
const name = v.pipe(
  text(200),
  v.check((given) => !/[\\/\0]|^\.\.?$/.test(given), "expected a name without folders"),
);

const sum = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "expected a SHA-256"));

/** Files that each machine has in a folder of its own. */
const sharedFiles = v.object({ name, sha256: sum });

const jobData = v.object({
  /** The version of the package that began the sweep. */
  lenet5: text(100),
  /** The name of the sweep in the queue. */
  sweep: v.pipe(text(100), v.regex(/^[\w-]+$/)),
  task: taskSchema,
  /** The command line that began the sweep, for the runs. */
  command: v.pipe(v.string(), v.maxLength(10_000)),
  /** The data: files by their name, or data that lenet5 knows by name. */
  data: v.variant("kind", [
    v.object({ kind: v.literal("digits") }),
    v.object({ kind: v.literal("mnist"), sha256: sum }),
    v.object({ kind: v.literal("files"), name, sha256: sum }),
  ]),
  /** The file of the network, where it is not one of this package. */
  network: v.optional(sharedFiles),
  /** Whether runs travel through a store, and not through the queue. */
  inStore: v.boolean(),
  /** What the run has reached, as a zip file in base64. */
  run: v.optional(v.string()),
});

export type JobData = v.InferOutput<typeof jobData>;
/** What data are, on whatever machine. */
export type DataIdentity = JobData["data"];
export type SharedFiles = v.InferOutput<typeof sharedFiles>;

/** @throws InputError for anything else than a training whose settings are options that a sweep may set */
export function checkedJob(given: unknown, rules: SettingRules): JobData {
  const job = fits(jobData, given, "job");
  for (const [setting, value] of Object.entries(job.task.settings)) {
    const rule = Object.hasOwn(rules, setting) ? rules[setting] : undefined;
    if (!rule || "refused" in rule)
      throw new InputError(`job.task.settings: expected options of lenet5 train, got ${shown(setting)}`);
    rule.check(value, `job.task.settings.${setting}`);
  }
  return job;
}

/** How a training ended. */
export type JobResult = Outcome;

const jobResult = v.union([v.object({ failure: v.pipe(v.string(), v.transform(oneLine)) }), progressSchema]);

export function checkedResult(given: unknown): JobResult {
  return fits(jobResult, given, "result");
}

/** The most characters of a line for people. */
const MAX_LINE = 1000;

/** What a worker reports: how far a training came, or a line for people. */
const jobProgress = v.union([
  v.object({ line: v.pipe(v.string(), v.maxLength(MAX_LINE), v.transform(oneLine)) }),
  progressSchema,
]);

export type JobProgress = v.InferOutput<typeof jobProgress>;

/** @returns undefined for anything else */
export function checkedProgress(given: unknown): JobProgress | undefined {
  const result = v.safeParse(jobProgress, given);
  return result.success ? result.output : undefined;
}
