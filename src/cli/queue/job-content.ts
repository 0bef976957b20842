/** What the result of a job depends on. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { resultName } from "../sweep/kept-training.ts";
import type { JobData } from "./payload.ts";

export type JobContent = Pick<JobData, "task" | "data" | "network">;

/** The name of a job in the queue. One whose data or network have changed since is another job. */
export function jobIdOf(sweep: string, { task, data, network }: JobContent): string {
  const sum = createHash("sha256").update(JSON.stringify([task, data, network]));
  return `${sweep}.${resultName(task)}.${sum.digest("hex").slice(0, 16)}`;
}

export function isAbout(job: JobContent, { task, data, network }: JobContent): boolean {
  return isDeepStrictEqual([job.task, job.data, job.network], [task, data, network]);
}
