import { expect, test } from "vitest";
import { inTurn } from "./in-turn.ts";

test("some jobs at a time; the highest priority is next, then the first that came; a failure ends a turn, too", async () => {
  const begun: string[] = [];
  const ends = new Map<string, { resolve(value: string): void; reject(error: Error): void }>();
  const run = inTurn(2);
  const add = (name: string, priority?: number) =>
    run(() => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
    }, priority);
  const [a, b] = [add("a"), add("b")];
  const others = [add("c"), add("d"), add("low", -1), add("high", 1), add("e"), add("higher", 2)];
  expect(begun).toEqual(["a", "b"]);
  ends.get("b")!.reject(new Error("no space"));
  await expect(b).rejects.toThrow("no space");
  expect(begun).toEqual(["a", "b", "higher"]);
  for (const name of ["higher", "high", "c", "d", "e", "low"]) {
    await expect.poll(() => begun.at(-1)).toBe(name);
    ends.get(name)!.resolve(name);
  }
  expect(await Promise.all(others)).toEqual(["c", "d", "low", "high", "e", "higher"]);
  ends.get("a")!.resolve("a");
  expect(await a).toBe("a");
});
