/** Formats numbers. The numbers themselves are not rounded. */
import { powerText } from "../state/numbers.ts";

/** Four digits behind the point, fewer of large numbers, a power of ten for tiny ones; with a true minus sign. */
export function shown(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(Math.abs(value) === 0 ? 0 : value).replace("-", "−");
  if (size < 0.5 * 10 ** -digits || size >= 1e9) return powerText(value);
  if (size >= 1e4) return Math.round(value).toLocaleString("en-US").replace("-", "−");
  const before = size >= 1000 ? 3 : size >= 100 ? 2 : size >= 10 ? 1 : 0;
  return value.toFixed(Math.max(0, digits - before)).replace("-", "−");
}

/** For cells: two digits, and no zero before the point. */
export function short(value: number): string {
  const size = Math.abs(value);
  const text = size >= 99.5 ? value.toFixed(0) : size >= 9.95 ? value.toFixed(1) : value.toFixed(2);
  return (Number(text) === 0 ? "0" : text).replace(/^(-?)0\./, "$1.").replace("-", "−");
}
