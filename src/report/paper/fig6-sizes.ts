import * as Plot from "@observablehq/plot";
import { Figure } from "../drawing/figure.ts";
import { type HoverPlace, hoverBands } from "../drawing/hover.ts";
import { html } from "../drawing/html.ts";
import { count, percent } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import { given } from "../figures/given.ts";
import type { Spread } from "../statistics/spread.ts";
import type { PaperJson } from "./paper-results.ts";
import { publishedSizes } from "./published.ts";
import { inOrder, lastTestError, lastTrainingError, over, PAPERS_KEY, quickNote } from "./setups.ts";

const [WIDTH, HEIGHT] = [340, 238];
const PADDING = { left: 46, right: 10, top: 16, bottom: 60 };
/** Half the horizontal distance between our dot and the paper's ring, in pixels. */
const APART = 5;
/** From the middle between both to the centre of their texts, in pixels. */
const NUMBER = 17;
/** With more columns, the numbers would overlap. */
const MAX_NUMBERED = 4;

const kinds = [
  { kind: "test", name: "test", colour: "var(--validation)" },
  { kind: "training", name: "training", colour: "var(--training)" },
] as const;

interface Column {
  readonly x: number;
  readonly images: number;
  readonly distortions: boolean;
  readonly ours: { readonly test?: Spread; readonly training?: Spread };
  readonly papers: { readonly test?: number; readonly training?: number };
}

/**
 * The paper's Fig. 6: test and training error after the last pass, by training set. Dots are means over the seeds, with
 * a line from the lowest to the highest; rings are the paper's numbers. The training error is measured during the last
 * pass.
 */
export function paperSizes(paper: PaperJson): Figure {
  const { quick } = given("paperSizes", "paper", paper);
  const columns = columnsOf(paper);
  const numbered = columns.length <= MAX_NUMBERED;
  const number = { fontSize: 12, fill: "var(--ink)", stroke: "var(--card)", strokeWidth: 3 };
  const format = (value: number) => percent(value, 2, "short");
  const marksOf = ({ kind, colour }: (typeof kinds)[number]) => {
    const ours = columns.flatMap(({ x, distortions, ours }) => (ours[kind] ? [{ x, distortions, ...ours[kind] }] : []));
    const papers = columns.flatMap(({ x, distortions, papers }) =>
      papers[kind] === undefined ? [] : [{ x, distortions, y: papers[kind] }],
    );
    const line = { x: "x", stroke: colour, strokeOpacity: 0.5 };
    const plain = <Row extends { distortions: boolean }>(rows: readonly Row[]) =>
      rows.filter((row) => !row.distortions);
    return [
      Plot.line(plain(ours), { ...line, y: "mean", dx: -APART, strokeWidth: 1.5 }),
      Plot.line(plain(papers), { ...line, y: "y", dx: APART, strokeDasharray: "3,3" }),
      Plot.ruleX(
        ours.filter(({ n }) => n > 1),
        { x: "x", y1: "min", y2: "max", dx: -APART, stroke: colour, strokeWidth: 2 },
      ),
      Plot.dot(ours, { x: "x", y: "mean", dx: -APART, r: 4, fill: colour }),
      Plot.dot(papers, { x: "x", y: "y", dx: APART, r: 4, stroke: colour, fill: "var(--card)", strokeWidth: 1.5 }),
      ...(numbered
        ? [
            Plot.text(ours, {
              x: "x",
              y: "mean",
              dx: -NUMBER,
              dy: -11,
              text: ({ mean }) => (mean * 100).toFixed(2),
              ...number,
            }),
            Plot.text(papers, {
              x: "x",
              y: "y",
              dx: NUMBER,
              dy: -11,
              text: ({ y }) => String(Number((y * 100).toFixed(2))),
              ...number,
            }),
          ]
        : []),
    ];
  };
  const chart = drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: PADDING.left,
    marginRight: PADDING.right,
    marginTop: PADDING.top,
    marginBottom: PADDING.bottom,
    x: { domain: [-0.5, columns.length - 0.5], axis: null },
    y: { domain: [0, maxOf(columns)], nice: true },
    marks: [
      Plot.gridY({ ticks: 5, stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.axisY({ ticks: 5, label: null, tickSize: 0, tickPadding: 8, fontSize: 12, tickFormat: format }),
      ...kinds.flatMap(marksOf),
    ],
  });
  const bottom = HEIGHT - PADDING.bottom;
  const placeOf = (x: number) => chart.place("x", x).toFixed(1);
  // One word below all columns with distortions, which are the last ones: a word for each would overlap.
  const distorted = columns.filter(({ distortions }) => distortions).map(({ x }) => x);
  const middle = (distorted[0]! + distorted.at(-1)!) / 2;
  const names = columns.map(({ x, images }) => {
    const second = x === distorted[0] ? html`<tspan x="${placeOf(middle)}" dy="15">distorted</tspan>` : "";
    return html`<text x="${placeOf(x)}" y="${bottom + 18}" text-anchor="middle" fill="var(--soft)">${count(images)}${second}</text>`;
  });
  const places = columns.map((column): HoverPlace => {
    const values = kinds.flatMap(({ kind, name, colour }) => valuesOf(column, kind, name, colour, format));
    return { x: chart.place("x", column.x), title: nameOf(column), values };
  });
  const seeds = Math.max(0, ...columns.flatMap(({ ours }) => ours.test?.n ?? 0));
  const label = columns
    .map(
      (column) =>
        `${nameOf(column)}: ${kinds.flatMap((one) => valuesOf(column, one.kind, one.name, "", format).map(({ text }) => text)).join(", ")}`,
    )
    .join("; ");
  return new Figure(
    {
      title: "Error by training set",
      note: quickNote(quick, seeds > 1 ? "mean, lowest to highest" : ""),
      label: `Error by training set. ${label}.`,
      keys: [...kinds, PAPERS_KEY],
      width: WIDTH,
      height: HEIGHT,
    },
    html`${chart.marks}${names}<text x="${WIDTH - PADDING.right}" y="${HEIGHT - 4}" text-anchor="end" fill="var(--soft)">training images</text>${hoverBands(places, { left: PADDING.left, right: WIDTH - PADDING.right, top: PADDING.top, bottom })}`,
  );
}

