import { display } from "../../core/display.ts";
import { Html, html } from "./html.ts";
import { textWidth } from "./text.ts";
import { coloured, type Theme } from "./theme.ts";

/** A line of the legend. */
export interface Key {
  readonly name: string;
  readonly colour: string;
}

interface Frame {
  readonly title: string;
  /** What it shows, for those who cannot see it; default the title. */
  readonly label?: string;
  /** A few words behind the title. */
  readonly note?: string;
  readonly keys?: readonly Key[];
  /** In pixels. */
  readonly width: number;
  /** Of the body, without the title. */
  readonly height: number;
}

const TITLE_HEIGHT = 34;
const MARGIN = 14;

/** Shows what belongs to the part that is pointed at; works wherever CSS does, without a script. */
export const hoverStyle = ".at .tip{pointer-events:none}.at:hover .tip,.at:focus .tip{opacity:1}";

/** A picture in SVG. In a notebook it shows itself. */
export class Figure {
  /** What it shows, in words. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  private readonly content: Html;

  constructor({ title, label = title, note = "", keys = [], width, height }: Frame, body: Html) {
    this.label = label;
    this.width = width;
    this.height = height + TITLE_HEIGHT;
    const head = html`<text x="0" y="14" font-size="15" font-weight="600" fill="var(--ink)">${title}${note && html`<tspan dx="8" font-size="12" font-weight="400" fill="var(--soft)">${note}</tspan>`}</text>`;
    this.content = html`${head}${legend(keys, width)}<g transform="translate(0,${TITLE_HEIGHT})">${body}</g>`;
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

/** Names in a row at the right, over the body. */
function legend(keys: readonly Key[], width: number): Html {
  let x = width;
  const entries = [...keys].reverse().map(({ name, colour }) => {
    x = Math.round(x - textWidth(name, 12));
    const entry = html`<circle cx="${x - 9}" cy="10" r="4" fill="${colour}"/><text x="${x}" y="14" fill="var(--soft)">${name}</text>`;
    x -= 28;
    return entry;
  });
  return html`${entries.reverse()}`;
}
