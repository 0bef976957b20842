/** A photo of many megapixels as a JPEG file, without an encoder. */
import { readFileSync } from "node:fs";
import { readSafetensors } from "../dist/formats/safetensors.js";

/**
 * A JPEG of any size, from a small one with restart markers: the parts between them are repeated. Each has two blocks of
 * 16x16 pixels. @param {number} width @param {number} height
 */
export function largeJpeg(width, height) {
  const golden = readFileSync(new URL("../test/golden/pictures.safetensors", import.meta.url));
  const { tensors } = readSafetensors(golden, "golden");
  const small = Uint8Array.from(/** @type {Uint8Array} */ (tensors.get("jpeg/restart markers/file")?.data));
  const parts = [];
  const scan = indexOfMarker(small, 0xda, 2);
  const head = small.slice(0, scan + 2 + 256 * (small[scan + 2] ?? 0) + (small[scan + 3] ?? 0));
  const frame = indexOfMarker(head, 0xc0, 2);
  new DataView(head.buffer).setUint16(frame + 5, height);
  new DataView(head.buffer).setUint16(frame + 7, width);
  for (let at = head.length; at < small.length - 2; ) {
    let end = at;
    while (small[end] !== 0xff || small[end + 1] === 0) end++;
    parts.push(small.slice(at, end));
    at = end + 2;
  }
  const count = (Math.ceil(width / 16) * Math.ceil(height / 16)) / 2;
  const whole = [head];
  for (let i = 0; i < count; i++)
    whole.push(parts[i % parts.length] ?? new Uint8Array(), Uint8Array.of(0xff, i < count - 1 ? 0xd0 + (i % 8) : 0xd9));
  return Buffer.concat(whole);
}

/** @param {Uint8Array} bytes @param {number} marker @param {number} at */
function indexOfMarker(bytes, marker, at) {
  while (bytes[at + 1] !== marker) at += 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
  return at;
}
