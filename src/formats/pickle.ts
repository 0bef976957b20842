import { InputError, shown } from "../core/errors.ts";

/**
 * What a pickle's names stand for. Nothing of a pickle is run: it can only ask for these, and each is a function of this
 * library.
 */
export interface PickleNames {
  /** What `collections.OrderedDict` is. @throws InputError for a name that is not known */
  global(name: string): PickleGlobal;
  /** What a persistent id refers to: in PyTorch's files, a storage. @throws InputError for one that is not known */
  persistent(id: unknown): unknown;
}

/** A function or class that a pickle names. */
export class PickleGlobal {
  readonly name: string;
  /** What calling it makes. */
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** An object of a class that a reader knows by its name alone. */
export class PickleObject {
  /** What its class's `__setstate__` would get. */
  state: unknown;
  readonly type: string;
  readonly args: readonly unknown[];

  constructor(type: string, args: readonly unknown[] = []) {
    this.type = type;
    this.args = args;
  }
}

/** What makes a pickle of weights so long is not this: a state_dict takes about 20 steps for each tensor. */
const MAX_STEPS = 5_000_000;
/** The longest line of protocol 0, and the longest whole number in bytes. */
const MAX_LINE = 65_536;
const MAX_LONG = 64;

/**
 * Reads one pickle of protocol 0 to 5 (Lib/pickletools.py): dicts, lists, tuples, texts, bytes and numbers, and what
 * `names` knows. It takes at most a fixed number of steps, and keeps no more than a small multiple of the bytes it reads.
 *
 * @param what names the pickle in errors
 * @returns the value, and the index after the pickle's last byte
 * @throws InputError for damaged bytes, for names that are not known, and for what no weights need (extensions, buffers
 *   outside of the pickle)
 */
export function readPickle(
  bytes: Uint8Array,
  names: PickleNames,
  { what = "pickle", start = 0 }: { readonly what?: string; readonly start?: number } = {},
): { value: unknown; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let at = start;
  let opcodeAt = start;
  const fail = (problem: string) => new InputError(`${what}: byte ${opcodeAt} of the pickle: ${problem}`);

  const take = (count: number): Uint8Array => {
    if (!(count <= bytes.length - at)) throw fail(`expected ${count} more bytes, got ${bytes.length - at}; it is cut`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  const uint = (size: 1 | 2 | 4): number => {
    take(size);
    return size === 1
      ? view.getUint8(at - 1)
      : size === 2
        ? view.getUint16(at - 2, true)
        : view.getUint32(at - 4, true);
  };
  const length8 = (): number => {
    take(8);
    return Number(view.getBigUint64(at - 8, true));
  };
  const line = (): string => {
    const end = bytes.subarray(at, at + MAX_LINE).indexOf(10);
    if (end < 0) throw fail("expected a line, got none that ends");
    const text = latin1(take(end));
    at++;
    return text.replace(/\r$/, "");
  };
  const text = (count: number): string => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(count));
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw fail("expected a text in UTF-8");
    }
  };
  const pop = (): unknown => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw fail("expected a value before it, got none");
    return stack.pop();
  };
  const top = (): unknown => {
    if (stack.length <= (marks.at(-1) ?? 0)) throw fail("expected a value before it, got none");
    return stack.at(-1);
  };
  const fromMark = (): unknown[] => {
    const mark = marks.pop();
    if (mark === undefined) throw fail("expected a mark before it, got none");
    return stack.splice(mark);
  };
  const remembered = (index: number): unknown => {
    if (!memo.has(index)) throw fail(`expected a value in memo ${index}, got none`);
    return memo.get(index);
  };
  const decimal = (): number => {
    const given = line();
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (Number.isNaN(value)) throw fail(`expected an index, got ${shown(given)}`);
    return value;
  };
  const called = (callee: unknown, args: unknown): unknown => {
    if (!(callee instanceof PickleGlobal)) throw fail("it calls what is no name");
    if (!Array.isArray(args)) throw fail(`"${callee.name}" is called without arguments`);
    return callee.call(args);
  };
  const setItems = (target: unknown, items: readonly unknown[]): void => {
    if (!(target instanceof Map)) throw fail("expected a dict to put items in");
    if (items.length % 2 > 0) throw fail("expected a value for every key");
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  };
  const append = (target: unknown, items: readonly unknown[]): void => {
    if (!Array.isArray(target)) throw fail("expected a list to append to");
    for (const item of items) target.push(item);
  };

  /** What each opcode does; the names are those of pickletools. */
  const opcodes: Readonly<Record<string, () => void>> = {
    "\x80": () => {
      const version = uint(1);
      if (version > 5) throw fail(`expected protocol 0 to 5, got ${version}; save it with another`);
    },
    "\x95": () => void length8(), // FRAME: its content follows
    "(": () => void marks.push(stack.length),
    "0": () => {
      if (marks.at(-1) === stack.length && marks.length > 0) marks.pop();
      else pop();
    },
    "1": () => void fromMark(),
    "2": () => void stack.push(top()),
    // Constants and numbers
    N: () => void stack.push(null),
    "\x88": () => void stack.push(true),
    "\x89": () => void stack.push(false),
    J: () => void stack.push((uint(4) | 0) as number),
    K: () => void stack.push(uint(1)),
    M: () => void stack.push(uint(2)),
    G: () => {
      take(8);
      stack.push(view.getFloat64(at - 8, false));
    },
    "\x8a": () => void stack.push(longOf(take(uint(1)), fail)),
    "\x8b": () => void stack.push(longOf(take(uint(4)), fail)),
    I: () => {
      const given = line();
      stack.push(given === "00" ? false : given === "01" ? true : wholeOf(given, fail));
    },
    L: () => void stack.push(wholeOf(line().replace(/L$/, ""), fail)),
    F: () => {
      const given = line();
      const value =
        given === "nan" ? Number.NaN : /^-?inf$/.test(given) ? (given === "inf" ? 1 : -1) / 0 : Number(given);
      if (given === "" || (Number.isNaN(value) && given !== "nan"))
        throw fail(`expected a number, got ${shown(given)}`);
      stack.push(value);
    },
    // Texts and bytes
    S: () => void stack.push(quoted(line(), fail)),
    T: () => void stack.push(latin1(take(uint(4)))),
    U: () => void stack.push(latin1(take(uint(1)))),
    V: () =>
      void stack.push(
        line().replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
      ),
    X: () => void stack.push(text(uint(4))),
    "\x8c": () => void stack.push(text(uint(1))),
    "\x8d": () => void stack.push(text(length8())),
    B: () => void stack.push(take(uint(4))),
    C: () => void stack.push(take(uint(1))),
    "\x8e": () => void stack.push(take(length8())),
    "\x96": () => void stack.push(take(length8())),
    // Lists, tuples, dicts, sets
    "]": () => void stack.push([]),
    l: () => void stack.push(fromMark()),
    a: () => {
      const item = pop();
      append(top(), [item]);
    },
    e: () => {
      const items = fromMark();
      append(top(), items);
    },
    ")": () => void stack.push([]),
    t: () => void stack.push(fromMark()),
    "\x85": () => void stack.push([pop()]),
    "\x86": () => {
      const second = pop();
      stack.push([pop(), second]);
    },
    "\x87": () => {
      const third = pop();
      const second = pop();
      stack.push([pop(), second, third]);
    },
    "}": () => void stack.push(new Map()),
    d: () => {
      const items = fromMark();
      const dict = new Map();
      setItems(dict, items);
      stack.push(dict);
    },
    s: () => {
      const value = pop();
      const key = pop();
      setItems(top(), [key, value]);
    },
    u: () => {
      const items = fromMark();
      setItems(top(), items);
    },
    "\x8f": () => void stack.push([]),
    "\x90": () => {
      const items = fromMark();
      append(top(), items);
    },
    "\x91": () => void stack.push(fromMark()),
    // The memo
    p: () => void memo.set(decimal(), top()),
    q: () => void memo.set(uint(1), top()),
    r: () => void memo.set(uint(4), top()),
    "\x94": () => void memo.set(memo.size, top()),
    g: () => void stack.push(remembered(decimal())),
    h: () => void stack.push(remembered(uint(1))),
    j: () => void stack.push(remembered(uint(4))),
    // Names and objects
    c: () => {
      const module = line();
      stack.push(names.global(`${module}.${line()}`));
    },
    "\x93": () => {
      const [name, module] = [pop(), pop()];
      if (typeof name !== "string" || typeof module !== "string") throw fail("expected a name in two texts");
      stack.push(names.global(`${module}.${name}`));
    },
    i: () => {
      const module = line();
      const global = names.global(`${module}.${line()}`);
      stack.push(called(global, fromMark()));
    },
    o: () => {
      const [callee, ...args] = fromMark();
      stack.push(called(callee, args));
    },
    R: () => {
      const args = pop();
      stack.push(called(pop(), args));
    },
    "\x81": () => {
      const args = pop();
      stack.push(called(pop(), args));
    },
    "\x92": () => {
      pop(); // the arguments by name
      const args = pop();
      stack.push(called(pop(), args));
    },
    b: () => {
      const state = pop();
      const target = top();
      // The attributes of a dict (`_metadata` of a state_dict) are no items of it.
      if (target instanceof Map) return;
      if (!(target instanceof PickleObject)) throw fail("expected an object to set the state of");
      target.state = state;
    },
    P: () => void stack.push(names.persistent(line())),
    Q: () => void stack.push(names.persistent(pop())),
  };

  for (let steps = 0; steps < MAX_STEPS; steps++) {
    opcodeAt = at;
    const opcode = String.fromCharCode(uint(1));
    if (opcode === ".") {
      if (marks.length > 0) throw fail("it ends within a list");
      return { value: pop(), end: at };
    }
    const run = Object.hasOwn(opcodes, opcode) ? opcodes[opcode] : undefined;
    if (!run) throw fail(`expected an opcode that weights need, got ${shown(opcode)}`);
    run();
  }
  throw fail(`expected at most ${MAX_STEPS} steps; this is no file of weights`);
}

