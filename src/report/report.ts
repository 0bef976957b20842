import { type ClassJson, classTable } from "./class-table.ts";
import { type Confusion, confusedPairs, confusionFigure } from "./confusion-matrix.ts";
import { curveFigure, type HistoryJson } from "./curves.ts";
import { html } from "./html.ts";
import { count, decimal, duration, isNumber, type Num, percent } from "./numbers.ts";
import { styleSheet } from "./style.ts";
import { type SummaryJson, summaryTable } from "./summary-table.ts";

/** All that a report tells, as plain JSON. */
export interface RunReport {
  readonly title: string;
  /** ISO 8601. */
  readonly started: string;
  /** What the reader must know before believing the numbers. */
  readonly notices: readonly string[];
  /** What was read, and how many images each part had. */
  readonly data: {
    readonly source: string;
    readonly training: number;
    readonly validation: number;
    readonly test: number;
  };
  readonly summary: SummaryJson;
  readonly history: HistoryJson;
  readonly evaluation: {
    readonly accuracy: Num;
    readonly loss: Num;
    readonly confusionMatrix: Confusion;
    readonly perClass: readonly ClassJson[];
  };
  /** By name. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** One self-contained page: no scripts, nothing from the network. */
export function reportHtml(run: RunReport): string {
  const { title, data, history, evaluation, notices } = run;
  const names = evaluation.perClass.map(({ name }) => name);
  const seconds = (history.history.seconds ?? []).filter(isNumber).reduce((sum, value) => sum + value, 0);
  const epochs = history.epochs.length;
  const wrong = evaluation.confusionMatrix.reduce(
    (sum, row, t) => sum + row.reduce((a, value, p) => a + (p === t ? 0 : value), 0),
    0,
  );
  const facts: [value: string, what: string][] = [
    [count(wrong), `wrong of ${count(data.test)}`],
    [decimal(evaluation.loss), "test loss"],
    [count(run.summary.params), "parameters"],
    [duration(seconds), epochs === 1 ? "for 1 epoch" : `for ${epochs} epochs`],
    [seconds > 0 ? count(Math.round((data.training * epochs) / seconds)) : "–", "images a second"],
  ];
  const parts = [
    [data.training, "to train on"],
    [data.validation, "for validation"],
    [data.test, "to test"],
  ] as const;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}: ${percent(evaluation.accuracy)} on ${data.source}</title>
<style>${styleSheet}</style>
</head>
<body>
<header>
<p class="what">${title} <time datetime="${run.started}">${run.started.slice(0, 16).replace("T", " ")} UTC</time></p>
<h1>${percent(evaluation.accuracy)} <small>test accuracy</small></h1>
<p class="source">${data.source}: ${parts
    .filter(([images]) => images > 0)
    .map(([images, what]) => `${count(images)} images ${what}`)
    .join(", ")}</p>
${notices.map((notice) => html`<p class="notice" role="note">${notice}</p>\n`)}
<dl class="facts">${facts.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>
</header>
<main>
<section><h2>Learning</h2><div class="columns">
${curveFigure(history, { title: "Loss", name: "loss", format: decimal, mayBeLog: true, empty: [0, 1] })}
${curveFigure(history, { title: "Accuracy", name: "accuracy", format: (value) => trimmed(percent(value)), most: 1, empty: [0, 1] })}
</div></section>
<section><h2>What was read as what</h2><div class="matrix">
<div>${confusionFigure(evaluation.confusionMatrix, names)}</div>
<div><h3>Most frequent mistakes</h3>${confusedPairs(evaluation.confusionMatrix, names)}</div>
</div></section>
<section><h2>Classes</h2>${classTable(evaluation.perClass)}</section>
<section><h2>Network</h2>${summaryTable(run.summary)}</section>
<section><h2>Settings</h2><dl class="settings">${Object.entries(run.settings).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl></section>
</main>
</body>
</html>
`;
  return page.text;
}

/** "98.00%" -> "98%" */
function trimmed(text: string): string {
  return text.replace(/\.?0+%$/, "%");
}
