/** Prepares picture files in a thread of its own: see prepare-files.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../core/errors.ts";
import type { PreparedPart } from "../../pictures/prepared-parts.ts";
import { type PictureSettings, prepareFile } from "./prepare-file.ts";

/** The parts of each file, or the message of an InputError. */
export type Prepared = PreparedPart[] | string;

parentPort?.on("message", async (files: readonly string[]) => {
  const prepared: Prepared[] = [];
  for (const file of files) {
    const parts = await prepareFile(file, workerData as PictureSettings);
    prepared.push(parts instanceof InputError ? parts.message : parts);
  }
  parentPort?.postMessage(prepared);
});
