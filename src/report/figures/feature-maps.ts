import { checkOptions } from "../../core/errors.ts";
import { className, shortName } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, counted, decimal, round } from "../drawing/numbers.ts";
import { diverging, type Raster, rasterImage, reduced, sequential } from "../drawing/raster.ts";
import { shortened } from "../drawing/text.ts";
import type { FeatureMapsJson } from "../results.ts";
import { given } from "./given.ts";

type LayerMaps = FeatureMapsJson["layers"][number];

const [LEFT, WIDTH, GAP] = [120, 780, 5];
/** Further maps and units are left out; the figure gives their number. */
const MAX_MAPS = 32;
const MAX_UNITS = 512;
/** Of more layers, some are shown. */
const MAX_LAYERS = 40;
/** Pixels of all maps together: of many maps, each is reduced. */
const MAX_PIXELS = 500_000;
/** Layers that pass on their input unchanged. */
const passing = new Set(["flatten", "dropout"]);

/** Feature maps: outputs of every layer for one image, from the image to the scores. Each layer has its own scale. */
export function featureMaps(maps: FeatureMapsJson, options: { readonly classNames?: readonly string[] } = {}): Figure {
  checkOptions("featureMaps", options, ["classNames"]);
  const { layers } = given("featureMaps", "maps", maps);
  const parts: Html[] = [];
  let top = 0;
  const all = layers.filter(({ type }) => !passing.has(type));
  const shown = someOf(all, MAX_LAYERS);
  const tiles = shown.reduce((sum, { shape }) => sum + (shape.length === 3 ? Math.min(shape[2], MAX_MAPS) : 0), 0);
  const side = Math.floor(Math.sqrt(MAX_PIXELS / Math.max(1, tiles)));
  shown.forEach((layer, i) => {
    const isMaps = layer.shape.length === 3 && layer.shape[0] * layer.shape[1] > 1;
    const isLast = i === shown.length - 1;
    const row = isMaps
      ? mapsRow(layer, top, side)
      : isLast && layer.values.length <= 50
        ? scoresRow(layer, top, options.classNames)
        : unitsRow(layer, top);
    const left =
      row.left > 0
        ? html`<text x="0" y="${top + 44}" font-size="11" fill="var(--soft)">${count(row.left)} more left out</text>`
        : "";
    const size = isMaps
      ? `${count(layer.shape[2])} of ${layer.shape[0]} × ${layer.shape[1]}`
      : counted(layer.values.length, "unit");
    parts.push(
      html`<text x="0" y="${top + 13}" font-weight="600">${shortened(layer.name, 13, LEFT - 10)}</text><text x="0" y="${top + 29}" font-size="11" fill="var(--soft)">${size}</text>${left}${row.body}`,
    );
    top += Math.max(row.height, row.left > 0 ? 52 : 36) + 14;
  });
  const left = shown.length < all.length ? `; ${shown.length} of ${count(all.length)} layers` : "";
  const note = `blue: positive, orange: negative; black: highest, in layers without negative values${left}`;
  const label = `Outputs of every layer for one image: ${shown.map(({ name }) => shortName(name)).join(", ")}.`;
  return new Figure(
    { title: "Feature maps", note, label, width: WIDTH, height: Math.max(20, top), smallestText: 11 },
    html`${parts}`,
  );
}

/** At most `max` of the layers, at equal distances, with the first and the last. */
function someOf(layers: readonly LayerMaps[], max: number): readonly LayerMaps[] {
  if (layers.length <= max) return layers;
  return Array.from({ length: max }, (_, i) => layers[Math.round((i * (layers.length - 1)) / (max - 1))]);
}

interface Row {
  readonly body: Html;
  readonly height: number;
  /** Number of maps or units that are left out. */
  readonly left: number;
}

