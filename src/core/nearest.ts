import { closestMatch } from "leven";

/** Changes of letters after which a name is another one, as a share of its length. */
const DIFFERENT = 0.4;

/** The known name that a mistyped one is meant to be; undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const maxDistance = Math.max(1, Math.floor(DIFFERENT * name.length));
  return known.find((each) => isExchanged(name, each)) ?? closestMatch(name, known, { maxDistance });
}

/** Whether two neighbouring letters are exchanged: one slip of the fingers, but two changes for leven. */
function isExchanged(name: string, meant: string): boolean {
  const i = [...name].findIndex((letter, k) => letter !== meant[k]);
  return i >= 0 && name.slice(0, i) + name[i + 1] + name[i] + name.slice(i + 2) === meant;
}
