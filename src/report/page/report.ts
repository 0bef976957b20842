import { className, withArrow } from "../drawing/class-name.ts";
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
import { dataName, shortPaths } from "./data-name.ts";
import { page } from "./page.ts";
import { picture, pictureStore } from "./pictures.ts";
import { choice, part, placed, placedWide, section } from "./sections.ts";
import { summaryTable } from "./summary-table.ts";

/** The content of a report as plain JSON. Absent parts are left out of the page. */
export interface RunReport {
  /** The title of the page. */
  readonly title: string;
  /** Start of the run, in ISO 8601. */
  readonly started: string;
  /** Warnings about the results, shown above them. */
  readonly notices: readonly string[];
  /** Name of the data set, and the number of images of each part. */
  readonly data: {
    /** The name of the data set. */
    readonly source: string;
    /** Absent where the data came in a stream, and for test images where there were none. */
    readonly training?: number;
    /** Images for validation. */
    readonly validation?: number;
    /** Test images. */
    readonly test?: number;
  };
  /** The network in numbers: what `model.summaryData()` returns. */
  readonly network: NetworkJson;
  /** Absent for a network whose training is not known: the page then says nothing of it. */
  readonly history?: HistoryJson;
  /** Loss, learning rate and gradient norm of every batch. */
  readonly steps?: StepsJson;
  /** Results on the test images; absent where there were none. */
  readonly evaluation?: EvaluationJson;
  /** What each test image was taken for. */
  readonly predictions?: PredictionsJson;
  /** Pictures of test images, which the page shows: those of {@link examples}. */
  readonly examples?: ExamplesJson;
  /** Histograms of the weights by epoch. */
  readonly weights?: WeightHistogramsJson;
  /** The kernels of convolutions to draw. */
  readonly kernels?: readonly KernelsJson[];
  /** Outputs of every layer for one image. */
  readonly layerOutputs?: FeatureMapsJson;
  /** The command line that was typed. */
  readonly command?: string;
  /** Settings by name. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The report of a run, whose training is known. */
export type TrainedReport = RunReport & Required<Pick<RunReport, "history">>;

const MAX_WORST = 30;
/** Of more, the first are shown: a page of a run stays below some megabytes, whatever its files say. */
const [MAX_NOTICES, MAX_SETTINGS, MAX_METRICS, MAX_KERNELS] = [30, 200, 30, 12];
/** Letters of a text. */
const MAX_TEXT = 2000;

function clipped(text: string | number): string {
  const whole = String(text);
  return whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT)}…` : whole;
}

/** Explanations of the charts in the section about confidence. */
const explained = html`<dl class="words">
<dt>Confidence</dt><dd>The probability that the network gives its prediction. The wrong predictions on the far right look as certain as correct ones: the confidence does not reveal them.</dd>
<dt>Calibration</dt><dd>On the dashed line, predictions of 90% confidence are correct 9 times in 10. Below the line the network is overconfident. The expected calibration error (ECE) is the mean distance from the line over all images. Larger dots stand for more images.</dd>
<dt>Rejection</dt><dd>If the predictions of the lowest confidence are rejected (left to a person), fewer of the remaining ones are wrong.</dd>
</dl>`;

/** The report of one run, as a self-contained HTML page. */
export function reportHtml(run: RunReport): string {
  const { data, evaluation, examples, predictions, command } = run;
  const title = clipped(run.title);
  const main = html`${examples ? pictureStore(examples) : ""}
${training(run)}
${
  evaluation
    ? section(
        "Confusion matrix",
        confusionTable(evaluation, examples),
        html`<div class="columns">${placed(classErrors(evaluation))}${placed(confusedPairs(evaluation))}</div>`,
        part("Precision and recall", classTable(evaluation.perClass)),
      )
    : ""
}
${examples ? section("Worst errors", worst(examples)) : ""}
${predictions && areProbabilities(predictions) ? section("Confidence", html`<div class="columns">${placed(confidence(predictions))}${placed(calibration(predictions))}${placed(rejection(predictions))}${explained}</div>`) : ""}
${internals(run)}
${section("Network", placedWide(networkDiagram(run.network)), summaryTable(run.network))}
${section(
  "Settings",
  html`${
    command === undefined
      ? ""
      : html`<p class="command"><code>${clipped(command)
          .split(" ")
          .map((word) => html`<span>${word}</span> `)}</code></p>`
  }<dl class="settings">${Object.entries({ Data: shortPaths(data.source), ...run.settings })
    .slice(0, MAX_SETTINGS)
    .map(([name, value]) => html`<div><dt>${clipped(name)}</dt><dd>${clipped(value)}</dd></div>\n`)}</dl>`,
)}`;
  const { value, what } = headline(run);
  const onWhat = evaluation ? "" : ` ${what}`;
  return page(`${title}: ${value}${onWhat} on ${dataName(data.source)}`, header(run), main);
}

/** The number at the top: the accuracy on the test images, else the best that the history has for the chosen epoch. */
function headline({ evaluation, history }: RunReport): { readonly value: string; readonly what: string } {
  if (isNumber(evaluation?.accuracy)) return { value: percent(evaluation.accuracy), what: "test accuracy" };
  if (evaluation) return { value: decimal(evaluation.loss, "full"), what: "test loss" };
  const names = { val_accuracy: "validation accuracy", val_loss: "validation loss", accuracy: "training accuracy" };
  const at = history?.epochs.indexOf(history.chosen ?? Number.NaN);
  for (const [name, what] of Object.entries({ ...names, loss: "training loss" })) {
    const value = at === undefined ? undefined : history?.history[name]?.at(at);
    if (isNumber(value)) return { value: name.endsWith("accuracy") ? percent(value) : decimal(value, "full"), what };
  }
  return { value: "–", what: "not trained" };
}

function header(run: RunReport): Html {
  const { notices, data, history, evaluation, network } = run;
  const [title, started] = [clipped(run.title), clipped(run.started)];
  const facts: Fact[] = [
    ...(evaluation ? ofTest(evaluation) : []),
    [count(network.params), "parameters"],
    ...(history ? ofTraining(history) : []),
  ];
  const { value, what } = headline(run);
  const parts = [
    [data.training, "for training"],
    [data.validation, "for validation"],
    [data.test, "for testing"],
  ] as const;
  return html`<p class="what">${title} <time datetime="${started}">${started.slice(0, 16).replace("T", " ")} UTC</time></p>
