import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError } from "../../core/errors.ts";
import { type Job, type JobMessage, STOP } from "./job.ts";

/** A job whose disk is full, read-only or fails, as it is for every other job. */
export class DiskFailure extends InputError {}

/** What the caller of a job sees of it while it runs. */
export interface JobWatcher<Progress> {
  onProgress(progress: Progress): void;
  /** Each line that the process writes to its standard error. Default: they are not shown. */
  onLine?(line: string): void;
  /** Aborted when the job has to end early, with what it has. Default: never. */
  readonly stop?: AbortSignal;
  /** Aborted when the job has to end at once, with nothing. Default: never. */
  readonly kill?: AbortSignal;
}

/**
 * Runs a job in a process of its own, which ends when this process does, however that ends.
 * @throws DiskFailure for a disk that cannot be written, InputError for a user's mistake, Error for any other failure: one line with the name of the job, whose `cause`
 *   is the line without it
 */
export function inProcess<Work, Progress, Result>(
  { name, program, work }: Job<Work>,
  { onProgress, onLine, stop, kill }: JobWatcher<Progress>,
): Promise<Result> {
  const file = fileURLToPath(new URL(`../node/${program}.js`, import.meta.url));
  // In a process group of its own: the terminal's Ctrl-C reaches only this process, which decides what it means.
  const child = fork(file, [JSON.stringify(work)], { stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true });
  const failed = (cause: string, Kind: new (message: string, options: ErrorOptions) => Error) =>
    new Kind(`the training of ${name} failed: ${cause}`, { cause });
  // One that has just ended needs no message.
  const end = () => child.send(STOP, () => {});
  if (stop?.aborted) end();
  stop?.addEventListener("abort", end);
  const killNow = () => child.kill("SIGKILL");
  if (kill?.aborted) killNow();
  kill?.addEventListener("abort", killNow);
  return new Promise<Result>((resolve, reject) => {
    let [errors, begun, failure]: [string, string, Error | undefined] = ["", "", undefined];
    let sent: { readonly result: Result } | undefined;
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-65_536);
      const lines = (begun + text).split("\n");
      begun = lines.pop()!;
      for (const line of lines) onLine?.(line);
    });
    child.on("message", (message: JobMessage<Progress, Result>) => {
      if ("result" in message) sent = message;
      else if ("progress" in message) onProgress(message.progress);
      else failure = failed(message.error, message.isDisk ? DiskFailure : message.isInput ? InputError : Error);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (sent && !failure) return resolve(sent.result);
      const cause = /^\w*Error.*$/m.exec(errors)?.[0] ?? (signal ? endedBy(signal) : `exit code ${code}`);
      reject(failure ?? failed(cause, Error));
    });
  }).finally(() => {
    stop?.removeEventListener("abort", end);
    kill?.removeEventListener("abort", killNow);
  });
}

/** Systems without memory end a process by SIGKILL. */
function endedBy(signal: NodeJS.Signals): string {
  return signal === "SIGKILL"
    ? "its process was killed (SIGKILL), perhaps for lack of memory"
    : `its process was ended by ${signal}`;
}
