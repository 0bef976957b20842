import { setTimeout as delay } from "node:timers/promises";
import { joinPath, pathInfo } from "#platform";
import { FolderInUse } from "../../runs/lock.ts";
import { newRun } from "../train/new-run.ts";
import { resumedRun } from "../train/resume.ts";
import type { Training, TrainOptions } from "../train/training.ts";

/** Milliseconds. The process of a job whose caller was killed may take a moment to end. */
const PATIENCE = 10_000;

/** The training of a job: a new run in its folder, or the one that was begun there, which goes on. */
export async function ownRun(folder: string, options: TrainOptions): Promise<Training> {
  const { threads, checkpointSeconds, maxBytes } = options;
  const began = performance.now();
  for (;;) {
    try {
      const isBegun = (await pathInfo(joinPath(folder, "config.json"))) !== undefined;
      if (isBegun) return await resumedRun(folder, { threads, checkpointSeconds, maxBytes });
      return await newRun({ ...options, out: folder });
    } catch (error) {
      if (!(error instanceof FolderInUse) || performance.now() - began > PATIENCE) throw error;
      await delay(50);
    }
  }
}
