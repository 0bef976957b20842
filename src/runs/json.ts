/**
 * Indented JSON with lists of plain values on one line each (a line feed is never within a JSON string). NaN is null.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replaceAll(/\[\n\s+([^[\]{}]*?)\n\s*\]/g, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ", ")}]`)}\n`;
}

/** A value as plain JSON; a function becomes its name. */
export function plainJson(value: unknown): unknown {
  const text = JSON.stringify(value, (_, part) => (typeof part === "function" ? part.name || "function" : part));
  return text === undefined ? null : JSON.parse(text);
}
