import { largest } from "../../core/extremes.ts";
import type { Grey } from "../grey.ts";
import { closed, opened, shrunk } from "./filters.ts";
import { median, noiseOf } from "./statistics.ts";

/** The largest width of strokes, as a fraction of the longer side of the picture. */
export const MAX_STROKE = 0.3;

/** The longer side of the picture in which strokes are measured, in pixels. */
const SIDE = 112;

/** A rim of this fraction of the shorter side is not looked at. */
const MARGIN = 0.1;

/** Differences up to this fraction of white do not count, or up to so many standard deviations of the noise. */
const MIN_DIFFERENCE = 0.015;
const MIN_DEVIATIONS = 5;

/**
 * Whether the ink is darker than the paper, and the largest width of its strokes as a fraction of the longer side.
 *
 * Ink is narrow, and differs more from the typical grey of the picture than its surroundings do. (The light inside of a
 * dark 0 is narrow too, but its grey is typical.) Windows are tried from narrow to wide, so that thin strokes are found
 * before wide shadows. The first window is taken for which the next one, twice as wide, finds hardly more ink.
 */
export function strokesOf(picture: Grey): { isDark: boolean; width: number } {
  const grey = shrunk(picture, SIDE);
  const typical = typicalOf(picture, grey);
  const least = Math.max(MIN_DIFFERENCE, MIN_DEVIATIONS * noiseOf(grey.data));
  const side = Math.max(grey.rows, grey.columns);
  // Frames are near the border, and their lines are thinner than the strokes.
  const margin = Math.floor(MARGIN * Math.min(grey.rows, grey.columns));
  const found = [8, 4, 2, 1].map((part) => {
    const radius = Math.max(1, Math.round((side * MAX_STROKE) / part / 2));
    const [light, dark] = [closed(grey, radius), opened(grey, radius)];
    let [darkInk, lightInk] = [0, 0];
    for (let row = margin, i = 0; row < grey.rows - margin; row++) {
      i = row * grey.columns + margin;
      for (const end = i + grey.columns - 2 * margin; i < end; i++) {
        const value = grey.data[i];
        const distance = Math.abs(value - typical);
        if (Math.abs(light[i] - typical) < distance) darkInk += Math.max(0, light[i] - value - least) ** 3;
        if (Math.abs(dark[i] - typical) < distance) lightInk += Math.max(0, value - dark[i] - least) ** 3;
      }
    }
    // Twice the width of the window, since strokes are wider where they meet.
    const width = Math.min(1, 2 / part) * MAX_STROKE;
    return { isDark: darkInk >= lightInk, ink: Math.max(darkInk, lightInk), width };
  });
  const max = largest(found.map(({ ink }) => ink));
  const settled = found.find(({ ink }, i) => ink >= 0.003 * max && (found[i + 1]?.ink ?? 0) < 1.6 * ink);
  const { isDark, width } = settled ?? found[0];
  return { isDark, width };
}

/**
 * The grey of most of the ground. Where a digit fills the picture, that is the grey along the border; where there is a
 * frame on the border, it is the grey inside of it.
 */
function typicalOf(picture: Grey, grey: Grey): number {
  // Of the picture itself: in a smaller one, narrow lines and the squares between them are one grey.
  const all = median(picture.data);
  const [outer, next] = [median(ring(grey, 0, 0.03)), median(ring(grey, 0.06, 0.12))];
  const isFramed = Math.abs(next - all) < 0.3 * Math.abs(outer - all);
  return isFramed ? all : (outer + all) / 2;
}

/** The pixels at a distance from the border, from and to a fraction of the longer side; at least one row or column. */
function ring({ rows, columns, data }: Grey, from: number, to: number): Float32Array {
  const side = Math.max(rows, columns);
  const first = Math.round(from * side);
  const end = Math.max(first + 1, Math.round(to * side));
  return data.filter((_, at) => {
    const row = Math.floor(at / columns);
    const column = at - row * columns;
    const depth = Math.min(row, column, rows - 1 - row, columns - 1 - column);
    return depth >= first && depth < end;
  });
}
