/** The name of class k, or its number where it has no name. */
export function className(names: readonly (string | undefined)[] | undefined, k: number): string {
  return names?.[k]?.trim() || String(k);
}
