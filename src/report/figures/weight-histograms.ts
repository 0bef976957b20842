import * as Plot from "@observablehq/plot";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, decimal, isNumber } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import { shortened } from "../drawing/text.ts";
import type { HistogramJson, WeightHistogramsJson } from "../results.ts";
import { given } from "./given.ts";

const COLUMNS = 3;
const [PANEL, HEIGHT, GAP] = [240, 190, 20];
/** More lines than these would hide each other. */
const MAX_LINES = 13;
/** More layers would make a page as long as it is slow; the note says how many are left out. */
const MAX_LAYERS = 30;
/** More bins than this are joined. */
const MAX_BINS = 100;

/**
 * Histograms of each layer's weights by epoch, from the first epoch (behind) to the last (in front). Biases are left
 * out, since there are few of them.
 */
export function weightHistograms(recorded: WeightHistogramsJson): Figure {
  const { epochs, weights } = given("weightHistograms", "weights", recorded);
  const drawnEpochs = someOf(epochs.length);
  const all = Object.entries(weights).filter(([path]) => path.endsWith("/kernel"));
  const layers = all.slice(0, MAX_LAYERS);
  const panels = layers.map(([path, histograms], k) => {
    const [x, y] = [(k % COLUMNS) * (PANEL + GAP), Math.floor(k / COLUMNS) * (HEIGHT + GAP)];
    return html`<g transform="translate(${x},${y})"><text x="0" y="12" font-weight="600">${shortened(path.replace("/kernel", ""), 13, PANEL)}</text>${panel(
      path,
      drawnEpochs.map((i) => ({ epoch: epochs[i], ...histograms[i] })),
    )}</g>`;
  });
  const rows = Math.ceil(layers.length / COLUMNS);
  const left = all.length > layers.length ? `; the first ${layers.length} of ${count(all.length)} layers` : "";
  const note =
    epochs.length > 0
      ? `${drawnEpochs.length < epochs.length ? `${drawnEpochs.length} of ${epochs.length} epochs, from` : "from epoch"} ${epochs[0]} (behind) to ${epochs.at(-1)} (in front); heights are relative${left}`
      : "";
  const none = html`<text x="0" y="15" fill="var(--soft)">No epoch was recorded.</text>`;
  return new Figure(
    {
      title: "Weight histograms",
      note,
      label: `Histograms of the weights of ${layers.length} layers, ${note}.`,
      width: Math.max(2, Math.min(COLUMNS, layers.length)) * (PANEL + GAP) - GAP,
      height: Math.max(1, rows) * (HEIGHT + GAP) - GAP,
    },
    layers.length > 0 && epochs.length > 0 ? html`${panels}` : none,
  );
}

/** Indices of at most {@link MAX_LINES} epochs, evenly spaced, with the first and the last. */
function someOf(epochs: number): readonly number[] {
  const count = Math.min(epochs, MAX_LINES);
  return Array.from({ length: count }, (_, i) => Math.round((i * (epochs - 1)) / Math.max(1, count - 1)));
}

/** The bins, neighbours joined where there are too many. */
function joined(counts: readonly number[]): readonly number[] {
  const size = Math.ceil(counts.length / MAX_BINS);
  if (size <= 1) return counts;
  return Array.from({ length: Math.ceil(counts.length / size) }, (_, i) =>
    counts.slice(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
  );
}

function panel(path: string, all: readonly ({ readonly epoch: number } & HistogramJson)[]) {
  const lines = all.filter(
    (line): line is typeof line & { min: number; max: number } => isNumber(line.min) && isNumber(line.max),
  );
  if (lines.length === 0) return html`<text x="0" y="40" fill="var(--soft)">not a number</text>`;
  const largest = lines.reduce((most, { min, max }) => Math.max(most, Math.abs(min), Math.abs(max)), 0);
  // Scales have no ends as far apart as the largest numbers, and none as near as the smallest.
  const limit = largest < 1e-300 ? 1 : Math.min(largest, 1e300);
  const step = 1 / Math.max(4, lines.length);
  const rise = Math.min(1, step * 4);
  const points = lines.flatMap(({ epoch, counts: every, ...ends }, i) => {
    const [min, max] = [Math.max(-limit, ends.min), Math.min(limit, ends.max)];
    const counts = joined(every);
    const base = 1 - i * step;
    const bin = (max - min) / counts.length || 1;
    const age = 0.35 + (0.65 * (i + 1)) / lines.length;
    const edge = (x: number) => ({ epoch, age, x, base, y: base });
    // All histograms are equally high; on a common scale a narrow one would flatten the others.
    const highest = counts.reduce((a, b) => Math.max(a, b), 1);
    const middles = counts.map((number, k) => ({
      epoch,
      age,
      base,
      x: min + (k + 0.5) * bin,
      y: base + (number / highest) * rise,
    }));
    return [edge(min), ...middles, edge(max)];
  });
  const { marks } = drawn({
    width: PANEL,
    height: HEIGHT,
    marginLeft: 22,
    marginRight: 22,
    marginTop: 18,
    marginBottom: 22,
    x: { domain: [-limit, limit] },
    opacity: { type: "identity" },
    y: { axis: null, domain: [1 - (lines.length - 1) * step, 1 + rise] },
    marks: [
      Plot.ruleX([0], { stroke: "var(--line)" }),
      Plot.axisX({
        ticks: [-limit, 0, limit],
        tickFormat: (value: number) => decimal(value).replace("-", "−"),
        tickSize: 3,
        label: null,
        fontSize: 12,
      }),
      Plot.areaY(points, {
        x: "x",
        y1: "base",
        y2: "y",
        z: "epoch",
        fill: "var(--card)",
        fillOpacity: 0.85,
      }),
      Plot.lineY(points, {
        x: "x",
        y: "y",
        z: "epoch",
        strokeWidth: 1.2,
        stroke: "var(--training)",
        strokeOpacity: "age",
      }),
    ],
  });
  return html`<g><title>${path}</title>${marks}</g>`;
}
