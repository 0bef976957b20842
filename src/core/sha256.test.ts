import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sha256Of } from "./sha256.ts";

test("sha256Of is Node's, for every length around the blocks of 64 bytes and for long messages", () => {
  for (const length of [0, 1, 3, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000, 250_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7919 + (i >> 3)) % 256);
    expect(sha256Of(bytes), `${length}`).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});
