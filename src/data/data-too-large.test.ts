import { expect, it } from "vitest";
import { checkMemory, DataTooLarge } from "./data-too-large.ts";

it("images may take half of the memory", () => {
  const preparation = {
    size: [28, 28],
    padding: 2,
    channels: 1,
    framing: "none",
    ink: "light",
    fit: "pad",
    scale: 1,
  } as const;
  expect(() => checkMemory("data", 1024, preparation, 2 ** 21)).not.toThrow();
  expect(() => checkMemory("data", 1025, preparation, 2 ** 21)).toThrow(DataTooLarge);
  expect(() => checkMemory("data", 2 ** 21, preparation, 2 ** 31)).toThrow(
    /^data: 2097152 images of 32x32x1 need 2\.0 GiB of this machine's 2\.0 GiB; stream them/,
  );
});
