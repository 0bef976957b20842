import { visible } from "../../core/visible.ts";
import { type FindingJson, inspectData } from "../../index.ts";
import type { OpenedData } from "../data-source.ts";

/**
 * A line for each problem in data of the user's own that would make results wrong. MNIST and the built-in digits have
 * none, and nearly equal images take too long to look for at every start.
 */
export function dataProblems(data: OpenedData): string[] {
  if (data.id === "mnist" || data.id === "digits") return [];
  const { findings } = inspectData(data, { nearCopies: false });
  return findings
    .filter(({ level }) => level === "problem")
    .map(({ text }: FindingJson) => `${visible(text)}: see lenet5 data`);
}
