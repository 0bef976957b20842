import { appendBytes, joinPath, makeFolder, pathInfo, readBytes, remove, writeBeside } from "#platform";
import { InputError } from "../core/errors.ts";

/** The progress of a download. */
export interface DownloadProgress {
  /** The file's name. */
  readonly file: string;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes of the whole file; undefined if the server does not send its size. */
  readonly total: number | undefined;
}

export interface DownloadOptions {
  /** The file's name, on every mirror and in the folder. */
  readonly file: string;
  /** Addresses of folders that hold the file, each ending with `/`; tried in this order. */
  readonly mirrors: readonly string[];
  /** The folder in which the file is saved; undefined: it stays in memory only. */
  readonly folder: string | undefined;
  /** Checks the received bytes and returns the file's content. If it throws, the bytes are not saved. */
  readonly accept: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Milliseconds to wait for a server's response; default 4000. */
  readonly connectTimeout?: number;
  /** Milliseconds to wait for the next bytes; default 15,000. */
  readonly stallTimeout?: number;
}

/** No mirror delivered the file; the message has the reason for each mirror. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** More than any file of MNIST; the download of a larger file is stopped. */
const MAX_BYTES = 2 ** 30;

/**
 * Downloads a file from the first mirror that has it. When a connection breaks, the received bytes stay in
 * `<file>.part`, and the next attempt requests (HTTP Range) only the rest: from this mirror or another, in this call or
 * a later one. After `accept`, the file is written under a temporary name and renamed.
 *
 * @returns the content that `accept` returned, and the mirror that delivered the file
 * @throws DownloadError if no mirror delivered an acceptable file; InputError if `folder` cannot be written
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
        if (error instanceof InputError) throw error; // not the mirror's fault: for example, the disk is full
        problems.push(`${mirror}: ${reasonOf(error)}`);
        if (part.size > before) continue; // it sent something: request the rest from it
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
        continue; // the first bytes came from an earlier attempt, perhaps from another mirror: start again
      }
      if (folder !== undefined) await writeBeside(joinPath(folder, file), bytes);
      await part.clear();
      return { content, mirror };
    }
  }
  throw new DownloadError(`cannot download ${file} (${[...new Set(problems)].join("; ")})`);
}

/** The received bytes: in memory, and in a file so that a later call can continue. */
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
  const within = async <Result>(milliseconds: number, awaited: string, promise: Promise<Result>): Promise<Result> => {
    const timer = setTimeout(() => abort.abort(new Error(`no ${awaited} within ${milliseconds} ms`)), milliseconds);
    return promise.finally(() => clearTimeout(timer));
  };
  try {
    const headers: Record<string, string> = { "Accept-Encoding": "identity" };
    if (part.size > 0) headers.Range = `bytes=${part.size}-`;
    const response = await within(connectTimeout, "response", fetch(url, { headers, signal: abort.signal }));
    if (response.status === 416) return; // no bytes after the received ones: the file may be complete
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const from = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    if (response.status !== 206 || Number(from) !== part.size) {
      if (response.status === 206) throw new Error(`sent bytes from ${from} on, asked for ${part.size}`);
      await part.clear(); // the server ignores Range and sends the whole file
    }
    const length = response.headers.has("Content-Encoding") ? null : response.headers.get("Content-Length");
    const total = length === null ? undefined : part.size + Number(length);
    const reader = response.body.getReader();
    for (;;) {
      const next = await within(stallTimeout, "bytes", reader.read());
      if (next.done) break;
      await part.add(next.value);
      if (part.size > MAX_BYTES) {
        await part.clear();
        throw new Error(`sends more than ${MAX_BYTES} bytes`);
      }
      onProgress?.({ file, received: part.size, total });
    }
    if (total !== undefined && part.size < total) throw new Error(`broke off after ${part.size} of ${total} bytes`);
  } finally {
    abort.abort(); // closes the connection after an error
  }
}

/** The message of the innermost cause: that of fetch itself is only "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
