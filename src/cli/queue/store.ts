/** A place that the sweep and all workers share, for runs and data: a folder, or a part of a bucket of S3. */
import type { Task } from "../../sweep/task.ts";
import { runName } from "../sweep/kept-training.ts";

/** The most bytes of what is kept under one name. */
export const MAX_STORED = 2 ** 28;

/** Bytes by names such as `lr-5f0c2a91/0001-seed-1.zip`. What is put is there whole or not at all: the last one stays. */
export interface Store {
  /** undefined where there is none; refuses more than {@link MAX_STORED} bytes */
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, content: Uint8Array): Promise<void>;
}

/** The name of the packed run of a training. */
export function storedRun(sweep: string, task: Task): string {
  return `${sweep}/${runName(task)}.zip`;
}
