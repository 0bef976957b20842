import { InputError } from "../../core/errors.ts";
import { type JobMessage, STOP } from "./job.ts";

/** The system's names of failures of a whole disk, which every other job has too. */
const diskFailures: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO"]);

/** What a job can do while it runs. */
export interface RunningJob<Progress> {
  /** Resolves when the message is sent: a process that ends earlier loses it. */
  report(progress: Progress): Promise<void>;
  /** Aborted when the job has to end early, with what it has. */
  readonly stop: AbortSignal;
}

/** Runs the job of this process: its work is the first argument, and its result is the last message. */
export async function runAsJob<Work, Progress, Result>(
  run: (work: Work, job: RunningJob<Progress>) => Promise<Result>,
): Promise<void> {
  // Without the process that started this one, nobody needs the result.
  const alone = () => process.exit(1);
  process.once("disconnect", alone);
  if (!process.connected) alone();
  const stopping = new AbortController();
  process.on("message", (message) => message === STOP && stopping.abort());
  const send = (message: JobMessage<Progress, Result>) =>
    new Promise<void>((resolve, reject) => {
      process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  try {
    const work = JSON.parse(process.argv[2]!) as Work;
    const result = await run(work, { report: (progress) => send({ progress }), stop: stopping.signal });
    await send({ result });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await send({ error: message, isInput: error instanceof InputError, isDisk: isDiskFailure(error) });
    process.exitCode = 1;
  }
  process.off("disconnect", alone).disconnect();
}

/** Whether an error, or one that caused it, is that of a disk which is full, read-only or fails. */
function isDiskFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return diskFailures.has((error as NodeJS.ErrnoException).code) || isDiskFailure(error.cause);
}
