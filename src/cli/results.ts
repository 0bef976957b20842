import { terminalColumns, writeBeside } from "#platform";
import type { ClassReport, Dataset, Evaluation, Model } from "../index.ts";
import { type RunReport, reportHtml } from "../report/report.ts";
import { counted, percent } from "./output.ts";
import { optimizerTexts } from "./recipe.ts";
import { type RunConfig, type RunHistory, runFile, writeJson } from "./run-folder.ts";
import { confusionText } from "./tables.ts";

/** What `evaluation.json` holds. */
export interface TestResults {
  readonly accuracy: number;
  readonly loss: number;
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassReport[];
}

export interface Results {
  readonly evaluation: TestResults;
  readonly report: string;
}

/** Loss, accuracy, and who was read as whom. A network may come uncompiled; it is not changed. */
export async function testResults(model: Model, test: Dataset): Promise<TestResults> {
  const options = { confusionMatrix: true, classNames: test.classNames };
  const { accuracy, loss, confusionMatrix, perClass } = (await model.evaluate(test, options)) as Required<Evaluation>;
  return { accuracy, loss, confusionMatrix, perClass };
}

/** Evaluates a trained network on the test set and writes `evaluation.json` and `report.html`. */
export async function saveResults(run: {
  path: string;
  config: RunConfig;
  model: Model;
  history: RunHistory;
  testData: Dataset;
}): Promise<Results> {
  const { path, config, model, history } = run;
  const evaluation = await testResults(model, run.testData);
  await writeJson(runFile(path, "evaluation.json"), evaluation);
  const report = runFile(path, "report.html");
  await writeBeside(report, await reportHtml(reportOf(config, history, evaluation, model)));
  return { evaluation, report };
}

/** The report's JSON. */
function reportOf(config: RunConfig, history: RunHistory, evaluation: TestResults, model: Model): RunReport {
  const { settings, data, machine } = config;
  const done = history.epochs.length;
  const [optimizer, learningRate] = optimizerTexts(settings.optimizer, settings.learningRate, settings.batchSize);
  const notices = [
    ...(data.notice === null ? [] : [data.notice]),
    ...(done < settings.epochs ? [`Training stopped after epoch ${done} of ${settings.epochs}.`] : []),
  ];
  return {
    title: settings.network === "article" ? "LeNet-5" : "LeNet-5, C3 fully connected",
    started: config.started,
    notices,
    data: { source: data.source, training: data.trainImages, validation: data.validationImages, test: data.testImages },
    summary: model.summaryData(),
    history,
    evaluation,
    settings: {
      Command: config.command,
      Network: settings.network,
      Epochs: settings.epochs,
      "Batch size": settings.batchSize,
      Optimizer: optimizer,
      "Learning rate": learningRate,
      "Validation split": String(Number(settings.validationSplit.toPrecision(4))),
      Seed: settings.seed,
      Threads: settings.threads,
      Numerics: settings.numerics,
      Processor: `${machine.cpu}, ${machine.cores} cores (${machine.platform})`,
      Versions: `lenet5 ${config.lenet5}, Node ${config.node.replace(/^v/, "")}`,
    },
  };
}

export function tellEvaluation(
  evaluation: TestResults,
  classNames: readonly string[],
  say: (line: string) => void,
): void {
  const total = evaluation.perClass.reduce((sum, { support }) => sum + support, 0);
  const wrong = total - Math.round(evaluation.accuracy * total);
  say(
    `\nTest accuracy ${percent(evaluation.accuracy)}, loss ${evaluation.loss.toFixed(4)} (${counted(wrong)} of ${counted(total)} wrong)\n`,
  );
  say(confusionText(evaluation.confusionMatrix, classNames, terminalColumns("out") ?? 80));
}

export function tellResults({ evaluation, report }: Results, config: RunConfig, say: (line: string) => void): void {
  tellEvaluation(evaluation, config.data.classNames, say);
  say(`Report: ${report}`);
}
