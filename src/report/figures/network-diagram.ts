import { Figure } from "../drawing/figure.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, round } from "../drawing/numbers.ts";
import { shortened, textWidth } from "../drawing/text.ts";
import type { LayerJson, NetworkJson } from "../results.ts";
import { given } from "./given.ts";
import { isArranging, isWordOnly, type NetworkNode, networkNodes } from "./network-graph.ts";
import { FONT_SIZE, LINE, networkPlaces, type Place } from "./network-places.ts";
import { type Area, outline, type Point } from "./network-shapes.ts";
import { costs, sizeInWords, spreads, stridesOf, windowOf } from "./network-words.ts";

/** Of more layers there is no diagram: it would be some hundred thousand pixels wide. */
const MAX_LAYERS = 300;

/**
 * The network in the style of Fig. 2 of LeCun et al. 1998: maps as sheets, units as bars, and between them the
 * receptive field of one unit of each layer. Layers that only change or arrange values are text.
 */
export function networkDiagram(network: NetworkJson): Figure {
  const { length } = given("networkDiagram", "network", network).layers;
  if (length > MAX_LAYERS) return tooLarge(network);
  const nodes = networkNodes(network);
  const sides = nodes.flatMap(({ layer: { outputShape } }) => outputShape.slice(0, -1));
  const largest = sides.reduce((a, b) => Math.max(a, b), 1);
  const { places, passes, width, height } = networkPlaces(nodes, largest);
  const placeOf = new Map(places.map((place) => [place.node, place]));
  const links = places.flatMap((to) => to.node.sources.map((node) => ({ from: placeOf.get(node)!, to })));
  const arrows = links.filter(({ from, to }) => !isSeen(from, to));
  const beams = links.filter(({ from, to }) => isSeen(from, to));
  const name = shortened(network.name ?? "network", 12, 200);
  const note = `${name}: ${costs(network)}`;
  const whole = Math.ceil(Math.max(width, textWidth(note, 12)));
  return new Figure(
    {
      title: "Network diagram",
      note,
      label: description(network, nodes),
      width: whole,
      height: Math.ceil(height),
      smallestText: FONT_SIZE,
    },
    html`<g transform="translate(${round((whole - width) / 2)},0)" fill="none" stroke-linejoin="round">${arrows.map(({ from, to }) => arrow(from, to, passes(from, to)))}${places.map(drawing)}${beams.map(({ from, to }) => beam(from, to))}<g fill="var(--ink)" stroke="var(--card)" stroke-width="3" paint-order="stroke" text-anchor="middle" font-size="${FONT_SIZE}">${places.map(texts)}</g></g>`,
  );
}

function tooLarge(network: NetworkJson): Figure {
  const text = `A diagram of ${count(network.layers.length)} layers would be too large to read.`;
  const frame = { title: "Network diagram", note: costs(network), label: text, width: 600, height: 24 };
  return new Figure(frame, html`<text x="0" y="15" fill="var(--soft)">${text}</text>`);
}

/** The receptive field is drawn; otherwise an arrow connects the layers. */
function isSeen(from: Place, to: Place): boolean {
  const { layer } = to.node;
  const isBeside = to.column === from.column + 1 && to.lane === from.lane; // otherwise lines would cross texts
  return isBeside && !isArranging(layer) && !isWordOnly(layer);
}

/** Lines from the receptive field of one unit to the unit. */
function beam(from: Place, to: Place): Html {
  const colour = colourOf(to.node.layer);
  // Alternately above and below, so that the receptive field in a sheet does not overlap the unit marked there.
  const row = Math.floor(to.shape.rows * (to.column % 2 === 0 ? 0.74 : 0.26));
  const column = Math.floor(to.shape.columns * 0.6);
  const unit = moved(to.shape.area({ x: column, y: row, width: 1, height: 1 }), to.at);
  const field = fieldOf(from, to, row, column);
  const [upper, lower] = field
    ? [field.y, field.y + field.height].map((y) => ({ x: field.x + field.width, y }))
    : from.shape.ends.map((end) => moved(end, from.at));
  const [first, second] = [
    `${point(upper)}L${point(unit)}`,
    `${point({ x: unit.x + (unit.slant ?? 0), y: unit.y + unit.height })}L${point(lower)}`,
  ];
  const drawn = field
    ? html`<path d="${outline(field)}" fill="${colour}" fill-opacity="0.25" stroke="${colour}"/>`
    : "";
  return html`<path d="M${first}L${second}z" fill="${colour}" fill-opacity="0.1"/><path d="M${first}M${second}" stroke="${colour}" stroke-width="0.8" stroke-opacity="0.8"/>${drawn}<path d="${outline(unit)}" fill="${colour}"/>`;
}

