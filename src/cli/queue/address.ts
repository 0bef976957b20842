import { environment } from "#platform";
import { InputError } from "../../core/errors.ts";

/** Where a queue is. */
export interface QueueAddress {
  readonly kind: "redis" | "postgres";
  /** With the password. */
  readonly url: string;
  /** For people: without the password. */
  readonly shown: string;
}

const kinds: Readonly<Record<string, QueueAddress["kind"]>> = {
  "redis:": "redis",
  "rediss:": "redis",
  "postgres:": "postgres",
  "postgresql:": "postgres",
};

/** The variables of the address, of the password alone, and the option. */
const ADDRESS = "LENET5_QUEUE";
const PASSWORD = "LENET5_QUEUE_PASSWORD";

/** The queue of `--queue`, or of the environment; undefined for none. @throws InputError for what is no address */
export function queueAddress(given: string | undefined): QueueAddress | undefined {
  const text = given ?? environment(ADDRESS);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const kind = url && kinds[url.protocol];
  // A text that is no address may hold a password: it is not shown.
  if (!kind || url.hostname === "")
    throw new InputError(
      `${given === undefined ? ADDRESS : "--queue"}: expected an address such as redis://host:6379 or postgres://user@host/database, got another text`,
    );
  const shown = shownAddress(url);
  const password = environment(PASSWORD);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return { kind, url: url.href, shown };
}

/** Options behind the address may have passwords, too. */
function shownAddress({ protocol, username, host, pathname }: URL): string {
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname === "/" ? "" : pathname}`;
}

/** Words of a command line, of which an address of a queue has no password. */
export function withoutPassword(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, flag = "", text = ""] = /^(--queue=)?(.*)$/s.exec(word)!;
    const url = /^(redis|postgres)/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
    return url && url.protocol in kinds ? `${flag}${shownAddress(url)}` : word;
  });
}
