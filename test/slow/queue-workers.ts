/** Workers of a queue as processes of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface StartedWorker {
  readonly process: ChildProcess;
  /** What it has printed. */
  text(): string;
  /** Sends a signal, and waits for the end. */
  ended(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `lenet5` with these arguments. */
export function started(args: readonly string[], env: Readonly<Record<string, string>>): StartedWorker {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, LENET5_DATA: undefined, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  const end = once(child, "close");
  return {
    process: child,
    text: () => text,
    async ended(signal) {
      if (signal && child.exitCode === null) child.kill(signal);
      const [code] = await end;
      return code;
    },
  };
}

/** Waits until a process has printed something. */
export async function printed(worker: StartedWorker, pattern: RegExp, seconds = 120): Promise<void> {
  await expect.poll(() => worker.text(), { timeout: seconds * 1000 }).toMatch(pattern);
}
