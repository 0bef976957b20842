/** A place that the sweep and all workers share, for runs and data: a folder, or a part of a bucket of S3. */
import { InputError } from "../../core/errors.ts";
import type { Task } from "../../sweep/task.ts";
import { runName } from "../sweep/kept-training.ts";

/** The most bytes of what is kept under one name. */
export const MAX_STORED = 2 ** 28;

/** Bytes by names such as `lr-5f0c2a91/0001-seed-1.zip`. What is put is there whole or not at all: the last one stays. */
export interface Store {
  /** undefined where there is none; refuses more than {@link MAX_STORED} bytes */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Tries once. @throws Refused, TooLarge; another error where it may help to try again */
  put(name: string, content: Uint8Array): Promise<void>;
}

/** The store does not let this machine do it: to try again does not help. */
export class Refused extends InputError {}

/** More bytes than a store keeps under one name. */
export class TooLarge extends InputError {}

/** @throws TooLarge */
export function checkSize(name: string, { length }: Uint8Array): void {
  if (length > MAX_STORED)
    throw new TooLarge(`--store: expected at most ${MAX_STORED} bytes, got ${length} for ${name}`);
}

/** @throws InputError where a store cannot be written or read: a training would find it out at its end */
export async function checkStore(store: Store, shown: string): Promise<void> {
  // The same for all, so that only one stays.
  const content = new TextEncoder().encode("lenet5");
  await store.put("lenet5-check", content);
  const got = await store.get("lenet5-check");
  if (!got || Buffer.compare(got, content) !== 0)
    throw new InputError(`--store: expected to read from ${shown} what was written to it, got something else`);
}

/** The name of the packed run of a training. */
export function storedRun(sweep: string, task: Task): string {
  return `${sweep}/${runName(task)}.zip`;
}
