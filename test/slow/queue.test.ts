/** Sweeps on workers, through a real Redis (or Valkey) and a real PostgreSQL. */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { queueAddress } from "../../src/cli/queue/address.ts";
import { openBullmq } from "../../src/cli/queue/bullmq.ts";
import { checkedProgress } from "../../src/cli/queue/payload.ts";
import { random } from "../../src/core/random.ts";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { lenet5Json, readJson, scratchFolder, writeIdxFolder } from "../end-to-end/lenet5-command.ts";
import { postgresPassword, postgresPrograms, startPostgres } from "../services/postgres.ts";
import { redisPassword, redisProgram, startRedis } from "../services/redis.ts";
import type { Service } from "../services/service.ts";
import { printed, type StartedWorker, started } from "./queue-workers.ts";

const redis = redisProgram();
const postgres = postgresPrograms();
const services = [
  ...(redis ? [{ name: "Redis", password: redisPassword, start: () => startRedis(redis) }] : []),
  ...(postgres ? [{ name: "PostgreSQL", password: postgresPassword, start: () => startPostgres(postgres) }] : []),
];

let scratch: string;
let data: string;
let elsewhere: string;
beforeAll(async () => {
  scratch = await scratchFolder();
  data = await writeIdxFolder(join(scratch, "letters"));
  // The same data in another place, as on another machine.
  elsewhere = join(scratch, "elsewhere");
  await mkdir(elsewhere);
  await cp(data, join(elsewhere, "letters"), { recursive: true });
});
afterAll(() => rm(scratch, { recursive: true }));

async function sweepFile(name: string, more: object = {}): Promise<string> {
  const sweep = {
    train: { data, epochs: 4, "checkpoint-seconds": 0.05 },
    vary: { "learning-rate": { from: 0.001, to: 0.1, log: true }, optimizer: ["sgd", "adam"] },
    choose: { by: "halving", eta: 2 },
    measure: { metric: "val_loss", seeds: 2 },
    trials: 4,
    ...more,
  };
  const path = join(scratch, name);
  await writeFile(path, JSON.stringify(sweep));
  return path;
}

/** The bytes of the results, without times and the names of folders. */
const timeless = ({ command: _, bestCommand: __, ...results }: SweepJson) =>
  JSON.stringify(results, (key, value) => (key === "seconds" ? 0 : value));

