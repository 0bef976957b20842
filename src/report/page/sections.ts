import type { Figure } from "../drawing/figure.ts";
import { Html, html } from "../drawing/html.ts";

/** A figure in a page, in the page's colours. */
export function placed(figure: Figure, caption: Html | "" = ""): Html {
  return html`<figure class="chart">${drawing(figure)}${caption && html`<figcaption>${caption}</figcaption>`}</figure>\n`;
}

/** A figure too wide for a phone: it scrolls in its place. */
export function placedWide(figure: Figure): Html {
  return html`<figure class="chart wide" tabindex="0" role="region" aria-label="${figure.label}" style="--width: ${figure.width}px"><div>${drawing(figure)}</div></figure>\n`;
}

function drawing(figure: Figure): Html {
  return new Html(figure.themed("page"));
}

/** A table that scrolls in its place where it is too wide. */
export function scrolled(label: string, table: Html): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">${table}</div>`;
}

/** Two figures of which the reader sees one. */
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

export function section(title: string, ...content: readonly (Html | "")[]): Html {
  return html`<section><h2>${title}</h2>${content}</section>\n`;
}

/** A part with a heading of its own, left out without content. */
export function part(title: string, content: Html | "", note = ""): Html | "" {
  return (
    content && html`<div class="part"><h3>${title}</h3>${content}${note && html`<p class="note">${note}</p>`}</div>\n`
  );
}
