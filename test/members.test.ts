/**
 * Every member of every table (layers, activations, losses, networks, ...) has all its pieces. A failure names the
 * member, the missing piece and the file where the piece belongs. A new table is one file in test/members and one entry
 * here.
 */
import { describe, expect, it } from "vitest";
import { activationTable } from "./members/activations.ts";
import { augmentationTable } from "./members/augmentations.ts";
import { constraintTable } from "./members/constraints.ts";
import { layerTable } from "./members/layers.ts";
import { lossTable } from "./members/losses.ts";
import { metricTable } from "./members/metrics.ts";
import { networkTable } from "./members/networks.ts";
import { optimizerTable } from "./members/optimizers.ts";
import { scheduleTable } from "./members/schedules.ts";

const tables = [
  layerTable,
  constraintTable,
  activationTable,
  lossTable,
  optimizerTable,
  scheduleTable,
  metricTable,
  augmentationTable,
  networkTable,
];

describe.each(tables)("every $kind", ({ kind, names, pieces }) => {
  const all = names.flatMap((name) => pieces.map((piece) => ({ name, ...piece })));

  it.each(all)("$name has $piece", async ({ name, piece, file, check, without }) => {
    const fault = await faultOf(() => check(name));
    if (without?.[name] !== undefined) {
      const advice = `take it off "without" of this piece in test/members`;
      expect(fault, `${kind} "${name}" has ${piece}: ${advice}`).toBeDefined();
      return;
    }
    const where = typeof file === "string" ? file : file(name);
    if (fault !== undefined) expect.fail(`${kind} "${name}" lacks ${piece}: it belongs in ${where}. ${fault}`.trim());
  });
});

/** Why a check failed; undefined if it did not. */
async function faultOf(check: () => unknown): Promise<string | undefined> {
  try {
    return (await check()) === false ? "" : undefined;
  } catch (error) {
    return String(error);
  }
}
