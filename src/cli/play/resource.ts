import { readFile } from "node:fs/promises";
import { extname } from "node:path";

/** What the server gives under one address. */
export interface Resource {
  /** Its media type. */
  readonly type: string;
  /** Whether its address has a hash of its content, so that a browser need never ask for it again. */
  readonly isHashed?: boolean;
  read(): Promise<Uint8Array>;
}

/** What the server gives, by the path of its address: nothing else of the machine can be reached. */
export interface Resources {
  get(path: string): Resource | undefined | Promise<Resource | undefined>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** A file. It is read at each request, so that a run that goes on shows its newest epoch. */
export function fileResource(path: string, isHashed = false): Resource {
  return { type: types[extname(path)] ?? "application/octet-stream", isHashed, read: () => readFile(path) };
}

/** Bytes in memory. */
export function bytesResource(bytes: Uint8Array): Resource {
  return { type: "application/octet-stream", read: async () => bytes };
}

export function jsonResource(value: () => unknown): Resource {
  return { type: types[".json"]!, read: async () => Buffer.from(JSON.stringify(await value())) };
}
