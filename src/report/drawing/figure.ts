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
  /** What it shows, for those who cannot see it; default the title. */
  readonly label?: string;
  /** A few words behind the title. */
  readonly note?: string;
  readonly keys?: readonly Key[];
  /** In pixels; a figure whose title and note need more has more. */
  readonly width: number;
  /** Of the body, without the title. */
  readonly height: number;
}

const TITLE_HEIGHT = 34;
const LEGEND_ROW = 20;
const MARGIN = 14;

/** Shows what belongs to the part that is pointed at; works wherever CSS does, without a script. */
export const hoverStyle = ".at .tip{pointer-events:none}.at:hover .tip{opacity:1}";

/** A picture in SVG. In a notebook it shows itself. */
export class Figure {
  /** What it shows, in words. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  private readonly content: Html;

  constructor({ title, label = title, note = "", keys = [], width, height }: Frame, body: Html) {
    this.label = label;
    // Bold letters are wider: as those of the next size.
    const titleWidth = textWidth(title, 16) + (note ? 8 + textWidth(note, 12) : 0);
    this.width = Math.ceil(Math.max(width, titleWidth));
    const names = legend(keys, this.width, titleWidth);
    const top = TITLE_HEIGHT + names.height;
    this.height = height + top;
    const head = html`<text x="0" y="14" font-size="15" font-weight="600" fill="var(--ink)">${title}${note && html`<tspan dx="8" font-size="12" font-weight="400" fill="var(--soft)">${note}</tspan>`}</text>`;
    this.content = html`${head}${names.body}<g transform="translate(0,${top})">${body}</g>`;
  }

  /** The picture as a file of its own, dark on light. */
  get svg(): string {
    return this.themed("light");
  }

  /** The picture for where it will stand. For "page" it is as wide as its place. */
  themed(theme: Theme): string {
    const { width, height, content, label } = this;
    const common = html`role="img" aria-label="${label}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="12" fill="var(--ink)"`;
    if (theme === "page")
      return html`<svg viewBox="0 0 ${width} ${height}" style="max-width: ${Math.round(width * 1.25)}px" ${common}>${content}</svg>`
        .text;
    const [w, h] = [width + 2 * MARGIN, height + 2 * MARGIN];
    const whole = html`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${-MARGIN} ${-MARGIN} ${w} ${h}" ${common}><style>${new Html(hoverStyle)}</style><rect x="${-MARGIN}" y="${-MARGIN}" width="${w}" height="${h}" fill="var(--card)"/>${content}</svg>\n`;
    return coloured(whole.text, theme);
  }

  toString(): string {
    return this.svg;
  }

  [display](): Record<string, string> {
    return { "image/svg+xml": this.svg, "text/plain": this.label };
  }
}

/** Names at the right of the title; where there is no room, in rows below it, which add to the figure's height. */
function legend(
  keys: readonly Key[],
  width: number,
  titleWidth: number,
): { readonly body: Html; readonly height: number } {
  const isDashed = keys.some(({ dash }) => dash);
  const [sign, gap] = [isDashed ? 27 : 13, 15];
  const entries = keys.map((key) => {
    const name = shortened(key.name, 12, width - sign);
    return { ...key, name, width: sign + Math.round(textWidth(name, 12)) };
  });
  const whole = entries.reduce((sum, entry) => sum + entry.width + gap, -gap);
  const beside = titleWidth + 24 + whole <= width;
  let [x, y] = beside || keys.length === 0 ? [width - whole, 14] : [0, 14 + LEGEND_ROW];
  const body = entries.map((entry) => {
    if (x > 0 && x + entry.width > width) [x, y] = [0, y + LEGEND_ROW];
    const [left, { name, colour, dash }] = [x, entry];
    x += entry.width + gap;
    const line = html`<path d="M${left} ${y - 4}h${sign - 6}" fill="none" stroke="${colour}" stroke-width="2"${dash ? html` stroke-dasharray="${dash}"` : ""}/>`;
    const spot = entry.open
      ? html`<circle cx="${left + 4}" cy="${y - 4}" r="3.5" fill="none" stroke="${colour}" stroke-width="1.5"/>`
      : html`<circle cx="${left + 4}" cy="${y - 4}" r="4" fill="${colour}"/>`;
    return html`${isDashed ? line : spot}<text x="${left + sign}" y="${y}" fill="var(--soft)">${name}</text>`;
  });
  return { body: html`${body}`, height: y - 14 };
}
