import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closed } from "./closed.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const worker = (close: Promise<void>, answer: () => Promise<unknown>) => ({
  close: () => close,
  getBackend: () => ({ getQueueMeta: answer }) as never,
});

test("a worker whose server is away is given up after a few seconds, whether it hangs or fails", async () => {
  const never = new Promise<never>(() => undefined);
  for (const answer of [() => never, () => Promise.reject(new Error("Connection is closed."))]) {
    const ended = closed(worker(never, answer));
    await vi.advanceTimersByTimeAsync(7000);
    expect(await Promise.race([ended, "waits"])).toBe(false);
  }
});

test("an epoch may take minutes while the server answers", async () => {
  let end = () => {};
  const jobs = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ended = closed(worker(jobs, async () => ({})));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(await Promise.race([ended, "waits"])).toBe("waits");
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await ended).toBe(true);
});
