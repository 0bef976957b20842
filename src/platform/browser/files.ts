import { InputError } from "../../core/errors.ts";
import type { Files } from "../files.ts";
import { MAX_INFLATED } from "../files.ts";
import { refuse } from "./no-paths.ts";

export type { FolderEntry, PathInfo } from "../files.ts";

export const readBytes: Files["readBytes"] = refuse;
export const writeBeside: Files["writeBeside"] = refuse;
export const appendBytes: Files["appendBytes"] = refuse;
export const moveFile: Files["moveFile"] = refuse;
export const pathInfo: Files["pathInfo"] = refuse;
export const isLink: Files["isLink"] = refuse;
export const listFolder: Files["listFolder"] = refuse;
export const listEntries: Files["listEntries"] = refuse;
export const makeFolder: Files["makeFolder"] = refuse;
export const makeNewFolder: Files["makeNewFolder"] = refuse;
export const remove: Files["remove"] = refuse;

export const readPackageFile: Files["readPackageFile"] = async (address) => {
  try {
    const response = await fetch(address.href);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `cannot read "${address.href}": ${reason}; serve this file of the package there, or fetch it yourself and pass its bytes to loadModel`,
      { cause: error },
    );
  }
};

export const hasFolders: Files["hasFolders"] = () => false;
export const absolutePath: Files["absolutePath"] = (path) => path;
export const joinPath: Files["joinPath"] = (...parts) => parts.join("/");
export const environment: Files["environment"] = () => undefined;
/** There is none: the browser's HTTP cache keeps downloads. */
export const cacheFolder: Files["cacheFolder"] = () => undefined;

export const inflateGzip: Files["inflateGzip"] = (bytes, max) => inflated("gzip", bytes, max);
export const inflateZlib: Files["inflateZlib"] = (bytes, max) => inflated("deflate", bytes, max);
export const inflateRaw: Files["inflateRaw"] = (bytes, max) => inflated("deflate-raw", bytes, max);

export const inflateZlibInParts: Files["inflateZlibInParts"] = (bytes) => parts("deflate", bytes);

export const inflateStart: Files["inflateStart"] = async (bytes) => {
  const got: Uint8Array[] = [];
  try {
    for await (const part of parts("gzip", bytes)) got.push(part);
  } catch (error) {
    if (got.length === 0) throw error; // else it is the end that is missing
  }
  return new Uint8Array(await new Blob(got as Uint8Array<ArrayBuffer>[]).arrayBuffer());
};

async function* parts(format: CompressionFormat, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const packed = new Blob([new Uint8Array(bytes)]).stream();
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

async function inflated(format: CompressionFormat, bytes: Uint8Array, max = MAX_INFLATED) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of parts(format, bytes)) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > max) throw new RangeError(`unpacks to more than ${max} bytes`);
  }
  const unpacked = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    unpacked.set(chunk, at);
    at += chunk.length;
  }
  return unpacked;
}

export const sha256: Files["sha256"] = async (bytes) => {
  // A page from another machine by plain http has none, whatever the types say.
  const subtle = crypto.subtle as typeof crypto.subtle | undefined;
  const digest = subtle
    ? new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes)))
    : (await import("./sha256.ts")).sha256Bytes(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};
