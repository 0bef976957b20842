/**
 * Isolated characters of UNIPEN (Guyon et al. 1994, "UNIPEN project of on-line data exchange and recognizer
 * benchmarks"): digits, letters and symbols as the strokes of pens on tablets, by hundreds of writers. The release
 * train_r01_v07 is a folder with `data/1a` (digits), `data/1b` and `data/1c` (letters), `data/1d` (symbols) and
 * `include/`, whose files hold the strokes.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ label: string, source: string, strokes: Point[][] }} Character `source`: the laboratory */

/** @param {string} release the folder @param {"1a" | "1b" | "1c" | "1d"} part @returns {Character[]} */
export function unipen(release, part) {
  const folder = join(release, "data", part);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => charactersOf(release, readFileSync(join(entry.parentPath, entry.name), "latin1")));
}

/** @param {string} release @param {string} text @returns {Character[]} */
function charactersOf(release, text) {
  const included = [...text.matchAll(/^\.INCLUDE\s+(\S+)/gm)]
    .map(([, path]) => path)
    .findLast((path) => !path.endsWith(".doc"));
  const path = join(release, "include", included ?? "");
  if (included === undefined || !existsSync(path)) return [];
  const components = componentsOf(readFileSync(path, "latin1"));
  return [...text.matchAll(/^\.SEGMENT\s+CHARACTER\s+([\d,-]+)\s+\S+\s+"(.)"/gm)].flatMap(([, ranges, label]) => {
    const numbers = ranges.split(",").flatMap((range) => {
      const [from, to = from] = range.split("-").map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
    const found = numbers.map((number) => components[number]);
    const strokes = found.flatMap((component) => (component?.isDown ? [component.points] : []));
    const isComplete = found.every((component) => component !== undefined) && strokes.length > 0;
    return isComplete ? [{ label, source: included.slice(0, 3), strokes }] : [];
  });
}

/** What a pen did, on the tablet or above it, in order; y down. @param {string} text */
function componentsOf(text) {
  /** @type {{ isDown: boolean, points: Point[] }[]} */
  const components = [];
  let [x, y] = [0, 1];
  let isOpen = false;
  for (const line of text.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (words[0] === ".COORD") [x, y] = [words.indexOf("X") - 1, words.indexOf("Y") - 1];
    if (words[0] === ".SEGMENT" || words[0] === ".HIERARCHY") isOpen = false;
    if (words[0] === ".PEN_DOWN" || words[0] === ".PEN_UP") {
      components.push({ isDown: words[0] === ".PEN_DOWN", points: [] });
      isOpen = true;
    }
    if (line.startsWith(".") || !isOpen || words.length <= Math.max(x, y)) continue;
    const point = { x: Number(words[x]), y: -Number(words[y]) };
    if (Number.isFinite(point.x) && Number.isFinite(point.y)) components.at(-1)?.points.push(point);
  }
  return components.filter(({ points }) => points.length > 0);
}
