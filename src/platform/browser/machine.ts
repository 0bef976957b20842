import type { MachineInfo } from "../machine.ts";

export type { Machine } from "../machine.ts";

export const machine: MachineInfo["machine"] = () => ({
  cpu: "unknown",
  cores: navigator.hardwareConcurrency,
  platform: "browser",
  runtime: navigator.userAgent,
});

export const commandLine: MachineInfo["commandLine"] = () => undefined;

export const memoryBytes: MachineInfo["memoryBytes"] = () => Number.POSITIVE_INFINITY;
