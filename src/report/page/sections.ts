import type { Figure } from "../drawing/figure.ts";
import { Html, html } from "../drawing/html.ts";

/** Shown by the style sheet where a figure or a table is cut off. */
const hint = html`<p class="hint" aria-hidden="true">Scroll sideways →</p>`;

/** A figure in the page's colours and font sizes. For figures narrow enough for a phone. */
export function placed(figure: Figure, caption: Html | "" = ""): Html {
  return html`<figure class="chart">${heading(figure)}${figure.bodySvg}${captionOf(caption)}</figure>\n`;
}

/** A figure that may be wider than the page: it scrolls in its place, with a hint where it is cut off. */
export function placedWide(figure: Figure, caption: Html | "" = ""): Html {
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="${figure.title}"><div>${figure.bodySvg}</div></div>`;
  return html`<figure class="chart wide" style="--width: ${figure.minWidth}px">${heading(figure)}${body}${hint}${captionOf(caption)}</figure>\n`;
}

function heading({ title, note, keys }: Figure): Html {
  const names = keys.map(
    ({ name, colour, dash, open }) =>
      html`<li class="key${dash ? " dashed" : open ? " open" : ""}" style="--colour: ${colour}">${name}</li>`,
  );
  return html`<h3>${title}</h3>${note && html`<p class="about">${note}</p>`}${names.length > 0 ? html`<ul class="legend">${names}</ul>` : ""}`;
}

function captionOf(caption: Html | ""): Html | "" {
  return caption && html`<figcaption>${caption}</figcaption>`;
}

/** A table that scrolls in its place where it is wider than the page, with a hint where the browser can detect it. */
export function scrolled(label: string, table: Html): Html {
  return html`<div class="table"><div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>${hint}</div>`;
}

/** Two figures to choose from; the first is shown initially. */
export function choice(
  name: string,
  title: string,
  options: readonly (readonly [label: string, figure: Figure])[],
): Html {
  const inputs = options.map(
    ([label], i) =>
      html`<label><input type="radio" name="${name}" value="${i}"${i === 0 ? new Html(" checked") : ""}> ${label}</label>`,
  );
  const figures = options.map(([, figure], i) => html`<div class="option option-${i}">${placed(figure)}</div>`);
  return html`<div class="chosen">${figures}<fieldset class="choice"><legend>${title}</legend>${inputs}</fieldset></div>\n`;
}

/** A card with a heading. */
export function section(title: string, ...content: readonly (Html | "")[]): Html {
  return html`<section><h2>${title}</h2>${content}</section>\n`;
}

/** A part of a section with its own heading; left out without content. */
export function part(title: string, content: Html | "", note = ""): Html | "" {
  return (
    content && html`<div class="part"><h3>${title}</h3>${content}${note && html`<p class="note">${note}</p>`}</div>\n`
  );
}
