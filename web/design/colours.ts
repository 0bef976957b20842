/**
 * Colours of numbers. A table holds the colours of -1 to 1 in 511 steps, each as the four bytes of a pixel in one
 * 32-bit number; `colours[colourIndex(value, range)]` is the colour of a value. Zero is the page's background.
 */

/** Values from -range to range: orange, background, blue. */
export type ColourTable = Uint32Array;

/** Steps on each side of zero. */
const STEPS = 255;

type Rgb = readonly [number, number, number];

const palettes = {
  light: {
    zero: "#fbfbf9",
    positive: ["#94bef2", "#2263c6"],
    negative: ["#f8bf90", "#cb5a0c"],
    ink: ["#8b8d90", "#1c1e21"],
    positiveWeight: ["#c2a2dd", "#7a2fa8"],
    negativeWeight: ["#93cba8", "#127a43"],
  },
  // A second palette and no inversion: zero is dark, and what is far from it is bright.
  dark: {
    zero: "#14161a",
    positive: ["#2b5c9e", "#8cc2ff"],
    negative: ["#8f4a16", "#ffb072"],
    ink: ["#808388", "#e8e9eb"],
    positiveWeight: ["#6a4187", "#d9aaf2"],
    negativeWeight: ["#276b45", "#84dfac"],
  },
} as const;

/** Activations: blue above zero, orange below. */
export const activationColours = tables("negative", "positive");
/** Weights: violet above zero, green below. */
export const weightColours = tables("negativeWeight", "positiveWeight");
/** The image that a network is given: grey ink, the same on both sides of zero. */
export const inkColours = tables("ink", "ink");

type Side = Exclude<keyof typeof palettes.light, "zero">;

/** A table for each theme, made when it is first asked for. */
function tables(negative: Side, positive: Side): (isDark: boolean) => ColourTable {
  const made = new Map<boolean, ColourTable>();
  return (isDark) => {
    let table = made.get(isDark);
    if (!table) {
      const palette = palettes[isDark ? "dark" : "light"];
      table = new Uint32Array(2 * STEPS + 1);
      for (let i = 0; i <= STEPS; i++) {
        table[STEPS + i] = pixel(between([palette.zero, ...palette[positive]], i / STEPS));
        table[STEPS - i] = pixel(between([palette.zero, ...palette[negative]], i / STEPS));
      }
      made.set(isDark, table);
    }
    return table;
  };
}

/** Where a table has the colour of a value. Values beyond the range have the colour of its end; NaN has that of zero. */
export function colourIndex(value: number, range: number): number {
  const step = Math.round((value / range) * STEPS);
  return STEPS + (step > STEPS ? STEPS : step < -STEPS ? -STEPS : step || 0);
}

/** The colour at `part` of the way through some colours, mixed as the eye sees it (in OKLab). */
function between(stops: readonly string[], part: number): Rgb {
  const at = part * (stops.length - 1);
  const first = Math.min(Math.floor(at), stops.length - 2);
  const [a, b] = [oklab(rgb(stops[first]!)), oklab(rgb(stops[first + 1]!))];
  const t = at - first;
  return fromOklab([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])]);
}

/** `#rrggbb` as 0 to 255. */
function rgb(hex: string): Rgb {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** The four bytes of an opaque pixel, in the order of a canvas, on machines whose lowest byte comes first. */
function pixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

const linear = (byte: number) => (byte <= 10.31 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const byteOf = (value: number) =>
  Math.round(255 * Math.min(1, Math.max(0, value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)));

/** OKLab: https://bottosson.github.io/posts/oklab/ */
function oklab(colour: Rgb): Rgb {
  const [r, g, b] = [linear(colour[0]), linear(colour[1]), linear(colour[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    byteOf(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byteOf(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byteOf(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