describe.each(services)("$name", ({ name: key, password, start }) => {
  let service: Service;
  let env: Record<string, string>;
  const workers: StartedWorker[] = [];
  const worker = (...more: string[]) => {
    const args = ["worker", "--jobs", "1", "--lost-after", "2", "--data-folder", elsewhere, ...more];
    const made = started(args, env);
    workers.push(made);
    return made;
  };
  const sweepArgs = (file: string, out: string) => ["sweep", file, "--out", join(scratch, out)];

  /** The epochs that workers report, until it is ended. */
  const reachedEpochs = async () => {
    const url = new URL(service.address);
    url.password = password;
    const address = queueAddress(url.href)!;
    const events = await (await openBullmq(address, packageJson.version, () => undefined)).events();
    const epochs: number[] = [];
    events.on("progress", ({ data: given }) => {
      const progress = checkedProgress(given);
      if (progress && "history" in progress) epochs.push(progress.history.val_loss!.length);
    });
    return { epochs, end: () => events.close() };
  };

  beforeAll(async () => {
    service = await start();
    env = { LENET5_QUEUE: service.address, LENET5_QUEUE_PASSWORD: password, TMPDIR: scratch };
  });
  afterEach(async () => {
    for (const each of workers.splice(0)) await each.ended("SIGKILL");
  });
  afterAll(() => service.end());

  test("the same sweep has the same bits as in processes, and so have its runs", async () => {
    const name = `same-${key}`;
    const file = await sweepFile(`${name}.json`);
    const here = await lenet5Json<SweepJson>([...sweepArgs(file, `${name}-here`), "--jobs", "2"]);
    const two = [worker(), worker()];
    const there = await lenet5Json<SweepJson>(sweepArgs(file, `${name}-there`), { env });
    expect(timeless(there)).toBe(timeless(here));
    const run = join("trials", `000${there.best}-seed-1`);
    const modelOf = (out: string) => readFile(join(scratch, out, run, "model.safetensors"));
    expect((await modelOf(`${name}-there`)).equals(await modelOf(`${name}-here`))).toBe(true);
    // Its data are those of this machine, although it was trained on those of another one.
    const folder = join(scratch, `${name}-there`, run);
    expect(await readJson(folder, "config.json")).toMatchObject({ extra: { data } });
    const evaluation = await lenet5Json<{ accuracy: number }>(["evaluate", folder]);
    expect(evaluation.accuracy).toBe((await lenet5Json<{ accuracy: number }>(["evaluate", join(scratch, `${name}-here`, run)])).accuracy); // biome-ignore format: one line
    // Each training began once: halving trains 4 trials with 2 seeds, then 2, then 1.
    const begun = two.flatMap((each) => each.text().match(/^Begins: .*$/gm) ?? []);
    expect(begun).toHaveLength(14);
    const texts = [...two.map((each) => each.text()), JSON.stringify(there)].join("\n");
    expect(texts).not.toContain(password);
  });

  test("workers, sweep and server are killed at random: each trial ends once, with the same bits", async () => {
    const name = `killed-${key}`;
    const file = await sweepFile(`${name}.json`);
    const here = await lenet5Json<SweepJson>([...sweepArgs(file, `${name}-here`), "--jobs", "2"]);
    const draw = random(1, "queue");
    const run = () => started([...sweepArgs(file, `${name}-there`), "--json"], env);
    let sweep = run();
    const running = [worker(), worker(), worker()];
    let kills = 0;
    const began = performance.now();
    while (sweep.process.exitCode === null && performance.now() - began < 60_000) {
      await Promise.race([delay(1500 + 3000 * draw.uniform()), sweep.ended()]);
      const kind = draw.uniform();
      if (kind < 0.2) await service.restart();
      else if (kind < 0.4) {
        await sweep.ended("SIGKILL");
        sweep = run();
      } else {
        const place = Math.floor(draw.uniform() * running.length);
        await running[place]!.ended("SIGKILL");
        running[place] = worker();
      }
      kills++;
    }
    expect(await sweep.ended(), sweep.text()).toBe(0);
    expect(kills).toBeGreaterThan(3);
    const there = await lenet5Json<SweepJson>(sweepArgs(file, `${name}-there`), { env });
    expect(timeless(there)).toBe(timeless(here));
  });

  test("a worker that is ended gives its training back, and another one goes on with it", async () => {
    const name = `back-${key}`;
    const file = await sweepFile(`${name}.json`, {
      train: { data, epochs: 40 },
      vary: { "batch-size": [1] },
      choose: "grid",
      measure: "val_loss",
    });
    const reached = await reachedEpochs();
    const sweep = started(sweepArgs(file, name), env);
    const first = worker();
    await printed(first, /Begins: /);
    await expect.poll(() => reached.epochs.at(-1), { timeout: 60_000 }).toBeGreaterThan(2);
    expect(await first.ended("SIGTERM")).toBe(143);
    expect(first.text()).toMatch(/Back to the queue: back-/);
    const second = worker();
    await printed(second, /Done: /);
    expect(await sweep.ended()).toBe(0);
    await reached.end();
    // Each epoch was trained once: the second worker went on after those of the first.
    expect(reached.epochs).toEqual(Array.from({ length: 40 }, (_, epoch) => epoch + 1));
    const history = await readJson<{ epochs: number[] }>(join(scratch, name, "trials/0001-seed-1"), "history.json");
    expect(history.epochs).toHaveLength(40);
    const steps = await readFile(join(scratch, name, "trials/0001-seed-1", "history.csv"), "utf8");
    expect(steps.trim().split("\n")).toHaveLength(41);
  });

  test("a worker that was cut off for a while: its training ends once, at another one", async () => {
    const name = `cut-${key}`;
    const file = await sweepFile(`${name}.json`, {
      train: { data, epochs: 60 },
      vary: { "batch-size": [1] },
      choose: "grid",
      measure: "val_loss",
    });
    const sweep = started(sweepArgs(file, name), env);
    const first = worker();
    await printed(first, /Begins: cut-/);
    first.process.kill("SIGSTOP");
    const second = worker();
    await printed(second, /Begins: cut-/);
    first.process.kill("SIGCONT");
    await printed(first, /another worker has it by now, and what this one reached is dropped/);
    await printed(second, /Done: cut-/);
    expect(await sweep.ended()).toBe(0);
    expect(first.text()).not.toMatch(/Done: cut-/);
    expect(sweep.text().match(/^Trial 1: /gm)).toHaveLength(1);
  });

  test("runs in a store: a worker that is killed has kept what it reached", async () => {
    const name = `store-${key}`;
    const store = join(scratch, `store-of-${key}`);
    await mkdir(store);
    const file = await sweepFile(`${name}.json`);
    const here = await lenet5Json<SweepJson>([...sweepArgs(file, `${name}-here`), "--jobs", "2"]);
    // It has no data of its own.
    const taker = started(["worker", "--jobs", "1", "--store", store], {
      ...env,
      XDG_CACHE_HOME: join(store, "cache"),
    });
    workers.push(taker);
    const there = await lenet5Json<SweepJson>([...sweepArgs(file, `${name}-there`), "--store", store], { env });
    expect(timeless(there)).toBe(timeless(here));
    expect(await readdir(store, { recursive: true })).toContainEqual(
      expect.stringMatching(/^store-.*\/0001-seed-1\.zip$/),
    );
    expect(await lenet5Json(["evaluate", join(scratch, `${name}-there`, "trials/0001-seed-1")])).toBeTruthy();
  });

  test("health and metrics of a worker; a queue that does not answer", async () => {
    const one = worker("--port", "0");
    await printed(one, /Health and metrics: http/);
    const [address] = /http:\S+/.exec(one.text())!;
    const get = async (path: string) => {
      const response = await fetch(`${address}${path}`);
      return { status: response.status, text: await response.text() };
    };
    expect(await get("/health")).toEqual({ status: 200, text: "ok\n" });
    const { text } = await get("/metrics");
    for (const line of text.trim().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .*|\w+(\{end="\w+"\})? [\d.]+)$/);
    expect(text).toContain("\nlenet5_trainings_running 0\n");
    expect((await get("/other")).status).toBe(404);
    await service.stop();
    expect((await get("/health")).status).toBe(503);
    await service.restart();
    await expect.poll(() => get("/health")).toMatchObject({ status: 200 });
  });

  test("Ctrl-C in the sweep takes out what waits; the same command goes on, and takes what ended meanwhile", async () => {
    const name = `ctrl-${key}`;
    const file = await sweepFile(`${name}.json`, { choose: "sobol", measure: "val_loss", trials: 3 });
    const sweep = started(sweepArgs(file, name), env);
    const one = worker();
    await printed(one, /Begins: /);
    expect(await sweep.ended("SIGINT")).toBe(130);
    expect(sweep.text()).toMatch(/1 training may go on at workers: the same command takes their results/);
    await printed(one, /Done: /);
    await delay(3000);
    expect(one.text().match(/Begins: /g)).toHaveLength(1);
    const { trials } = await lenet5Json<SweepJson>(sweepArgs(file, name), { env });
    expect(trials.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(one.text().match(/Begins: /g)).toHaveLength(3);
  });

  test("a worker ends within seconds while the server is away; the next one removes what it left", async () => {
    const leftovers = async () => (await readdir(scratch)).filter((entry) => entry.startsWith("lenet5-worker"));
    const file = await sweepFile(`away-${key}.json`, { train: { data, epochs: 40 }, vary: { "batch-size": [1] }, choose: "grid", measure: "val_loss" }); // biome-ignore format: one line
    const sweep = started(sweepArgs(file, `away-${key}`), env);
    const first = worker();
    await printed(first, /Begins: away-/);
    const killed = worker();
    await printed(killed, /takes trainings/);
    await killed.ended("SIGKILL");
    await service.stop();
    const began = performance.now();
    expect(await first.ended("SIGTERM")).toBe(143);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(first.text()).toMatch(/The queue does not answer: other workers go on with these trainings/);
    await service.restart();
    expect((await leftovers()).length).toBeGreaterThan(0);
    await printed(worker(), /Done: away-/);
    expect(await leftovers()).toHaveLength(1);
    expect(await sweep.ended()).toBe(0);
  });

  test("a training that only some workers can run waits for one of them; one that diverges has failed", async () => {
    const name = `mixed-${key}`;
    const module = join(scratch, "net.mjs");
    await writeFile(module, `import { lenet5 } from "lenet5"; export default ({ seed }) => lenet5({ seed });`);
    const file = await sweepFile(`${name}.json`, {
      train: { data, epochs: 4 },
      vary: { network: ["article", module], "learning-rate": [0.01, 1e38] },
      choose: "grid",
      measure: "val_loss",
      trials: 4,
    });
    const results = lenet5Json<SweepJson>(sweepArgs(file, name), { env });
    const lacking = worker();
    await printed(lacking, /start the worker with --networks \(worker /);
    // It is alone for longer than five attempts took, each after a pause.
    await delay(20_000);
    worker("--networks", scratch);
    const { trials } = await results;
    expect(trials.filter(({ state }) => state === "done")).toHaveLength(2);
    const failures = trials.filter(({ state }) => state === "failed").map(({ failure }) => failure!);
    expect(failures).toEqual([expect.stringMatching(/^the loss became/), expect.stringMatching(/^the loss became/)]);
  });
});
