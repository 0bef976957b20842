/** Trainings that are killed and resumed until they are done. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { random } from "../../src/core/random.ts";
import { lenet5 } from "./lenet5-command.ts";
import type { Outcome } from "./shared-process.ts";

/** When a process kills itself (SIGKILL): `calls` calls into the file system later, or `milliseconds` after "Run:". */
export type Kill = { readonly calls: number; readonly isHalf: boolean } | { readonly milliseconds: number };

/**
 * Code that runs before the command. At a call, the process ends before the call is made or, where it writes a file, with
 * half of its content written. At a time, another thread ends it, wherever the first one is.
 */
function preloaded(kill: Kill): string {
  return `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    import { Worker } from "node:worker_threads";
    globalThis.fetch = () => Promise.reject(new Error("offline"));
    const kill = ${JSON.stringify(kill)};
    const end = () => process.kill(process.pid, "SIGKILL");
    const names = ["open", "rename", "link", "rm", "mkdir"];
    let calls = 0;
    const counted = async (call, half) => {
      if (++calls === kill.calls) {
        if (kill.isHalf) await half?.();
        end();
      }
      return call();
    };
    if (kill.calls) {
      for (const name of names) {
        const own = fs.promises[name];
        fs.promises[name] = async (...args) => {
          const result = await counted(() => own(...args));
          if (name !== "open") return result;
          const [writeFile, sync] = [result.writeFile.bind(result), result.sync.bind(result)];
          result.writeFile = (content) =>
            counted(() => writeFile(content), () => writeFile(content.slice(0, content.length / 2)));
          result.sync = () => counted(sync);
          return result;
        };
      }
      syncBuiltinESMExports();
    }
    const write = process.stdout.write;
    process.stdout.write = function (text, ...rest) {
      const result = write.call(this, text, ...rest);
      if (kill.milliseconds && String(text).startsWith("Run: ")) {
        const { milliseconds } = kill;
        kill.milliseconds = 0;
        new Worker(\`setTimeout(() => process.kill(\${process.pid}, "SIGKILL"), \${milliseconds})\`, { eval: true, execArgv: [], env: {} });
      }
      return result;
    };`;
}

export function lenet5Killed(args: readonly string[], kill: Kill): Promise<Outcome> {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(preloaded(kill))}`;
  return lenet5(args, { alone: true, env: { NODE_OPTIONS } });
}

/** Options that write many checkpoints within each epoch. */
export const manyCheckpoints = ["--checkpoint-seconds", "0.01"];

/**
 * Trains into a folder while the process is killed, at moments drawn from the seed, and resumes until the training is
 * done. Returns the number of kills.
 */
export async function trainedDespiteKills(
  folder: string,
  options: readonly string[],
  { seed, longest }: { readonly seed: number; readonly longest: Longest },
): Promise<number> {
  const draw = random(seed, "kills");
  const drawn = (): Kill =>
    draw.uniform() < 0.6
      ? { calls: 1 + Math.floor(draw.uniform() * longest.calls), isHalf: draw.uniform() < 0.5 }
      : { milliseconds: 1 + draw.uniform() * longest.milliseconds };
  for (let kills = 0; ; kills++) {
    // The first kill is early or late; of what is left after it, half is killed again.
    const kill = kills === 0 || draw.uniform() < 0.5 ? drawn() : undefined;
    const begun = (await readdir(folder).catch((): string[] => [])).includes("config.json");
    const threads = 1 + Math.floor(draw.uniform() * 3);
    const start = begun ? ["--resume", folder] : [...options, "--out", folder];
    const args = ["train", ...start, "--threads", String(threads), ...manyCheckpoints];
    const { code, error } = await (kill ? lenet5Killed(args, kill) : lenet5(args, { alone: true }));
    const killed = code === null;
    expect({ code: killed ? 0 : code, error }, `seed ${seed}, kill ${JSON.stringify(kill)}`).toEqual({
      code: 0,
      error: "",
    });
    if (!killed) return kills;
  }
}

/** The calls and the milliseconds of a whole run. */
export interface Longest {
  readonly calls: number;
  readonly milliseconds: number;
}

/** All of a finished run that does not depend on its speed; of large files, the bytes. */
export async function contentOf(folder: string): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {};
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    if (["report.html", "config.json", "history.csv"].includes(name)) content[name] = "a file";
    else if (name === "history.json") {
      const { history, ...rest } = JSON.parse(bytes.toString());
      const { seconds: _, images_per_second: __, ...numbers } = history;
      content[name] = { ...rest, numbers };
    } else content[name] = bytes.toString("latin1");
  }
  return content;
}
