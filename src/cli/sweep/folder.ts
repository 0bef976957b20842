/** The folder of a sweep: what it is about, so that it is continued by the same sweep only. */
import * as v from "valibot";
import { joinPath, makeFolder, pathInfo, readBytes, writeBeside } from "#platform";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../core/errors.ts";
import { refuseExistingRun } from "../../runs/folder.ts";
import { jsonText } from "../../runs/json.ts";
import { lockRun, type RunLock } from "../../runs/lock.ts";
import type { Sweep } from "../../sweep/sweep.ts";

const FILE = "plan.json";

const plan = v.object({ lenet5: v.string(), sweep: v.unknown() });

/**
 * Locks the folder of a new sweep, or of this one to be continued. Limits may change: trials stay what they are.
 * @throws InputError for the folder of another sweep or of a run, and for one that is in use
 */
export async function lockedFolder(
  folder: string,
  { trials: _, minutes: __, ...sweep }: Sweep,
  lenet5: string,
): Promise<RunLock> {
  await makeFolder(folder);
  const lock = await lockRun(folder);
  try {
    const path = joinPath(folder, FILE);
    if (await pathInfo(path)) {
      const old = checkedJson(plan, await readBytes(path), path);
      if (JSON.stringify(old.sweep) !== JSON.stringify(sweep))
        throw new InputError(
          `--out: "${folder}" holds a sweep with other settings (${differing(old.sweep, sweep)}); give another folder, or the file as it was`,
        );
    } else {
      await refuseExistingRun("--out", folder);
      await writeBeside(path, jsonText({ lenet5, sweep }));
    }
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Parts of a sweep that differ, by their names in the file. */
function differing(old: unknown, now: Omit<Sweep, "trials" | "minutes">): string {
  const { space, ...rest } = (old ?? {}) as Partial<typeof now>;
  const before = { ...rest, train: space?.fixed, vary: space?.varied };
  const after = { choose: now.choose, measure: now.measure, train: now.space.fixed, vary: now.space.varied };
  const names = Object.keys(after) as (keyof typeof after)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).join(", ");
}
