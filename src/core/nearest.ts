import { closestMatch } from "leven";

/** Changes of letters after which a name is another one, as a share of its length. */
const DIFFERENT = 0.4;

/** The known name that a mistyped one is meant to be; undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  return closestMatch(name, known, { maxDistance: Math.max(1, Math.round(DIFFERENT * name.length)) });
}
