/** What is done to the network's input image on purpose, and how an address keeps it. */

export interface Adjust {
  /** Pixels to the right, and down. */
  readonly x: number;
  readonly y: number;
  /** Degrees clockwise. */
  readonly rotate: number;
  /** Percent of the size. */
  readonly scale: number;
  /** Percent by which the image gets wider, and as much lower. */
  readonly squeeze: number;
  /** Pixels that are added around strokes; below 0, taken off. */
  readonly thicken: number;
  /** Percent of the range from black to white: the standard deviation of what is added to each pixel. */
  readonly noise: number;
  /** The seed of the noise. */
  readonly seed: number;
  /** The side of a box that hides what is under it, in pixels, and its middle. */
  readonly box: number;
  readonly row: number;
  readonly column: number;
}

/** A number of {@link Adjust}, its range, the step of its slider, and its unit for people. */
interface Dial {
  readonly title: string;
  readonly least: number;
  readonly most: number;
  readonly initial: number;
  readonly step: number;
  readonly unit: string;
}

/** Those that have a slider. */
export const dials = {
  x: { title: "Shift right", least: -12, most: 12, initial: 0, step: 0.5, unit: "px" },
  y: { title: "Shift down", least: -12, most: 12, initial: 0, step: 0.5, unit: "px" },
  rotate: { title: "Rotate", least: -90, most: 90, initial: 0, step: 2, unit: "°" },
  scale: { title: "Scale", least: 40, most: 180, initial: 100, step: 2, unit: "%" },
  squeeze: { title: "Squeeze", least: -50, most: 100, initial: 0, step: 2, unit: "%" },
  thicken: { title: "Thicken", least: -2, most: 3, initial: 0, step: 0.1, unit: "px" },
  noise: { title: "Noise", least: 0, most: 80, initial: 0, step: 2, unit: "%" },
  box: { title: "Hide a box", least: 0, most: 20, initial: 0, step: 1, unit: "px" },
} as const satisfies Partial<Record<keyof Adjust, Dial>>;

export type DialName = keyof typeof dials;
export const dialNames = Object.keys(dials) as readonly DialName[];

const limits: Readonly<Record<keyof Adjust, Pick<Dial, "least" | "most" | "initial">>> = {
  ...dials,
  seed: { least: 1, most: 999_999, initial: 1 },
  row: { least: 0, most: 255, initial: 16 },
  column: { least: 0, most: 255, initial: 16 },
};

/** Nothing is changed. */
export const unadjusted = Object.fromEntries(
  Object.entries(limits).map(([name, { initial }]) => [name, initial]),
) as unknown as Adjust;

/** Whether the image stays as it is. */
export function isUnadjusted(adjust: Adjust): boolean {
  return dialNames.every((name) => adjust[name] === unadjusted[name]);
}

/** The numbers that differ from those that change nothing, as `x:2,rotate:-15`. */
export function adjustText(adjust: Adjust): string {
  return Object.entries(adjust)
    .filter(([name, value]) => value !== unadjusted[name as keyof Adjust])
    .map(([name, value]) => `${name}:${value}`)
    .join(",");
}

/** @throws Error for unknown names and for numbers out of range */
export function textAdjust(text: string): Adjust {
  const adjust: Record<string, number> = { ...unadjusted };
  for (const entry of text === "" ? [] : text.split(",")) {
    const [name = "", value = ""] = entry.split(":");
    if (!Object.hasOwn(limits, name)) throw new Error(`expected ${Object.keys(limits).join(", ")}`);
    const { least, most } = limits[name as keyof Adjust];
    const number = value === "" ? Number.NaN : Number(value);
    if (!(number >= least && number <= most)) throw new Error(`expected ${name} from ${least} to ${most}`);
    adjust[name] = number;
  }
  return adjust as unknown as Adjust;
}

/** A map of a layer, counted from 0. */
export interface MapPlace {
  readonly layer: string;
  readonly map: number;
}

/** Maps as `C1.2,C3.7`. */
export function mapsText(maps: readonly MapPlace[]): string {
  return maps.map(({ layer, map }) => `${encodeURIComponent(layer)}.${map}`).join(",");
}

/** @throws Error for a text that names no maps */
export function textMaps(text: string): MapPlace[] {
  return (text === "" ? [] : text.split(",")).map((entry) => {
    const [, layer, map] = /^(.+)\.(\d{1,5})$/.exec(entry) ?? [];
    if (layer === undefined) throw new Error("expected maps such as C1.2,C3.7");
    return { layer: decodeURIComponent(layer), map: Number(map) };
  });
}
