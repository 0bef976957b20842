import { createHash } from "node:crypto";

/** Bytes that a hash gets at a time: Node 20 takes less than 2^31. */
const SLICE = 2 ** 30;

/** Adds bytes to a hash of `node:crypto`, however many. Its declaration needs no types of Node. */
export function addBytes(hash: { update(bytes: Uint8Array): unknown }, bytes: Uint8Array, slice = SLICE): void {
  for (let at = 0; at < bytes.length; at += slice) hash.update(bytes.subarray(at, at + slice));
}

/** The SHA-256 of bytes, in hexadecimal digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  addBytes(hash, bytes);
  return hash.digest("hex");
}
