import { coarseText } from "../coarse.ts";
import { type Html, html } from "../drawing/html.ts";
import { count, counted, duration } from "../drawing/numbers.ts";
import { page } from "../page/page.ts";
import { placed, placedWide, scrolled, section } from "../page/sections.ts";
import { trialCurves } from "./curves.ts";
import { costFront, hasCosts } from "./front.ts";
import { importanceBars, isImportanceKnown } from "./importance.ts";
import { parallelCoordinates } from "./parallel.ts";
import type { SettingValue, SweepJson, TrialJson } from "./sweep-results.ts";
import { validationText } from "./validation.ts";
import {
  bestWord,
  epochsText,
  measuredName,
  metricName,
  metricText,
  secondsOf,
  settingsText,
  severalText,
  valued,
} from "./values.ts";

/** Trials in the table: a browser takes long for more. `sweep.json` has all. */
const MAX_ROWS = 1000;

/** The results of a sweep as a self-contained HTML page. */
export function sweepHtml(sweep: SweepJson): string {
  const hasValues = valued(sweep).length > 0;
  const first = bestOf(sweep);
  const main = html`${first ? section(`The ${bestWord(first).replace("best", "best trial")}`, best(sweep, first)) : ""}
${hasValues ? section("Settings", settings(sweep)) : ""}
${hasValues ? section("Cost", costOf(sweep)) : ""}
${section("All trials", table(sweep))}
${section("Sweep", facts(sweep))}`;
  return page(titleOf(sweep), header(sweep), main);
}

/** `Sweep lr`; a file that is called sweep.yaml gives its name alone. */
const titleOf = ({ name }: SweepJson) => (name.toLowerCase() === "sweep" ? "Sweep" : `Sweep ${name}`);

const bestOf = ({ trials, best }: SweepJson) => trials.find(({ trial }) => trial === best);

