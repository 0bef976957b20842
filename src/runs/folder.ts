import { joinPath, makeFolder, makeNewFolder, pathInfo } from "#platform";
import { InputError } from "../core/errors.ts";
import { lockRun, type RunLock } from "./lock.ts";

/**
 * Makes the folder of a new run, and locks it: `folder`, else `runs/<date-time>`. `what` names the option.
 * @throws InputError for a folder that another training writes to, and as {@link refuseExistingRun}
 */
export async function newRunFolder(what: string, folder: string | undefined, now: Date): Promise<RunLock> {
  if (folder === undefined) return lockRun(await folderByTime(now));
  await makeFolder(folder);
  const lock = await lockRun(folder);
  try {
    await refuseExistingRun(what, folder);
    return lock;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function folderByTime(now: Date): Promise<string> {
  await makeFolder("runs");
  for (let number = 1; ; number++) {
    const run = joinPath("runs", number === 1 ? timeName(now) : `${timeName(now)}-${number}`);
    if (await makeNewFolder(run)) return run; // else another run that began in the same second has this name
  }
}

/** @throws InputError for a folder that holds a run, or a model that a new run would replace; `what` names the option */
export async function refuseExistingRun(what: string, folder: string): Promise<void> {
  if (await pathInfo(joinPath(folder, "config.json"))) {
    throw new InputError(`${what}: "${folder}" holds a run already; continue it with --resume, or give another folder`);
  }
  if (await pathInfo(joinPath(folder, "model.safetensors"))) {
    throw new InputError(
      `${what}: "${folder}" holds a model.safetensors that does not belong to a run; give another folder`,
    );
  }
}

/** 2026-11-22-153012, in local time. */
function timeName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
