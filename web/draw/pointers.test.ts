import { beforeEach, expect, it } from "vitest";
import { isEraserEnd, type Pointer, Pointers, widthAt } from "./pointers.ts";

let pointers: Pointers;
beforeEach(() => {
  pointers = new Pointers();
});

const pointer = (pointerId: number, pointerType: string, more: Partial<Pointer> = {}): Pointer => ({
  pointerId,
  pointerType,
  pressure: 0.5,
  button: 0,
  width: 1,
  height: 1,
  ...more,
});

it("one pointer draws at a time", () => {
  expect(pointers.down(pointer(1, "touch"), 0)).toBe("draws");
  expect(pointers.down(pointer(2, "touch"), 10)).toBe("ignored");
  expect(pointers.draws(pointer(1, "touch"), 20)).toBe(true);
  expect(pointers.draws(pointer(2, "touch"), 20)).toBe(false);
  expect(pointers.up(pointer(2, "touch"))).toBe(false);
  expect(pointers.up(pointer(1, "touch"))).toBe(true);
  expect(pointers.down(pointer(3, "mouse"), 30)).toBe("draws");
});

it("a palm is ignored: one that is wide, one beside a pen, and one that came before the pen", () => {
  expect(pointers.down(pointer(1, "touch", { width: 80 }), 0)).toBe("ignored");
  expect(pointers.down(pointer(2, "touch"), 100)).toBe("draws");
  expect(pointers.down(pointer(3, "pen"), 120)).toBe("replaces");
  expect(pointers.up(pointer(3, "pen"))).toBe(true);
  expect(pointers.down(pointer(4, "touch"), 1000)).toBe("ignored");
  expect(pointers.draws(pointer(9, "pen"), 2500)).toBe(false); // a pen that hovers
  expect(pointers.down(pointer(5, "touch"), 3000)).toBe("ignored");
  expect(pointers.down(pointer(6, "touch"), 4100)).toBe("draws");
});

it("only the main button draws, and the other end of a pen erases", () => {
  expect(pointers.down(pointer(1, "mouse", { button: 2 }), 0)).toBe("ignored");
  const end = pointer(2, "pen", { button: 5 });
  expect(pointers.down(end, 0)).toBe("draws");
  expect(isEraserEnd(end)).toBe(true);
  expect(isEraserEnd(pointer(3, "pen"))).toBe(false);
});

it("a pen's pressure makes the line wider; a mouse without pressure draws all the same", () => {
  expect(widthAt(pointer(1, "pen", { pressure: 1 }), 20)).toBe(30);
  expect(widthAt(pointer(1, "pen", { pressure: 0.1 }), 20)).toBeCloseTo(12);
  expect(widthAt(pointer(1, "pen", { pressure: 0 }), 20)).toBe(20);
  expect(widthAt(pointer(1, "mouse", { pressure: 0 }), 20)).toBe(20);
  expect(widthAt(pointer(1, "touch", { pressure: 1 }), 20)).toBe(20);
});
