import { expect, it } from "vitest";
import { checkMemory, DataTooLarge } from "./data-too-large.ts";

it("images may take half of the memory, or what is allowed", () => {
  const preparation = {
    size: [28, 28],
    padding: 2,
    channels: 1,
    framing: "none",
    ink: "light",
    fit: "pad",
    scale: 1,
  } as const;
  expect(() => checkMemory("data", 1024, preparation, { memory: 2 ** 21 })).not.toThrow();
  expect(() => checkMemory("data", 1025, preparation, { memory: 2 ** 21 })).toThrow(DataTooLarge);
  expect(() => checkMemory("data", 2 ** 21, preparation, { memory: 2 ** 31 })).toThrow(
    /^data: 2097152 images of 32x32x1 need 2\.0 GiB of this machine's 2\.0 GiB; give a smaller size/,
  );
  const limit = { maxBytes: 4096, memory: 2 ** 31 };
  expect(() => checkMemory("data", 4, preparation, limit)).not.toThrow();
  expect(() => checkMemory("data", 5, preparation, limit)).toThrow(
    /^data: 5 images of 32x32x1 need 5120 bytes, and maxBytes \(--max-bytes\) allows 4096; give a smaller size/,
  );
});
