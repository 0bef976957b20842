import type { Num } from "../results.ts";

/** Text of a missing number in figures and reports. */
const missing = "–";

/** From here on, a number has exponents: it would have 16 digits or more, and is not exact. */
const LARGE = 1e15;

/** True for a finite number. */
export function isNumber(value: Num | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** 60806 -> "60,806" */
export function count(value: Num | undefined): string {
  if (!isNumber(value)) return missing;
  return Math.abs(value) < LARGE ? value.toLocaleString("en-US") : decimal(value);
}

/**
 * 0.98765 -> "98.77%", rounded to the nearest, except that only 1 gives "100.00%" and only 0 gives "0.00%". Values just
 * below 1 give "99.99%", values just above 0 "<0.01%". "short" removes trailing zeros.
 */
export function percent(value: Num | undefined, places = 2, length: "full" | "short" = "full"): string {
  if (!isNumber(value)) return missing;
  // No share, but a metric may be called accuracy and have any numbers.
  if (Math.abs(value) >= 1e4) return Math.abs(value) < 1e300 ? `${decimal(100 * value)}%` : decimal(value);
  const unit = 10 ** places;
  const nearest = Math.round(value * 100 * unit);
  if (value > 0 && nearest === 0) return `<${1 / unit}%`;
  const digits = (value < 1 ? Math.min(nearest, 100 * unit - 1) : nearest) / unit;
  return `${length === "full" ? digits.toFixed(places) : digits}%`;
}

/** Three significant digits: 0.0123, 155,000, 1.23e+9. "full" keeps trailing zeros, for columns of numbers: 0.110. */
export function decimal(value: Num | undefined, length: "full" | "short" = "short"): string {
  if (!isNumber(value)) return missing;
  const digits = Number(value.toPrecision(3));
  if (!Number.isFinite(digits)) return value.toExponential(2); // the largest numbers would round to infinity
  if (Math.abs(digits) >= 1e6) return digits.toExponential();
  if (Math.abs(digits) >= 1000) return count(digits);
  return length === "full" && Math.abs(digits) >= 1e-6 ? digits.toPrecision(3) : String(digits);
}

/** 1, "unit" -> "1 unit"; 60806 -> "60,806 units" */
export function counted(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
}

/** Rounds a coordinate to tenths of a pixel. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** 75.2 -> "1 min 15 s", 9.31 -> "9.3 s" */
export function duration(seconds: Num | undefined): string {
  if (!isNumber(seconds)) return missing;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
