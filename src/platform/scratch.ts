/** Files for data that do not fit the memory; `node/scratch.ts` and `browser/scratch.ts` export exactly these names. */
export interface Scratch {
  /**
   * Creates an empty file in the user's cache folder that disappears with the process. Undefined where there is none, or
   * where the disk has less than twice `bytes` free.
   */
  openScratch(bytes: number): Promise<ScratchFile | undefined>;
  /** Fills `into` from place `at` of a scratch file, in any thread; it waits for the disk. */
  readScratch(id: number, into: Uint8Array, at: number): void;
  /** Writes all bytes to place `at`; false where the disk is full. */
  writeScratch(id: number, bytes: Uint8Array, at: number): boolean;
  /** The content of a file, without a turn of the event loop: in a worker, three times as fast for small files. */
  readBytesNow(path: string): Uint8Array;
}

/** An open scratch file. */
export interface ScratchFile {
  /** Its number in every thread of this process. */
  readonly id: number;
  /** Frees its space. */
  close(): void;
}