/** Our setups and the paper's, by number of images; those with distortions last. */
function columnsOf(paper: PaperJson): Column[] {
  const setups = inOrder(paper.setups);
  const keyOf = ({ images, distortions }: { images: number; distortions: boolean }) => `${images} ${distortions}`;
  const all = new Map([...setups, ...publishedSizes].map((one) => [keyOf(one), one]));
  return [...all.values()]
    .sort((a, b) => Number(a.distortions) - Number(b.distortions) || a.images - b.images)
    .map(({ images, distortions }, x) => {
      const key = keyOf({ images, distortions });
      const setup = setups.find((one) => keyOf(one) === key);
      const { test, training } = publishedSizes.find((one) => keyOf(one) === key) ?? {};
      return {
        x,
        images,
        distortions,
        papers: { test, training },
        ours: { test: over(setup, lastTestError), training: over(setup, lastTrainingError) },
      };
    });
}

function maxOf(columns: readonly Column[]): number {
  const all = columns.flatMap(({ ours, papers }) => [
    ...[ours.test?.max, ours.training?.max],
    ...[papers.test, papers.training],
  ]);
  return Math.max(...all.map((value) => value ?? 0));
}

function nameOf({ images, distortions }: Column): string {
  return `${count(images)} images${distortions ? ", distorted" : ""}`;
}

function valuesOf(
  { ours, papers }: Column,
  kind: "test" | "training",
  name: string,
  colour: string,
  format: (value: number) => string,
) {
  const [measured, theirs] = [ours[kind], papers[kind]];
  const range = measured && measured.n > 1 ? ` (${format(measured.min)} to ${format(measured.max)})` : "";
  return [
    ...(measured ? [{ text: `${name} ${format(measured.mean)}${range}`, colour }] : []),
    ...(theirs === undefined ? [] : [{ text: `${name} ${format(theirs)} in the paper`, colour }]),
  ];
}
