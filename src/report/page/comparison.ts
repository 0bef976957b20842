import { type Html, html } from "../drawing/html.ts";
import { count, decimal, duration, isNumber, percent } from "../drawing/numbers.ts";
import { seriesColours } from "../drawing/theme.ts";
import { runCurves } from "../figures/run-curves.ts";
import type { Num, PredictionsJson } from "../results.ts";
import { holm, mcnemar } from "../statistics/mcnemar.ts";
import { page } from "./page.ts";
import { type RunReport, wrongOf } from "./report.ts";
import { choice, placed, scrolled, section } from "./sections.ts";

/** One of several runs. */
export interface ComparedRun {
  /** What the reader knows it by: its folder. */
  readonly name: string;
  readonly run: RunReport;
  /** What its answers were given to; only answers to the same images can be compared. */
  readonly images?: string;
}

/** One self-contained page about several runs. */
export function comparisonHtml(runs: readonly ComparedRun[]): string {
  const lines = runs.map((one, i) => ({ name: letter(i), ...one.run.history }));
  const has = (metric: string) => runs.some(({ run }) => run.history.history[metric]?.some(isNumber));
  const curves = ["val_loss", "val_accuracy", "loss", "accuracy"].filter(has).map((metric) =>
    metric.endsWith("loss")
      ? choice(`${metric}-axis`, "Axis", [
          ["linear", runCurves(lines, { metric })],
          ["logarithmic", runCurves(lines, { metric, scale: "log" })],
        ])
      : placed(runCurves(lines, { metric })),
  );
  const main = html`${section("Results", results(runs))}
${section("Learning", html`<div class="columns">${curves}</div>`)}
${section("Settings that differ", differences(runs))}
${section("Larger than chance?", significance(runs))}`;
  const header = html`<p class="what">Comparison</p>
<h1>${runs.length} runs</h1>
<p class="source">${[...new Set(runs.map(({ run }) => run.data.source))].join("; ")}</p>`;
  return page(`${runs.length} runs compared`, header, main);
}

function letter(i: number): string {
  return i < 26 ? String.fromCharCode(65 + i) : `R${i + 1}`;
}

function runName(i: number): Html {
  return html`<span class="key" style="--colour: ${seriesColours[i % seriesColours.length]}">${letter(i)}</span>`;
}

interface Column {
  readonly title: string;
  readonly value: (run: RunReport) => Num | undefined;
  readonly text: (value: Num | undefined) => string;
  /** Which is best; none where that would say nothing. */
  readonly best?: "most" | "least";
}

const lastOf = (name: string) => (run: RunReport) => run.history.history[name]?.at(-1);

const columns: readonly Column[] = [
  { title: "Test accuracy", value: (run) => run.evaluation.accuracy, text: percent, best: "most" },
  { title: "Wrong", value: (run) => wrongOf(run.evaluation), text: count, best: "least" },
  { title: "Test loss", value: (run) => run.evaluation.loss, text: decimal, best: "least" },
  { title: "Validation accuracy", value: lastOf("val_accuracy"), text: percent, best: "most" },
  { title: "Validation loss", value: lastOf("val_loss"), text: decimal, best: "least" },
  { title: "Parameters", value: (run) => run.network.params, text: count },
  { title: "Epochs", value: (run) => run.history.epochs.length, text: count },
  {
    title: "Time",
    value: (run) => (run.history.history.seconds ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0),
    text: duration,
  },
];

function results(runs: readonly ComparedRun[]): Html {
  const bests = columns.map(({ value, best }) => {
    const known = runs.map(({ run }) => value(run)).filter(isNumber);
    if (!best || known.length < 2) return undefined;
    return best === "most" ? Math.max(...known) : Math.min(...known);
  });
  const rows = runs.map(({ name, run }, i) => {
    const cells = columns.map(({ value, text }, k) => {
      const number = value(run);
      const isBest = isNumber(number) && number === bests[k];
      return isBest ? html`<td class="best"><b>${text(number)}</b></td>` : html`<td>${text(number)}</td>`;
    });
    return html`<tr><th scope="row">${runName(i)} <small>${name}</small></th>${cells}</tr>\n`;
  });
  return html`${scrolled(
    "Results",
    html`<table class="numbers">
<thead><tr><th scope="col">Run</th>${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}
<p class="note">The best of each column is marked. Choose between settings by validation; the test numbers are for the one that was chosen.</p>`;
}

function differences(runs: readonly ComparedRun[]): Html {
  const all = runs.map(({ run }) => ({
    Data: run.data.source,
    "Training images": count(run.data.training),
    ...run.settings,
  }));
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const differing = names.filter((name) => new Set(all.map((settings) => String(settingOf(settings, name)))).size > 1);
  if (differing.length === 0) return html`<p>None: the runs have the same settings.</p>`;
  const rows = differing.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${all.map((settings) => html`<td>${settingOf(settings, name)}</td>`)}</tr>\n`,
  );
  return scrolled(
    "Settings that differ",
    html`<table class="numbers wrapped">
<thead><tr><th scope="col">Setting</th>${runs.map((_, i) => html`<th scope="col">${runName(i)}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  );
}

function settingOf(settings: Readonly<Record<string, string | number>>, name: string): string | number {
  return settings[name] ?? "–";
}

/** Each run against the one with the fewest errors, on the images that both answered. */
function significance(runs: readonly ComparedRun[]): Html {
  const best = runs.reduce((least, { run }, i) => (errorShare(run) < errorShare(runs[least].run) ? i : least), 0);
  const { images, run: bestRun } = runs[best];
  const others = runs.flatMap((one, i) => {
    const { predictions } = one.run;
    const same = i !== best && images !== undefined && one.images === images && predictions && bestRun.predictions;
    return same ? [{ i, test: mcnemar(bestRun.predictions as PredictionsJson, predictions) }] : [];
  });
  const left = runs.length - 1 - others.length;
  const missing =
    left > 0
      ? html`<p class="note">${count(left)} of the other runs did not answer the same test images, and cannot be compared in this way.</p>`
      : "";
  if (others.length === 0)
    return html`<p>There is nothing to compare: no two runs have answers to the same test images.</p>${missing}`;
  const larger = holm(others.map(({ test }) => test.p));
  const rows = others.map(
    ({ i, test: { onlyFirst, onlySecond, p } }, k) =>
      html`<tr><th scope="row">${runName(best)} against ${runName(i)}</th><td>${count(onlyFirst)}</td><td>${count(onlySecond)}</td><td>${pText(p)}</td><td>${larger[k] ? html`<b>larger than chance</b>` : "may be chance"}</td></tr>\n`,
  );
  return html`${scrolled(
    "McNemar's test",
    html`<table class="numbers wrapped">
<thead><tr><th scope="col">The fewest errors against</th><th scope="col">Only the first misread</th><th scope="col">Only the second misread</th><th scope="col">p</th><th scope="col">Difference</th></tr></thead>
<tbody>${rows}</tbody></table>`,
  )}${missing}
<p class="note">McNemar's test, exact and two-sided, on the same test images: if two networks were equally good, an image that only one of them misreads would be misread by either with equal chance; p is how likely a split at least as uneven is then. At a level of 5%${others.length > 1 ? html`, with Holm's correction for ${others.length} comparisons` : ""}. One seed each: another seed of the same settings differs too.</p>`;
}

function pText(p: number): string {
  return p < 0.0001 ? "<\u00a00.0001" : p.toPrecision(2);
}

function errorShare(run: RunReport): number {
  return wrongOf(run.evaluation) / run.data.test;
}
