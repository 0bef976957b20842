/** The folder of a sweep: what it is about, so that it is continued by the same sweep only. */
import * as v from "valibot";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { refuseExistingRun } from "../../runs/folder.ts";
import { jsonText } from "../../runs/json.ts";
import { lockRun, type RunLock } from "../../runs/lock.ts";
import type { Sweep } from "../../sweep/sweep.ts";
import { sumOf } from "../networks/trust.ts";
import { identityOf } from "../queue/shared-files.ts";
import { isNamed } from "../queue/sweep-name.ts";
import { ownNetworks, placeOfData } from "../queue/sweep-on-queue.ts";
import { TRIALS } from "./kept-training.ts";

const FILE = "plan.json";

const plan = v.object({
  lenet5: v.string(),
  sweep: v.unknown(),
  /** What the data and the networks by file were, by their names: checksums, or "digits". */
  contents: v.optional(v.record(v.string(), v.string())),
});

/** What the trials of a sweep are made of, beside its file. */
async function contentsOf(sweep: Sweep): Promise<Record<string, string>> {
  const { fixed } = sweep.space;
  const identity = await identityOf(await placeOfData(fixed.data));
  const contents: Record<string, string> = {};
  // Without `data`, a sweep that began with the built-in digits must not go on with MNIST.
  contents[fixed.data === undefined ? "the data" : `the data ${fixed.data}`] =
    "sha256" in identity ? identity.sha256 : identity.kind;
  for (const network of ownNetworks(sweep)) {
    // A run, which is a folder, may be trained on meanwhile.
    const sum = await sumOf(String(network));
    if (sum !== undefined) contents[`the network ${network}`] = sum;
  }
  return contents;
}

/**
 * Locks the folder of a new sweep, or of this one to be continued. Limits may change: trials stay what they are.
 * @throws InputError for the folder of another sweep, of other data or networks, or of a run, and for one that is in use
 */
export async function lockedFolder(folder: string, given: Sweep, lenet5: string): Promise<RunLock> {
  const { trials: _, minutes: __, ...sweep } = given;
  await makeFolder(folder);
  const lock = await lockRun(folder);
  try {
    const path = joinPath(folder, FILE);
    const contents = await contentsOf(given);
    // A sweep that was refused before its first training leaves only its plan, which the corrected file replaces.
    if ((await pathInfo(path)) && (await isBegun(folder))) {
      const old = checkedJson(plan, await readBytes(path), path);
      if (JSON.stringify(old.sweep) !== JSON.stringify(sweep))
        throw new InputError(
          `--out: "${folder}" holds a sweep with other settings (${differing(old.sweep, sweep)}); give another folder, or the file as it was`,
        );
      const changed = Object.keys(old.contents ?? {}).find((name) => old.contents![name] !== contents[name]);
      if (changed !== undefined)
        throw new InputError(
          `--out: "${folder}" holds a sweep of other files: ${changed} has changed since; give another folder, or the files as they were`,
        );
    } else {
      if (!(await pathInfo(path))) await refuseExistingRun("--out", folder);
      await writeBeside(path, jsonText({ lenet5, sweep, contents }));
    }
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Whether there may be trainings of the sweep: in its folder, or in a queue. */
async function isBegun(folder: string): Promise<boolean> {
  return (await pathInfo(joinPath(folder, TRIALS))) !== undefined || (await isNamed(folder));
}

/** Parts of a sweep that differ, by their names in the file. */
function differing(old: unknown, now: Omit<Sweep, "trials" | "minutes">): string {
  const { space, ...rest } = (old ?? {}) as Partial<typeof now>;
  const before = { ...rest, train: space?.fixed, vary: space?.varied };
  const after = { choose: now.choose, measure: now.measure, train: now.space.fixed, vary: now.space.varied };
  const names = Object.keys(after) as (keyof typeof after)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).join(", ");
}
