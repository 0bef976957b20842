/** Threads that decode pictures and fail: the call ends with its cause, and the same stream works again. */
import "../engine/faulty-workers.ts";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { digits } from "../../src/index.ts";
import { begunFault, workers } from "../engine/faulty-workers.ts";
import { writeFiles } from "../made-files.ts";
import { scratchFolder } from "./lenet5-command.ts";

// Threads load the modules of the built package.
const { lenet5, streamData } = (await import("../../dist/index.js")) as unknown as typeof import("../../src/index.ts");

let scratch: string;
let folder: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  process.env.XDG_CACHE_HOME = join(scratch, "cache");
  const { images, labels } = digits({ train: 60, test: 1, size: 28 }).train;
  const files = Array.from(labels, (label, i) => {
    const data = images.data.slice(i * 784, (i + 1) * 784) as Uint8Array;
    return [`${label}/${i}.png`, encode({ width: 28, height: 28, channels: 1, data })] as const;
  });
  folder = await writeFiles(join(scratch, "digits"), Object.fromEntries(files));
});
afterAll(() => rm(scratch, { recursive: true }));
afterEach(() => {
  vi.useRealTimers();
  workers.lines = "";
});

/** Does something in place of each task. */
const inPlaceOfTasks = (body: string) => `
const told = () => {
  const channel = new BroadcastChannel("fault");
  channel.postMessage("");
  channel.close();
};
Object.defineProperty(globalThis, "onmessage", {
  set(handle) { globalThis.handle = handle; },
  get() { return (event) => { if (event.data.type === "task") { told(); ${body} } else globalThis.handle(event); }; },
});
`;

it.each([
  ["ends", "process.exit(3)", /^a thread that decodes pictures failed: a worker thread ended with exit code 3$/],
  ["hangs", "for (;;);", /^a thread that decodes pictures stopped answering: no progress for 6\d seconds in .*\.png$/],
])("a thread that %s", async (what, body, cause) => {
  const net = lenet5({ seed: 2 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const { train } = await streamData(folder, { batchSize: 20, threads: 2 });
  workers.lines = inPlaceOfTasks(body);
  if (what === "hangs") vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const begun = begunFault();
  let why: string | undefined;
  const failed = net.fit(train, { verbose: 0 }).catch((error) => {
    why = error.message;
  });
  await begun;
  workers.lines = "";
  while (what === "hangs" && why === undefined) await vi.advanceTimersByTimeAsync(1000);
  await failed;
  vi.useRealTimers();
  expect(why).toMatch(cause);
  expect((await net.fit(train, { verbose: 0 })).epochs).toEqual([1]);
  train.close();
  await expect.poll(() => workers.running.size).toBeLessThanOrEqual(net.threads);
});
