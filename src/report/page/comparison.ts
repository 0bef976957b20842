import { type Html, html } from "../drawing/html.ts";
import { count, decimal, duration, isNumber, percent } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import { runCurves } from "../figures/run-curves.ts";
import type { Num } from "../results.ts";
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
  const { colour, dash } = seriesLook(i);
  return html`<span class="key${dash ? " dashed" : ""}" style="--colour: ${colour}">${letter(i)}</span>`;
}

/** The last folder of a path: the whole is told where it is pointed at. */
function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
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
  const sources = [...new Set(runs.map(({ run }) => run.data.source))];
  const bests = sources.map((source) =>
    columns.map(({ value, best }) => {
      const known = runs.flatMap(({ run }) => (run.data.source === source ? (value(run) ?? []) : []));
      if (!best || known.length < 2) return undefined;
      return best === "most" ? Math.max(...known) : Math.min(...known);
    }),
  );
  const rows = runs.map(({ name, run }, i) => {
    const cells = columns.map(({ value, text }, k) => {
      const number = value(run);
      const isBest = isNumber(number) && number === bests[sources.indexOf(run.data.source)][k];
      return isBest ? html`<td class="best"><b>${text(number)}</b></td>` : html`<td>${text(number)}</td>`;
    });
    return html`<tr><th scope="row" title="${name}">${runName(i)} <small>${baseName(name)}</small></th>${sources.length > 1 ? html`<td>${run.data.source}</td>` : ""}${cells}</tr>\n`;
  });
  return html`${scrolled(
    "Results",
    html`<table class="numbers">
<thead><tr><th scope="col">Run</th>${sources.length > 1 ? html`<th scope="col">Data</th>` : ""}${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}
<p class="note">The best of each column is marked${sources.length > 1 ? " for each data set" : ""}. Choose between settings by validation; the test numbers are for the one that was chosen.</p>`;
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

/** In each group of runs that answered the same images, every other one against the one with the fewest errors. */
function significance(runs: readonly ComparedRun[]): Html {
  const groups = groupsOf(runs).filter((group) => group.length > 1);
  const alone = runs.length - groups.flat().length;
  const missing =
    alone > 0
      ? html`<p class="note">${alone === 1 ? "One run" : `${alone} runs`} answered test images that no other run answered, and cannot be compared in this way.</p>`
      : "";
  if (groups.length === 0)
    return html`<p>There is nothing to compare: no two runs have answers to the same test images.</p>${missing}`;
  const rows = groups.map((group) => comparisons(runs, group));
  const table = html`<table class="numbers wrapped">
<thead><tr><th scope="col">The fewest errors against</th><th scope="col">Only the first misread</th><th scope="col">Only the second misread</th><th scope="col">p</th><th scope="col">Difference</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrolled("McNemar's test", table)}${missing}
<p class="note">McNemar's test, exact and two-sided, on the same test images: if two networks were equally good, an image that only one of them misreads would be misread by either with equal chance; p is how likely a split at least as uneven is then. At a level of 5%, with Holm's correction for all pairs of runs, since the one with the fewest errors was only found by looking at all. One seed each: another seed of the same settings differs too.</p>`;
}

/** Holm's correction is for all pairs of the group; those with the best are shown. */
function comparisons(runs: readonly ComparedRun[], group: readonly number[]): Html[] {
  const predictionsOf = (i: number) => runs[i].run.predictions!;
  const best = group.reduce((least, i) =>
    wrongOf(runs[i].run.evaluation) < wrongOf(runs[least].run.evaluation) ? i : least,
  );
  const pairs = group.flatMap((a, k) => group.slice(k + 1).map((b) => (b === best ? [b, a] : [a, b])));
  const tests = pairs.map(([a, b]) => mcnemar(predictionsOf(a), predictionsOf(b)));
  const larger = holm(tests.map(({ p }) => p));
  return pairs.flatMap(([a, b], k) => {
    if (a !== best) return [];
    const { onlyFirst, onlySecond, p } = tests[k];
    return [
      html`<tr><th scope="row">${runName(a)} against ${runName(b)}</th><td>${count(onlyFirst)}</td><td>${count(onlySecond)}</td><td>${pText(p)}</td><td>${larger[k] ? html`<b>larger than chance</b>` : "may be chance"}</td></tr>\n`,
    ];
  });
}

/** The runs, by their numbers, that have answers to the same images. */
function groupsOf(runs: readonly ComparedRun[]): number[][] {
  const groups = new Map<string, number[]>();
  runs.forEach(({ run, images }, i) => {
    if (images === undefined || !run.predictions) return;
    groups.set(images, [...(groups.get(images) ?? []), i]);
  });
  return [...groups.values()];
}

function pText(p: number): string {
  return p < 0.0001 ? "<\u00a00.0001" : p.toPrecision(2);
}
