/** JSON that came from outside: a file, or a text within one. */
import { InputError } from "./errors.ts";

/** What a JSON text may have at most. */
export interface JsonLimits {
  /** The number of brackets within each other. Default 100: real files have some ten. */
  readonly depth?: number;
  /** The length of the text in characters, or in bytes where it is given as bytes. Default 2^26. */
  readonly length?: number;
  /** Whether the key "__proto__" may occur: only for code that copies no keys into objects. Default false. */
  readonly anyKey?: boolean;
}

/**
 * The value of a JSON text, or of its bytes in UTF-8. Length and depth are checked before anything is parsed, since a
 * value that is nested too deeply overflows the stack of the code that reads it.
 * @param what the name of the text in errors
 * @throws InputError for a text that is not JSON or exceeds a limit, and for the key "__proto__", which would change the
 *   prototype of an object that it is copied to
 */
export function jsonFrom(given: string | Uint8Array, what: string, limits: JsonLimits = {}): unknown {
  const { depth = 100, length = 2 ** 26, anyKey = false } = limits;
  if (given.length > length)
    throw new InputError(`${what}: expected JSON of at most ${length} characters, got ${given.length}`);
  const text = typeof given === "string" ? given : textOf(given, what);
  checkDepth(text, what, depth);
  try {
    const mayHaveProto = !anyKey && /__proto__|\\u005f/i.test(text);
    return mayHaveProto ? JSON.parse(text, refuseProto) : JSON.parse(text);
  } catch (cause) {
    const wrong = cause instanceof InputError ? cause.message : notJson(text, cause);
    throw new InputError(`${what}: expected JSON, ${wrong}`, { cause });
  }
}

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(`${what}: expected JSON in UTF-8, got other bytes: is the file damaged?`, { cause });
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];

/** A text that is not JSON may pass: its strings and brackets are then found wrong by the parser. */
function checkDepth(text: string, what: string, most: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === QUOTE) {
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
    } else if (character === 0x5b || character === 0x7b) {
      depth++;
      if (depth > most)
        throw new InputError(`${what}: expected at most ${most} brackets within each other, got more: is it damaged?`);
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
}

function refuseProto(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new InputError('got the key "__proto__", which it must not have');
  return value;
}

/** Of the parser's message only the place, which some platforms give: it may quote the text, whatever is in that. */
function notJson(text: string, cause: unknown): string {
  if (text.trim() === "") return "got an empty text: is the file cut?";
  const place = /line \d+ column \d+|position \d+/.exec(cause instanceof Error ? cause.message : "");
  return `got another text${place ? ` (at ${place[0]})` : ""}: is the file damaged, or from another program?`;
}