function mapsRow(layer: LayerMaps, top: number, side: number): Row {
  const [H, W, C] = layer.shape;
  const maps = Math.min(C, MAX_MAPS);
  const colours = scaleOf(layer);
  const perRow = maps <= 8 ? 8 : 16;
  const width = Math.min((WIDTH - LEFT) / perRow - GAP, Math.max(28, W * 2.6));
  const height = (width * H) / W;
  const tiles = Array.from({ length: maps }, (_, map) => {
    const values = Array.from({ length: H * W }, (_, at) => layer.values[at * C + map]);
    const [x, y] = [LEFT + (map % perRow) * (width + GAP), top + Math.floor(map / perRow) * (height + GAP)];
    const frame = html`<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="none" stroke="var(--line)"/>`;
    return html`<g><title>${shortName(layer.name)}, map ${map}</title>${placed(reduced(colours(values, W, H), side), x, y, width, height)}${frame}</g>`;
  });
  return { body: html`${tiles}`, height: Math.ceil(maps / perRow) * (height + GAP), left: C - maps };
}

/** Units as cells in rows, from left to right and from top to bottom. */
function unitsRow(layer: LayerMaps, top: number): Row {
  const units = Math.min(layer.values.length, MAX_UNITS);
  const perRow = Math.min(units, 60);
  const cell = Math.min(14, (WIDTH - LEFT) / perRow);
  const colours = scaleOf(layer);
  const whole = Math.floor(units / perRow);
  // The last row may be shorter: empty cells would look like zeros.
  const blocks = [
    { from: 0, width: perRow, height: whole },
    { from: whole * perRow, width: units % perRow, height: 1 },
  ].filter(({ width, height }) => width > 0 && height > 0);
  const body = blocks.map(({ from, width, height }) => {
    const values = Array.from({ length: width * height }, (_, i) => layer.values[from + i]);
    return placed(colours(values, width, height), LEFT, top + (from / perRow) * cell, width * cell, height * cell);
  });
  return {
    body: html`<g><title>${shortName(layer.name)}, unit 0 at the top left</title>${body}</g>`,
    height: Math.ceil(units / perRow) * cell,
    left: layer.values.length - units,
  };
}

/** Output layer: a bar for each class. */
function scoresRow(layer: LayerMaps, top: number, names: readonly string[] = []): Row {
  const values = Array.from(layer.values);
  const max = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const width = Math.min(64, (WIDTH - LEFT) / values.length);
  const bars = values.map((value, k) => {
    const [x, height] = [LEFT + k * width, max > 0 ? Math.max(0.5, (Math.abs(value) / max) * 44) : 0.5];
    const name = className(names, k);
    const fits = name.length * 7 <= width ? name : "";
    const number = width >= 40 ? thousandths(value) : "";
    return html`<g><title>${name}: ${decimal(value)}</title><rect x="${(x + 2).toFixed(1)}" y="${(top + 60 - height).toFixed(1)}" width="${(width - 4).toFixed(1)}" height="${height.toFixed(1)}" fill="var(--${value < 0 ? "wrong" : "right"})"/><text x="${(x + width / 2).toFixed(1)}" y="${(top + 54 - height).toFixed(1)}" text-anchor="middle" font-size="11" fill="var(--soft)">${number}</text><text x="${(x + width / 2).toFixed(1)}" y="${top + 75}" text-anchor="middle">${fits}</text></g>`;
  });
  return { body: html`${bars}`, height: 80, left: 0 };
}

/** 0.1234 -> "0.123"; only 0 gives "0", and only 1 gives "1". */
function thousandths(value: number): string {
  if (value > 0 && value < 0.0005) return "<0.001";
  if (value >= 0.9995 && value < 1) return ">0.999";
  return decimal(Number(value.toFixed(3)));
}

function placed(raster: Raster, x: number, y: number, width: number, height: number): Html {
  return rasterImage(raster, { x: round(x), y: round(y), width: round(width), height: round(height) });
}

/** Colour scale of a layer, the same for all its maps. */
function scaleOf({ values }: LayerMaps): (values: ArrayLike<number>, width: number, height: number) => Raster {
  const known = Array.from(values).filter(Number.isFinite);
  const [min, max] = known.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [0, 0]);
  if (min < 0) {
    const largest = Math.max(-min, max);
    return (some, width, height) => ({ width, height, channels: 3, data: diverging(some, largest) });
  }
  return (some, width, height) => ({ width, height, channels: 1, data: sequential(some, 0, max) });
}
