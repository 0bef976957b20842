import { writeFileSync } from "node:fs";
import { resourceUsage } from "node:process";

/**
 * Begins to measure how far the memory of the process rises, whatever it had before; the result says it in MiB. What
 * garbage still takes counts as had before. Other systems than Linux do not forget an earlier peak: there, what stays
 * below it is not seen.
 */
export function memoryRise(): () => number {
  try {
    // Sets the peak to what the process has now: https://docs.kernel.org/filesystems/proc.html
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {}
  const before = resourceUsage().maxRSS;
  return () => (resourceUsage().maxRSS - before) / 1024;
}
