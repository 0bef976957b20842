/** A training in a process of its own. It is plain data, and so are the messages of its process. */
export interface Job<Work> {
  /** For people, in lines and errors: `60,000 images, seed 1`. */
  readonly name: string;
  /** The program of the process, which calls `runAsJob`. */
  readonly program: JobProgram;
  /** What the program does, as plain JSON. */
  readonly work: Work;
}

/** Entries of `tools/build-for-node.js`, by their names in `dist/node`. */
export type JobProgram = "paper-training" | "sweep-training" | "fold-training";

/** What the process of a job sends. */
export type JobMessage<Progress, Result> =
  | { readonly progress: Progress }
  | { readonly result: Result }
  | { readonly error: string; readonly isInput: boolean; readonly isDisk: boolean };

/** What the process of a job gets, if it has to end early. */
export const STOP = "stop";

/** Whether a line that a training writes is for people, as of a full disk: others are about its progress. */
export function isNote(line: string): boolean {
  return /^(Warning|Note|Saved again)/.test(line);
}
