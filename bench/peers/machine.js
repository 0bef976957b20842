import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** What results are kept by: the processor, on Linux with its family and model, since clouds leave out the generation. */
export function machineName() {
  const file = "/proc/cpuinfo";
  const info = existsSync(file) ? readFileSync(file, "utf8") : "";
  const numbers = ["cpu family", "model"].flatMap((name) => {
    const [, number] = new RegExp(`^${name}\\s*: (\\d+)$`, "m").exec(info) ?? [];
    return number === undefined ? [] : [`${name.replace("cpu ", "")} ${number}`];
  });
  return [cpus()[0]?.model.trim() ?? "", ...numbers].join(", ");
}
