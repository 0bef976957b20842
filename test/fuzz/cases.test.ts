import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, test } from "vitest";
import { InputError } from "../../src/core/errors.ts";
import { outcomeOf } from "./cases.ts";
import type { FuzzReader } from "./reader.ts";

const reading = (read: FuzzReader["read"]): FuzzReader => ({ seeds: () => [], read, inTest: 0 });
const file = { file: new Uint8Array() };

describe("a finding is", () => {
  it.each<[string, string | RegExp, () => unknown]>([
    ["another error", /^TypeError: no/, () => Promise.reject(new TypeError("no"))],
    ["a changed prototype", /a prototype has other keys/, () => Object.assign(Object.prototype, { polluted: 1 })],
  ])("%s", async (_, problem, read) => {
    const outcome = await outcomeOf(reading(read), file);
    Reflect.deleteProperty(Object.prototype, "polluted");
    expect(outcome).toMatchObject({ kind: "finding", problem: expect.stringMatching(problem) });
  });

  it("a case that takes long each time", async () => {
    const slow = { ...reading(() => setTimeout(20)), time: 10 };
    expect(await outcomeOf(slow, file)).toMatchObject({ kind: "finding", problem: expect.stringMatching(/ ms$/) });
  });

  // Elsewhere a process does not forget how much memory it once had.
  it.runIf(process.platform === "linux")("much memory, also where the process once had as much", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const hungry = { ...reading(() => void new Uint8Array(2 ** 28).fill(1)), memory: 64 };
    for (let i = 0; i < 3; i++) {
      const outcome = await outcomeOf(hungry, file);
      expect(outcome).toMatchObject({ kind: "finding", problem: expect.stringMatching(/^it takes \d+ MiB$/) });
      collect();
      await setTimeout(50); // memory is given back in a thread of its own
    }
  });
});

test("one line of ours, and a result, are no findings", async () => {
  expect(
    await outcomeOf(
      reading(() => 1),
      file,
    ),
  ).toMatchObject({ kind: "result" });
  const refused = reading(() => Promise.reject(new InputError("a.png: expected a PNG")));
  expect(await outcomeOf(refused, file)).toMatchObject({ kind: "refused" });
  expect(await outcomeOf(refused, file, true)).toMatchObject({ kind: "finding" });
});