<h1>${value} <small>${what}</small></h1>
<p class="source">${dataName(data.source)}: ${parts
    .flatMap(([images = 0, what]) => (images > 0 ? [`${count(images)} images ${what}`] : []))
    .join(", ")}</p>
${notices.slice(0, MAX_NOTICES).map((notice) => html`<p class="notice" role="note">${clipped(notice)}</p>\n`)}
<dl class="facts">${facts.map(([value, what]) => html`<div><dd>${value}</dd><dt>${what}</dt></div>`)}</dl>`;
}

type Fact = [value: string, what: string];

function ofTest(evaluation: EvaluationJson): Fact[] {
  const images = evaluation.perClass.reduce((sum, { support }) => sum + support, 0);
  const facts: Fact[] = [[count(wrongOf(evaluation)), `wrong of ${count(images)}`]];
  if (isNumber(evaluation.accuracy)) facts.push([decimal(evaluation.loss, "full"), "test loss"]);
  for (const [name, value] of Object.entries(evaluation.metrics ?? {}).slice(0, MAX_METRICS))
    facts.push([decimal(value, "full"), clipped(name)]);
  return facts;
}

function ofTraining(history: HistoryJson): Fact[] {
  const seconds = (history.history.seconds ?? []).filter(isNumber).reduce((sum, value) => sum + value, 0);
  const epochs = history.epochs.length;
  return [
    [duration(seconds), epochs === 1 ? "for 1 epoch" : `for ${epochs} epochs`],
    [speed(history), "images a second"],
  ];
}

/** Images trained in a second, over all epochs. */
function speed({ history }: HistoryJson): string {
  const seconds = (history.seconds ?? []).map((value) => value ?? 0);
  const all = seconds.reduce((sum, value) => sum + value, 0);
  const images = seconds.reduce((sum, value, i) => sum + value * (history.images_per_second?.[i] ?? 0), 0);
  return all > 0 && images > 0 ? count(Math.round(images / all)) : "–";
}

function training({ history, steps }: RunReport): Html | "" {
  if (!history) return "";
  const loss = choice("loss-axis", "Axis of the loss", [
    ["logarithmic", lossCurves(history, { scale: "log" })],
    ["linear", lossCurves(history)],
  ]);
  const more = steps
    ? html`${placed(stepLosses(steps, { scale: "log" }))}${placed(learningRates(steps))}${placed(gradientNorms(steps))}`
    : "";
  return section(
    "Training",
    html`<div class="columns">${loss}${placed(accuracyCurves(history))}${more}${placed(epochTimes(history))}</div>`,
    html`<p class="note">Training values are means over an epoch, while the weights change. Validation values are measured at the end of the epoch, so they may look better at first.</p>`,
  );
}

/** Number of misclassified images. */
export function wrongOf({ confusionMatrix }: Pick<EvaluationJson, "confusionMatrix">): number {
  return mistakes(confusionMatrix).reduce((sum, { times }) => sum + times, 0);
}

/** The images of the figure {@link worstErrors}, in a grid that adapts to the width of the page. */
function worst({ images, shape, classNames }: ExamplesJson): Html {
  const errors = images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.confidence - a.confidence || a.index - b.index)
    .slice(0, MAX_WORST);
  const name = (k: number) => className(classNames, k);
  const pictures = errors.map((example: Example) => {
    const { label, predicted, confidence: sure } = example;
    const words = html`<b>${withArrow(name(label))}<em>${name(predicted)}</em></b> <small>${percent(sure, 1)}</small>`;
    return picture(example, shape, `${name(label)} predicted as ${name(predicted)}`, words);
  });
  if (pictures.length === 0) return html`<p>No image was misclassified.</p>`;
  return html`<ul class="pictures">${pictures}</ul><p class="note">The wrong predictions of the highest confidence: true class → predicted class, and the confidence.</p>`;
}

function internals({ kernels: convolutions = [], layerOutputs, weights, evaluation }: RunReport): Html | "" {
  const classNames = evaluation?.perClass.map(({ name }) => name);
  const figures = [
    ...convolutions.slice(0, MAX_KERNELS).map(kernels),
    ...(layerOutputs ? [featureMaps(layerOutputs, { classNames })] : []),
    ...(weights ? [weightHistograms(weights)] : []),
  ];
  return figures.length === 0
    ? ""
    : section("Kernels, feature maps, weights", ...figures.map((figure) => placedWide(figure)));
}
