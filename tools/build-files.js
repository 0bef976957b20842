/** Files of a build: which there are, and whether they must be built again. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** @param {string} folder @param {(path: string) => boolean} [keep] @returns {string[]} */
export function filesIn(folder, keep = () => true) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter(keep);
}

/** @param {string[]} targets @param {string[]} sources */
export function isFresh(targets, sources) {
  if (!targets.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...targets.map((path) => statSync(path).mtimeMs));
  return sources.every((path) => statSync(path).mtimeMs <= oldest);
}
