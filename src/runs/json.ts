/**
 * Indented JSON with lists of plain values on one line each. NaN is null. The text grows list by list, since a pattern
 * that looks for lists in a text of many megabytes takes minutes.
 */
export function jsonText(value: unknown): string {
  return `${indented(JSON.parse(JSON.stringify(value) ?? "null"), "\n")}\n`;
}

/** A value as plain JSON; a function becomes its name. */
export function plainJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part) => (typeof part === "function" ? part.name || "function" : part));
  return text === undefined ? null : JSON.parse(text);
}

/** @param feed a line feed and the indentation of the value */
function indented(value: unknown, feed: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const within = `${feed}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (!value.some((item) => typeof item === "object" && item !== null))
      return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
    return `[${within}${value.map((item) => indented(item, within)).join(`,${within}`)}${feed}]`;
  }
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${indented(item, within)}`);
  return entries.length === 0 ? "{}" : `{${within}${entries.join(`,${within}`)}${feed}}`;
}
