/** The content of a lock file. */
export interface Owner {
  /** Unlike that of any other lock. */
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** When it took the lock. */
  readonly since: string;
  /** See `placeOfProcesses`. */
  readonly place: string;
  /** See `startOf`. */
  readonly start: string | null;
}

/** @throws SyntaxError for a text that is no lock */
export function ownerIn(text: string): Owner {
  const value: unknown = JSON.parse(text);
  const { id, pid, host, since, place, start } = (value ?? {}) as Partial<Record<keyof Owner, unknown>>;
  const areTexts = [id, host, since, place].every((part) => typeof part === "string");
  // The id becomes a part of a file's name.
  if (!areTexts || !/^[\w-]{1,64}$/.test(id as string) || !Number.isSafeInteger(pid) || (pid as number) < 1)
    throw new SyntaxError("no lock");
  if (start !== null && typeof start !== "string") throw new SyntaxError("no lock");
  return value as Owner;
}
