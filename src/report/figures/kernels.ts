import { shortName } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, counted, decimal } from "../drawing/numbers.ts";
import { diverging, rasterImage } from "../drawing/raster.ts";
import { textWidth } from "../drawing/text.ts";
import type { KernelsJson } from "../results.ts";
import { given } from "./given.ts";

/** Further maps and channels are left out; the figure gives their number. */
const MAX_ROWS = 32;
const MAX_COLUMNS = 32;
/** The longest side of a kernel in pixels. */
const MAX_TILE = 120;
/** Weights that a tooltip lists. */
const MAX_LISTED = 121;
const [LEFT, TOP, GAP] = [34, 22, 4];

/**
 * Kernels of a convolution: a column for each output map, a row for each input channel, as in Table I of the 1998
 * paper. A dot marks a missing connection. Blue is positive, orange negative; all kernels have the same scale.
 */
export function kernels(convolution: KernelsJson): Figure {
  const { layer, shape, values, connectionTable } = given("kernels", "kernels", convolution);
  const name = shortName(layer);
  const [KH, KW, channels, filters] = shape;
  const [rows, columns] = [Math.min(channels, MAX_ROWS), Math.min(filters, MAX_COLUMNS)];
  const scale = Math.max(3, Math.min(channels === 1 ? 12 : 7, Math.floor(640 / columns / KW)));
  const [width, height] = [KW, KH].map((side) => Math.min(MAX_TILE, side * scale));
  const max = Array.from(values).reduce((a, b) => (Number.isFinite(b) ? Math.max(a, Math.abs(b)) : a), 0);
  const tiles: Html[] = [];
  for (let channel = 0; channel < rows; channel++) {
    for (let map = 0; map < columns; map++) {
      const box = { x: LEFT + map * (width + GAP), y: TOP + channel * (height + GAP), width, height };
      if (connectionTable?.[map] && !connectionTable[map].includes(channel)) {
        const center = html`cx="${box.x + width / 2}" cy="${box.y + height / 2}"`;
        tiles.push(html`<circle ${center} r="1.2" fill="var(--soft)" fill-opacity="0.6"/>`);
        continue;
      }
      const kernel = Array.from({ length: KH * KW }, (_, tap) => values[(tap * channels + channel) * filters + map]);
      const raster = { width: KW, height: KH, channels: 3 as const, data: diverging(kernel, max) };
      const weights = kernel.length <= MAX_LISTED ? `: ${kernel.map((value) => decimal(value)).join(", ")}` : "";
      tiles.push(html`<g><title>map ${map}, channel ${channel}${weights}</title>${rasterImage(raster, box)}</g>`);
    }
  }
  const heads = Array.from(
    { length: columns },
    (_, map) =>
      html`<text x="${LEFT + map * (width + GAP) + width / 2}" y="${TOP - 6}" text-anchor="middle" font-size="11" fill="var(--soft)">${map}</text>`,
  );
  const labels = Array.from(
    { length: channels > 1 ? rows : 0 },
    (_, channel) =>
      html`<text x="${LEFT - 8}" y="${TOP + channel * (height + GAP) + height / 2 + 4}" text-anchor="end" font-size="11" fill="var(--soft)">${channel}</text>`,
  );
  const bottom = TOP + rows * (height + GAP);
  const left = [
    columns < filters ? `the first ${columns} of ${count(filters)} maps` : "",
    rows < channels ? `the first ${rows} of ${count(channels)} channels` : "",
  ].filter(Boolean);
  const what = channels > 1 ? `columns: maps of ${name}; rows: input channels` : `one kernel for each map of ${name}`;
  const words = [what, ...left].join("; ");
  const inner = Math.max(columns * (width + GAP), 300, textWidth(words, 11));
  const caption = html`<text x="${LEFT}" y="${bottom + 16}" fill="var(--soft)" font-size="11">${words}</text>`;
  return new Figure(
    {
      title: `Kernels of ${name}`,
      note: `orange −${decimal(max)}, white 0, blue ${decimal(max)}`,
      label: `Kernels of ${name}: ${counted(filters, "map")}, ${counted(channels, "channel")}, ${KH} × ${KW} weights each.`,
      width: LEFT + inner,
      height: bottom + 22,
      smallestText: 11,
    },
    html`${heads}${labels}${tiles}${caption}`,
  );
}
