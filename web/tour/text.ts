/**
 * Text of the tour as data. A text is written as a template, ``say`A window of ${5} pixels` ``: what stands between the
 * numbers carries no digits, so that every number comes from the network on the page.
 */
import type { Highlight } from "../state/state.ts";
import type { Unit } from "../state/view.ts";

/** What a word lights up on the stage while it is pointed at: units of layers, or one unit with all it sees. */
export type Light =
  | { readonly type: "layers"; readonly layers: readonly Highlight[] }
  | { readonly type: "unit"; readonly unit: Unit };

/** Words, a number, a term where it is explained, or words for a part of the network. */
export type Piece =
  | string
  | { readonly type: "number"; readonly text: string }
  | { readonly type: "term"; readonly text: string }
  | { readonly type: "part"; readonly text: string; readonly light: Light };

export type Text = readonly Piece[];

/** A text. A number in it is written as {@link whole} writes it; undefined is left out. A product stays on one line. */
export function say(words: TemplateStringsArray, ...values: readonly (Piece | Text | number | undefined)[]): Text {
  const pieces = words.flatMap((word, i): Text => {
    const value = values[i];
    const kept = word.replace(/ ([×÷=]) /g, "\u00a0$1\u00a0");
    if (value === undefined) return [kept];
    if (typeof value === "number") return [kept, whole(value)];
    return isText(value) ? [kept, ...value] : [kept, value];
  });
  return pieces.filter((piece) => piece !== "");
}

function isText(value: Piece | Text): value is Text {
  return Array.isArray(value);
}

/** A text without its structure. */
export function plain(text: Text): string {
  return text.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
}

/** A word that the sentence around it explains. */
export function term(text: string): Piece {
  return { type: "term", text };
}

/** A name with digits in it: a class, a network. */
export function name(text: string): Piece {
  return { type: "number", text };
}

/** @throws Error for a number that is not whole: it needs {@link decimal} or {@link percent} */
export function whole(value: number): Piece {
  if (!Number.isInteger(value)) throw new Error(`expected a whole number, got ${value}`);
  return { type: "number", text: minus(value.toLocaleString("en-US")) };
}

export function decimal(value: number, places: number): Piece {
  return { type: "number", text: decimalText(value, places) };
}

/** With a true minus sign, and without one for what rounds to 0. */
export function decimalText(value: number, places: number): string {
  const text = value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  return minus(/[1-9∞]/.test(text) ? text : text.replace("-", ""));
}

/** A probability: never quite 1, though it may be rounded to that. */
export function probability(share: number): Piece {
  return percent(Math.min(share, 1 - Number.EPSILON));
}

export function percent(share: number): Piece {
  return { type: "number", text: percentText(share) };
}

/** A share of 1, with one decimal where it is near 0 or 1. What is not quite 0 or 1 is never rounded to it. */
export function percentText(share: number): string {
  const value = 100 * share;
  if (share < 1 && value > 99.9) return "over 99.9%";
  if (share > 0 && value < 0.1) return "under 0.1%";
  if (share === 0 || share === 1) return `${value}%`;
  return `${value.toFixed(value < 10 || value > 90 ? 1 : 0)}%`;
}

/** `1 map`, `6 maps`. */
export function counted(count: number, thing: string, things = `${thing}s`): Text {
  return [whole(count), count === 1 ? ` ${thing}` : ` ${things}`];
}

/** `a 3`, `an 8`: the name of a class with its article. */
export function aClass(className: string): Text {
  return [/^(8|1[18]$|[aeiou])/i.test(className) ? "an " : "a ", name(className)];
}

/** `C1, S2 and C3`. */
export function listed(parts: readonly Piece[]): Text {
  return parts.flatMap((part, i): Text => {
    if (i === 0) return [part];
    return [i === parts.length - 1 ? " and " : ", ", part];
  });
}

function minus(text: string): string {
  return text.replace("-", "−");
}
