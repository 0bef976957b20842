import { mkdir } from "node:fs/promises";
import { joinPath, makeFolder, pathInfo } from "#platform";
import { InputError } from "../../core/errors.ts";

/** Makes the folder of a new run: `out`, else `runs/<date-time>`. @throws InputError when `out` holds a run already */
export async function newRunFolder(out: string | undefined, now: Date): Promise<string> {
  if (out !== undefined) {
    await refuseExistingRun(out);
    await makeFolder(out);
    return out;
  }
  await makeFolder("runs");
  for (let number = 1; ; number++) {
    const run = joinPath("runs", number === 1 ? timeName(now) : `${timeName(now)}-${number}`);
    try {
      await mkdir(run); // fails if another run that began in the same second has this name
      return run;
    } catch (error) {
      // For any other failure, makeFolder throws an InputError with the reason.
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) await makeFolder(run);
    }
  }
}

export async function refuseExistingRun(out: string): Promise<void> {
  if (await pathInfo(joinPath(out, "config.json"))) {
    throw new InputError(`--out: "${out}" holds a run already; continue it with --resume, or give another folder`);
  }
  if (await pathInfo(joinPath(out, "model.safetensors"))) {
    throw new InputError(
      `--out: "${out}" holds a model.safetensors that does not belong to a run; give another folder`,
    );
  }
}

/** 2026-11-22-153012, in local time. */
function timeName(now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