type Fail = (problem: string) => InputError;

/** Bytes as characters of the same numbers: texts of Python 2. */
function latin1(bytes: Uint8Array): string {
  let made = "";
  for (let i = 0; i < bytes.length; i += 4096) made += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return made;
}

/** A whole number of little-endian bytes, in two's complement. */
function longOf(bytes: Uint8Array, fail: Fail): number | bigint {
  if (bytes.length > MAX_LONG) throw fail(`expected a whole number of at most ${MAX_LONG} bytes, got ${bytes.length}`);
  let value = 0n;
  for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte);
  return smallest(BigInt.asIntN(bytes.length * 8, value));
}

function wholeOf(text: string, fail: Fail): number | bigint {
  if (!/^-?\d{1,100}$/.test(text)) throw fail(`expected a whole number, got ${shown(text)}`);
  return smallest(BigInt(text));
}

/** A number where it is exact as one. */
function smallest(value: bigint): number | bigint {
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "'": "'", '"': '"' };

/** A text in Python's quotes. */
function quoted(given: string, fail: Fail): string {
  const [, , inner] = /^(['"])(.*)\1$/s.exec(given) ?? [];
  if (inner === undefined) throw fail(`expected a text in quotes, got ${shown(given)}`);
  return inner.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (whole, code, character) =>
    code === undefined ? (escapes[character] ?? whole) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
