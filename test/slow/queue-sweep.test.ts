/** The sweep's side of a queue with a real Redis that forgets, or goes away. No worker trains here. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { queueAddress } from "../../src/cli/queue/address.ts";
import { openBullmq } from "../../src/cli/queue/bullmq.ts";
import { queueExecutor } from "../../src/cli/queue/executor.ts";
import { expectOneLine, lenet5, scratchFolder } from "../end-to-end/lenet5-command.ts";
import { redisPassword, redisProgram, startRedis } from "../services/redis.ts";

const redis = redisProgram();

test.runIf(redis)("lost trainings are added again; Ctrl-C ends with the server, and without it", async () => {
  const service = await startRedis(redis!);
  const folder = await scratchFolder();
  await mkdir(join(folder, "trials"));
  process.env.LENET5_QUEUE_PASSWORD = redisPassword;
  const address = queueAddress(service.address)!;
  delete process.env.LENET5_QUEUE_PASSWORD;
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const bullmq = await openBullmq(address, "0.0.0-test", print);
  const queue = await bullmq.queue();
  const waiting = () => queue.getJobCountByTypes("prioritized");
  const begun = async () => {
    const stopping = new AbortController();
    const executor = await queueExecutor(bullmq, {
      ...{ folder, sweep: "lr-1", version: "0.0.0-test", command: "lenet5 sweep", place: "digits", store: undefined },
      ...{ data: { kind: "digits" }, networks: new Map(), stop: stopping.signal, print, advice: "no worker" },
    });
    const outcome = executor.run({ trial: 1, settings: { seed: 1 } }, { onBegin() {}, onProgress() {} });
    await expect.poll(waiting).toBe(1);
    return { executor, outcome, stop: () => stopping.abort() };
  };

  const first = await begun();
  first.stop();
  expect(await first.outcome).toBeUndefined();
  await first.executor.end();
  expect(await waiting()).toBe(0);

  const second = await begun();
  await queue.obliterate({ force: true });
  await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
  expect(lines).toEqual(["The queue has lost trainings of this sweep: they are added again"]);
  await queue.close();
  await service.stop();
  second.stop();
  expect(await second.outcome).toBeUndefined();
  await second.executor.end();
  expect(lines.at(-1)).toMatch(/^The queue does not answer: 1 training may stay there or go on at workers/);
  await service.end();
  await rm(folder, { recursive: true });
});

test("a server that is not there ends lenet5 worker and lenet5 sweep in one line", async () => {
  const folder = await scratchFolder();
  const file = join(folder, "sweep.yaml");
  await writeFile(file, "train: { data: digits }\nvary: { epochs: [1, 2] }\nchoose: grid\n");
  const commands = [["worker"], ["sweep", file, "--out", join(folder, "out")]];
  // Each waits for the server as long as for one that is started.
  const ends = commands.map((words) => lenet5([...words, "--queue", "redis://127.0.0.1:1"], { alone: true }));
  for (const outcome of await Promise.all(ends))
    expectOneLine(outcome, /^error: --queue: cannot use redis:\/\/127\.0\.0\.1:1: [^\n]*ECONNREFUSED[^\n]*\n$/);
  await rm(folder, { recursive: true });
});
