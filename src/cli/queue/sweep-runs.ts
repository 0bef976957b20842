/** Runs on their way between the folder of a sweep and its jobs, in the queue or through the store. */
import { resolve } from "node:path";
import * as v from "valibot";
import { joinPath, pathInfo } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { readRunJson } from "../../runs/run.ts";
import type { Task } from "../../sweep/task.ts";
import { runFolder } from "../sweep/kept-training.ts";
import type { JobData, SharedFiles } from "./payload.ts";
import { MAX_RUN_BYTES, packedRun, type RunFiles, unpackedRun, writeRun } from "./run-archive.ts";
import { type Store, storedRun } from "./store.ts";

const HISTORY = "history.json";
const history = v.looseObject({ epochs: v.array(v.number()) });

interface SweepRunsOptions {
  /** The folder of the sweep, and its name in the queue. */
  readonly folder: string;
  readonly sweep: string;
  /** Where the data are on this machine. */
  readonly place: string;
  /** The files of networks, by the settings that name them. */
  readonly networks: ReadonlyMap<unknown, SharedFiles>;
  readonly store: Store | undefined;
}

export function sweepRuns({ folder, sweep, place, networks, store }: SweepRunsOptions) {
  return {
    /** What a job of the queue gets of the run in the folder, in base64; with a store, the store gets it. */
    async sent(task: Task): Promise<string | undefined> {
      const packed = await packedRun(runFolder(folder, task));
      if (!packed) return undefined;
      if (!store) return packed.length <= MAX_RUN_BYTES ? Buffer.from(packed).toString("base64") : undefined;
      const there = await store.get(storedRun(sweep, task));
      if (!there || epochsOf(await unpackedRun(there)) < (await epochsHere(task)))
        await store.put(storedRun(sweep, task), packed);
      return undefined;
    },

    packed,
    write,

    /** Writes a packed run into the folder, unless the one there is as far. */
    async keep(given: Uint8Array | undefined, task: Task): Promise<void> {
      const files = given && (await unpackedRun(given));
      if (files && epochsOf(files) > (await epochsHere(task))) await write(files, task);
    },
  };

  /** The run that a job has reached. @throws InputError where it is in a store that the command was not given */
  async function packed({ inStore, run }: JobData, task: Task): Promise<Uint8Array | undefined> {
    if (!inStore) return typeof run === "string" ? new Uint8Array(Buffer.from(run, "base64")) : undefined;
    if (store) return store.get(storedRun(sweep, task));
    throw new InputError("--store: expected the store with which the sweep was begun, where its runs are, got none");
  }

  async function write(files: RunFiles, task: Task): Promise<void> {
    const given = task.settings.network;
    const network = networks.has(given) ? { given: String(given), path: resolve(String(given)) } : undefined;
    await writeRun(files, runFolder(folder, task), { data: place, ...(network && { network }) });
  }

  /** -1: there is no run. */
  async function epochsHere(task: Task): Promise<number> {
    const run = runFolder(folder, task);
    if (!(await pathInfo(joinPath(run, "config.json")))) return -1;
    return (await readRunJson(run, HISTORY))?.epochs.length ?? 0;
  }
}

function epochsOf(files: RunFiles): number {
  const bytes = files.get(HISTORY);
  return bytes ? checkedJson(history, bytes, `run: ${HISTORY}`).epochs.length : 0;
}
