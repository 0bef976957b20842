import type { Model } from "../../index.ts";
import type { EnsembleOptions } from "../commands/ensemble.ts";
import { dataFlags } from "../data-options.ts";
import type { OpenedData } from "../data-source.ts";
import { commandOf } from "../output.ts";
import { originOf } from "../run-origin.ts";
import { type Member, noteOnCustomLayers } from "./members.ts";
import { notesOnTest } from "./test-images.ts";

type ReadData = Pick<OpenedData, "id" | "readAs">;

/**
 * The next commands for a committee's file; where no command can open it, why.
 * @param opened the data that were read for it
 */
export function nextLines(
  members: readonly Member[],
  committee: Model,
  out: string,
  opened: ReadData | undefined,
  options: EnsembleOptions,
): string[] {
  const custom = noteOnCustomLayers(committee, out);
  if (custom) return [custom];
  const read = `Read a picture: ${commandOf(["predict", out, "picture.png"])}`;
  const data = opened ?? dataOfRuns(members);
  // Test images that a member may have been trained on would give too good an accuracy.
  if (options.on === "test" || !data || notesOnTest(members, data, options.data).length > 0) return [read];
  const form = dataFlags({ ...data.readAs, maxBytes: options.maxBytes });
  const of = data.id === "mnist" ? [] : ["--data", options.data ?? data.id, ...form];
  return [read, `Its test accuracy: ${commandOf(["evaluate", out, ...of])}`];
}

/** The data of the first run, as it keeps them. */
function dataOfRuns(members: readonly Member[]): ReadData | undefined {
  const [origin] = members.flatMap(({ run }) => (run && originOf(run)) ?? []);
  return origin && { id: origin.data, ...(origin.dataOptions && { readAs: origin.dataOptions }) };
}
