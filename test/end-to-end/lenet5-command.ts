import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { expect } from "vitest";
import { idxBytes } from "../../src/data/idx.ts";
import { type Dataset, digits } from "../../src/index.ts";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

interface RunOptions {
  readonly env?: Record<string, string | undefined>;
  /** Told of all standard output so far, whenever there is more. */
  readonly watch?: (out: string, signal: (name: NodeJS.Signals) => void) => void;
}

/** Runs the built command line, far from this machine's own data and without a network. */
export function lenet5(args: readonly string[], { env = {}, watch }: RunOptions = {}): Promise<Outcome> {
  const offline = "--import=data:text/javascript,globalThis.fetch=()=>Promise.reject(new(Error)('offline'))";
  const child = spawn(process.execPath, [main, ...args], {
    env: {
      ...process.env,
      ...{
        LENET5_DATA: undefined,
        LENET5_DEBUG: undefined,
        XDG_CACHE_HOME: join(tmpdir(), "lenet5-no-cache"),
        NODE_OPTIONS: offline,
      },
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, error] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
    watch?.(out, (name) => child.kill(name));
  });
  child.stderr.on("data", (chunk) => {
    error += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, error }));
  });
}

/** Runs with `--json` and gives the one document. */
export async function lenet5Json<Document>(args: readonly string[], options?: RunOptions): Promise<Document> {
  const { code, out, error } = await lenet5([...args, "--json"], options);
  expect({ code, error: code === 0 ? "" : error }).toEqual({ code: 0, error: "" });
  return JSON.parse(out);
}

/** What is wrong with what was given is told in one line, with exit code 2 and without a stack trace. */
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
