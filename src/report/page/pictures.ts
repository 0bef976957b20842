import { type Html, html } from "../drawing/html.ts";
import { percent } from "../drawing/numbers.ts";
import { exampleRaster } from "../drawing/pictures.ts";
import { pngAddress, reduced } from "../drawing/raster.ts";
import type { Example, ExamplesJson } from "../results.ts";

/** Bytes of all pictures of a page together, before they are compressed. */
const MAX_BYTES = 2_400_000;

/** Stores every image once, hidden; {@link picture} shows it, perhaps in several places. */
export function pictureStore({ images, shape }: ExamplesJson): Html {
  const [rows, columns, channels = 1] = shape;
  const side = Math.max(16, Math.floor(Math.sqrt(MAX_BYTES / (Math.max(1, images.length) * channels))));
  const stored = images.map(
    (example) =>
      html`<image id="${idOf(example)}" width="${columns}" height="${rows}" href="${pngAddress(reduced(exampleRaster(example, shape), side))}"/>\n`,
  );
  return html`<svg class="store" aria-hidden="true"><defs>${stored}</defs></svg>`;
}

/** A list item with an image, its prediction as a tooltip, and `words` below it. */
export function picture(
  example: Example,
  [rows, columns]: readonly number[],
  what: string,
  words: Html | string,
): Html {
  return html`<li><svg class="picture" viewBox="0 0 ${columns} ${rows}" role="img" aria-label="image ${example.index}: ${what}"><title>image ${example.index}: ${what}, confidence ${percent(example.confidence)}</title><use href="#${idOf(example)}"/></svg><span>${words}</span></li>\n`;
}

function idOf({ index }: Example): string {
  return `image-${index}`;
}
