/** A class by its name, or by its number where it has none. */
export function className(names: readonly (string | undefined)[] | undefined, k: number): string {
  return names?.[k]?.trim() || String(k);
}
