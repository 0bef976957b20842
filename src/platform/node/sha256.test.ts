import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { addBytes } from "./sha256.ts";

test.each([0, 1, 6, 7, 8, 100])("%i bytes in slices of 7 have the hash of all at once", (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => i);
  const hash = createHash("sha256");
  const update = vi.spyOn(hash, "update");
  addBytes(hash, bytes, 7);
  expect(update.mock.calls.map(([slice]) => slice.length).filter((size) => size > 7)).toEqual([]);
  expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
});
