/**
 * Lock files; `node/locks.ts` and `browser/locks.ts` export exactly these names. A browser, which has no files, throws
 * an `InputError`.
 */
export interface Locks {
  /**
   * Makes a lock file with the name of this process in it. One that a process left behind which is gone is taken over.
   * Of all processes and calls that try at the same moment, one gets the lock. It removes the temporary files in the
   * folder that processes which are gone have left.
   * @throws InputError where the file cannot be written, and for a file that is no lock
   */
  takeLock(path: string): Promise<TakenLock | RefusedLock>;
}

/** A lock that this process holds. */
export interface TakenLock {
  readonly isTaken: true;
  /** Whether the file is still this lock: somebody may have removed it, and another process taken its place. */
  isHeld(): Promise<boolean>;
  /** Removes the file, if it is still this lock. The end of the process does it too, unless it is killed. */
  release(): Promise<void>;
}

/** The process that holds a lock. */
export interface RefusedLock {
  readonly isTaken: false;
  readonly pid: number;
  /** The name of its machine. */
  readonly host: string;
  /** When it took the lock (ISO 8601). */
  readonly since: string;
  /** Whether it was seen to run. Of another machine or container, this process cannot know it. */
  readonly isRunning: boolean;
}
