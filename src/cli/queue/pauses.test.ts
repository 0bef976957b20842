import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { pauses } from "./pauses.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function recorded() {
  const calls: string[] = [];
  const pausing = pauses(() => ({
    pause: async (doNotWait) => void calls.push(`pause ${doNotWait}`),
    resume: async () => void calls.push("resume"),
  }));
  /** Seconds of the pause that begins now. */
  const pause = () => {
    calls.length = 0;
    pausing.onTrouble();
    let seconds = 0;
    for (; !calls.includes("resume") && seconds < 1000; seconds++) vi.advanceTimersByTime(1000);
    return seconds;
  };
  return { ...pausing, calls, pause };
}

test("each pause of a worker is twice as long, up to five minutes, until a training ends well", () => {
  const { pause, onDone } = recorded();
  expect(Array.from({ length: 8 }, pause)).toEqual([5, 10, 20, 40, 80, 160, 300, 300]);
  onDone();
  expect(pause()).toBe(5);
});

test("several trainings that fail at a time are one failure", () => {
  const { calls, onTrouble, pause } = recorded();
  onTrouble();
  onTrouble();
  expect(calls).toEqual(["pause true"]);
  vi.advanceTimersByTime(5000);
  expect(calls).toEqual(["pause true", "resume"]);
  expect(pause()).toBe(10);
});

test("a worker that ends does not resume", () => {
  const { calls, onTrouble, end } = recorded();
  onTrouble();
  end();
  vi.advanceTimersByTime(10_000);
  expect(calls).toEqual(["pause true"]);
});