function header(sweep: SweepJson): Html {
  const first = bestOf(sweep);
  const isSoFar = first !== undefined && first.state !== "done";
  const ended = (state: TrialJson["state"]) => sweep.trials.filter((trial) => trial.state === state).length;
  const seconds = sweep.trials.reduce((sum, trial) => sum + (secondsOf(trial) ?? 0), 0);
  const values: [value: string, what: string][] = [
    [count(ended("done")), "trained to the end"],
    [count(ended("stopped")), "stopped early"],
    [count(ended("failed")), "failed"],
    [count(ended("unfinished")), "not finished"],
    [duration(seconds), "training time in all"],
  ];
  const coarse = coarseText(sweep.validation.images, "trials");
  const shown = values.filter(([value]) => value !== "0");
  return html`<p class="what">${titleOf(sweep)}</p>
<h1>${metricText(sweep, first?.value)} <small>${measuredName(sweep)}${isSoFar ? `, best so far, after ${epochsText(first)}` : ""}</small></h1>
<p class="summary">${first ? `Trial ${first.trial} is the ${bestWord(first)} of ${counted(sweep.planned, "trial")}: ${settingsText(first.settings)}.` : "No trial has a result."} ${validationText(sweep.validation)}.</p>
${coarse === undefined ? "" : html`<p class="notice">Note: ${coarse}.</p>`}
<dl class="facts">${shown.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

function command(text: string): Html {
  return html`<p class="command"><code>${text.split(" ").map((word) => html`<span>${word}</span> `)}</code></p>`;
}

function best(sweep: SweepJson, { state, plannedEpochs }: TrialJson): Html {
  const again = state === "done" ? "again" : `for all its ${counted(plannedEpochs ?? 0, "epoch")}`;
  const isCrossed = sweep.trials.some(({ trainings }) => trainings.some(({ fold }) => fold !== undefined));
  const what = isCrossed
    ? `This command trains its folds ${again}, with the same weights, makes a committee of them, and evaluates`
    : sweep.bestCommands.length > 1
      ? `These commands train it ${again}, one for each seed, with the same weights, and evaluate`
      : `This command trains it ${again}, with the same weights, and evaluates`;
  return html`${sweep.bestCommands.map(command)}
<p class="note">${what} on the test images, which the sweep has not read. The value above is the best of many, so the test result may be worse.</p>
<div class="columns part">${placed(trialCurves(sweep))}${placed(importanceBars(sweep), isImportanceKnown(sweep) ? importanceNote : "")}</div>`;
}

const importanceNote = html`How much of the differences between trials each setting explains by itself: trials are grouped by its value, numbers of more than four values into four groups of equal size, and the share of the variance between groups is corrected for chance (epsilon squared). Effects that two settings have only together count for neither.`;

function settings(sweep: SweepJson): Html {
  return placedWide(parallelCoordinates(sweep));
}

/** Where all trials have the same network, its size says nothing about accuracy. */
function costOf(sweep: SweepJson): Html {
  const time = placed(costFront(sweep, "seconds"));
  return hasCosts(sweep, "parameters")
    ? html`<div class="columns">${time}${placed(costFront(sweep, "parameters"))}</div>`
    : time;
}

function table(sweep: SweepJson): Html {
  const columns = sweep.varied.map(({ name }) => {
    const values = sweep.trials.map(({ settings }) => settings[name] ?? 0);
    return { name, kind: values.every((value) => typeof value === "number") ? "setting" : "setting word" };
  });
  const shown = sweep.trials.slice(0, MAX_ROWS);
  const rows = shown.map((trial) => row(sweep, trial, columns));
  const several = severalText(sweep);
  const value = html`${metricName(sweep).replace(/^v/, "V")}${several === undefined ? "" : html` <small>mean of ${several}</small>`}`;
  const time = html`Training time${several === undefined ? "" : html` <small>sum of ${several}</small>`}`;
  const heads = [
    ...["Trial", value, "Epochs", time, "Parameters"].map((head) => html`<th scope="col">${head}</th>`),
    ...columns.map(({ name, kind }) => html`<th scope="col" class="${kind}">${name}</th>`),
    html`<th scope="col" class="word">State</th>`,
  ];
  const left = sweep.trials.length - shown.length;
  return html`${scrolled(
    "All trials",
    html`<table class="numbers">
<thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody></table>`,
  )}${failures(sweep)}${left > 0 ? html`<p class="note">${counted(left, "more trial")} in sweep.json.</p>` : ""}`;
}

/** A setting, and the class of its cells: words stand left, numbers right. */
interface Column {
  readonly name: string;
  readonly kind: string;
}

function row(sweep: SweepJson, trial: TrialJson, columns: readonly Column[]): Html {
  const value = metricText(sweep, trial.value);
  const state = trial.state === "unfinished" ? "not finished" : trial.state;
  return html`<tr><th scope="row">${trial.trial}</th>${trial.trial === sweep.best ? html`<td class="best">${value}</td>` : html`<td>${value}</td>`}<td>${trial.epochs}</td><td>${duration(secondsOf(trial))}</td><td>${count(trial.trainings[0]?.parameters)}</td>${columns.map(({ name, kind }) => settingCell(trial.settings[name], kind))}<td class="word">${state}</td></tr>\n`;
}

/** A path may be longer than there is room. */
function settingCell(value: SettingValue = "–", kind: string): Html {
  return html`<td class="${kind}" title="${String(value)}">${String(value)}</td>`;
}

/** The trials that failed, with the reason. */
function failures({ trials }: SweepJson): Html | "" {
  const rows = trials.slice(0, MAX_ROWS).flatMap(({ trial, failure }) => {
    return failure === undefined ? [] : [html`<p class="note"><b>Trial ${trial}</b> ${failure}</p>`];
  });
  return rows.length > 0 ? html`${rows}` : "";
}

function facts(sweep: SweepJson): Html {
  const several = severalText(sweep);
  const entries: Record<string, string> = {
    Metric: `${sweep.metric}, after the last epoch${several === undefined ? "" : `, mean of ${several}`}`,
    Chosen: sweep.choice,
    Trials: count(sweep.planned),
    Varied: sweep.varied.map(({ name, values }) => `${name} ${values}`).join("; "),
    ...Object.fromEntries(Object.entries(sweep.fixed).map(([name, value]) => [name, String(value)])),
    Version: `lenet5 ${sweep.lenet5}`,
  };
  return html`${command(sweep.command)}<dl class="settings">${Object.entries(entries).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}
