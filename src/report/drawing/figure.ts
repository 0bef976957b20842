import { display } from "../../core/display.ts";
import { Html, html } from "./html.ts";
import { shortened, textWidth } from "./text.ts";
import { coloured, type Theme } from "./theme.ts";

/** A line of the legend. */
export interface Key {
  readonly name: string;
  readonly colour: string;
  /** As `stroke-dasharray`, where colours are not enough. */
  readonly dash?: string;
  /** A ring in place of a dot. */
  readonly open?: boolean;
}

interface Frame {
  readonly title: string;
  /** The content in words, for screen readers; default the title. */
  readonly label?: string;
  /** A few words under the title. */
  readonly note?: string;
  readonly keys?: readonly Key[];
  /** In pixels. As a file of its own, a figure whose title or note needs more has more. */
  readonly width: number;
  /** Of the body, without title, note and legend. */
  readonly height: number;
  /** The smallest font size in the body; default 12. */
  readonly smallestText?: number;
}

/** The smallest font size that a page shows, in pixels. */
const READABLE = 11;
/** A page draws a body at most this much larger. */
const MAX_SCALE = 1.2;
const TITLE_ROW = 20;
const NOTE_ROW = 18;
const LEGEND_ROW = 20;
/** From the last row of the heading to the body. */
const GAP = 14;
/** Around the whole picture. */
const PADDING = 14;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Shows the numbers of the part that is pointed at; works wherever CSS does, without a script. */
export const hoverStyle = ".at .tip{pointer-events:none}.at:hover .tip{opacity:1}";

/**
 * A picture in SVG. In a notebook it shows itself. As a file of its own it has its title, note and legend drawn above
 * its body; a page writes these as HTML, so that they have the page's type sizes at every width.
 */
export class Figure {
  readonly title: string;
  /** A few words under the title; "" for none. */
  readonly note: string;
  readonly keys: readonly Key[];
  /** The content in words. */
  readonly label: string;
  /** Of the whole in pixels, without the padding around it. */
  readonly width: number;
  readonly height: number;
  /** Pixels at which the smallest text of the body can still be read. */
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
    // Bold letters are wider: as those of the next size.
    this.width = Math.ceil(Math.max(width, textWidth(title, 16), textWidth(note, 12)));
    this.height = height + this.heading().height;
  }

  /** The picture as a file of its own, dark on light. */
  get svg(): string {
    return this.themed("light");
  }

  /** The picture as a file of its own, on light or dark paper. */
  themed(theme: Theme): string {
    const { width, height, body, label } = this;
    const { html: heading, height: top } = this.heading();
    const [w, h] = [width + 2 * PADDING, height + 2 * PADDING];
    const whole = html`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${-PADDING} ${-PADDING} ${w} ${h}" role="img" aria-label="${label}" font-family="${FONT}" font-size="12" fill="var(--ink)"><style>${new Html(hoverStyle)}</style><rect x="${-PADDING}" y="${-PADDING}" width="${w}" height="${h}" fill="var(--card)"/>${heading}<g transform="translate(0,${top})">${body}</g></svg>\n`;
    return coloured(whole.text, theme);
  }

  /** The body alone, for a page that sets the colours by CSS variables and writes title, note and legend itself. */
  get bodySvg(): Html {
    return html`<svg viewBox="0 0 ${this.bodyWidth} ${this.bodyHeight}" style="max-width: ${Math.round(this.bodyWidth * MAX_SCALE)}px" role="img" aria-label="${this.label}" font-family="${FONT}" font-size="12" fill="var(--ink)">${this.body}</svg>`;
  }

  toString(): string {
    return this.svg;
  }

  [display](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.label };
  }

  /** Title, note and legend, one under the other. */
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

/** The keys from left to right, in as many rows as they need. */
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
