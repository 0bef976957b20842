import { memoryBytes } from "#platform";
import { InputError } from "../../core/errors.ts";

/** The most bytes that one call reads by default. */
const USUAL = 2 ** 31;

/** What one call that reads data may still take: the bytes of its files when they are unpacked, and of their numbers. */
export class Budget {
  /** The bytes that are left. */
  left: number;
  private readonly most: number;

  /** @param most in bytes; default 2 GiB, or half the memory of the machine, if that is less */
  constructor(most = Math.min(USUAL, memoryBytes() / 2)) {
    this.most = most;
    this.left = most;
  }

  /** @throws InputError for more bytes than are left */
  take(bytes: number, name: string): void {
    if (bytes > this.left) throw this.exceeded(name);
    this.left -= bytes;
  }

  exceeded(name: string): InputError {
    const mebibytes = Math.floor(this.most / 2 ** 20);
    return new InputError(
      `${name}: expected data of at most ${mebibytes} MiB when they are unpacked, got more; give fewer data, or more as maxBytes (--max-bytes)`,
    );
  }
}
