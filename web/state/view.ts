/**
 * The view: every setting of the page that its address keeps. Each part of it is one entry of `parts`: its initial
 * value, and how it is written in the address and read again. The address holds the parts that differ from their
 * initial value.
 */
import { type Adjust, adjustText, type MapPlace, mapsText, textAdjust, textMaps, unadjusted } from "./adjust.ts";
import { type Stroke, strokesText, textStrokes, three } from "./strokes.ts";
import { type TrainSettings, trainSettings, trainText } from "./train-settings.ts";

/** How a part of the view is written in an address. */
interface Part<Value> {
  readonly initial: Value;
  write(value: Value): string;
  /** @throws Error with what was expected, for a text that is no value */
  read(text: string): Value;
}

/** A unit of a layer, counted from 0: map 0 and row 0 for a layer without maps. */
export interface Unit {
  readonly layer: string;
  readonly map: number;
  readonly row: number;
  readonly column: number;
}

/** The areas of the rail, in their order. */
export const areas = ["tour", "train", "compare", "break", "yours"] as const;
export type Area = (typeof areas)[number];

const parts = {
  /** The network on the stage, by its id: see {@link NetworkFacts}. */
  net: text("article"),
  /** The network that it is compared with; "" for none. */
  with: text(""),
  area: oneOf(areas, "tour"),
  /** The step of the tour, from 1. */
  step: whole(1, 12, 1),
  /** The unit under the lens, and the one it is compared with. */
  pin: unit(),
  second: unit(),
  /** What is drawn on the pad. */
  ink: part<readonly Stroke[]>(three, strokesText, textStrokes),
  /** The test image in place of a drawing, as `digits.12` or `mnist.7`; "" for the drawing. */
  sample: text(""),
  theme: oneOf(["auto", "light", "dark"], "auto"),
  /** Areas that a teacher hides. */
  hide: part<readonly Area[]>(
    [],
    (hidden) => hidden.join("."),
    (given) => (given === "" ? [] : given.split(".").map((name) => chosen(areas, name))),
  ),
  /** What is done to the input image on purpose, and the maps that are switched off. */
  adjust: part<Adjust>(unadjusted, adjustText, textAdjust),
  off: part<readonly MapPlace[]>([], mapsText, textMaps),
  /** The moment of the training that is looked at, in batches; undefined for now. */
  time: part<number | undefined>(
    undefined,
    (batches) => (batches === undefined ? "" : String(batches)),
    (given) => (given === "" ? undefined : whole(0, 100_000_000, 0).read(given)),
  ),
  train: part<TrainSettings>(trainSettings(""), trainText, trainSettings),
} as const;

/** Everything that the address keeps. */
export type View = { readonly [Name in keyof typeof parts]: (typeof parts)[Name]["initial"] };

/** The view of an address without settings. */
export const initialView = Object.fromEntries(
  Object.entries(parts).map(([name, { initial }]) => [name, initial]),
) as unknown as View;

/** The view as the part of an address behind `#`; "" for the initial view. */
export function viewText(view: View): string {
  const written = Object.entries(parts).flatMap(([name, { initial, write }]) => {
    const save = write as (value: unknown) => string;
    const value = save(view[name as keyof View]);
    return value === save(initial) ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return written.length === 0 ? "" : `v=1&${written.join("&")}`;
}

/** The view that an address describes. What cannot be read keeps its initial value, and `faults` says so for people. */
export function readView(given: string): { readonly view: View; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const view: Record<string, unknown> = { ...initialView };
  for (const [name, value] of new URLSearchParams(given.replace(/^#/, ""))) {
    if (name === "v") continue;
    const part = Object.hasOwn(parts, name) ? parts[name as keyof typeof parts] : undefined;
    try {
      if (!part) throw new Error(`expected ${Object.keys(parts).join(", ")}`);
      view[name] = part.read(value);
    } catch (error) {
      faults.push(`The address has ${name}=${value.slice(0, 40)}: ${(error as Error).message}. It is ignored.`);
    }
  }
  return { view: view as unknown as View, faults };
}

function part<Value>(initial: Value, write: (value: Value) => string, read: (text: string) => Value): Part<Value> {
  return { initial, write, read };
}

function text(initial: string): Part<string> {
  return part(initial, String, String);
}

function oneOf<const Name extends string>(names: readonly Name[], initial: Name): Part<Name> {
  return part<Name>(initial, String, (given) => chosen(names, given));
}

function chosen<Name extends string>(names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given);
  if (found === undefined) throw new Error(`expected ${names.join(", ")}`);
  return found;
}

function whole(least: number, most: number, initial: number): Part<number> {
  return part(initial, String, (given) => {
    const value = Number(given);
    if (!Number.isInteger(value) || value < least || value > most) throw new Error(`expected ${least} to ${most}`);
    return value;
  });
}

function unit(): Part<Unit | undefined> {
  return part<Unit | undefined>(
    undefined,
    (value) => (value ? `${value.layer}.${value.map}.${value.row}.${value.column}` : ""),
    (given) => {
      if (given === "") return undefined;
      const [, layer, ...numbers] = /^(.+)\.(\d+)\.(\d+)\.(\d+)$/.exec(given) ?? [];
      const [map, row, column] = numbers.map(Number);
      if (layer === undefined || column === undefined) throw new Error("expected a unit such as C3.7.4.6");
      return { layer, map: map!, row: row!, column };
    },
  );
}
