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
  /** @throws OutOfRange for a value that has a nearest one; Error with what was expected, for a text that is none */
  read(text: string): Value;
}

/** A value that an address may not have, and the nearest one that it may. */
class OutOfRange extends Error {
  readonly nearest: number;

  constructor(message: string, nearest: number) {
    super(message);
    this.nearest = nearest;
  }
}

/** The version of the addresses: another one may mean something else by the same words. */
const VERSION = "1";

/** Characters of an address. A drawing of a thousand points takes 4000. */
const LONGEST = 65_536;

/** Characters of a text in an address. */
const LONGEST_TEXT = 200;

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
  return written.length === 0 ? "" : `v=${VERSION}&${written.join("&")}`;
}

/** The view that an address describes. What cannot be read keeps its initial value, and `faults` says so for people. */
export function readView(given: string): { readonly view: View; readonly faults: readonly string[] } {
  if (given.length > LONGEST) {
    const length = given.length.toLocaleString("en-US");
    return { view: initialView, faults: [`The address has ${length} characters, too many to read. It is ignored.`] };
  }
  const faults: string[] = [];
  const view: Record<string, unknown> = { ...initialView };
  for (const [name, value] of new URLSearchParams(given.replace(/^#/, ""))) {
    const fault = (problem: string) =>
      faults.push(`The address has ${name.slice(0, 40)}=${shortened(value)}: ${problem}.`);
    const part = Object.hasOwn(parts, name) ? parts[name as keyof typeof parts] : undefined;
    try {
      if (part) view[name] = part.read(value);
      else if (name !== "v") fault(`expected ${Object.keys(parts).join(", ")}. It is ignored`);
      else if (value !== VERSION) fault(`expected ${VERSION}, as another version may mean something else`);
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof OutOfRange) view[name] = error.nearest;
      fault(error instanceof OutOfRange ? `${message}; ${error.nearest} is taken` : `${message}. It is ignored`);
    }
  }
  return { view: view as unknown as View, faults };
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function part<Value>(initial: Value, write: (value: Value) => string, read: (text: string) => Value): Part<Value> {
  return { initial, write, read };
}

function text(initial: string): Part<string> {
  return part(initial, String, (given) => {
    if (given.length > LONGEST_TEXT) throw new Error(`expected at most ${LONGEST_TEXT} characters`);
    return given;
  });
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
    const message = `expected ${least} to ${most}`;
    if (!/^-?\d+$/.test(given)) throw new Error(message);
    const value = Number(given);
    const nearest = Math.min(most, Math.max(least, value));
    if (nearest !== value) throw new OutOfRange(message, nearest);
    return value;
  });
}

function unit(): Part<Unit | undefined> {
  return part<Unit | undefined>(
    undefined,
    (value) => (value ? `${value.layer}.${value.map}.${value.row}.${value.column}` : ""),
    (given) => {
      if (given === "") return undefined;
      const [, layer, ...numbers] = /^(.{1,200})\.(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(given) ?? [];
      const [map, row, column] = numbers.map(Number);
      if (layer === undefined || column === undefined) throw new Error("expected a unit such as C3.7.4.6");
      return { layer, map: map!, row: row!, column };
    },
  );
}
