import { type Html, html } from "../drawing/html.ts";
import { count, decimal, duration, isNumber, percent } from "../drawing/numbers.ts";
import { calibration } from "../figures/calibration.ts";
import { classErrors } from "../figures/class-errors.ts";
import { confidence } from "../figures/confidence.ts";
import { confusedPairs } from "../figures/confused-pairs.ts";
import { accuracyCurves, epochTimes, lossCurves } from "../figures/curves.ts";
import { featureMaps } from "../figures/feature-maps.ts";
import { kernels } from "../figures/kernels.ts";
import { networkDiagram } from "../figures/network-diagram.ts";
import { rejection } from "../figures/rejection.ts";
import { gradientNorms, learningRates, stepLosses } from "../figures/step-curves.ts";
import { weightHistograms } from "../figures/weight-histograms.ts";
import type {
  EvaluationJson,
  Example,
  ExamplesJson,
  FeatureMapsJson,
  HistoryJson,
  KernelsJson,
  NetworkJson,
  PredictionsJson,
  StepsJson,
  WeightHistogramsJson,
} from "../results.ts";
import { mistakes } from "../statistics/mistakes.ts";
import { areProbabilities } from "../statistics/probabilities.ts";
import { classTable } from "./class-table.ts";
import { confusionTable } from "./confusion-table.ts";
import { page } from "./page.ts";
import { picture, pictureStore } from "./pictures.ts";
import { choice, part, placed, placedWide, section } from "./sections.ts";
import { summaryTable } from "./summary-table.ts";

/** All that a report tells, as plain JSON. What is absent is left out of the page. */
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
  readonly network: NetworkJson;
  readonly history: HistoryJson;
  readonly steps?: StepsJson;
  readonly evaluation: EvaluationJson;
  readonly predictions?: PredictionsJson;
  readonly examples?: ExamplesJson;
  readonly weights?: WeightHistogramsJson;
  readonly kernels?: readonly KernelsJson[];
  /** An image through every layer. */
  readonly inside?: FeatureMapsJson;
  /** What was typed. */
  readonly command: string;
  /** By name. */
  readonly settings: Readonly<Record<string, string | number>>;
}

const MAX_WORST = 30;

/** How to read the pictures of confidence. */
const explained = html`<dl class="words">
<dt>Confidence</dt><dd>The probability the network gave its answer. Mistakes that lie far to the right are those it could not know of.</dd>
<dt>Calibration</dt><dd>On the dashed line, answers of 90% confidence are right 9 times in 10. Below it the network is too sure of itself. The expected calibration error (ECE) is the mean distance from the line over all images; the size of a dot shows how many there are.</dd>
<dt>Rejection</dt><dd>If the least sure answers go to a person instead, fewer of the others are wrong.</dd>
</dl>`;

/** One self-contained page about one run. */
export function reportHtml(run: RunReport): string {
  const { title, data, evaluation, examples, predictions } = run;
  const { perClass } = evaluation;
  const main = html`${examples ? pictureStore(examples) : ""}
${learning(run)}
${section("What was read as what", confusionTable(evaluation, examples), part("Classes", classTable(perClass)))}
${section(
  "Errors",
  examples ? worst(examples) : "",
  html`<div class="columns">${placed(classErrors(evaluation))}${placed(confusedPairs(evaluation))}</div>`,
  predictions && areProbabilities(predictions)
    ? html`<div class="columns">${placed(confidence(predictions))}${placed(calibration(predictions))}${placed(rejection(predictions))}${explained}</div>`
    : "",
)}
${learned(run)}
${section("Network", placedWide(networkDiagram(run.network)), summaryTable(run.network))}
${section("Run", html`<p class="command"><code>${run.command.split(" ").map((word) => html`<span>${word}</span> `)}</code></p><dl class="settings">${Object.entries(run.settings).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`)}`;
  return page(`${title}: ${percent(evaluation.accuracy)} on ${data.source}`, header(run), main);
}

function header({ title, started, notices, data, history, evaluation, network }: RunReport): Html {
  const seconds = (history.history.seconds ?? []).filter(isNumber).reduce((sum, value) => sum + value, 0);
  const epochs = history.epochs.length;
  const facts: [value: string, what: string][] = [
    [count(wrongOf(evaluation)), `wrong of ${count(data.test)}`],
    [decimal(evaluation.loss), "test loss"],
    [count(network.params), "parameters"],
    [duration(seconds), epochs === 1 ? "for 1 epoch" : `for ${epochs} epochs`],
    [seconds > 0 ? count(Math.round((data.training * epochs) / seconds)) : "–", "images a second"],
  ];
  const parts = [
    [data.training, "to train on"],
    [data.validation, "for validation"],
    [data.test, "to test"],
  ] as const;
  return html`<p class="what">${title} <time datetime="${started}">${started.slice(0, 16).replace("T", " ")} UTC</time></p>
<h1>${percent(evaluation.accuracy)} <small>test accuracy</small></h1>
<p class="source">${data.source}: ${parts
    .filter(([images]) => images > 0)
    .map(([images, what]) => `${count(images)} images ${what}`)
    .join(", ")}</p>
${notices.map((notice) => html`<p class="notice" role="note">${notice}</p>\n`)}
<dl class="facts">${facts.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

function learning({ history, steps }: RunReport): Html {
  const loss = choice("loss-axis", "Axis of the loss", [
    ["linear", lossCurves(history)],
    ["logarithmic", lossCurves(history, { scale: "log" })],
  ]);
  const more = steps
    ? html`${placed(stepLosses(steps))}${placed(learningRates(steps))}${placed(gradientNorms(steps))}`
    : "";
  return section(
    "Learning",
    html`<div class="columns">${loss}${placed(accuracyCurves(history))}${more}${placed(epochTimes(history))}</div>`,
    html`<p class="note">Training numbers are means over an epoch, while the network learns; validation numbers are those of the network at its end. So training may look worse at first.</p>`,
  );
}

/** Images read as another class. */
export function wrongOf({ confusionMatrix }: Pick<EvaluationJson, "confusionMatrix">): number {
  return mistakes(confusionMatrix).reduce((sum, { times }) => sum + times, 0);
}

/** As the figure of that name, but in as many columns as there is room for. */
function worst({ images, shape, classNames }: ExamplesJson): Html | "" {
  const errors = images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || a.index - b.index)
    .slice(0, MAX_WORST);
  const name = (k: number) => classNames[k] ?? String(k);
  const pictures = errors.map((example: Example) => {
    const { label, predicted, confidence: sure } = example;
    const words = html`<b>${name(label)} → <em>${name(predicted)}</em></b> <small>${percent(sure, 1)}</small>`;
    return picture(example, shape, `${name(label)} read as ${name(predicted)}`, words);
  });
  if (pictures.length === 0) return part("Worst errors", html`<p>No image was misread.</p>`);
  const note = "The wrong answers the network was surest of: true class → what it was read as, and how sure it was.";
  return part("Worst errors", html`<ul class="pictures">${pictures}</ul>`, note);
}

function learned({ kernels: convolutions = [], inside, weights, evaluation }: RunReport): Html | "" {
  const classNames = evaluation.perClass.map(({ name }) => name);
  const figures = [
    ...convolutions.map(kernels),
    ...(inside ? [featureMaps(inside, { classNames })] : []),
    ...(weights ? [weightHistograms(weights)] : []),
  ];
  return figures.length === 0 ? "" : section("What it learned", ...figures.map(placedWide));
}
