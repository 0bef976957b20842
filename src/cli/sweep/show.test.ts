import { afterEach, expect, test, vi } from "vitest";
import { Board } from "../../sweep/board.ts";
import { checkedSweep } from "../../sweep/sweep.ts";
import { trialsOf } from "../../sweep/trials.ts";
import { settingRules } from "./setting-rules.ts";
import { shownProgress } from "./show.ts";

const written: string[] = [];
vi.mock("#platform", async (original) => ({
  ...(await original<object>()),
  terminalColumns: () => 80,
  terminalRows: () => 24,
  terminalWritten: async () => {},
  writeOut: (...pieces: readonly unknown[]) =>
    written.push(pieces.map((piece) => (typeof piece === "string" ? piece : "")).join("")),
}));
afterEach(() => void vi.useRealTimers());

test("on a terminal, the time of a sweep passes during long epochs", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  const sweep = checkedSweep({ vary: { epochs: [1, 2] }, choose: "grid" }, "a", settingRules());
  const board = new Board(sweep, trialsOf(sweep));
  const shown = shownProgress(board, { to: "out" });
  shown.begin("2 trials");
  shown.onBegin({ trial: 1, settings: { epochs: 1, seed: 1 } });
  const before = written.length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(written.slice(before).join("")).toContain("0 of 2 trials, 5.0 s");
  shown.end();
  const at = written.length;
  await vi.advanceTimersByTimeAsync(5000);
  expect(written).toHaveLength(at);
});
