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

/** The queue of `--queue`, or of the environment; undefined for none. @throws InputError for anything but an address */
export function queueAddress(given: string | undefined): QueueAddress | undefined {
  const text = given ?? environment(ADDRESS);
  if (text === undefined) return undefined;
  const name = given === undefined ? ADDRESS : "--queue";
  const url = addressIn(text);
  // Another text may hold a password: it is not shown.
  if (!url || url.hostname === "")
    throw new InputError(
      `${name}: expected an address such as redis://host:6379 or postgres://user@host/database, got another text`,
    );
  if ([url.username, url.password].some((part) => decoded(part) === undefined))
    throw new InputError(
      `${name}: expected %25 for each % in the user name and the password, got another %: write %25, or give the password in ${PASSWORD}`,
    );
  const shown = shownAddress(url);
  const password = environment(PASSWORD);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return { kind: kinds[url.protocol]!, url: url.href, shown };
}

/** The address that a text is. `URL` ignores the case of the protocol and spaces around the text. */
function addressIn(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && Object.hasOwn(kinds, url.protocol) ? url : undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Without the options of the address, which may have passwords, too. */
function shownAddress({ protocol, username, host, pathname }: URL): string {
  return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname === "/" ? "" : pathname}`;
}

/** The passwords of an address, as it has them and decoded. */
export function passwordsOf({ url }: Pick<QueueAddress, "url">): string[] {
  const { password, searchParams } = new URL(url);
  const options = [...searchParams].flatMap(([name, value]) => (/pass/i.test(name) ? [value] : []));
  const secrets = [
    password,
    decoded(password) ?? "",
    ...options.flatMap((value) => [value, encodeURIComponent(value)]),
  ];
  return secrets.filter((secret) => secret !== "");
}

/** The words of a command line, without the passwords of queue addresses. */
export function withoutPassword(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, flag = "", text = ""] = /^(--queue=)?(.*)$/s.exec(word)!;
    const url = addressIn(text);
    return url ? `${flag}${shownAddress(url)}` : word;
  });
}
