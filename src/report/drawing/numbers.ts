import type { Num } from "../results.ts";

/** Numbers as figures and reports write them. A missing number is a dash. */

const missing = "–";

export function isNumber(value: Num | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** 60806 -> "60,806" */
export function count(value: Num | undefined): string {
  return isNumber(value) ? value.toLocaleString("en-US") : missing;
}

/** 0.98765 -> "98.76%": rounded down, so that only 1 is "100.00%". "short" leaves out zeros at the end. */
export function percent(value: Num | undefined, places = 2, length: "full" | "short" = "full"): string {
  if (!isNumber(value)) return missing;
  const unit = 10 ** places;
  const digits = Math.floor(value * 100 * unit + 1e-6) / unit;
  return `${length === "full" ? digits.toFixed(places) : digits}%`;
}

/** Three significant digits. */
export function decimal(value: Num | undefined): string {
  return isNumber(value) ? String(Number(value.toPrecision(3))) : missing;
}

/** 75.2 -> "1 min 15 s", 9.31 -> "9.3 s" */
export function duration(seconds: Num | undefined): string {
  if (!isNumber(seconds)) return missing;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
