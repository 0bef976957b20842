import { objectiveOf } from "../lenet5/objective.ts";
import { testResults } from "../runs/results.ts";
import type { EvaluateOptions } from "./commands/evaluate.ts";
import { likeOf, notesOf, openData, openDataOfRun } from "./data-source.ts";
import { printEvaluation } from "./evaluation.ts";
import { checkClasses, fittedData } from "./fitted-data.ts";
import { inputOptionsOf } from "./input-options.ts";
import { modelArgument, openModel } from "./models.ts";
import { printer, printJson } from "./output.ts";

/** `lenet5 evaluate`: loss, accuracy and confusion matrix on the test images. */
export async function evaluate(argument: string | undefined, options: EvaluateOptions): Promise<void> {
  const { data: choice, network, threads, json } = options;
  const print = printer(json);
  const { model, name, run } = await openModel(modelArgument(argument, options.model), {
    ...{ network, threads },
    input: inputOptionsOf(options),
  });
  const data = await (run
    ? openDataOfRun({ run, model }, choice, print, options)
    : openData(choice, options, likeOf(model)));
  for (const note of notesOf(data)) print(note);
  checkClasses(model, data.test, `evaluate ${name}`);
  // A model that was never compiled gets the loss of its recipe.
  if (!model.training) {
    const { loss, metrics } = objectiveOf(model);
    model.compile({ loss, metrics });
  }
  const { evaluation } = await testResults(model, fittedData(data.test, model, name));
  print(`${name} on the test images of ${data.source}`);
  if (json) printJson(evaluation);
  else printEvaluation(evaluation, data.test.classNames, print);
}
