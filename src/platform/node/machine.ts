import { availableParallelism, cpus, totalmem } from "node:os";
import { basename } from "node:path";
import type { MachineInfo } from "../machine.ts";
import { quoted } from "./quoted.ts";

export type { Machine } from "../machine.ts";

export const machine: MachineInfo["machine"] = () => {
  const { deno, bun, node } = process.versions;
  return {
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    runtime: deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${node}`,
  };
};

export const commandLine: MachineInfo["commandLine"] = () => {
  const [program = "node", script, ...rest] = process.argv;
  const words = [basename(program), ...(script === undefined ? [] : [basename(script)]), ...rest];
  return words.map(quoted).join(" ");
};

export const memoryBytes: MachineInfo["memoryBytes"] = () => {
  // A container's limit; huge where there is none.
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return Math.min(limit, totalmem());
};