/** The receptive field of a unit in a map; undefined where it is the whole map. */
function fieldOf(from: Place, to: Place, row: number, column: number): Area | undefined {
  const window = windowOf(to.node.layer);
  if (!window || from.shape.rows * from.shape.columns === 1) return undefined;
  const strides = stridesOf(to.node.layer);
  const along = spreads(to.node.layer) ? writing : covered;
  const [y, height] = along(from.shape.rows, to.shape.rows, window[0], strides[0], row);
  const [x, width] = along(from.shape.columns, to.shape.columns, window[1], strides[1], column);
  return moved(from.shape.area({ x, y, width, height }), from.at);
}

/** The first position that a window covers, and the number of positions. The rest of the window is padding. */
function covered(positions: number, units: number, window: number, stride: number, unit: number): [number, number] {
  const before = Math.floor(Math.max((units - 1) * stride + window - positions, 0) / 2);
  const first = Math.max(0, unit * stride - before);
  return [first, Math.min(positions, unit * stride - before + window) - first];
}

/** The first position whose window includes the unit, and the number of positions; at least one. */
function writing(positions: number, units: number, window: number, stride: number, unit: number): [number, number] {
  const before = Math.floor(Math.max((positions - 1) * stride + window - units, 0) / 2);
  const last = Math.min(positions - 1, Math.floor((unit + before) / stride));
  const first = Math.min(last, Math.max(0, Math.ceil((unit + before - window + 1) / stride)));
  return [first, last - first + 1];
}

/** A curve from one layer to the next, straight through the columns between them. */
function arrow(from: Place, to: Place, passes: readonly (readonly [Point, Point])[]): Html {
  const end = moved(to.shape.in, to.at);
  const tip = { x: end.x - 3, y: end.y };
  let last = moved(from.shape.out, from.at);
  let way = `M${point(last)}`;
  for (const [enter, leave] of [...passes, [{ x: tip.x - 6, y: tip.y }, tip] as const]) {
    const middle = (last.x + enter.x) / 2;
    way += `C${point({ x: middle, y: last.y })} ${point({ x: middle, y: enter.y })} ${point(enter)}`;
    if (leave !== tip) way += `H${round(leave.x)}`;
    last = leave;
  }
  return html`<path d="${way}" stroke="var(--soft)" stroke-width="1.2"/><path d="M${point(tip)}l-7 -3.5v7z" fill="var(--soft)"/>`;
}

function drawing({ node: { layer }, shape, at }: Place): Html {
  const title = `${layer.name} (${layer.type}): ${sizeInWords(layer)}, ${costs(layer)}`;
  return html`<g><title>${title}</title>${shape.draw(at, colourOf(layer))}</g>`;
}

function texts({ label: [name, size], labelAt, words, main: [from, to], wordsAt, node }: Place): Html {
  const below = words.map(
    (text, i) =>
      html`<text x="${round(wordsAt.x)}" y="${round(wordsAt.y + i * LINE)}" fill="${i >= from && i < to ? colourOf(node.layer) : "var(--soft)"}">${text}</text>`,
  );
  return html`<text x="${round(labelAt.x)}" y="${round(labelAt.y)}" font-weight="600">${name}</text><text x="${round(labelAt.x)}" y="${round(labelAt.y + LINE)}" fill="var(--soft)">${size}</text>${below}`;
}

function colourOf(layer: LayerJson): string {
  const { type } = layer;
  if (type === "conv2d") return "var(--training)";
  if (/pooling|subsampling/i.test(type)) return "var(--validation)";
  if (type === "input" || isArranging(layer)) return "var(--soft)";
  return "var(--third)";
}

/** "lenet5: image 32×32×1; C1 6 maps of 28×28; ..."; a layer that does not read the one before it names its sources. */
function description({ name = "network" }: NetworkJson, nodes: readonly NetworkNode[]): string {
  const parts = nodes.map(({ layer, sources }, i) => {
    const isNext = sources.length === 0 || (sources.length === 1 && sources[0] === nodes[i - 1]);
    const reads = isNext ? "" : ` from ${sources.map((source) => source.layer.name).join(" and ")}`;
    return `${layer.name} ${sizeInWords(layer)}${reads}`;
  });
  return `${name}: ${parts.join("; ")}`;
}

function moved<T extends Point>(part: T, by: Point): T {
  return { ...part, x: part.x + by.x, y: part.y + by.y };
}

function point({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}
