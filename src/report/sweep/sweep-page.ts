import { type Html, html } from "../drawing/html.ts";
import { count, counted, duration, isNumber } from "../drawing/numbers.ts";
import { page } from "../page/page.ts";
import { placed, placedWide, scrolled, section } from "../page/sections.ts";
import { trialCurves } from "./curves.ts";
import { costFront } from "./front.ts";
import { importanceBars } from "./importance.ts";
import { parallelCoordinates } from "./parallel.ts";
import type { SweepJson, TrialJson } from "./sweep-results.ts";
import { metricName, metricText, settingsText, valued } from "./values.ts";

/** Trials in the table: a browser takes long for more. `sweep.json` has all. */
const MAX_ROWS = 1000;

/** The results of a sweep as a self-contained HTML page. */
export function sweepHtml(sweep: SweepJson): string {
  const hasValues = valued(sweep).length > 0;
  const figures = html`<div class="columns">${placed(costFront(sweep, "parameters"))}${placed(costFront(sweep, "seconds"))}</div>`;
  const main = html`${sweep.bestCommand === null ? "" : section("The best trial", best(sweep, sweep.bestCommand))}
${hasValues ? section("Settings", settings(sweep)) : ""}
${hasValues ? section("Cost", figures) : ""}
${section("All trials", table(sweep))}
${section("Sweep", facts(sweep))}`;
  return page(titleOf(sweep), header(sweep), main);
}

/** `Sweep lr`; a file that is called sweep.yaml gives its name alone. */
const titleOf = ({ name }: SweepJson) => (name.toLowerCase() === "sweep" ? "Sweep" : `Sweep ${name}`);

function header(sweep: SweepJson): Html {
  const first = sweep.trials.find(({ trial }) => trial === sweep.best);
  const ended = (state: TrialJson["state"]) => sweep.trials.filter((trial) => trial.state === state).length;
  const seconds = sweep.trials.flatMap(({ trainings }) => trainings.map((each) => each.seconds ?? 0));
  const values: [value: string, what: string][] = [
    [count(ended("done")), "trials trained to the end"],
    [count(ended("stopped")), "stopped early"],
    [count(ended("failed")), "failed"],
    [count(ended("unfinished")), "not finished"],
    [duration(seconds.reduce((sum, each) => sum + each, 0)), "training time in all"],
  ];
  const shown = values.filter(([value]) => value !== "0");
  return html`<p class="what">${titleOf(sweep)}</p>
<h1>${metricText(sweep, first?.value)} <small>${metricName(sweep)}</small></h1>
<p class="summary">${first ? `Trial ${first.trial} is the best of ${counted(sweep.planned, "trial")}: ${settingsText(first.settings)}.` : "No trial has a result."}</p>
<dl class="facts">${shown.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

function command(text: string): Html {
  return html`<p class="command"><code>${text.split(" ").map((word) => html`<span>${word}</span> `)}</code></p>`;
}

function best(sweep: SweepJson, again: string): Html {
  const isCrossed = sweep.trials.some(({ trainings }) => trainings.some(({ fold }) => fold !== undefined));
  const what = isCrossed
    ? "This command trains its folds again, with the same weights, and makes a committee of them"
    : "This command trains it again, with the same weights";
  return html`${command(again)}
<p class="note">${what}, and evaluates on the test images, which the sweep has not read. The value above is the best of many, so the test result may be worse.</p>
<div class="columns part">${placed(trialCurves(sweep))}${placed(importanceBars(sweep), importanceNote)}</div>`;
}

const importanceNote = html`How much of the differences between trials each setting explains by itself: trials are grouped by its value, numbers of more than four values into four groups of equal size, and the share of the variance between groups is corrected for chance (epsilon squared). Effects that two settings have only together count for neither.`;

function settings(sweep: SweepJson): Html {
  return placedWide(parallelCoordinates(sweep));
}

function table(sweep: SweepJson): Html {
  const names = sweep.varied.map(({ name }) => name);
  const shown = sweep.trials.slice(0, MAX_ROWS);
  const rows = shown.map((trial) => row(sweep, trial, names));
  const heads = ["Trial", metricName(sweep).replace(/^v/, "V"), "Epochs", "Time", "Parameters", ...names, "State"];
  const left = sweep.trials.length - shown.length;
  return html`${scrolled(
    "All trials",
    html`<table class="numbers">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}${failures(sweep)}${left > 0 ? html`<p class="note">${counted(left, "more trial")} in sweep.json.</p>` : ""}`;
}

function row(sweep: SweepJson, trial: TrialJson, names: readonly string[]): Html {
  const seconds = trial.trainings.map((each) => each.seconds).filter(isNumber);
  const time = seconds.length > 0 ? seconds.reduce((sum, each) => sum + each, 0) : undefined;
  const value = metricText(sweep, trial.value);
  const state = trial.state === "unfinished" ? "not finished" : trial.state;
  return html`<tr><th scope="row">${trial.trial}</th>${trial.trial === sweep.best ? html`<td class="best">${value}</td>` : html`<td>${value}</td>`}<td>${trial.epochs}</td><td>${duration(time)}</td><td>${count(trial.trainings[0]?.parameters)}</td>${names.map((name) => html`<td>${String(trial.settings[name] ?? "–")}</td>`)}<td>${state}</td></tr>\n`;
}

/** The trials that failed, with the reason. */
function failures({ trials }: SweepJson): Html | "" {
  const rows = trials.slice(0, MAX_ROWS).flatMap(({ trial, failure }) => {
    return failure === undefined ? [] : [html`<p class="note"><b>Trial ${trial}</b> ${failure}</p>`];
  });
  return rows.length > 0 ? html`${rows}` : "";
}

function facts(sweep: SweepJson): Html {
  const count = Math.max(0, ...sweep.trials.map(({ trainings }) => trainings.length));
  const of = sweep.trials.some(({ trainings }) => trainings[0]?.fold !== undefined) ? "folds" : "seeds";
  const entries: Record<string, string> = {
    Metric: `${sweep.metric}, after the last epoch${count > 1 ? `, mean of ${count} ${of}` : ""}`,
    Chosen: sweep.choice,
    ...Object.fromEntries(Object.entries(sweep.fixed).map(([name, value]) => [name, String(value)])),
    Version: `lenet5 ${sweep.lenet5}`,
  };
  return html`${command(sweep.command)}<dl class="settings">${Object.entries(entries).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}
