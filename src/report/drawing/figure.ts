import { display } from "../../core/display.ts";
import { Html, html } from "./html.ts";
import { shortened, textWidth } from "./text.ts";
import { coloured, type Theme } from "./theme.ts";

/** An entry of the legend. */
export interface Key {
  /** Text of the entry. */
  readonly name: string;
  /** CSS colour, or `var(--name)` with a name of the theme's palette. */
  readonly colour: string;
  /** `stroke-dasharray` of the line, where there are more series than colours; default a solid line. */
  readonly dash?: string;
  /** True for a ring instead of a dot; default false. */
  readonly open?: boolean;
}

interface Frame {
  readonly title: string;
  /** The content in words, for screen readers; default the title. */
  readonly label?: string;
  /** A short note below the title. */
  readonly note?: string;
  readonly keys?: readonly Key[];
  /** Width of the body in pixels. An SVG file is wider if its title or note needs more. */
  readonly width: number;
  /** Height of the body in pixels, without title, note and legend. */
  readonly height: number;
  /** The smallest font size in the body; default 12. */
  readonly smallestText?: number;
}

/** The smallest font size on a page, in pixels. */
const READABLE = 11;
/** A page enlarges a body by at most this factor. */
const MAX_SCALE = 1.2;
const TITLE_ROW = 20;
const NOTE_ROW = 18;
const LEGEND_ROW = 20;
/** From the last row of the heading to the body. */
const GAP = 14;
/** Around the whole picture. */
const PADDING = 14;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Shows the values under the pointer by CSS alone: a page has no script. */
export const hoverStyle = ".at .tip{pointer-events:none}.at:hover .tip{opacity:1}";

/**
 * A figure in SVG; a notebook displays it. An SVG file contains title, note and legend above the body. A page writes
 * these three as HTML, so that they keep the page's font sizes at every width.
 */
export class Figure {
  /** Title, drawn above the body. */
  readonly title: string;
  /** A short note below the title; "" for none. */
  readonly note: string;
  /** Entries of the legend; empty for none. */
  readonly keys: readonly Key[];
  /** Description for screen readers. */
  readonly label: string;
  /** Width in pixels of body and heading, without the padding around them. */
  readonly width: number;
  /** Height in pixels of body and heading, without the padding around them. */
  readonly height: number;
  /** The smallest width of the body, in pixels, at which all of its text is readable (11 pixels or more). */
  readonly minWidth: number;
  private readonly bodyWidth: number;
  private readonly bodyHeight: number;
  private readonly body: Html;

  constructor({ title, label = title, note = "", keys = [], width, height, smallestText = 12 }: Frame, body: Html) {
    this.title = title;
    this.note = note;
    this.keys = keys;
    this.label = label;
    this.body = body;
    this.bodyWidth = Math.ceil(width);
    this.bodyHeight = height;
    this.minWidth = Math.ceil((this.bodyWidth * READABLE) / smallestText);
    // Bold letters are about as wide as letters of the next font size.
    this.width = Math.ceil(Math.max(width, textWidth(title, 16), textWidth(note, 12)));
    this.height = height + this.heading().height;
  }

  /** The figure as an SVG file, in the light theme. */
  get svg(): string {
    return this.themed("light");
  }

  /** The figure as an SVG file, in the light or the dark theme. */
  themed(theme: Theme): string {
    const { width, height, body, label } = this;
    const { html: heading, height: top } = this.heading();
    const [w, h] = [width + 2 * PADDING, height + 2 * PADDING];
    const whole = html`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${-PADDING} ${-PADDING} ${w} ${h}" role="img" aria-label="${label}" font-family="${FONT}" font-size="12" fill="var(--ink)"><style>${new Html(hoverStyle)}</style><rect x="${-PADDING}" y="${-PADDING}" width="${w}" height="${h}" fill="var(--card)"/>${heading}<g transform="translate(0,${top})">${body}</g></svg>\n`;
    return coloured(whole.text, theme);
  }

  /**
   * The body as SVG text for a page that writes title, note and legend itself and sets the colours by CSS variables:
   * `--ink`, `--soft`, `--line`, `--card`, and those of the drawing such as `--training`. {@link svg} has its colours in it.
   */
  get inline(): string {
    return this.bodySvg.text;
  }

  /**
   * The body alone, for a page that sets the colours by CSS variables and writes title, note and legend itself.
   * @internal
   */
  get bodySvg(): Html {
    return html`<svg viewBox="0 0 ${this.bodyWidth} ${this.bodyHeight}" style="max-width: ${Math.round(this.bodyWidth * MAX_SCALE)}px" role="img" aria-label="${this.label}" font-family="${FONT}" font-size="12" fill="var(--ink)">${this.body}</svg>`;
  }

  /** The same text as {@link svg}. */
  toString(): string {
    return this.svg;
  }

  /** Output in a Jupyter notebook: the SVG, and the description as plain text. */
  [display](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.label };
  }

  /** Title, note and legend, from top to bottom. */
  private heading(): { readonly html: Html; readonly height: number } {
    const { title, note, keys, width } = this;
    const under = note ? TITLE_ROW + NOTE_ROW : TITLE_ROW;
    const names = legend(keys, width, under);
    const noteText = note && html`<text x="0" y="${TITLE_ROW + 12}" fill="var(--soft)">${note}</text>`;
    return {
      html: html`<text x="0" y="14" font-size="15" font-weight="600" fill="var(--ink)">${title}</text>${noteText}${names.html}`,
      height: under + names.height + GAP,
    };
  }
}

/** The entries from left to right, in as many rows as they need. */
function legend(keys: readonly Key[], width: number, top: number): { readonly html: Html; readonly height: number } {
  if (keys.length === 0) return { html: html``, height: 0 };
  const isDashed = keys.some(({ dash }) => dash);
  const [sign, gap] = [isDashed ? 27 : 13, 15];
  let [x, row] = [0, 0];
  const entries = keys.map(({ name: whole, colour, dash, open }) => {
    const name = shortened(whole, 12, width - sign);
    const entryWidth = sign + Math.round(textWidth(name, 12));
    if (x > 0 && x + entryWidth > width) [x, row] = [0, row + 1];
    const [left, y] = [x, top + 14 + row * LEGEND_ROW];
    x += entryWidth + gap;
    const line = html`<path d="M${left} ${y - 4}h${sign - 6}" fill="none" stroke="${colour}" stroke-width="2"${dash ? html` stroke-dasharray="${dash}"` : ""}/>`;
    const spot = open
      ? html`<circle cx="${left + 4}" cy="${y - 4}" r="3.5" fill="none" stroke="${colour}" stroke-width="1.5"/>`
      : html`<circle cx="${left + 4}" cy="${y - 4}" r="4" fill="${colour}"/>`;
    return html`${isDashed ? line : spot}<text x="${left + sign}" y="${y}" fill="var(--soft)">${name}</text>`;
  });
  return { html: html`${entries}`, height: (row + 1) * LEGEND_ROW };
}
