import { visible } from "../../core/visible.ts";

/** Markup that can be inserted into a page as it is: made by {@link html}, or written in the source code. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Part[];

/** Markup from a template. Inserted text is escaped, inserted {@link Html} is not; lists are joined. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(template.reduce((text, next, i) => text + markup(parts[i - 1]) + next));
}

function markup(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(markup).join("");
  return escaped(String(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Escapes text for use between tags and in quoted attributes. Control characters, which XML does not allow, and those
 * that turn the direction of the text around them become visible characters.
 */
export function escaped(text: string): string {
  return text.replaceAll(
    /[&<>"']|(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu,
    (character) => entities[character] ?? visible(character),
  );
}
