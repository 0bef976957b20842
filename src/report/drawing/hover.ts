import { type Html, html } from "./html.ts";
import { round } from "./numbers.ts";
import { textWidth } from "./text.ts";

/** The values of a chart at one place, shown in a tooltip. */
export interface HoverPlace {
  /** In pixels. */
  readonly x: number;
  readonly title: string;
  readonly values: readonly { readonly text: string; readonly colour: string; readonly y?: number }[];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Bands of more places would be too narrow for a pointer. */
const MAX_PLACES = 120;

/** The places that have a tooltip, in equal steps, with the last one. */
export function shownPlaces(xs: readonly number[]): readonly number[] {
  const stride = Math.ceil(xs.length / MAX_PLACES);
  return xs.filter((_, i) => (xs.length - 1 - i) % stride === 0);
}

/** Invisible bands over a chart, from left to right; the band under the pointer shows its tooltip. */
export function hoverBands(shown: readonly HoverPlace[], box: Box): Html {
  return html`${shown.map((place, i) => {
    const from = i === 0 ? box.left : (shown[i - 1].x + place.x) / 2;
    const to = i === shown.length - 1 ? box.right : (place.x + shown[i + 1].x) / 2;
    const band = html`<rect x="${round(from)}" y="${box.top}" width="${round(Math.max(1, to - from))}" height="${box.bottom - box.top}" fill="transparent"/>`;
    return html`<g class="at">${band}${tip(place, box)}</g>`;
  })}`;
}

function tip({ x, title, values }: HoverPlace, { left, right, top, bottom }: Box): Html {
  const lines = [title, ...values.map(({ text }) => text)];
  const width = lines.reduce((most, text) => Math.max(most, textWidth(text, 12)), 0) + 26;
  const at = x + 10 + width <= right ? x + 10 : Math.max(left, x - 10 - width);
  const rows = values.map(
    ({ text, colour }, i) =>
      html`<circle cx="${round(at + 12)}" cy="${top + 30 + i * 16}" r="3.5" fill="${colour}"/><text x="${round(at + 20)}" y="${top + 34 + i * 16}">${text}</text>`,
  );
  const dots = values.map(({ y, colour }) =>
    y === undefined ? "" : html`<circle cx="${round(x)}" cy="${round(y)}" r="4.5" fill="${colour}"/>`,
  );
  return html`<g class="tip" opacity="0"><line x1="${round(x)}" x2="${round(x)}" y1="${top}" y2="${bottom}" stroke="var(--soft)" stroke-opacity="0.5"/>${dots}<rect x="${round(at)}" y="${top}" width="${round(width)}" height="${24 + values.length * 16}" rx="4" fill="var(--card)" stroke="var(--line)"/><text x="${round(at + 8)}" y="${top + 17}" font-weight="600">${title}</text>${rows}</g>`;
}
