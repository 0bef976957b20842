import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { expect } from "vitest";
import { type Dataset, digits } from "../../src/index.ts";
import { idxBytes } from "../idx-bytes.ts";
import { type Environment, type Outcome, SharedProcess } from "./shared-process.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** The process of the commands that need none of their own; the tests of a file share it. */
const shared = new SharedProcess(main);

interface RunOptions {
  readonly env?: Record<string, string | undefined>;
  /** The columns of the terminal that the process writes to; default: no terminal. */
  readonly columns?: number;
  /** Signals that the process gets at points of its output. */
  readonly signals?: readonly Signal[];
  /** Whether the command has a process of its own, as it always has with `columns` and `signals`. */
  readonly alone?: boolean;
}

interface Signal {
  /** The process gets the signal right after it has printed this text for the first time. */
  readonly after: string;
  readonly name: NodeJS.Signals;
  /** Milliseconds to wait before that; default 0. */
  readonly delay?: number;
}

/** Kills the process when it prints an epoch's line, which is before that epoch is saved. */
export function killAt(after: string): Signal {
  return { after, name: "SIGKILL" };
}

/** Runs the built command line, without a network and without the data of this machine. */
export function lenet5(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { env = {}, signals = [], columns, alone = signals.length > 0 || columns !== undefined } = options;
  const environment = {
    ...process.env,
    LENET5_DATA: undefined,
    LENET5_DEBUG: undefined,
    XDG_CACHE_HOME: join(tmpdir(), "lenet5-no-cache"),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preloaded(signals, columns))}`,
    ...env,
  };
  return alone ? inOwnProcess(args, environment) : shared.run(args, { env: environment });
}

function inOwnProcess(args: readonly string[], env: Environment): Promise<Outcome> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, error] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    error += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, error }));
  });
}

/**
 * Code that runs before the command: it cuts off the network and sends the signals. The process sends them to itself,
 * because on a busy machine one that this process sends arrives at any later point, or after the end.
 */
function preloaded(signals: readonly Signal[], columns: number | undefined): string {
  return `
    const columns = ${columns};
    if (columns !== undefined) Object.assign(process.stdout, { isTTY: true, columns, hasColors: () => false });
    globalThis.fetch = () => Promise.reject(new Error("offline"));
    const signals = ${JSON.stringify(signals)};
    const write = process.stdout.write;
    if (signals.length > 0) process.stdout.write = function (text, ...rest) {
      const result = write.call(this, text, ...rest);
      for (const { after, name, delay = 0 } of signals.splice(0)) {
        if (!String(text).includes(after)) signals.push({ after, name, delay });
        else if (delay > 0) setTimeout(() => process.kill(process.pid, name), delay);
        else process.kill(process.pid, name);
      }
      return result;
    };`;
}

/** Runs with `--json` and gives the one document. */
export async function lenet5Json<Document>(args: readonly string[], options?: RunOptions): Promise<Document> {
  const { code, out, error } = await lenet5([...args, "--json"], options);
  expect({ code, error: code === 0 ? "" : error }).toEqual({ code: 0, error: "" });
  return JSON.parse(out);
}

/** Wrong input: one line on standard error without a stack trace, and exit code 2. */
export function expectOneLine({ code, error }: Outcome, message: RegExp | string): void {
  expect(error).toMatch(message);
  expect(error.trimEnd().split("\n")).toHaveLength(1);
  expect(error).not.toMatch(/\n\s+at |node:internal/);
  expect(code).toBe(2);
}

export function scratchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "lenet5-cli-"));
}

export const smallDigits = digits({ train: 240, test: 60, seed: 3 });

/** Writes a data set in MNIST's format; each file can be changed before. */
export async function writeIdxFolder(
  folder: string,
  { train, test } = smallDigits,
  change: (files: Record<string, Uint8Array>) => void = () => {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const files = { ...idxFiles("train", train), ...idxFiles("t10k", test) };
  change(files);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

function idxFiles(part: string, { images, labels }: Dataset): Record<string, Uint8Array> {
  return {
    [`${part}-images-idx3-ubyte`]: idxBytes(images.shape.slice(0, 3), images.data),
    [`${part}-labels-idx1-ubyte`]: idxBytes([labels.length], labels),
  };
}

/** Writes test image `i` as a PNG. */
export async function writePng(path: string, i: number): Promise<string> {
  const data = smallDigits.test.images.data.slice(i * 1024, (i + 1) * 1024) as Uint8Array;
  await writeFile(path, encode({ width: 32, height: 32, channels: 1, depth: 8, data }));
  return path;
}

export async function readJson<Document>(...path: string[]): Promise<Document> {
  return JSON.parse(await readFile(join(...path), "utf8"));
}
