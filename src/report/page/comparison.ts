import { type Html, html } from "../drawing/html.ts";
import { count, decimal, duration, isNumber, percent } from "../drawing/numbers.ts";
import { seriesLook } from "../drawing/theme.ts";
import { runCurves } from "../figures/run-curves.ts";
import type { Num } from "../results.ts";
import { holm, mcnemar } from "../statistics/mcnemar.ts";
import { dataName, shortPaths } from "./data-name.ts";
import { page } from "./page.ts";
import { type TrainedReport, wrongOf } from "./report.ts";
import { choice, placed, scrolled, section } from "./sections.ts";

/** A run to compare with others. */
export interface ComparedRun {
  /** Folder of the run. */
  readonly name: string;
  readonly run: TrainedReport;
  /** SHA-256 of the test images. Only predictions for the same images are compared. */
  readonly images?: string;
}

/** One self-contained page about several runs. */
export function comparisonHtml(runs: readonly ComparedRun[]): string {
  const lines = runs.map((one, i) => ({ name: letter(i), ...one.run.history }));
  const has = (metric: string) => runs.some(({ run }) => run.history.history[metric]?.some(isNumber));
  const curves = ["val_loss", "val_accuracy", "loss", "accuracy"].filter(has).map((metric) =>
    metric.endsWith("loss")
      ? choice(`${metric}-axis`, "Axis of the loss", [
          ["logarithmic", runCurves(lines, { metric, scale: "log" })],
          ["linear", runCurves(lines, { metric })],
        ])
      : placed(runCurves(lines, { metric })),
  );
  const main = html`${section("Results", results(runs))}
${section("Training", html`<div class="columns">${curves}</div>`)}
${section("Statistical significance", significance(runs))}
${section("Settings", differences(runs))}`;
  const header = html`<p class="what">Comparison</p>
<h1>${runs.length} runs</h1>
<p class="source">${[...new Set(runs.map(({ run }) => dataName(run.data.source)))].join("; ")}</p>`;
  return page(`${runs.length} runs compared`, header, main);
}

function letter(i: number): string {
  return i < 26 ? String.fromCharCode(65 + i) : `R${i + 1}`;
}

function runName(i: number): Html {
  const { colour, dash } = seriesLook(i);
  return html`<span class="key${dash ? " dashed" : ""}" style="--colour: ${colour}">${letter(i)}</span>`;
}

/** The last folder of a path. */
function baseName(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
}

interface Column {
  readonly title: string;
  readonly value: (run: TrainedReport) => Num | undefined;
  readonly text: (value: Num | undefined) => string;
  /** Which value is best; absent where neither is. */
  readonly best?: "max" | "min";
}

const loss = (value: Num | undefined) => decimal(value, "full");
const lastOf = (name: string) => (run: TrainedReport) => run.history.history[name]?.at(-1);

const columns: readonly Column[] = [
  { title: "Test accuracy", value: (run) => run.evaluation?.accuracy, text: percent, best: "max" },
  { title: "Errors", value: (run) => run.evaluation && wrongOf(run.evaluation), text: count, best: "min" },
  { title: "Test loss", value: (run) => run.evaluation?.loss, text: loss, best: "min" },
  { title: "Validation accuracy", value: lastOf("val_accuracy"), text: percent, best: "max" },
  { title: "Validation loss", value: lastOf("val_loss"), text: loss, best: "min" },
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
      return best === "max" ? Math.max(...known) : Math.min(...known);
    }),
  );
  const rows = runs.map(({ name, run }, i) => {
    const cells = columns.map(({ value, text }, k) => {
      const number = value(run);
      const isBest = isNumber(number) && number === bests[sources.indexOf(run.data.source)][k];
      return isBest ? html`<td class="best">${text(number)}</td>` : html`<td>${text(number)}</td>`;
    });
    return html`<tr><th scope="row" title="${name}">${runName(i)} <small>${baseName(name)}</small></th>${sources.length > 1 ? html`<td>${dataName(run.data.source)}</td>` : ""}${cells}</tr>\n`;
  });
  return html`${scrolled(
    "Results",
    html`<table class="numbers">
