import { makeFolder, writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { Diverged } from "../model/divergence.ts";
import { FolderInUse, lockRun, type RunLock } from "./lock.ts";
import { type Run, readRunJson, writeRunFile } from "./run.ts";

/** Moments of a training for people. */
export const beginOf = (epoch: number) => (epoch === 1 ? "the untrained model" : endOf(epoch - 1));
export const endOf = (epoch: number) => `the training up to the end of epoch ${epoch}`;
export const within = (epoch: number, batches: number) => `the training into epoch ${epoch}, ${batches} batches in all`;

/**
 * Writes the state of a training into the folder of its run. Every file stays as it was until the next one is whole,
 * so a write that fails loses nothing: training goes on, and the next one may succeed.
 */
export class RunWriter {
  readonly run: Run;
  private lock: RunLock;
  /** What the folder keeps: "the end of epoch 3". */
  private kept: string;
  private isFailing = false;

  constructor(run: Run, lock: RunLock, kept: string) {
    this.run = run;
    this.lock = lock;
    this.kept = kept;
  }

  /**
   * Writes what was reached, as far as the disk lets it; a failure is said once.
   * @throws FolderInUse where another training has taken the folder
   */
  async tryToSave(reached: string, write: () => Promise<void>): Promise<void> {
    const { folder } = this.run;
    const { isFailing } = this;
    try {
      await this.write(reached, write);
      this.isFailing = false;
    } catch (error) {
      this.isFailing = true;
      const going = "Training goes on and saves again later";
      if (!isFailing) writeError(`Warning: ${messageOf(error)}. ${going}; "${folder}" keeps ${this.kept}.\n`);
    }
    if (isFailing && !this.isFailing) writeError(`Saved again: "${folder}" keeps ${this.kept}.\n`);
  }

  /** Writes what was reached. @throws InputError, which says what the folder keeps, where that is not possible */
  async save(reached: string, write: () => Promise<void>): Promise<void> {
    try {
      await this.write(reached, write);
    } catch (error) {
      throw new InputError(`${messageOf(error)}; "${this.run.folder}" keeps ${this.kept}`, { cause: error });
    }
  }

  release(): Promise<void> {
    return this.lock.release();
  }

  private async write(reached: string, write: () => Promise<void>): Promise<void> {
    if (!(await this.lock.isHeld())) await this.makeAgain();
    await write();
    this.kept = reached;
  }

  /** Somebody deleted the folder, or moved it: it is made again with all that a continuation needs. */
  private async makeAgain(): Promise<void> {
    const { folder, config } = this.run;
    await this.lock.release();
    await makeFolder(folder);
    this.lock = await lockRun(folder);
    const found = await readRunJson(folder, "config.json");
    if (found && found.started !== config.started) {
      await this.lock.release();
      throw new FolderInUse(`"${folder}" was deleted during training, and holds another run now: training ends`);
    }
    await writeRunFile(this.run, "config.json", config);
    if (!found) writeError(`Note: "${folder}" was deleted or moved during training: it is made again.\n`);
  }
}

/** The message of a failed write. @throws any other error, which ends training */
function messageOf(error: unknown): string {
  const isWriting = error instanceof InputError && !(error instanceof FolderInUse || error instanceof Diverged);
  if (isWriting) return error.message;
  throw error;
}
