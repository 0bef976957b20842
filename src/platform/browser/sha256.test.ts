import { createHash } from "node:crypto";
import { expect, it, vi } from "vitest";
import { sha256 } from "./files.ts";
import { sha256Bytes } from "./sha256.ts";

it.each([0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 100_000])("SHA-256 of %i bytes", (length) => {
  const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * i * 31) >> 3).subarray(3);
  expect(Buffer.from(sha256Bytes(bytes)).toString("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
});

it("a page without https gets the same checksum", async () => {
  const bytes = new TextEncoder().encode("abc");
  const known = await sha256(bytes);
  vi.stubGlobal("crypto", {});
  expect(await sha256(bytes)).toBe(known);
  expect(known).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  vi.unstubAllGlobals();
});