<thead><tr><th scope="col">Run</th>${sources.length > 1 ? html`<th scope="col">Data</th>` : ""}${columns.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}
<p class="note">The best of each column is bold${sources.length > 1 ? " for each data set" : ""}. Choose settings by the validation numbers; test numbers are for the final choice.</p>`;
}

function differences(runs: readonly ComparedRun[]): Html {
  const all = runs.map(({ run }) => ({
    Data: shortPaths(run.data.source),
    ...(run.data.training !== undefined && { "Training images": count(run.data.training) }),
    ...run.settings,
  }));
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))];
  const differing = names.filter((name) => new Set(all.map((settings) => String(settingOf(settings, name)))).size > 1);
  if (differing.length === 0) return html`<p>All runs have the same settings.</p>`;
  const rows = differing.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${all.map((settings) => html`<td>${settingOf(settings, name)}</td>`)}</tr>\n`,
  );
  return html`${scrolled(
    "Settings",
    html`<table class="numbers wrapped">
<thead><tr><th scope="col">Setting</th>${runs.map((_, i) => html`<th scope="col">${runName(i)}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}<p class="note">Only settings in which the runs differ.</p>`;
}

function settingOf(settings: Readonly<Record<string, string | number>>, name: string): string | number {
  return settings[name] ?? "–";
}

/** Compares the run with the fewest errors to every other run with the same test images. */
function significance(runs: readonly ComparedRun[]): Html {
  const groups = groupsOf(runs).filter((group) => group.length > 1);
  const alone = runs.length - groups.flat().length;
  const missing =
    alone > 0
      ? html`<p class="note">${alone === 1 ? "One run has" : `${alone} runs have`} test images that no other run has, and cannot be compared.</p>`
      : "";
  if (groups.length === 0) return html`<p>No two runs have predictions for the same test images.</p>${missing}`;
  const rows = groups.map((group) => comparisons(runs, group));
  const table = html`<table class="numbers wrapped">
<thead><tr><th scope="col">Runs</th><th scope="col">Wrong only in the first</th><th scope="col">Wrong only in the second</th><th scope="col">p-value</th><th scope="col">Difference</th></tr></thead>
<tbody>${rows}</tbody></table>`;
  return html`${scrolled("McNemar's test", table)}${missing}
<p class="note">The run with the fewest errors against every other run, by McNemar's test (exact, two-sided) on the same test images. If two networks are equally good, an image that only one of them misclassifies is an error of either with equal probability; the p-value is the probability of a split at least as uneven. Significance level 5%, with Holm's correction for all pairs of runs. Each run has one seed: runs with the same settings and other seeds differ too.</p>`;
}

/** Holm's correction counts all pairs of the group; the table shows those with the best run. */
function comparisons(runs: readonly ComparedRun[], group: readonly number[]): Html[] {
  const predictionsOf = (i: number) => runs[i].run.predictions!;
  const wrong = (i: number) => wrongOf(runs[i].run.evaluation!);
  const best = group.reduce((leader, i) => (wrong(i) < wrong(leader) ? i : leader));
  const pairs = group.flatMap((a, k) => group.slice(k + 1).map((b) => (b === best ? [b, a] : [a, b])));
  const tests = pairs.map(([a, b]) => mcnemar(predictionsOf(a), predictionsOf(b)));
  const significant = holm(tests.map(({ p }) => p));
  return pairs.flatMap(([a, b], k) => {
    if (a !== best) return [];
    const { onlyFirst, onlySecond, p } = tests[k];
    return [
      html`<tr><th scope="row">${runName(a)} and ${runName(b)}</th><td>${count(onlyFirst)}</td><td>${count(onlySecond)}</td><td>${pText(p)}</td><td>${significant[k] ? html`<b>significant</b>` : "not significant"}</td></tr>\n`,
    ];
  });
}

/** Groups of runs, by index, that have predictions for the same images. */
function groupsOf(runs: readonly ComparedRun[]): number[][] {
  const groups = new Map<string, number[]>();
  runs.forEach(({ run, images }, i) => {
    if (images === undefined || !run.predictions || !run.evaluation) return;
    groups.set(images, [...(groups.get(images) ?? []), i]);
  });
  return [...groups.values()];
}

function pText(p: number): string {
  return p < 0.0001 ? "<\u00a00.0001" : p.toPrecision(2);
}
