/** Formats numbers for several areas. The numbers themselves are not rounded. */

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A value for people: two digits behind the point, fewer of a large one, and the first one of a very small one. */
export function valueText(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace("-", "−");
  const size = Math.abs(value);
  if (size > 0 && size < 0.00005) return powerText(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return (size < 0.005 && size > 0 ? String(Number(value.toPrecision(1))) : value.toFixed(digits)).replace("-", "−");
}

/** 3.1 × 10⁻⁷ */
export function powerText(value: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(1).split("e");
  const digits = [...exponent.replace("+", "")].map((sign) => (sign === "-" ? "⁻" : superscripts[Number(sign)]));
  return `${mantissa.replace("-", "−")} × 10${digits.join("")}`;
}

/** A value as a screen reader says it best. */
export function spokenValue(value: number): string {
  const text = valueText(value).replace(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/, (_, power: string) => {
    const digits = [...power].map((sign) => (sign === "⁻" ? "minus " : superscripts.indexOf(sign)));
    return `10 to the ${digits.join("")}`;
  });
  return text.replace("×", "times").replace("−", "minus ");
}
