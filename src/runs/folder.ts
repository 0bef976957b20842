import { joinPath, makeFolder, makeNewFolder, pathInfo } from "#platform";
import { InputError } from "../core/errors.ts";

/** Makes the folder of a new run: `folder`, else `runs/<date-time>`. */
export async function newRunFolder(folder: string | undefined, now: Date): Promise<string> {
  if (folder !== undefined) {
    await makeFolder(folder);
    return folder;
  }
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
