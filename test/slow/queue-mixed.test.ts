/** What a worker does with trainings that it cannot run, or that fail. That it gives them back is in queue-tests.ts. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { SweepJson } from "../../src/report/sweep/sweep-results.ts";
import { lenet5Json } from "../end-to-end/lenet5-command.ts";
import { queueRig, redisServer } from "./queue-rig.ts";
import { printed } from "./queue-workers.ts";

const redis = redisServer();

describe.runIf(redis)("Redis", () => {
  const rig = queueRig(redis!);

  test("a training that only some workers can run waits for one of them; one that diverges has failed", async () => {
    const name = "mixed";
    const module = join(rig.scratch, "net.mjs");
    await writeFile(module, `import { lenet5 } from "lenet5"; export default ({ seed }) => lenet5({ seed });`);
    const file = await rig.sweepFile(name, {
      train: { data: rig.data, epochs: 4 },
      vary: { network: ["article", module], "learning-rate": [0.01, 1e38] },
      choose: "grid",
      measure: "val_loss",
      trials: 4,
    });
    const results = lenet5Json<SweepJson>(rig.sweepArgs(file, name), { env: rig.env });
    const lacking = rig.worker();
    await printed(lacking, /start the worker with --networks \(worker /);
    // It is alone for longer than five attempts took, each after a pause.
    await delay(20_000);
    rig.worker("--networks", rig.scratch);
    const { trials } = await results;
    expect(trials.filter(({ state }) => state === "done")).toHaveLength(2);
    const failures = trials.filter(({ state }) => state === "failed").map(({ failure }) => failure!);
    expect(failures).toEqual([expect.stringMatching(/^the loss became/), expect.stringMatching(/^the loss became/)]);
  });
});
