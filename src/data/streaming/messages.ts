import type { Preparation } from "../../pictures/preparation.ts";

/** What a thread that makes images needs, sent once. */
export interface Setup {
  /** The folder of the data set. */
  readonly folder: string;
  readonly preparation: Preparation;
  /** Whether pictures of other sizes than the preparation's are brought to it. */
  readonly isSizeGiven: boolean;
  /** Bytes of an image. */
  readonly imageSize: number;
  /** The scratch file with the images that were made before, by index; absent where there is none. */
  readonly scratch?: number;
  /** 1 for each image that is in the scratch file; shared by all threads. */
  readonly kept: Uint8Array;
}

/** Images to make: those of `indices`, one after another into `into`, which is shared memory. */
export interface Task {
  readonly indices: Uint32Array;
  /** The file of each. */
  readonly names: readonly string[];
  readonly into: Uint8Array;
  /** How many of them are done: one number of shared memory, so that a thread that hangs is noticed. */
  readonly done: Int32Array;
  /** What is seen of each picture: rows, columns, and 1 for one with a colour; shared memory. Absent: not wanted. */
  readonly seen?: Uint32Array;
}

export type Request =
  | { readonly type: "setup"; readonly setup: Setup }
  | { readonly type: "task"; readonly task: Task };

export type Reply =
  | { readonly type: "ready" }
  | { readonly type: "done" }
  /** `isInput`: the message of an InputError. */
  | { readonly type: "failed"; readonly message: string; readonly isInput: boolean };
