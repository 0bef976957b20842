/** Markup that is safe to put into a page: made by {@link html}, or known to be markup. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Part[];

/** Markup from a template: what is put in is escaped, unless it is markup itself; lists are joined. */
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

/** Text as it may stand between tags and in quoted attributes. Characters that XML does not know are left out. */
export function escaped(text: string): string {
  return text.replaceAll(
    /[&<>"']|(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu,
    (character) => entities[character] ?? "",
  );
}
