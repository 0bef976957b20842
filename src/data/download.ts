import { appendBytes, joinPath, makeFolder, pathInfo, readBytes, remove, writeBeside } from "#platform";
import { InputError } from "../core/errors.ts";

/** How far a download is. */
export interface DownloadProgress {
  /** The file's name. */
  readonly file: string;
  /** Bytes that are here. */
  readonly received: number;
  /** Bytes of the whole file; undefined while the server does not say. */
  readonly total: number | undefined;
}

export interface DownloadOptions {
  /** The file's name, on every mirror and in the folder. */
  readonly file: string;
  /** Addresses of folders that hold the file, each ending with `/`; tried in this order. */
  readonly mirrors: readonly string[];
  /** Where the file is kept; undefined: in memory only. */
  readonly folder: string | undefined;
  /** Makes the file's content of its bytes; throws when they are not what they must be. They are then not kept. */
  readonly accept: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Milliseconds to wait for a server's answer, default 4000. */
  readonly connectTimeout?: number;
  /** Milliseconds to wait for the next bytes, default 15,000. */
  readonly stallTimeout?: number;
}

/** No mirror gave the file; the message has each mirror's reason. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** More than any file of digits has; a server that sends on is cut off. */
const MOST_BYTES = 2 ** 30;

/**
 * Downloads a file from the first mirror that has it. What arrived before a break stays in `<file>.part` and the next
 * attempt asks (HTTP Range) for the rest only, on this mirror or another, in this call or a later one. The file gets
 * its name only after `accept`, written beside and renamed.
 *
 * @returns what `accept` made of the file, and the mirror that gave it
 * @throws DownloadError when no mirror gave an acceptable file; InputError when `folder` cannot be written
 */
export async function download(options: DownloadOptions): Promise<{ content: Uint8Array; mirror: string }> {
  const { file, mirrors, folder, accept } = options;
  if (folder !== undefined) await makeFolder(folder);
  const part = new Part(folder === undefined ? undefined : joinPath(folder, `${file}.part`));
  await part.load();
  const problems: string[] = [];
  for (const mirror of mirrors) {
    for (;;) {
      const before = part.size;
      try {
        await receive(mirror + file, part, options);
      } catch (error) {
        if (error instanceof InputError) throw error; // not the mirror's fault: the disk is full, say
        problems.push(`${mirror}: ${reasonOf(error)}`);
        if (part.size > before) continue; // it sent something: ask it for the rest
        break;
      }
      const bytes = part.bytes();
      let content: Uint8Array;
      try {
        content = await accept(bytes);
      } catch (error) {
        await part.clear();
        problems.push(`${mirror}: ${reasonOf(error)}`);
        if (before === 0) break;
        continue; // the beginning was of an earlier attempt and may be another mirror's: once more from the start
      }
      if (folder !== undefined) await writeBeside(joinPath(folder, file), bytes);
      await part.clear();
      return { content, mirror };
    }
  }
  throw new DownloadError(`cannot download ${file} (${[...new Set(problems)].join("; ")})`);
}

/** What has arrived: in memory, and in a file so that a later call can go on. */
class Part {
  readonly path: string | undefined;
  chunks: Uint8Array[] = [];
  size = 0;

  constructor(path: string | undefined) {
    this.path = path;
  }

  async load(): Promise<void> {
    if (this.path === undefined || !(await pathInfo(this.path))) return;
    this.keep(await readBytes(this.path));
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (this.path !== undefined) await appendBytes(this.path, chunk);
    this.keep(chunk);
  }

  keep(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  async clear(): Promise<void> {
    this.chunks = [];
    this.size = 0;
    if (this.path !== undefined) await remove(this.path);
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** Adds the rest of the file at `url` to the part. Throws when the server refuses, stalls or breaks off. */
async function receive(url: string, part: Part, options: DownloadOptions): Promise<void> {
  const { file, onProgress, connectTimeout = 4000, stallTimeout = 15_000 } = options;
  const abort = new AbortController();
  const within = async <Result>(milliseconds: number, what: string, promise: Promise<Result>): Promise<Result> => {
    const timer = setTimeout(() => abort.abort(new Error(`no ${what} within ${milliseconds} ms`)), milliseconds);
    return promise.finally(() => clearTimeout(timer));
  };
  try {
    const headers: Record<string, string> = { "Accept-Encoding": "identity" };
    if (part.size > 0) headers.Range = `bytes=${part.size}-`;
    const response = await within(connectTimeout, "answer", fetch(url, { headers, signal: abort.signal }));
    if (response.status === 416) return; // nothing after what is here: it may be whole
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const from = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    if (response.status !== 206 || Number(from) !== part.size) {
      if (response.status === 206) throw new Error(`sent bytes from ${from} on, asked for ${part.size}`);
      await part.clear(); // the server ignores Range and sends all
    }
    const length = response.headers.has("Content-Encoding") ? null : response.headers.get("Content-Length");
    const total = length === null ? undefined : part.size + Number(length);
    const reader = response.body.getReader();
    for (;;) {
      const next = await within(stallTimeout, "bytes", reader.read());
      if (next.done) break;
      await part.add(next.value);
      if (part.size > MOST_BYTES) {
        await part.clear();
        throw new Error(`sends more than ${MOST_BYTES} bytes`);
      }
      onProgress?.({ file, received: part.size, total });
    }
    if (total !== undefined && part.size < total) throw new Error(`broke off after ${part.size} of ${total} bytes`);
  } finally {
    abort.abort(); // frees the connection when it is left early
  }
}

/** The innermost cause says most: fetch itself only says "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
