/** What sweeps on workers promise, through a real server: queue-redis.test.ts and queue-postgres.test.ts run it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { queueAddress } from "../../src/cli/queue/address.ts";
import { openBullmq } from "../../src/cli/queue/bullmq.ts";
import { checkedProgress } from "../../src/cli/queue/payload.ts";
import { random } from "../../src/core/random.ts";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { lenet5Json, readJson } from "../end-to-end/lenet5-command.ts";
import { type QueueServer, queueRig, timeless } from "./queue-rig.ts";
import { printed, started } from "./queue-workers.ts";

export function queueTests(server: QueueServer): void {
  const rig = queueRig(server);

  /** The same sweep in processes of this machine, for all tests that compare with it. */
  let trainedHere: Promise<SweepJson> | undefined;
  const here = async () => {
    const file = await rig.sweepFile("halving");
    trainedHere ??= lenet5Json<SweepJson>([...rig.sweepArgs(file, "here"), "--jobs", "2"]);
    return trainedHere;
  };

  /** The epochs that workers report, until it is ended. */
  const reachedEpochs = async () => {
    const url = new URL(rig.service.address);
    url.password = rig.password;
    const address = queueAddress(url.href)!;
    const events = await (await openBullmq(address, packageJson.version, () => undefined)).events();
    const epochs: number[] = [];
    events.on("progress", ({ data: given }) => {
      const progress = checkedProgress(given);
      if (progress && "history" in progress) epochs.push(progress.history.val_loss!.length);
    });
    return { epochs, end: () => events.close() };
  };

  test("the same sweep has the same bits as in processes, and so have its runs", async () => {
    const name = "same";
    const file = await rig.sweepFile("halving");
    const two = [rig.worker(), rig.worker()];
    const there = await lenet5Json<SweepJson>(rig.sweepArgs(file, `${name}-there`), { env: rig.env });
    expect(timeless(there)).toBe(timeless(await here()));
    const run = join("trials", `000${there.best}-seed-1`);
    const modelOf = (out: string) => readFile(join(rig.scratch, out, run, "model.safetensors"));
    expect((await modelOf(`${name}-there`)).equals(await modelOf("here"))).toBe(true);
    // Its data are those of this machine, although it was trained on those of another one.
    const folder = join(rig.scratch, `${name}-there`, run);
    expect(await readJson(folder, "config.json")).toMatchObject({ extra: { data: rig.data } });
    const evaluation = await lenet5Json<{ accuracy: number }>(["evaluate", folder]);
    expect(evaluation.accuracy).toBe((await lenet5Json<{ accuracy: number }>(["evaluate", join(rig.scratch, "here", run)])).accuracy); // biome-ignore format: one line
    // Each training began once: halving trains 4 trials with 2 seeds, then 2, then 1.
    const begun = two.flatMap((each) => each.text().match(/^Begins: .*$/gm) ?? []);
    expect(begun).toHaveLength(14);
    const texts = [...two.map((each) => each.text()), JSON.stringify(there)].join("\n");
    expect(texts).not.toContain(rig.password);
  });

  test("workers, sweep and server are killed at random: each trial ends once, with the same bits", async () => {
    const name = "killed";
    const file = await rig.sweepFile("halving");
    await here();
    const draw = random(1, "queue");
    const run = () => started([...rig.sweepArgs(file, `${name}-there`), "--json"], rig.env);
    let sweep = run();
    const running = [rig.worker(), rig.worker(), rig.worker()];
    let kills = 0;
    // A sweep that starts while the server restarts says that it cannot connect.
    const isRefused = () => sweep.process.exitCode === 2 && sweep.text().includes("cannot use");
    const began = performance.now();
    while ((sweep.process.exitCode === null || isRefused()) && performance.now() - began < 60_000) {
      if (isRefused()) sweep = run();
      await Promise.race([delay(1500 + 3000 * draw.uniform()), sweep.ended()]);
      const kind = draw.uniform();
      if (kind < 0.2) await rig.service.restart();
      else if (kind < 0.4) {
        await sweep.ended("SIGKILL");
        sweep = run();
      } else {
        const place = Math.floor(draw.uniform() * running.length);
        await running[place]!.ended("SIGKILL");
        running[place] = rig.worker();
      }
      kills++;
    }
    await sweep.ended();
    if (isRefused()) sweep = run();
    expect(await sweep.ended(), sweep.text()).toBe(0);
    expect(kills).toBeGreaterThan(3);
    const there = await lenet5Json<SweepJson>(rig.sweepArgs(file, `${name}-there`), { env: rig.env });
    expect(timeless(there)).toBe(timeless(await here()));
  });

  test("a worker that is ended gives its training back, and another one goes on with it", async () => {
    const name = "back";
    const file = await rig.sweepFile(name, {
      train: { data: rig.data, epochs: 40 },
      vary: { "batch-size": [1] },
      choose: "grid",
      measure: "val_loss",
    });
    const reached = await reachedEpochs();
    const sweep = started(rig.sweepArgs(file, name), rig.env);
    const first = rig.worker();
    await printed(first, /Begins: /);
    await expect.poll(() => reached.epochs.at(-1), { timeout: 60_000 }).toBeGreaterThan(2);
    expect(await first.ended("SIGTERM")).toBe(143);
    expect(first.text()).toMatch(/Back to the queue: back-/);
    const second = rig.worker();
    await printed(second, /Done: /);
    expect(await sweep.ended()).toBe(0);
    await reached.end();
    // Each epoch was trained once: the second worker went on after those of the first.
    expect(reached.epochs).toEqual(Array.from({ length: 40 }, (_, epoch) => epoch + 1));
    const history = await readJson<{ epochs: number[] }>(join(rig.scratch, name, "trials/0001-seed-1"), "history.json");
    expect(history.epochs).toHaveLength(40);
    const steps = await readFile(join(rig.scratch, name, "trials/0001-seed-1", "history.csv"), "utf8");
    expect(steps.trim().split("\n")).toHaveLength(41);
  });

  test("a worker that was cut off for a while: its training ends once, at another one", async () => {
    const name = "cut";
    const file = await rig.sweepFile(name, {
      train: { data: rig.data, epochs: 60 },
      vary: { "batch-size": [1] },
      choose: "grid",
      measure: "val_loss",
    });
    const sweep = started(rig.sweepArgs(file, name), rig.env);
    const first = rig.worker();
    await printed(first, /Begins: cut-/);
    first.process.kill("SIGSTOP");
    const second = rig.worker();
    await printed(second, /Begins: cut-/);
    first.process.kill("SIGCONT");
    await printed(first, /the job is no longer this worker's: .* is (dropped|kept)/);
    await printed(second, /Done: cut-/);
    expect(await sweep.ended()).toBe(0);
    expect(first.text()).not.toMatch(/Done: cut-/);
    expect(sweep.text().match(/^Trial 1: /gm)).toHaveLength(1);
  });

  test("a training that ends while the server is away is handed in later, and not trained again", async () => {
    const name = "ends-away";
    const file = await rig.sweepFile(name, {
      train: { data: rig.data, epochs: 20 },
      vary: { "batch-size": [1] },
      choose: "grid",
      measure: "val_loss",
    });
    const reached = await reachedEpochs();
    const sweep = started(rig.sweepArgs(file, name), rig.env);
    const one = rig.worker();
    await printed(one, /Begins: ends-away-/);
    await expect.poll(() => reached.epochs.length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
    await rig.service.stop();
    const { pid } = one.process;
    const isTraining = async () => (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim() !== "";
    expect(await isTraining()).toBe(true);
    await expect.poll(isTraining, { timeout: 120_000 }).toBe(false);
    // Longer than the worker has the job without a sign of life.
    await delay(3000);
    expect(one.text()).not.toContain("Done: ");
    await rig.service.restart();
    await printed(one, /Done: ends-away-/);
    if (server.locksExpire) expect(one.text()).toMatch(/^Hands in what has ended here before: ends-away-/m);
    expect(await sweep.ended()).toBe(0);
    await reached.end();
    expect(one.text().match(/^Begins: /gm)).toHaveLength(1);
    expect(sweep.text().match(/^Trial 1: /gm)).toHaveLength(1);
    const history = await readJson<{ epochs: number[] }>(join(rig.scratch, name, "trials/0001-seed-1"), "history.json");
    expect(history.epochs).toHaveLength(20);
  });

  test("health and metrics of a worker; a queue that does not answer", async () => {
    const one = rig.worker("--port", "0");
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
    await rig.service.stop();
    expect((await get("/health")).status).toBe(503);
    await rig.service.restart();
    await expect.poll(() => get("/health")).toMatchObject({ status: 200 });
  });

  test("Ctrl-C at a worker without a training says so, and ends it", async () => {
    const idle = rig.worker();
    await printed(idle, /takes trainings/);
    await idle.ended("SIGINT");
    expect(idle.text()).toMatch(/^Ending: no training is running here; press Ctrl-C again/m);
    expect(idle.text()).not.toMatch(/Finishing|go back/);
  });

  test("Ctrl-C in the sweep takes out what waits; the same command goes on, and takes what ended meanwhile", async () => {
    const name = "ctrl";
    const file = await rig.sweepFile(name, { choose: "sobol", measure: "val_loss", trials: 3 });
    const sweep = started(rig.sweepArgs(file, name), rig.env);
    const one = rig.worker();
    await printed(one, /Begins: /);
    expect(await sweep.ended("SIGINT")).toBe(130);
    expect(sweep.text()).toMatch(/1 training may go on at workers: the same command takes their results/);
    await printed(one, /Done: /);
    await delay(3000);
    expect(one.text().match(/Begins: /g)).toHaveLength(1);
    const { trials } = await lenet5Json<SweepJson>(rig.sweepArgs(file, name), { env: rig.env });
    expect(trials.map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(one.text().match(/Begins: /g)).toHaveLength(3);
  });

  test("a worker ends within seconds while the server is away; the next one removes what it left", async () => {
    const leftovers = async () => (await readdir(rig.scratch)).filter((entry) => entry.startsWith("lenet5-worker"));
    const file = await rig.sweepFile("away", { train: { data: rig.data, epochs: 40 }, vary: { "batch-size": [1] }, choose: "grid", measure: "val_loss" }); // biome-ignore format: one line
    const sweep = started(rig.sweepArgs(file, "away"), rig.env);
    const first = rig.worker();
    await printed(first, /Begins: away-/);
    const killed = rig.worker();
    await printed(killed, /takes trainings/);
    await killed.ended("SIGKILL");
    await rig.service.stop();
    const began = performance.now();
    expect(await first.ended("SIGTERM")).toBe(143);
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(first.text()).toMatch(/The queue does not answer: other workers go on with these trainings/);
    await rig.service.restart();
    expect((await leftovers()).length).toBeGreaterThan(0);
    await printed(rig.worker(), /Done: away-/);
    expect(await leftovers()).toHaveLength(1);
    expect(await sweep.ended()).toBe(0);
  });
}
