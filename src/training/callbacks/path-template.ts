import { InputError, listed, shown } from "../../core/errors.ts";
import type { Logs } from "../history.ts";

/** A part of a path: text, or a number by its name, with the function that formats it. */
type Part = string | { readonly name: string; format(value: number): string };

/** Writes numbers of an epoch into a path. */
export type PathTemplate = (numbers: Logs) => string;

/**
 * A path with numbers in Python's format, as Keras has it: `{epoch}`, `{epoch:02d}`, `{val_loss:.2f}`; `{{` and `}}`
 * are braces. Types: d, f, e, %, or none. https://docs.python.org/3/library/string.html#format-specification-mini-language
 * @throws InputError for braces without a partner and for formats that are not known; the template throws one for names
 *   that the numbers lack
 */
export function pathTemplate(what: string, path: string): PathTemplate {
  const parts = [...path.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)].map(([found, field]): Part => {
    if (field !== undefined) return fieldOf(what, field);
    if (found === "{" || found === "}") {
      throw new InputError(`${what}: expected names in braces such as {epoch:02d}, got ${shown(path)}`);
    }
    return found === "{{" || found === "}}" ? found[0]! : found;
  });
  return (numbers) =>
    parts
      .map((part) => {
        if (typeof part === "string") return part;
        const value = numbers[part.name];
        if (value !== undefined) return part.format(value);
        const known = Object.keys(numbers).map((name) => `{${name}}`);
        throw new InputError(`${what}: expected ${listed(known)}, got "{${part.name}}": is there validation data?`);
      })
      .join("");
}

function fieldOf(what: string, field: string): Part {
  const [, name = "", spec = ""] = field.match(/^([^:]*):?(.*)$/s)!;
  const format = spec.match(/^(0?)(\d*)(?:\.(\d{1,2}))?([dfe%]?)$/);
  if (!format || name === "" || (format[4] === "d" && format[3] !== undefined)) {
    throw new InputError(
      `${what}: expected numbers as {epoch}, {epoch:02d}, {val_loss:.2f}, {val_loss:.1e} or {val_accuracy:.1%}, got "{${field}}"`,
    );
  }
  const [, zeros, width, precision, type = ""] = format;
  const digits = precision === undefined ? undefined : Number(precision);
  return {
    name,
    format(value) {
      if (type === "d" && !Number.isInteger(value)) {
        throw new InputError(`${what}: expected a whole number for "{${field}}", got ${value}: use {${name}:.2f}`);
      }
      const text = numberText(Math.abs(value), type, digits);
      const sign = value < 0 ? "-" : "";
      const room = Number(width) - sign.length;
      return zeros && Number.isFinite(value) ? sign + text.padStart(room, "0") : (sign + text).padStart(Number(width));
    },
  };
}

/** A number of at least 0 as Python formats it. */
function numberText(value: number, type: string, digits: number | undefined): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (type === "%") return `${(value * 100).toFixed(digits ?? 6)}%`;
  if (type === "f") return value.toFixed(digits ?? 6);
  if (type === "e") return value.toExponential(digits ?? 6).replace(/e([+-])(\d)$/, "e$10$2");
  // Without a type, a precision counts significant digits.
  return digits === undefined ? String(value) : String(Number(value.toPrecision(Math.max(1, digits))));
}
